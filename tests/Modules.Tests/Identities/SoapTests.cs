using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Socle.Access;
using Socle.Fhir;
using Socle.Identities;
using Socle.Platform;
using Socle.Support;
using static Socle.Identities.InsiSoapNames;

namespace Socle.Modules.Tests.Identities;

public class SoapTests
{
    const string Saml = "urn:oasis:names:tc:SAML:2.0:assertion";
    const string Holder = "CN=LOGICIEL DE TEST, O=CABINET DES ESSAIS, C=FR";

    static readonly RSA Key = RSA.Create(2048);
    static readonly ECDsa Reader = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    static readonly DateTimeOffset Start = new TestClock().GetUtcNow();
    static readonly X509Certificate2 Signer = XmlSigner.NewCertificate(Key, Holder, Start);

    static readonly string Settings = JsonSerializer.Serialize(new
    {
        Insi = new { VihfCertificates = new[] { Convert.ToBase64String(Signer.RawData) }, VitaleKeys = new[] { Reader.ExportSubjectPublicKeyInfoPem() }, Audience = "urn:insi:essais" },
        Bulk = new { Settle = "00:00:00" }
    });

    static int number;

    static string Assertion(DateTimeOffset now, string? id = null, string name = "899999000001", string? structure = "199999999", string audience = "urn:insi:essais",
        string issuer = Holder, double from = -1, double until = 10, string version = "2.0", string? conditions = null) => $"""
        <saml2:Assertion xmlns:saml2="{Saml}" Version="{version}" ID="{id ?? $"_{Interlocked.Increment(ref number)}"}" IssueInstant="{now.AddMinutes(from):O}"><saml2:Issuer Format="urn:oasis:names:tc:SAML:1.1:nameid-format:X509SubjectName">{issuer}</saml2:Issuer>{XmlSigner.Place}<saml2:Subject><saml2:NameID>{name}</saml2:NameID></saml2:Subject>{conditions ?? $"""<saml2:Conditions NotBefore="{now.AddMinutes(from):O}" NotOnOrAfter="{now.AddMinutes(until):O}"><saml2:AudienceRestriction><saml2:Audience>{audience}</saml2:Audience></saml2:AudienceRestriction></saml2:Conditions>"""}<saml2:AuthnStatement AuthnInstant="{now:O}"><saml2:AuthnContext><saml2:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:MobileTwoFactorUnregistered</saml2:AuthnContextClassRef></saml2:AuthnContext></saml2:AuthnStatement><saml2:AttributeStatement>{(structure is null ? "" : $"""<saml2:Attribute Name="Identifiant_Structure"><saml2:AttributeValue>{structure}</saml2:AttributeValue></saml2:Attribute>""")}<saml2:Attribute Name="urn:oasis:names:tc:xspa:1.0:subject:subject-id"><saml2:AttributeValue>NOE EXEMPLE</saml2:AttributeValue></saml2:Attribute><saml2:Attribute Name="urn:oasis:names:tc:xacml:2.0:subject:role"><saml2:AttributeValue><Role xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CE" code="10" codeSystem="1.2.250.1.71.1.2.7" displayName="Médecin"/></saml2:AttributeValue></saml2:Attribute></saml2:AttributeStatement></saml2:Assertion>
        """;

    static string Envelope(string security, string body) =>
        $"""<env:Envelope xmlns:env="{Soap.Envelope}"><env:Header><wsse:Security xmlns:wsse="{Soap.Security}" env:mustUnderstand="true">{security}</wsse:Security></env:Header><env:Body>{body}</env:Body></env:Envelope>""";

    static string Sign(string message) =>
        XmlSigner.Sign(message, XmlSigner.All(XmlPart.Read(Encoding.UTF8.GetBytes(message))).First(part => part.Is(Saml, "Assertion"))["ID"]!, Key, Signer);

