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

    /// <param name="queries">One per type, alike but for the type.</param>
    /// <param name="compartment">Only what belongs to it; one that is unknown here is refused like any unknown resource.</param>
    public async Task<SearchPage> Page(Scope scope, IReadOnlyList<SearchQuery> queries, Compartment? compartment, CancellationToken stop, bool settled = false)
    {
        foreach (var query in queries) Demand.Allowed(scope, query.ResourceType, Interaction.Search);
        if (queries.Count == 0) return SearchPage.Empty;
        await parts.Parameters.Ready(stop);
        var page = await parts.Budget.Run(queries, limit => Find(scope, queries, compartment, settled, limit), stop);
        var (name, asked) = (queries.Count == 1 ? queries[0].ResourceType : "*", queries[0]);
        if (asked.Summary == "count" || asked.Count == 0)
        {
            foreach (var query in queries) await TraceCount(scope, query, compartment, stop);
            return page;
        }
        await parts.Trace.Release(scope, "search", name, page.Matches.Concat(page.Included), stop);
        return page with { Matches = parts.Trace.Outgoing(scope, page.Matches), Included = parts.Trace.Outgoing(scope, page.Included) };
    }

    async Task<SearchPage> Find(Scope scope, IReadOnlyList<SearchQuery> queries, Compartment? compartment, bool settled, CancellationToken stop)
    {
        var asks = await Asks(scope, queries, compartment, stop);
        var query = queries[0];
        if (settled && queries.Any(IsByTime)) asks = await Settled(asks, stop);
        var countOnly = query.Summary == "count" || query.Count == 0;
        var total = countOnly || query.Total == "accurate" ? await Count(scope, asks, stop) : (long?)null;
        if (countOnly) return SearchPage.Empty with { Total = total };

        var count = Math.Clamp(query.Count ?? DefaultCount, 1, MostCount);
        var identity = new Lazy<long>(() => Identity(scope, queries, compartment));
        var hits = new List<Hit>(count + 1);
        await foreach (var hit in parts.Searching.Merged(scope, asks, After(query, identity), count, stop))
        {
            hits.Add(hit);
            if (hits.Count > count) break;
        }
        string? next = null;
        if (hits.Count > count)
        {
            hits.RemoveAt(count);
            next = parts.Keys.SealToken(Purpose, new Position(hits[^1].Values, hits[^1].Row.Patient, hits[^1].Row.Number).Write(identity.Value));
        }
        // A first page that holds everything tells the number for nothing.
        else if (query.PageToken is null && query.Total == "estimate") total = hits.Count;
        var matches = new List<Stored>(hits.Count);
        foreach (var hit in hits) matches.Add(await parts.Searching.Open(hit, stop));
        var includes = new Includes(parts, scope, queries);
        var included = await includes.Of(hits.ConvertAll(hit => hit.Row.Place), matches, stop);
        return new(matches, included, next, total) { Cut = includes.IsCut };
    }

    static bool IsByTime(SearchQuery query) => query.Sort.Any(key => key.Param.Code == ClauseCheck.LastUpdated)
        || query.Criteria.SelectMany(node => node.Leaves).OfType<SearchClause>().Any(clause => clause.Param.Code == ClauseCheck.LastUpdated);

    async Task<IReadOnlyList<Ask>> Settled(IReadOnlyList<Ask> asks, CancellationToken stop)
    {
        var bound = new ClauseCheck(null, Settled: true) { Updated = (long.MinValue, await parts.Horizon.Of(stop)) };
        return [.. asks.Select(ask => ask with { More = [.. ask.More, bound] })];
    }

    async Task<long> Count(Scope scope, IReadOnlyList<Ask> asks, CancellationToken stop)
    {
        var total = 0L;
        foreach (var ask in asks) total += await parts.Searching.Count(scope, ask, stop);
        return total;
    }

    async Task<IReadOnlyList<Ask>> Asks(Scope scope, IReadOnlyList<SearchQuery> queries, Compartment? compartment, CancellationToken stop)
    {
        if (compartment is null) return [.. queries.Select(Ask.Of)];
        Demand.Allowed(scope, compartment.Type, Interaction.Read);
        if (await parts.Rows.Find(scope, compartment.Type, compartment.Id, stop) is not { Deleted: false } row) throw StoreRefusals.NotFound.With();
        List<string> names = [.. new[] { parts.Ids.Reference(row.Place), (await parts.Rows.Open(row, stop)).Reference, $"{compartment.Type}/{compartment.Id}" }.Distinct()];
        List<Place> subjects = [row.Place];
        await parts.Persons.Widen(scope, names, subjects, stop);
        return [.. queries.Select(query => Ask.Of(query) with { More = [Inside(query.ResourceType, subjects, names)] })];
    }

    // By any of the parameters that the compartment's definition names for the type; a resource is in its own compartment.
    ClauseCheck Inside(string type, List<Place> subjects, List<string> names)
    {
        var any = Definitions.Compartment(subjects[0].Type, type)
            .Select(code => Definitions.SearchParam(type, code)).OfType<SearchParam>()
            .SelectMany(parameter => names.Select(name => parts.Hashes.OfValue(parameter.Number, name)));
        var check = new ClauseCheck(null, [.. any], Settled: true) { Targets = names, TargetPlaces = subjects };
        if (type != subjects[0].Type) return check;
        var self = subjects.Select(subject => (subject.Patient, subject.Number)).ToHashSet();
        return check.AnyHash!.Length == 0 ? new(null, Places: self, Settled: true) : check with { Places = self, Either = true };
    }

    // A count says something of a person when the search is about one.
    async Task TraceCount(Scope scope, SearchQuery query, Compartment? compartment, CancellationToken stop)
    {
        var patients = query.Clauses.Where(clause => Homes.ParametersOf(query.ResourceType).ContainsKey(clause.Param))
            .SelectMany(clause => clause.Values).Select(value => value.Text ?? value.Code).OfType<string>()
            .Select(text => text.Contains('/', StringComparison.Ordinal) ? text : $"Patient/{text}")
            .Append($"{compartment?.Type}/{compartment?.Id}");
        foreach (var patient in patients.Distinct())
        {
            if (parts.Ids.TryRead(patient, out var place) && await parts.Rows.At(scope, place, stop) is { } row)
                await parts.Trace.Release(scope, "search", row.Patient, query.ResourceType, stop);
        }
    }

    // A link belongs to the search and the actor it was made for.
    Position? After(SearchQuery query, Lazy<long> identity)
    {
        if (query.PageToken is not { } token) return null;
        try
        {
            if (parts.Keys.TryOpenToken(Purpose, token, out var plain)
                && Position.Read(plain, identity.Value, new SearchOrder(query.ResourceType, query.Sort).Count) is { } position)
                return position;
        }
        catch (Exception error) when (error is JsonException or FormatException or CryptographicException)
        {
            // Refused below like any other token that is not ours.
        }
        throw StoreRefusals.BadPageToken.With();
    }

    long Identity(Scope scope, IReadOnlyList<SearchQuery> queries, Compartment? compartment) => parts.Keys.Hash(Purpose,
        $"{scope.Agent.Id}\n{compartment?.Type}/{compartment?.Id}\n{(queries.Count == 1 ? queries[0].ResourceType : "*")}?{queries[0].Canonical()}");
}
