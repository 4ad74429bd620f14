using Socle.Access;
using Socle.Fhir;
using Socle.Platform;
using Socle.Store;

namespace Socle.Directories;

/// <summary>
/// What the directory shows of who is suspended: the person and each situation inactive, with a mark, so that the end of the suspension gives
/// back what it took and nothing else. Run every few seconds, for a suspension may begin at a moment to come.
/// </summary>
sealed class SuspendedEntries(Suspensions suspensions, RecordStore records, AccessDesk desk, TimeProvider clock) : IDisposable
{
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    static readonly Agent Program = new(AgentKind.Steward, "program:directories", "Registre des professionnels", null, null, null, 0, 0);
    static readonly WriteOptions Options = WriteOptions.Default with { KeepIds = true };

    readonly SemaphoreSlim one = new(1, 1);
    readonly Dictionary<string, bool> applied = new(StringComparer.Ordinal);

    public void Dispose() => one.Dispose();

    public Task Apply(CancellationToken stop) => Apply(again: false, stop);

    /// <param name="again">Also those that were applied before: an import may have brought situations since.</param>
    public async Task Apply(bool again, CancellationToken stop)
    {
        await one.WaitAsync(stop);
        try
        {
            var now = clock.GetUtcNow();
            foreach (var person in (await suspensions.All(stop)).GroupBy(suspension => suspension.Rpps, StringComparer.Ordinal))
            {
                var holds = person.Any(suspension => suspension.Holds(now));
                if (!again && applied.TryGetValue(person.Key, out var before) && before == holds) continue;
                await Show(person.Key, holds, stop);
                applied[person.Key] = holds;
            }
        }
        finally
        {
            one.Release();
        }
    }

    async Task Show(string rpps, bool suspended, CancellationToken stop)
    {
        var scope = await desk.Enter(Program, Purposes.Operation, stop);
        var ops = new List<WriteOp>();
        foreach (var person in await records.SharedByIdentifier(scope, "Practitioner", [rpps], stop))
        {
            Add(ops, person, suspended);
            await foreach (var role in EntryReading.Roles(scope, records, person, stop)) Add(ops, role, suspended);
        }
        foreach (var some in ops.Chunk(200)) await records.Write(scope, some, Options, stop);
    }

    static void Add(List<WriteOp> ops, Stored entry, bool suspended)
    {
        if ((suspended ? EntryMerge.Suspended(entry.Bytes) : EntryMerge.Resumed(entry.Bytes)) is { } body)
            ops.Add(new WriteOp.Update(entry.Type, entry.Id, null, FhirDocument.Parse(body)));
    }
}