    static string Tiq(NewPatient asked)
    {
        string One(string name, string? value) => value is null ? "" : $"<{name}>{value}</{name}>";
        return One(InsiSoapNames.Traits, One(BirthName, asked.BirthName) + One(FirstName, asked.GivenNames.Count > 0 ? asked.GivenNames[0] : null)
            + (asked.GivenNames.Count > 1 ? One(GivenNames, string.Join(' ', asked.GivenNames)) : "") + One(Sex, asked.Sex) + One(BirthDate, asked.BirthDate) + One(BirthPlace, asked.BirthPlaceCode));
    }

    static string Question(NewPatient asked) => asked.Ins is { } ins
        ? $"<{Verify} xmlns=\"{Service}\"><{Active}><{Number}><{Matricule}>{ins[..^2]}</{Matricule}><{InsiSoapNames.Key}>{ins[^2..]}</{InsiSoapNames.Key}></{Number}><{InsiSoapNames.Oid}>{asked.InsSystem!["urn:oid:".Length..]}</{InsiSoapNames.Oid}></{Active}>{Tiq(asked)}</{Verify}>"
        : $"<{SearchByTraits} xmlns=\"{Service}\">{Tiq(asked)}</{SearchByTraits}>";

    static async Task<FhirReply> Call(InsiWorld world, string message, string type = "application/soap+xml")
    {
        using var content = new StringContent(message, Encoding.UTF8, type);
        return await world.Fhir.Send(null, HttpMethod.Post, $"http://localhost:{world.Fhir.Port}/insi/soap", content);
    }

    static Task<FhirReply> Ask(InsiWorld world, NewPatient asked) =>
        Call(world, Sign(Envelope(Assertion(world.Fhir.Database.Clock.GetUtcNow()), Question(asked))));

    static XmlPart Answer(FhirReply reply) => XmlPart.Read(reply.Body).Only(Soap.Envelope, "Body")!.Children.Single();

    static string CodesOf(XmlPart answer) => string.Join(' ', answer.Descendants.Where(part => part.Name is Code or Next or Differs).Select(part => part.Text));

    static string? FaultOf(FhirReply reply) => Answer(reply) is { Name: "Fault" } fault
        ? string.Join(' ', fault.Descendants.Where(part => part.Name == "Value").Select(part => part.Text![(part.Text!.IndexOf(':', StringComparison.Ordinal) + 1)..])) : null;

