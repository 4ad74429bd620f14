using Socle.Fhir;
using Socle.Platform;

namespace Socle.Store;

/// <summary>The time that one search may take. When it is over the search is stopped, also inside the database, and says what to add.</summary>
sealed class SearchBudget(TimeSpan budget, TimeProvider clock)
{
    /// <summary>Without a limit of time, for what the platform itself looks up: only what is too broad is said.</summary>
    public static async Task<T> Untimed<T>(SearchQuery query, Task<T> search)
    {
        try
        {
            return await search;
        }
        catch (TooBroad)
        {
            throw SearchAdvice.Refuse(StoreRefusals.SearchTooBroad, [query]);
        }
    }

    public async Task<T> Run<T>(IReadOnlyList<SearchQuery> queries, Func<CancellationToken, Task<T>> search, CancellationToken stop)
    {
        using var limit = new CancellationTokenSource(budget > TimeSpan.Zero ? budget : Timeout.InfiniteTimeSpan, clock);
        if (budget <= TimeSpan.Zero) await limit.CancelAsync();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, limit.Token);
        try
        {
            return await search(either.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            throw SearchAdvice.Refuse(StoreRefusals.SearchTooLong, queries);
        }
        catch (Refusal refusal) when (refusal.Kind == PlatformRefusals.StatementTooLong)
        {
            throw SearchAdvice.Refuse(StoreRefusals.SearchTooLong, queries);
        }
        catch (TooBroad)
        {
            throw SearchAdvice.Refuse(StoreRefusals.SearchTooBroad, queries);
        }
    }
}

/// <summary>Said deep inside a search, where the whole question is not known.</summary>
sealed class TooBroad : Exception;

/// <summary>Which criteria would make a search small enough.</summary>
static class SearchAdvice
{
    public static Refusal Refuse(RefusalKind kind, IReadOnlyList<SearchQuery> queries)
    {
        var advice = Of(queries);
        return kind.With([new("error", "too-costly", null, $"Add {string.Join(" or ", advice)}.")], string.Join(" ou ", advice));
    }

    static List<string> Of(IReadOnlyList<SearchQuery> queries)
    {
        var query = queries[0];
        var asked = query.Criteria.SelectMany(node => node.Leaves).OfType<SearchClause>().Select(clause => clause.Param).ToHashSet();
        var advice = new List<string>();
        if (Patient(query.ResourceType) is { } patient && !Homes.ParametersOf(query.ResourceType).Keys.Any(asked.Contains))
            advice.Add($"{patient}=…");
        var main = MainParameters.Of(query.ResourceType);
        if (main.Code is { } code && !asked.Contains(code)) advice.Add($"{code.Code}=…");
        if (main.Date is { } date && !asked.Contains(date)) advice.Add($"{date.Code}=ge…");
        if (advice.Count == 0 || query.ResourceType == "Patient")
            advice.Insert(0, Definitions.SearchParam(query.ResourceType, "identifier") is null ? "_id=…" : "identifier=…");
        return [.. advice.Distinct().Take(3)];
    }

    static string? Patient(string type) => Homes.IsShared(type) || type == "Patient" ? null
        : Homes.ParametersOf(type).OrderBy(pair => pair.Value).Select(pair => pair.Key.Code).FirstOrDefault();
}
