namespace Socle.Directories;

public enum ExtractKind { Activities = 1, Degrees = 2, Skills = 3, Structures = 4, LegalEntities = 5, Passages = 6 }

/// <summary>What an import of an extract counted.</summary>
public sealed record RunCounts(long Lines, long Added, long Changed, long Removed, long Same, long Skipped);

/// <param name="Extracted">The day of the extract, 2026-11-22.</param>
/// <param name="Ended">Null: it is under way, or was cut short; the next one of the same extract takes it up.</param>
public sealed record RunRow(long Id, ExtractKind Kind, string File, string Extracted, DateTimeOffset Began, DateTimeOffset? Ended, RunCounts Counts);

/// <param name="Line">Of the file; 0 for a line that is not in it any more.</param>
/// <param name="What">added, changed, removed or skipped.</param>
/// <param name="Label">Whose line it is.</param>
/// <param name="Detail">The columns that were changed, or why it was left out (French).</param>
public sealed record RunChange(long Line, string What, string Label, string Detail)
{
    /// <summary>Its place in the report.</summary>
    public long Number { get; init; }
}

/// <summary>The imports of extracts, and what each of them changed, line by line.</summary>
public sealed class ImportReports
{
    public static readonly IReadOnlyList<string> Whats = ["added", "changed", "removed", "skipped"];

    readonly DirectoriesStore store;

    internal ImportReports(DirectoriesStore store) => this.store = store;

    /// <summary>Newest first.</summary>
    public async Task<IReadOnlyList<RunRow>> Last(int count, CancellationToken stop) => await store.Runs(count, stop);

    public async Task<RunRow?> Find(long run, CancellationToken stop) =>
        run == long.MaxValue ? null : (await store.Runs(1, stop, before: run + 1)).Find(row => row.Id == run);

    /// <summary>The whole report in the order in which it was found. Of a first import every line is new: it is counted only.</summary>
    public IAsyncEnumerable<RunChange> Report(long run, CancellationToken stop) => store.Report(run, stop);

    /// <param name="run">Of which import.</param>
    /// <param name="what">Only such changes; null: all.</param>
    /// <param name="after">The last number of the page before; 0 for the first.</param>
    /// <param name="count">How many at most.</param>
    /// <param name="stop">When the caller goes away.</param>
    public async Task<IReadOnlyList<RunChange>> Page(long run, string? what, long after, int count, CancellationToken stop) =>
        await store.Report(run, what, after, count, stop);
}
