using System.Text.Json.Nodes;
using Socle.Bulk;
using Socle.Fhir;
using Socle.Platform;
using Socle.Store;

namespace Socle.Identities;

/// <summary>
/// POST Patient/$insi-verify with Prefer: respond-async: the verification of many identities, a Patient a line. The result has a Parameters for each line that is one:
/// its number, OK or KO, and the traits that differ; what is no identity stands in the error file with its number.
/// </summary>
sealed class VerifyBatch(InsiRegister register) : LineWork
{
    public override string Kind => "insi-verify";

    public override string Route => "Patient/$insi-verify";

    public override Task<Scope> Enter(Agent agent, GrantedScopes? granted, string? correlation, CancellationToken stop) =>
        agent.Kind is AgentKind.System or AgentKind.Steward ? register.Enter(agent, granted, correlation, stop) : throw IdentitiesRefusals.InsiNotForYou.With();

    public override async Task<IReadOnlyList<LineAnswer>> Do(Scope scope, IReadOnlyList<BulkLine> lines, CancellationToken stop)
    {
        var answers = new LineAnswer?[lines.Count];
        var claims = new List<(int At, InsiClaim Claim)>(lines.Count);
        for (var i = 0; i < lines.Count; i++)
        {
            if (Claim(lines[i].Bytes, out var fault) is { } claim) claims.Add((i, claim));
            else answers[i] = LineAnswer.Wrong(fault);
        }
        var verdicts = await register.VerifyAll(scope, [.. claims.Select(claim => claim.Claim)], stop);
        foreach (var ((at, _), verdict) in claims.Zip(verdicts)) answers[at] = LineAnswer.Of(Result(lines[at].Number, verdict));
        return answers!;
    }

    static InsiClaim? Claim(ReadOnlyMemory<byte> line, out string fault)
    {
        fault = "Une ressource Patient est attendue.";
        if (!FhirDocument.TryParse(line, out var document, out var issues))
        {
            fault = string.Join(' ', issues.Take(3).Select(issue => issue.Diagnostics));
            return null;
        }
        using (document)
        {
            if (document.ResourceType != "Patient") return null;
            try
            {
                var ins = PatientReader.InsOf(document.Root) is [var first, ..] ? first : null;
                return InsiClaim.Of(ins?.System, ins?.Value, PatientReader.Read(document.Root));
            }
            catch (Refusal refusal)
            {
                fault = refusal.French;
                return null;
            }
        }
    }

    static byte[] Result(long line, InsiVerdict verdict) => PatientBuilder.Bytes(new JsonObject
    {
        ["resourceType"] = "Parameters",
        ["parameter"] = new JsonArray(
        [
            new JsonObject { ["name"] = "line", ["valueInteger"] = line }, new JsonObject { ["name"] = "code", ["valueCode"] = verdict.Word },
            .. verdict.Differences.Select(trait => new JsonObject { ["name"] = "differs", ["valueCode"] = trait.Code })
        ])
    });
}
