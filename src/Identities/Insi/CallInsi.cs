using System.Text;
using Microsoft.AspNetCore.Http;
using Socle.Fhir;
using Socle.Platform;
using static Socle.Identities.InsiSoapNames;

namespace Socle.Identities;

/// <summary>POST /insi/soap: the teleservice as installed software calls it. The same register, the same answers as Patient/$match.</summary>
sealed class CallInsi(InsiRegister register, VihfAssertion assertions, VitalePresentation cards, IdentitiesStore store)
{
    public const string Path = "/insi/soap";
    public const long Most = 256 << 10;

    public async Task Handle(HttpContext http)
    {
        var stop = http.RequestAborted;
        var (status, answer) = await Answer(http, stop);
        http.Response.StatusCode = status;
        http.Response.ContentType = Soap.ContentType;
        await http.Response.WriteAsync(answer, stop);
    }

    async Task<(int Status, string Answer)> Answer(HttpContext http, CancellationToken stop)
    {
        if (http.Request.ContentType?.StartsWith("application/soap+xml", StringComparison.OrdinalIgnoreCase) != true) throw IdentitiesRefusals.InsiMedia.With();
        try
        {
            using var bytes = new MemoryStream();
            await http.Request.Body.CopyToAsync(bytes, stop);
            var (request, security) = Soap.Open(XmlPart.Read(bytes.GetBuffer().AsMemory(0, (int)bytes.Length)));
            var caller = assertions.Verify(security);
            await store.UseOnce(caller.Once, caller.Until, () => IdentitiesRefusals.InsiAssertion.With("elle a déjà servi"), stop);
            http.SetAgent(caller.Agent);
            var scope = await register.Enter(caller.Agent, null, http.Correlation(), stop);
            if (request.Namespace != Service) throw Unknown();
            return (200, request.Name switch
            {
                SearchByTraits => Write(request.Name, await register.Search(scope, InsiQuestion.Of(TraitsOf(request)), stop)),
                SearchByCard => Write(request.Name, await cards.Search(scope, request.Only(Service, Card)?.Text, stop)),
                Verify => Write(request.Name, await register.Verify(scope, ClaimOf(request), stop)),
                _ => throw Unknown()
            });
        }
        catch (Soap.FaultException fault)
        {
            return (fault.Code == "Sender" ? 400 : 500, Soap.Fault(fault.Code, "insi-soap", fault.Message));
        }
        catch (FhirException error)
        {
            // Of the reader: a document type, too deep, too many, cut short.
            return (400, Soap.Fault("Sender", "insi-soap", error.Issues[0].Diagnostics));
        }
    }

    static Soap.FaultException Unknown() => new("Sender", "Cette demande n’est pas connue ici.");

    static Traits TraitsOf(XmlPart request)
    {
        var traits = request.Only(Service, InsiSoapNames.Traits) ?? throw new Soap.FaultException("Sender", $"L’élément {InsiSoapNames.Traits} manque.");
        var given = Text(traits, GivenNames) ?? Text(traits, FirstName);
        return new(Text(traits, BirthName) ?? "", given, Text(traits, BirthDate), Text(traits, Sex), Text(traits, BirthPlace));
    }

    static InsiClaim ClaimOf(XmlPart request)
    {
        var active = request.Only(Service, Active) ?? throw new Soap.FaultException("Sender", $"L’élément {Active} manque.");
        var number = active.Only(Service, Number);
        return InsiClaim.Of("urn:oid:" + Text(active, Oid), $"{Text(number, Matricule)}{Text(number, Key)}", TraitsOf(request));
    }

    static string? Text(XmlPart? part, string name) => part?.Only(Service, name)?.Text?.Trim() is { Length: > 0 } text ? text : null;

    static string Write(string request, InsiAnswer answer) => Write(request, text =>
    {
        Report(text, answer.Number, answer.French);
        if (answer.Next != InsiNext.Nothing) Soap.Element(text, Next, Of(answer.Next));
        if (answer.Identity is not { } identity) return;
        text.Append('<').Append(Person).Append('>');
        WriteNumber(text, Active, identity.Ins);
        text.Append('<').Append(InsiSoapNames.Traits).Append('>');
        Soap.Element(text, BirthName, identity.BirthName);
        Soap.Element(text, FirstName, identity.GivenNames.Count > 0 ? identity.GivenNames[0] : InsiIdentity.NoGivenName);
        Soap.Element(text, GivenNames, identity.ShownGivenNames);
        Soap.Element(text, Sex, identity.Sex);
        Soap.Element(text, BirthDate, WriteDate(identity.BirthDate));
        Soap.Element(text, BirthPlace, identity.BirthPlace);
        text.Append("</").Append(InsiSoapNames.Traits).Append('>');
        foreach (var former in identity.Former) WriteNumber(text, Former, former);
        text.Append("</").Append(Person).Append('>');
    });

    static string Write(string request, InsiVerdict verdict) => Write(request, text =>
    {
        Report(text, verdict.Word, verdict.French);
        foreach (var trait in verdict.Differences) Soap.Element(text, Differs, Of(trait));
    });

    static string Write(string request, Action<StringBuilder> content) => Soap.Write(text =>
    {
        text.Append('<').Append(request).Append(AnswerSuffix).Append(" xmlns=\"").Append(Service).Append("\">");
        content(text);
        text.Append("</").Append(request).Append(AnswerSuffix).Append('>');
    });

    static void Report(StringBuilder text, string code, string french)
    {
        text.Append('<').Append(InsiSoapNames.Report).Append('>');
        Soap.Element(text, Code, code);
        Soap.Element(text, Label, french);
        text.Append("</").Append(InsiSoapNames.Report).Append('>');
    }

    static void WriteNumber(StringBuilder text, string name, CarriedIns ins)
    {
        text.Append('<').Append(name).Append("><").Append(Number).Append('>');
        Soap.Element(text, Matricule, ins.Value.Length > 2 ? ins.Value[..^2] : ins.Value);
        Soap.Element(text, Key, ins.Value.Length > 2 ? ins.Value[^2..] : "");
        text.Append("</").Append(Number).Append('>');
        Soap.Element(text, Oid, ins.System["urn:oid:".Length..]);
        text.Append("</").Append(name).Append('>');
    }
}
