using Socle.Fhir;

namespace Socle.Store;

/// <summary>A search asked of rows that were found another way: by an export, or because they changed.</summary>
sealed class RowMatch
{
    readonly SearchFilter filter;
    readonly SearchParameters parameters;

    RowMatch(SearchFilter filter, SearchParameters parameters) => (this.filter, this.parameters) = (filter, parameters);

    public static async Task<RowMatch> Of(StoreParts parts, Scope scope, SearchQuery query, CancellationToken stop)
    {
        await parts.Parameters.Ready(stop);
        try
        {
            var plan = new SearchPlan(parts.Rows, parts.Hashes, parts.Ids, parts.Parameters, parts.Searching);
            return new(await plan.Of(scope, Ask.Of(query), stop), parts.Parameters);
        }
        catch (TooBroad)
        {
            throw SearchAdvice.Refuse(StoreRefusals.SearchTooBroad, [query]);
        }
    }

    /// <summary>False when the row alone says no.</summary>
    public bool MayMatch(HeadRow row) => !filter.Nothing && filter.Verdict(row) != false;

    public static bool Any(IReadOnlyList<RowMatch> matches, HeadRow row, Stored stored)
    {
        FhirDocument? document = null;
        var values = new List<IndexValue>();
        try
        {
            foreach (var match in matches.Where(match => match.MayMatch(row)))
            {
                if (match.filter.Verdict(row) == true) return true;
                if (document is null) Indexer.Extract(document = FhirDocument.Parse(stored.Bytes), values, match.parameters.Set);
                if (match.filter.Matches(row, values, document)) return true;
            }
            return false;
        }
        finally
        {
            document?.Dispose();
        }
    }
}

/// <summary>One resource that changed, looked at again for somebody who asked to be told.</summary>
sealed class NoticeOf(StoreParts parts, Scope scope, SearchQuery query)
{
    public async Task<Stored?> At(long patient, long number, CancellationToken stop)
    {
        if (!scope.Types.Allows(query.ResourceType, Interaction.Read) || !scope.Types.Allows(query.ResourceType, Interaction.Search)) return null;
        if (await parts.Rows.At(scope, new Place(query.ResourceType, patient, number), stop) is not { Deleted: false } row) return null;
        var match = await RowMatch.Of(parts, scope, query, stop);
        if (!match.MayMatch(row)) return null;
        var stored = await parts.Rows.Open(row, stop);
        return RowMatch.Any([match], row, stored) ? stored : null;
    }
}
