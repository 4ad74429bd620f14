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
            var plan = new SearchPlan(parts.Rows, parts.Hashes, parts.Ids, parts.Parameters, parts.Searching, parts.Persons);
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
    // Whom a software may find by identifier, one at a time, it is not told of unasked.
    readonly Scope listed = scope.WithoutTypesOfEveryone();

    public async Task<Stored?> At(long patient, long number, CancellationToken stop)
    {
        if (!scope.Types.Allows(query.ResourceType, Interaction.Read) || !scope.Types.Allows(query.ResourceType, Interaction.Search)) return null;
        if (await parts.Rows.At(listed, new Place(query.ResourceType, patient, number), stop) is not { Deleted: false } row) return null;
        var match = await RowMatch.Of(parts, scope, query, stop);
        if (!match.MayMatch(row)) return null;
        var stored = await parts.Rows.Open(row, stop);
        return RowMatch.Any([match], row, stored) ? stored : null;
    }

    /// <summary>What the version that deleted it took away: the one before decides whether the scope may know, and whether it matched.</summary>
    public async Task<Stored?> Gone(long patient, long number, long version, CancellationToken stop)
    {
        if (!scope.Types.Allows(query.ResourceType, Interaction.Read) || !scope.Types.Allows(query.ResourceType, Interaction.Search)) return null;
        var before = await parts.Scoped.First(listed, visible => $"""
            select v.type, v.patient, v.number, v.version, v.updated, v.deleted, v.owner, v.blob, v.body
            from store_version v join store_resource r on r.patient = v.patient and r.number = v.number
            where v.patient = {patient} and v.number = {number} and v.version = {version - 1} and r.version >= {version}
                and (v.labels & {(long)scope.ReadReach.Hidden}) = 0 and {visible}
            """, HistoryOf.ReadOlder, stop);
        if (before is not { Deleted: false } || before.Type != Definitions.TypeNumber(query.ResourceType)) return null;
        var stored = await parts.Rows.Open(before, stop);
        if (!await Matched(before, stored, stop)) return null;
        return stored with { Version = version, Deleted = true, Bytes = default, BlobId = null };
    }

    // An older version stands without its hashes: they are made again, as the subscriber's references lead.
    async Task<bool> Matched(HeadRow row, Stored stored, CancellationToken stop)
    {
        var match = await RowMatch.Of(parts, scope, query, stop);
        using var document = FhirDocument.Parse(stored.Bytes);
        var values = new List<IndexValue>();
        Indexer.Extract(document, values, parts.Parameters.Set);
        var references = values.Where(value => value.Kind == SearchKind.Reference).Select(value => value.Text).OfType<string>();
        var known = await parts.Rows.Resolve(scope, references, stop);
        var indexed = Indexed.Of(stored.Type, values, document, parts.Hashes, parts.Ids, known, row.Patient);
        var whole = row with { Hashes = indexed.Hashes, MainCode = indexed.MainCode, MainDate = indexed.MainDate };
        return RowMatch.Any([match], whole, stored);
    }
}
