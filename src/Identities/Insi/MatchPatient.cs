using Microsoft.Extensions.DependencyInjection;
using Socle.Api;
using Socle.Fhir;
using Socle.Platform;

namespace Socle.Identities;

/// <summary>
/// POST Patient/$match: with traits the search of the teleservice, with an INS beside them its verification. An answer is one person or nobody,
/// so that <c>onlyCertainMatches</c> is always the case and <c>count</c> never cuts anything.
/// </summary>
static class MatchPatient
{
    public static readonly FhirOperation Operation =
        new("match", "POST", "Patient/$match", "http://hl7.org/fhir/OperationDefinition/Patient-match", Handle, 64 << 10);

    /// <summary>For the page of the vendors; a test sends it as it stands here.</summary>
    public static readonly ApiExample Example = new("$match", "POST", "Patient/$match", 200, """
        {"resourceType": "Parameters", "parameter": [{"name": "resource", "resource": {"resourceType": "Patient",
          "name": [{"use": "official", "family": "LEFEVRE", "given": ["JEANNE"]}], "gender": "female", "birthDate": "1957-03-14"}}]}
        """);

    /// <summary>Our own beside it, as R4 has no word for it: Parameters with « presentation », the signed word of a reader that saw the card.</summary>
    public static readonly FhirOperation ByCard = new("insi-card", "POST", "Patient/$insi-card", "", HandleCard, 64 << 10);

    static async Task<FhirAnswer> HandleCard(FhirCall call, CancellationToken stop)
    {
        var services = call.Http.RequestServices;
        var scope = await services.GetRequiredService<InsiRegister>().Enter(call.Agent, call.Http.Scopes(), call.Scope.Correlation, stop);
        using var body = await call.ReadBody(stop) ?? throw IdentitiesRefusals.InsiCard.With();
        string? presentation = null;
        foreach (var parameter in body.Root.All("parameter"))
            if (parameter["name"].Text == "presentation") presentation = parameter["value"].Text;
        return FhirAnswer.Of(InsiBundle.Of(await services.GetRequiredService<VitalePresentation>().Search(scope, presentation, stop), call.Base));
    }

    static async Task<FhirAnswer> Handle(FhirCall call, CancellationToken stop)
    {
        var register = call.Http.RequestServices.GetRequiredService<InsiRegister>();
        // Who may not ask hears so before the question is read.
        var scope = await register.Enter(call.Agent, call.Http.Scopes(), call.Scope.Correlation, stop);
        using var body = await call.ReadBody(stop) ?? throw IdentitiesRefusals.InsiNoPatient.With();
        var patient = Asked(body.Root);
        return FhirAnswer.Of(PatientReader.InsOf(patient) is [var ins, ..]
            ? InsiBundle.Of(await register.Verify(scope, InsiClaim.Of(ins.System, ins.Value, PatientReader.Read(patient)), stop), call.Base)
            : InsiBundle.Of(await register.Search(scope, InsiQuestion.Of(PatientReader.Read(patient)), stop), call.Base));
    }

    // FHIR R4 operations.html: a single parameter that is a resource may be the body itself.
    static FhirNode Asked(FhirNode body)
    {
        if (body.Type == "Patient") return body;
        if (body.Type != "Parameters") throw IdentitiesRefusals.InsiNoPatient.With();
        FhirNode found = default;
        foreach (var parameter in body.All("parameter"))
        {
            switch (parameter["name"].Text)
            {
                case "resource" when parameter["resource"] is { Exists: true, Type: "Patient" } patient && !found.Exists:
                    found = patient;
                    break;
                case "count" when parameter["value"].Text is not { } count || !int.TryParse(count, System.Globalization.CultureInfo.InvariantCulture, out var number) || number < 1:
                case "resource":
                    throw IdentitiesRefusals.InsiNoPatient.With();
            }
        }
        return found.Exists ? found : throw IdentitiesRefusals.InsiNoPatient.With();
    }
}
