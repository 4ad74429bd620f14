using Socle.Fhir;
using Socle.Platform;

namespace Socle.Store;

/// <summary>How far the background walk for a search parameter has come.</summary>
/// <param name="Ready">Every resource is indexed by it: it can be searched without a patient too.</param>
/// <param name="Walked">Resources looked at so far.</param>
public sealed record ParameterProgress(string Type, string Code, bool Ready, long Walked);

/// <summary>The search parameters in force: those of R4 and the active SearchParameter resources of the shared space.</summary>
sealed class SearchParameters : IDisposable
{
    /// <summary>Numbers of custom parameters begin after this.</summary>
    public const int LastOfR4 = 100_000;

    public const string Kind = "search-parameters";

    // Those of R4 whose index took another form since the first version.
    static readonly IReadOnlyList<SearchParam> Grown = [Cells.Parameter, .. BirthWords.Parameters];

    const string Waiting = "waiting", Finishing = "finishing", Done = "done", Retired = "retired";

    /// <summary>Nothing is left to index.</summary>
    public const string Complete = Done;

    readonly Scoped scoped;
    readonly Db db;
    readonly Rows rows;
    readonly TimeProvider clock;
    readonly SemaphoreSlim one = new(1, 1);
    State? state;
    volatile bool stale = true;

    public SearchParameters(Scoped scoped, Db db, Rows rows, TimeProvider clock)
    {
        (this.scoped, this.db, this.rows, this.clock) = (scoped, db, rows, clock);
        db.Changes.Hear(Kind, Changed);
    }

    /// <param name="Set">In force.</param>
    /// <param name="Rows">The table, without what was retired.</param>
    /// <param name="BeingIndexed">Numbers whose hashes are not in every row yet.</param>
    sealed record State(SearchParamSet Set, IReadOnlyList<Known> Rows, HashSet<int> BeingIndexed);

    /// <summary>One row of the table.</summary>
    internal sealed record Known(
        int Number, long Resource, string Type, string Code, long Signature, string State, long Since, int WalkedType, long WalkedUpdated,
        long WalkedPatient, long WalkedNumber, long Walked)
    {
        public bool IsWalked => State is Waiting or Finishing;
    }

    public SearchParamSet Set => state?.Set ?? SearchParamSet.R4;

    public IReadOnlyList<ParameterProgress> Progress =>
        [.. (state?.Rows ?? []).Where(row => row.Number > LastOfR4).Select(row => new ParameterProgress(row.Type, row.Code, !row.IsWalked, row.Walked))];

    /// <summary>Its hashes are not in every row yet, or not any more since it was retired: only bodies tell.</summary>
    public bool IsBeingIndexed(SearchParam parameter) => state is { } known && (known.BeingIndexed.Count > 0 && known.BeingIndexed.Contains(parameter.Number)
        || parameter.Number > LastOfR4 && !known.Rows.Any(row => row.Number == parameter.Number));

    /// <param name="asked">The least that is wanted; null: the values of all.</param>
    public List<IndexValue> ValuesOf(FhirDocument document, IReadOnlySet<SearchParam>? asked = null)
    {
        var values = new List<IndexValue>();
        Indexer.Extract(document, values, Set, asked);
        return values;
    }

    /// <summary>What the table says is looked at again before the next search or write.</summary>
    public void Changed() => stale = true;

    public void Dispose() => one.Dispose();

    /// <summary>What was changed by this process is known, and by another what is older than two seconds.</summary>
    public ValueTask Ready(CancellationToken stop) => stale || !db.Changes.IsFresh ? new(Load(stop)) : ValueTask.CompletedTask;

    /// <summary>For who asks by a parameter of one's own: whatever was changed by whomever is known.</summary>
    public async Task Confirm(CancellationToken stop)
    {
        await db.Changes.LookNow(stop);
        if (stale) await Load(stop);
    }

    async Task Load(CancellationToken stop)
    {
        await db.Changes.Fresh(stop);
        if (!stale) return;
        await one.WaitAsync(stop);
        try
        {
            if (!stale) return;
            stale = false;
            try
            {
                state = await Read(stop);
            }
            catch
            {
                stale = true;
                throw;
            }
        }
        finally
        {
            one.Release();
        }
    }

    public Task<List<Known>> All(CancellationToken stop) => scoped.Unscoped("which search parameters there are", $"""
        select number, resource, type, code, signature, state, since, walked_type, walked_updated, walked_patient, walked_number, walked
        from store_parameter order by number
        """, row => new Known(row.Int(0), row.Long(1), row.Text(2), row.Text(3), row.Long(4), row.Text(5), row.Long(6), row.Int(7),
            row.Long(8), row.Long(9), row.Long(10), row.Long(11)), stop);

