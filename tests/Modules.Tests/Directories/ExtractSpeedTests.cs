using System.Diagnostics;
using System.Globalization;
using Socle.Directories;
using Socle.Support;
using Xunit.Abstractions;

namespace Socle.Modules.Tests.Directories;

/// <summary>
/// A directory of SOCLE_EXTRACT_LINES situations (2000000 is the size of the country, a thousand when nothing is said), imported, and imported again
/// with 1 % of its lines changed. With SOCLE_EXTRACT_FOLDER both editions are left there for the program itself.
/// </summary>
public sealed class ExtractSpeedTests(ITestOutputHelper output)
{
    static readonly int Lines = int.Parse(Environment.GetEnvironmentVariable("SOCLE_EXTRACT_LINES") ?? "1000", CultureInfo.InvariantCulture);

    [Theory, OnEachDatabase]
    public async Task A_whole_directory_goes_in_and_its_next_edition_is_told_to_the_line(DatabaseKind kind)
    {
        await using var world = await RecordWorld.Open(kind, [], new DirectoriesModule());
        var folder = Environment.GetEnvironmentVariable("SOCLE_EXTRACT_FOLDER") ?? world.Database.Folder;
        var (first, second) = (Path.Combine(folder, $"activite-{Lines}-1.txt"), Path.Combine(folder, $"activite-{Lines}-2.txt"));
        var maker = new ExtractMaker(Lines);
        maker.Write(first);
        var truth = maker.WriteNext(second);
        await Timed(world, kind, first);
        await Timed(world, kind, second);
        var run = (await world.Get<DirectoriesStore>().Runs(1, default))[0];
        run.Counts.ShouldBe(new(truth.Lines, truth.Added.Count, truth.Changed.Count, truth.Removed, truth.Lines - truth.Added.Count - truth.Changed.Count, 0));
        var told = await world.Get<DirectoriesStore>().Report(run.Id, default).ToListAsync();
        LinesOf("added").ShouldBe(truth.Added);
        LinesOf("changed").ShouldBe(truth.Changed);
        LinesOf("removed").Count.ShouldBe(truth.Removed);

        List<long> LinesOf(string what) => [.. told.Where(change => change.What == what).Select(change => change.Line).Order()];
    }

    async Task Timed(RecordWorld world, DatabaseKind kind, string path)
    {
        // On a shared machine the processor time says more than the clock; the database's own is not in it (PostgreSQL).
        var (watch, before, paused) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime, GC.GetTotalPauseDuration());
        var outcome = (await world.Importer.Import([path], new(), null, default)).Outcomes[0];
        outcome.Faults.ShouldBeEmpty();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{kind}: {outcome.Detail}: {watch.Elapsed.TotalSeconds:0.0} s, {Lines / watch.Elapsed.TotalSeconds:0} lines/s, {(Environment.CpuUsage.TotalTime - before).TotalSeconds:0.0} s of processor, {(GC.GetTotalPauseDuration() - paused).TotalSeconds:0.0} s of collections, at most {Peak() >> 20} MiB with the test around it"));
    }

    static long Peak()
    {
        using var self = Process.GetCurrentProcess();
        return self.PeakWorkingSet64;
    }
}
