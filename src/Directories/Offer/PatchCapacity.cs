using System.Text.Json;
using System.Text.Json.Nodes;
using Socle.Access;
using Socle.Fhir;
using Socle.Platform;
using Socle.Store;

namespace Socle.Directories;

/// <summary>A region or a hospital tells how many beds are free: a conditional patch of the one Location that has this identifier.</summary>
sealed class PatchCapacity(RecordStore store, AccessDesk desk, AuditLog audit, Db db, DirectoriesSettings settings, TimeProvider clock)
{
    const int MostAttempts = 5;

    // A software does not write the directory: this program does, for the one extension, once the software's right to it is established.
    static readonly Agent Program = new(AgentKind.Program, "program:ror-capacite", "Capacités du ROR", null, null, null, 0, 0);

    public async Task<Stored> Run(Agent agent, string identifier, JsonNode? body, string? correlation, CancellationToken stop)
    {
        try
        {
            if (!MayWrite(agent, identifier)) throw OfferRefusals.NotYourPlace.With();
            var patch = CapacityPatch.Read(body);
            var scope = (await desk.Enter(Program, Purposes.Operation, stop)).WithCorrelation(correlation);
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    return await Once(scope, agent, identifier, patch, correlation, stop);
                }
                // Somebody changed the place in between: look again at what it says now.
                catch (Refusal refusal) when (refusal.Reason is Reason.PreconditionFailed or Reason.Conflict && refusal.Kind != OfferRefusals.SeveralPlaces && attempt < MostAttempts)
                {
                }
            }
        }
        catch (Refusal refusal)
        {
            var unit = new Unit();
            audit.Append(unit, Entry(agent, "Location", correlation, refusal.Code));
            await db.Commit(unit, stop);
            throw;
        }
    }

    async Task<Stored> Once(Scope scope, Agent agent, string identifier, CapacityPatch patch, string? correlation, CancellationToken stop)
    {
        var found = (await store.Search(scope, SearchQuery.Parse("Location", [new("identifier", Escaped(identifier)), new("_count", "3")], strict: true), stop)).Matches;
        if (found.Count == 0)
            throw OfferRefusals.NoSuchPlace.With([new RefusalIssue("error", "not-found", "Location",
                $"La Location avec l’identifiant externe de synchro OU l’identifiant unique de saisie : '{identifier}' n’a pas été trouvée.")]);
        if (found.Count > 1)
            throw OfferRefusals.SeveralPlaces.With([new RefusalIssue("error", "multiple-matches", "Location",
                $"La Location recherchée n’est pas unique, il y a '{found.Count}' résultats")]);
        var place = found[0];
        if (patch.Apply(JsonNode.Parse(place.Bytes.Span)!.AsObject(), clock.GetUtcNow()) is not { } changed) return place;
        using var next = FhirDocument.Parse(JsonSerializer.SerializeToUtf8Bytes(changed));
        var options = WriteOptions.Default with { WithCommit = (unit, _) => audit.Append(unit, Entry(agent, place.Reference, correlation, "ok")) };
        return (await store.Write(scope, [new WriteOp.Update("Location", place.Id, null, next, place.Version)], options, stop))[0].Stored;
    }

    /// <summary>An establishment writes its own; a region those that the operator listed for its client.</summary>
    bool MayWrite(Agent agent, string identifier)
    {
        var structure = identifier.Split('/')[0];
        if (agent.Kind == AgentKind.Steward || (agent.Structure is { Length: > 0 } own && structure == "1" + own)) return true;
        foreach (var writer in settings.CapacityWriters.Select(line => line.Split('=', 2)))
            if (writer is [var client, var mask] && agent.Id == "system:" + client && (mask == "*" || mask == structure
                || mask.EndsWith('*') && mask.Length > 1 && structure.StartsWith(mask[..^1], StringComparison.Ordinal))) return true;
        return false;
    }

    static AuditEntry Entry(Agent agent, string target, string? correlation, string outcome) => new()
    {
        Agent = agent, Action = "patch", Target = target, Label = "Capacité en lits", Purpose = Purposes.Of(agent.Kind), Outcome = outcome, Correlation = correlation
    };

    static string Escaped(string value) => value.Replace("\\", @"\\", StringComparison.Ordinal).Replace(",", @"\,", StringComparison.Ordinal)
        .Replace("|", @"\|", StringComparison.Ordinal).Replace("$", @"\$", StringComparison.Ordinal);
}