    [Theory, OnEachDatabase]
    public async Task Soap_and_Fhir_give_the_same_answers(DatabaseKind kind)
    {
        await using var world = await InsiWorld.Open(kind, Settings);
        var jeanne = Register.Qualified("LEFÈVRE", ["Jeanne", "Marie-Louise"]);
        var id = await world.Add(jeanne);
        await world.Add(Register.Qualified("LE GOFF", ["ANNE", "SOIZIC"], place: "29019"));
        await world.Add(Register.Qualified("LE GOFF", ["ANNE", "SOIZIC"], place: "29232"));
        await world.Add(Register.Qualified("SANS NOM", ["ZOE"], born: "1962"));
        var with = (NewPatient asked) => asked with { InsSystem = Ins.Systems.Test, Ins = jeanne.Ins };
        var names = new Dictionary<string, string>
        {
            ["other-given-names"] = GivenNames, ["birth-place"] = BirthPlace, ["birth-name"] = BirthName, ["given-names"] = GivenNames, ["sex"] = Sex, ["birth-date"] = BirthDate
        };
        foreach (var asked in new[]
        {
            Register.Asked("Lefèvre", "Jeanne"), Register.Asked("LEFEVRE", "MARIE"), Register.Asked("LE GOFF", "ANNE"), Register.Asked("LE GOFF", "ANNE SOIZIC"),
            Register.Asked("LE GOFF", "ANNE SOIZIC", place: "29019"), Register.Asked("SANS NOM", "ZOE", born: "1962"),
            with(Register.Asked("LEFEVRE", "JEANNE MARIE-LOUISE", place: "29232")), with(Register.Asked("LEFEBVRE", "ANNE", "1957-03-15", "M", "29019")),
            with(Register.Asked("LEFEVRE", "JEANNE")) with { Ins = Register.Number("F", 9_999) },
            Register.Asked("DU\u0420ONT", "ZOE"), Register.Asked("DUPONT2", "ZOE"), Register.Asked("DUPONT", "")
        })
        {
            var (soap, fhir) = (await Ask(world, asked), await world.Match(FhirWorld.Laboratory, asked));
            if (fhir.Status != 200)
            {
                (fhir.Status, soap.Status).ShouldBe((422, 422), soap.Text);
                FaultOf(soap).ShouldBe("Sender " + fhir.Code);
                continue;
            }
            soap.Status.ShouldBe(200, soap.Text);
            var answer = Answer(soap);
            CodesOf(answer).ShouldBe(string.Join(' ', InsiWorld.CodesOf(fhir).Split(' ').Select(code => names.GetValueOrDefault(code, code))));
            if (asked.Ins is not null || InsiWorld.PersonOf(fhir) is not { } person) { answer.Descendants.ShouldNotContain(part => part.Name == Person); continue; }
            using var body = FhirDocument.Parse(Encoding.UTF8.GetBytes(person.GetRawText()));
            var (traits, ins, tiq) = (PatientReader.Read(body.Root)!, PatientReader.ActiveIns(body.Root)!, answer.Descendants.Single(part => part.Name == InsiSoapNames.Traits));
            string Of(string name) => answer.Descendants.Single(part => part.Name == name).Text!;
            (Of(Matricule) + Of(InsiSoapNames.Key), "urn:oid:" + Of(InsiSoapNames.Oid)).ShouldBe((ins.Value, ins.System));
            (Of(BirthName), Of(GivenNames), Of(Sex), Of(BirthDate), Of(BirthPlace)).ShouldBe((traits.BirthName, traits.FirstName, traits.Sex, WriteDate(traits.BirthDate!), traits.BirthPlace));
        }
        var trace = await world.TraceOf(id);
        trace.Count(line => line.Entry.Agent is { Id: "rpps:99999000001", Name: "NOE EXEMPLE", Role: "Médecin" }).ShouldBe(3);
    }

    [Theory, OnEachDatabase]
    public async Task An_assertion_that_does_not_hold_opens_nothing(DatabaseKind kind)
    {
        await using var world = await InsiWorld.Open(kind, Settings);
        var now = world.Fhir.Database.Clock.GetUtcNow();
        await world.Add(Register.Qualified("LEFEVRE", ["JEANNE"]));
        var question = Question(Register.Asked("LEFEVRE", "JEANNE"));
        string Of(string assertion) => Sign(Envelope(assertion, question));
        var right = Of(Assertion(now));
        (await Call(world, right)).Status.ShouldBe(200);
        using var stranger = RSA.Create(2048);
        using var other = XmlSigner.NewCertificate(stranger, Holder, Start);
        var unsigned = Envelope(Assertion(now), question).Replace(XmlSigner.Place, "", StringComparison.Ordinal);
        var late = Of(Assertion(now));
        foreach (var (why, message) in new (string, string)[]
        {
            ("used twice", right), ("unsigned", unsigned), ("expired", Of(Assertion(now, from: -20, until: -1))), ("not yet", Of(Assertion(now, from: 5))),
            ("too long", Of(Assertion(now, until: 600))), ("for another", Of(Assertion(now, audience: "urn:other"))), ("version", Of(Assertion(now, version: "1.1"))),
            ("issuer", Of(Assertion(now, issuer: "CN=AUTRE, O=CABINET DES ESSAIS, C=FR"))), ("no structure", Of(Assertion(now, structure: null))),
            ("nobody", Of(Assertion(now, name: ""))), ("no conditions", Of(Assertion(now, conditions: ""))),
            ("no audience", Of(Assertion(now, conditions: $"<saml2:Conditions NotBefore=\"{now:O}\" NotOnOrAfter=\"{now.AddMinutes(5):O}\"/>"))),
            ("an unknown condition", Of(Assertion(now, conditions: $"<saml2:Conditions NotBefore=\"{now:O}\" NotOnOrAfter=\"{now.AddMinutes(5):O}\"><saml2:AudienceRestriction><saml2:Audience>urn:insi:essais</saml2:Audience></saml2:AudienceRestriction><saml2:Condition/></saml2:Conditions>"))),
            ("another's key", XmlSigner.Sign(Envelope(Assertion(now, id: "_x"), question), "_x", stranger, other)),
            ("changed", Of(Assertion(now)).Replace("899999000001", "899999000002", StringComparison.Ordinal)),
            ("two assertions", late.Replace("<env:Body>", $"<env:Body><saml2:Assertion xmlns:saml2=\"{Saml}\"/>", StringComparison.Ordinal)),
            ("beside", late.Replace("<wsse:Security", $"<x xmlns=\"urn:x\"><saml2:Assertion xmlns:saml2=\"{Saml}\"/></x><wsse:Security", StringComparison.Ordinal)),
            ("encrypted beside", late.Replace("<saml2:Assertion ", $"<saml2:EncryptedAssertion xmlns:saml2=\"{Saml}\"/><saml2:Assertion ", StringComparison.Ordinal))
        })
        {
            var reply = await Call(world, message);
            reply.Status.ShouldBe(why is "two assertions" ? 400 : 403, $"{why}: {reply.Text}");
            FaultOf(reply).ShouldBe(why is "two assertions" ? "Sender insi-soap" : "Sender insi-assertion", why);
            reply.Text.ShouldNotContain("LEFEVRE");
        }
        // A comment in the name of the professional neither cuts it nor lengthens it.
        (await Call(world, Sign(Envelope(Assertion(now, name: "89999900<!-- -->0001"), question)))).Status.ShouldBe(200);
        (await world.Fhir.Storage.Audit.Latest(null, 50, default)).Select(line => line.Entry.Agent.Id).ShouldContain("rpps:99999000001");
        // Another process has seen it too, and after its end nothing remembers it.
        await using (var second = new InsiWorld(await world.Fhir.Beside())) (await Call(second, right)).Status.ShouldBe(403);
        world.Fhir.Database.Clock.Move(TimeSpan.FromMinutes(30));
        (await Call(world, late)).Status.ShouldBe(403);
    }

