using System.Text.Json.Nodes;
using Socle.Fhir;

namespace Socle.Identities;

/// <summary>The answers of the register as FHIR: the Bundle of <c>$match</c>, whose outcome carries the register's own code.</summary>
static class InsiBundle
{
    const string Codes = "urn:socle:insi", TraitCodes = "urn:socle:insi-trait";

    public static byte[] Of(InsiAnswer answer, string baseUrl)
    {
        var issue = Issue("information", "informational", Codes, answer.Number, answer.French);
        var next = answer.Next switch { InsiNext.OtherGivenNames => "other-given-names", InsiNext.BirthPlace => "birth-place", _ => null };
        return Of(answer.Identity, baseUrl, next is null ? [issue] : [issue, Issue("information", "incomplete", Codes, next, answer.French)]);
    }

    public static byte[] Of(InsiVerdict verdict, string baseUrl) => Of(verdict.Right ? verdict.Identity : null, baseUrl, Issues(verdict));

    public static JsonObject[] Issues(InsiVerdict verdict)
    {
        var first = Issue(verdict.Right ? "information" : "warning", "informational", Codes, verdict.Word, verdict.French);
        return [first, .. verdict.Differences.Select(trait =>
        {
            var issue = Issue("warning", "conflict", TraitCodes, trait.Code, $"Le trait « {trait.French} » diffère.");
            issue["expression"] = new JsonArray(trait.Expression);
            return issue;
        })];
    }

    public static JsonObject Outcome(params JsonObject[] issues) => new() { ["resourceType"] = "OperationOutcome", ["issue"] = new JsonArray([.. issues]) };

    public static JsonObject Issue(string severity, string code, string system, string word, string french) => new()
    {
        ["severity"] = severity,
        ["code"] = code,
        ["details"] = new JsonObject { ["coding"] = new JsonArray(PatientBuilder.Coding(system, word)), ["text"] = french }
    };

    static byte[] Of(InsiIdentity? identity, string baseUrl, JsonObject[] issues)
    {
        var entries = new JsonArray();
        if (identity is not null)
            entries.Add(new JsonObject
            {
                ["fullUrl"] = $"{baseUrl}Patient/{identity.Id}",
                ["resource"] = Patient(identity),
                ["search"] = new JsonObject
                {
                    ["extension"] = new JsonArray(new JsonObject { ["url"] = "http://hl7.org/fhir/StructureDefinition/match-grade", ["valueCode"] = "certain" }),
                    ["mode"] = "match",
                    ["score"] = 1
                }
            });
        entries.Add(new JsonObject { ["resource"] = Outcome(issues), ["search"] = new JsonObject { ["mode"] = "outcome" } });
        return PatientBuilder.Bytes(new JsonObject
        {
            ["resourceType"] = "Bundle", ["type"] = "searchset", ["total"] = identity is null ? 0 : 1, ["entry"] = entries
        });
    }

    /// <summary>The number with its traits and nothing else of the record.</summary>
    static JsonObject Patient(InsiIdentity identity)
    {
        var patient = PatientBuilder.Json(new(identity.BirthName, [.. identity.GivenNames], identity.BirthDate, identity.Sex)
        {
            InsSystem = identity.Ins.System, Ins = identity.Ins.Value, BirthPlaceCode = identity.BirthPlace, Status = IdentityStatus.Qualified
        });
        patient.Insert(1, "id", identity.Id);
        // Given out to be recognised, not to be taken for the record.
        patient.Remove("active");
        foreach (var former in identity.Former)
            patient["identifier"]!.AsArray().Add(new JsonObject { ["use"] = "old", ["system"] = former.System, ["value"] = former.Value });
        return patient;
    }
}