    async Task<State> Read(CancellationToken stop)
    {
        var all = await All(stop);
        var grown = Grown.Where(parameter => all.TrueForAll(row => row.Number != parameter.Number)).ToList();
        if (grown.Count > 0) all.AddRange(await Begin(grown, stop));
        var active = all.Where(row => row.State != Retired).ToList();
        var before = (state?.Set.Custom ?? []).ToDictionary(parameter => parameter.Number);
        var custom = new List<SearchParam>();
        foreach (var ofResource in active.Where(row => row.Number > LastOfR4).GroupBy(row => row.Resource))
        {
            // One that stands stays the same object: queries that were read before know it.
            if (ofResource.All(row => before.ContainsKey(row.Number))) custom.AddRange(ofResource.Select(row => before[row.Number]));
            else custom.AddRange(await FromResource(ofResource.Key, [.. ofResource], stop));
        }
        return new(SearchParamSet.With(custom), active, [.. active.Where(row => row.IsWalked).Select(row => row.Number)]);
    }

    async Task<IEnumerable<SearchParam>> FromResource(long resource, IReadOnlyList<Known> known, CancellationToken stop)
    {
        if (await rows.At(Scope.ForDecision, new Place("SearchParameter", 0, resource), stop) is not { Deleted: false } row) return [];
        using var document = FhirDocument.Parse((await rows.Open(row, stop)).Bytes);
        return Parse(document, SearchParamSet.R4, type => known.FirstOrDefault(one => one.Type == type)?.Number ?? 0).Where(one => one.Number != 0);
    }

    /// <summary>What a SearchParameter means; throws what is wrong with it.</summary>
    public static IReadOnlyList<SearchParam> Parse(FhirDocument document, SearchParamSet known, Func<string, int> numberOf) =>
        CustomSearchParam.Read(document, known, numberOf);

    // Resources that were written before the index had this form are walked once; without any there is nothing to do.
    async Task<List<Known>> Begin(List<SearchParam> grown, CancellationToken stop)
    {
        var begun = new List<Known>();
        var unit = new Unit();
        foreach (var parameter in grown)
        {
            var type = Definitions.TypeNumber(parameter.Type);
            var any = await scoped.Unscoped("whether there are any of a type", $"select 1 from store_resource where type = {type} limit 1", row => row.Int(0), stop);
            begun.Add(New(parameter, -1, 0, any.Count > 0 ? Waiting : Done));
            Insert(unit, begun[^1], () => StoreRefusals.WrittenMeanwhile.With());
        }
        try
        {
            await db.Commit(unit, stop);
        }
        catch (Refusal refusal) when (refusal.Kind == StoreRefusals.WrittenMeanwhile)
        {
            // Another process was first.
        }
        return begun;
    }

    public Known New(SearchParam parameter, long resource, long signature, string? status = null) => new(
        parameter.Number, resource, parameter.Type, parameter.Code, signature, status ?? Waiting, Rows.Microseconds(clock.GetUtcNow()),
        0, long.MinValue, 0, 0, 0);

    public static void Insert(Unit unit, Known row, Func<Refusal> taken) => unit.Unique($"""
        insert into store_parameter (number, resource, type, code, signature, state, since, walked_type, walked_updated, walked_patient,
            walked_number, walked)
        values ({(long)row.Number}, {row.Resource}, {row.Type}, {row.Code}, {row.Signature}, {row.State}, {row.Since}, {(long)row.WalkedType},
            {row.WalkedUpdated}, {row.WalkedPatient}, {row.WalkedNumber}, {row.Walked})
        """, taken);

    public static void Retire(Unit unit, int number) =>
        unit.Add($"update store_parameter set state = {Retired} where number = {(long)number}");

    public static bool IsActive(Known row) => row.State != Retired;

    /// <summary>The next place of the walk; <paramref name="end"/>: it has come to the end once, or for good.</summary>
    public static void Advance(Unit unit, Known row, bool end, long again)
    {
        var status = !end ? row.State : row.State == Waiting ? Finishing : Done;
        var (type, updated, patient, number) = end ? (0, again, 0L, 0L) : (row.WalkedType, row.WalkedUpdated, row.WalkedPatient, row.WalkedNumber);
        unit.Add($"""
            update store_parameter set state = {status}, walked_type = {(long)type}, walked_updated = {updated}, walked_patient = {patient},
                walked_number = {number}, walked = {row.Walked}
            where number = {(long)row.Number} and state = {row.State}
            """);
    }
}