    [Theory, OnEachDatabase]
    public async Task Whoever_is_suspended_is_out_by_every_number_and_in_again_when_it_is_lifted(DatabaseKind kind)
    {
        await using var world = await InsiWorld.Open(kind, Settings);
        await world.Add(Register.Qualified("LEFEVRE", ["JEANNE"]));
        var suspensions = world.Fhir.Get<Suspensions>();
        Task<FhirReply> As(string name) => Call(world, Sign(Envelope(Assertion(world.Fhir.Database.Clock.GetUtcNow(), name: name), Question(Register.Asked("LEFEVRE", "JEANNE")))));
        (await As("810102727017")).Status.ShouldBe(200);
        // Ordered before, for the next minute.
        await suspensions.Suspend(FhirWorld.Steward, "10102727017", world.Fhir.Database.Clock.GetUtcNow().AddMinutes(1), "Décision de l’ordre", null, default);
        (await As("810102727017")).Status.ShouldBe(200);
        world.Fhir.Database.Clock.Move(TimeSpan.FromSeconds(61));
        var refused = await As("810102727017");
        (refused.Status, FaultOf(refused)).ShouldBe((403, "Sender access-suspended"));
        refused.Text.ShouldNotContain("LEFEVRE");
        foreach (var other in new[] { "10102727017", "8/10102727017", "810102727017/1", "81010272701", "8-10102727017" })
            FaultOf(await As(other)).ShouldBe("Sender insi-assertion", other);
        (await As("899999000001")).Status.ShouldBe(200);
        await suspensions.Lift(FhirWorld.Steward, "10102727017", "Décision levée", null, default);
        (await As("810102727017")).Status.ShouldBe(200);
    }

