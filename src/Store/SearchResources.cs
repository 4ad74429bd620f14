using System.Security.Cryptography;
using System.Text.Json;
using Socle.Fhir;
using Socle.Platform;

namespace Socle.Store;

/// <summary>search: a page of matches, what they include, and the link to what follows.</summary>
sealed class SearchResources(StoreParts parts)
{
    public const int DefaultCount = 50;
    public const int MostCount = 200;
    const string Purpose = "store.page";

    public async Task<SearchPage> Page(Scope scope, SearchQuery query, CancellationToken stop)
    {
        Demand.Allowed(scope, query.ResourceType, Interaction.Search);
        var total = query.Summary == "count" || query.Total == "accurate" ? await parts.Searching.Count(scope, query, stop) : (long?)null;
        if (query.Summary == "count" || query.Count == 0)
            return await Counted(scope, query, total ?? await parts.Searching.Count(scope, query, stop), stop);

        var count = Math.Clamp(query.Count ?? DefaultCount, 1, MostCount);
        var hits = new List<Hit>(count + 1);
        await foreach (var hit in parts.Searching.Hits(scope, query, null, After(scope, query), count, stop))
        {
            hits.Add(hit);
            if (hits.Count > count) break;
        }
        string? next = null;
        if (hits.Count > count)
        {
            hits.RemoveAt(count);
            next = Token(scope, query, hits[^1]);
        }
        var matches = hits.ConvertAll(hit => hit.Stored);
        var included = await new Includes(parts, scope, query).Of(hits.ConvertAll(hit => hit.Row.Place), matches, stop);
        await parts.Trace.Release(scope, "search", query.ResourceType, matches.Concat(included), stop);
        return new(matches, included, next, total);
    }

    // A count says something of a person when the search is about one.
    async Task<SearchPage> Counted(Scope scope, SearchQuery query, long total, CancellationToken stop)
    {
        foreach (var clause in query.Clauses.Where(clause => Homes.ParametersOf(query.ResourceType).ContainsKey(clause.Param)))
        {
            foreach (var value in clause.Values)
            {
                if ((value.Text ?? value.Code) is not { } text) continue;
                if (parts.Ids.TryRead(text.Contains('/', StringComparison.Ordinal) ? text : $"Patient/{text}", out var place)
                    && await parts.Rows.At(scope, place, stop) is { } row)
                    await parts.Trace.Release(scope, "search", row.Patient, query.ResourceType, stop);
            }
        }
        return SearchPage.Empty with { Total = total };
    }

    // A link belongs to the search and the actor it was made for.
    string Token(Scope scope, SearchQuery query, Hit last) => parts.Keys.SealToken(Purpose,
        new Position(last.Values, last.Row.Patient, last.Row.Number).Write(Identity(scope, query)));

    Position? After(Scope scope, SearchQuery query)
    {
        if (query.PageToken is not { } token) return null;
        try
        {
            if (parts.Keys.TryOpenToken(Purpose, token, out var plain)
                && Position.Read(plain, Identity(scope, query), Math.Max(1, query.Sort.Count)) is { } position)
                return position;
        }
        catch (Exception error) when (error is JsonException or FormatException or CryptographicException)
        {
            // Refused below like any other token that is not ours.
        }
        throw StoreRefusals.BadPageToken.With();
    }

    long Identity(Scope scope, SearchQuery query) =>
        parts.Keys.Hash(Purpose, $"{scope.Agent.Id}\n{query.ResourceType}?{query.Canonical()}");
}