    [Theory, OnEachDatabase]
    public async Task The_employees_of_an_office_are_out_with_its_holder(DatabaseKind kind)
    {
        await using var world = await InsiWorld.Open(kind, Settings);
        await world.Add(Register.Qualified("LEFEVRE", ["JEANNE"]));
        var suspensions = world.Fhir.Get<Suspensions>();
        Task<FhirReply> As(string name) => Call(world, Sign(Envelope(Assertion(world.Fhir.Database.Clock.GetUtcNow(), name: name), Question(Register.Asked("LEFEVRE", "JEANNE")))));
        var holder = Rpps.FromParts("1010272701").Value;
        string[] employees = [$"6{holder}01/17", $"6{holder}02/A-4", $"6{holder}/1"];
        foreach (var employee in employees) (await As(employee)).Status.ShouldBe(200, employee);
        await suspensions.Suspend(FhirWorld.Steward, holder, world.Fhir.Database.Clock.GetUtcNow(), "Décision de l’ordre", null, default);
        foreach (var employee in employees)
        {
            var refused = await As(employee);
            (refused.Status, FaultOf(refused)).ShouldBe((403, "Sender access-suspended"), employee);
            refused.Text.ShouldNotContain("LEFEVRE");
        }
        (await As($"6{Rpps.FromParts("9999900000").Value}01/17")).Status.ShouldBe(200, "another office");
        // A number that names no holder is nobody's: it would outlive every suspension.
        foreach (var nobodys in new[] { "6" + holder[..10] + (holder[10] == '0' ? '1' : '0') + "01/17", "6CABINET/17", "61/17", "6/17" }) FaultOf(await As(nobodys)).ShouldBe("Sender insi-assertion", nobodys);
        await suspensions.Lift(FhirWorld.Steward, holder, "Décision levée", null, default);
        foreach (var employee in employees) (await As(employee)).Status.ShouldBe(200, employee);
    }

    [Theory, OnEachDatabase]
    public async Task A_message_that_is_none_is_a_fault(DatabaseKind kind)
    {
        await using var world = await InsiWorld.Open(kind, Settings);
        var now = world.Fhir.Database.Clock.GetUtcNow();
        var right = Sign(Envelope(Assertion(now), Question(Register.Asked("LEFEVRE", "JEANNE"))));
        foreach (var (why, message, status, fault) in new (string, string, int, string)[]
        {
            ("nothing", "", 400, "Sender insi-soap"), ("cut short", right[..^40], 400, "Sender insi-soap"),
            ("a document type", "<!DOCTYPE x [<!ENTITY a \"b\">]>" + right, 400, "Sender insi-soap"),
            ("a bomb of entities", "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><x>&b;</x>", 400, "Sender insi-soap"),
            ("an outer entity", "<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><x>&a;</x>", 400, "Sender insi-soap"),
            ("too deep", string.Concat(Enumerable.Repeat("<a>", 500)), 400, "Sender insi-soap"),
            ("SOAP 1.1", right.Replace(Soap.Envelope, "http://schemas.xmlsoap.org/soap/envelope/", StringComparison.Ordinal), 500, "VersionMismatch insi-soap"),
            ("an unknown header", right.Replace("<env:Header>", "<env:Header><h xmlns=\"urn:h\" env:mustUnderstand=\"1\"/>", StringComparison.Ordinal), 500, "MustUnderstand insi-soap"),
            ("no header", $"<env:Envelope xmlns:env=\"{Soap.Envelope}\"><env:Body/></env:Envelope>", 400, "Sender insi-soap"),
            ("two requests", right.Replace("</env:Body>", "<x xmlns=\"urn:x\"/></env:Body>", StringComparison.Ordinal), 400, "Sender insi-soap"),
            ("another request", Sign(Envelope(Assertion(now), $"<Autre xmlns=\"{Service}\"/>")), 400, "Sender insi-soap"),
            ("another namespace", Sign(Envelope(Assertion(now), $"<{SearchByTraits} xmlns=\"urn:x\"/>")), 400, "Sender insi-soap"),
            ("no traits", Sign(Envelope(Assertion(now), $"<{SearchByTraits} xmlns=\"{Service}\"/>")), 400, "Sender insi-soap"),
            ("too large", right + new string(' ', 300 << 10), 413, "Sender too-large")
        })
        {
            var reply = await Call(world, message);
            reply.Status.ShouldBe(status, $"{why}: {reply.Text}");
            FaultOf(reply).ShouldBe(fault, why);
            reply.Headers["Content-Type"].ShouldStartWith("application/soap+xml");
        }
        (await Call(world, right, "text/xml")).Status.ShouldBe(415);
        (await Call(world, right)).Status.ShouldBe(200);
        // Without a trusted certificate the service is closed.
        await using var closed = await InsiWorld.Open(kind);
        (await Call(closed, right)).Status.ShouldBe(403);
    }

    static string Presentation(DateTimeOffset now, string? ins, string id, ECDsa? reader = null, string aud = "urn:insi:essais", double from = 0, double until = 3, string head = """{"alg":"ES256","typ":"vitale+jwt"}""")
    {
        string Part(string json) => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
        var text = $"{Part(head)}.{Part($$"""{"ins":"{{ins}}","oid":"1.2.250.1.213.1.4.10","aud":"{{aud}}","jti":"{{id}}","nbf":{{now.AddMinutes(from).ToUnixTimeSeconds()}},"exp":{{now.AddMinutes(until).ToUnixTimeSeconds()}}}""")}";
        return $"{text}.{System.Buffers.Text.Base64Url.EncodeToString((reader ?? Reader).SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256))}";
    }

    [Theory, OnEachDatabase]
    public async Task A_card_that_was_presented_finds_its_holder_once(DatabaseKind kind)
    {
        await using var world = await InsiWorld.Open(kind, Settings);
        var now = world.Fhir.Database.Clock.GetUtcNow();
        var jeanne = Register.Qualified("LEFEVRE", ["JEANNE"]);
        var id = await world.Add(jeanne);
        Task<FhirReply> Show(string presentation) => world.Fhir.Post(world.Fhir.Token(FhirWorld.Laboratory), "Patient/$insi-card",
            $$"""{"resourceType":"Parameters","parameter":[{"name":"presentation","valueString":"{{presentation}}"}]}""");
        var right = Presentation(now, jeanne.Ins, "1");
        var reply = await Show(right);
        InsiWorld.CodesOf(reply).ShouldBe("00");
        InsiWorld.PersonOf(reply)!.Value.GetProperty("id").GetString().ShouldBe(id);
        InsiWorld.CodesOf(await Show(Presentation(now, Register.Number("F", 9_999), "2"))).ShouldBe("01");
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var parts = Presentation(now, jeanne.Ins, "3").Split('.');
        foreach (var (why, wrong) in new[]
        {
            ("used", right), ("another's key", Presentation(now, jeanne.Ins, "4", stranger)), ("for another", Presentation(now, jeanne.Ins, "5", aud: "urn:x")),
            ("expired", Presentation(now, jeanne.Ins, "6", from: -4, until: -1)), ("not yet", Presentation(now, jeanne.Ins, "7", from: 2)),
            ("too long", Presentation(now, jeanne.Ins, "8", until: 60)), ("no algorithm", Presentation(now, jeanne.Ins, "9", head: """{"alg":"none","typ":"vitale+jwt"}""")),
            ("a token of another sort", Presentation(now, jeanne.Ins, "10", head: """{"alg":"ES256","typ":"at+jwt"}""")), ("unsigned", $"{parts[0]}.{parts[1]}."),
            ("changed", $"{parts[0]}.{Presentation(now, jeanne.Ins, "11").Split('.')[1]}.{parts[2]}"), ("no number", Presentation(now, "", "12")), ("nothing", ".."), ("words", "a.b.c")
        })
            (await Show(wrong)).Code.ShouldBe("insi-card", why);
        // SOAP gives the same answer.
        var soap = await Call(world, Sign(Envelope(Assertion(now), $"<{SearchByCard} xmlns=\"{Service}\"><{Card}>{Presentation(now, jeanne.Ins, "13")}</{Card}></{SearchByCard}>")));
        CodesOf(Answer(soap)).ShouldBe("00");
        (await world.TraceOf(id)).Count(line => line.Entry.Action == "search").ShouldBe(2);
    }
}
