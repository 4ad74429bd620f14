namespace Socle.Platform;

/// <summary>Grows the Merkle tree with what was committed and signs a head each second in which something came, or each 1 000 entries.</summary>
sealed class AuditSequencer : IAsyncDisposable
{
    public const int EntriesPerHead = 1_000;

    static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    static readonly RefusalKind Overtaken = new("audit-head-taken", Reason.Conflict, "Un autre serveur a signé avant nous.");

    readonly Db db;
    readonly Keys keys;
    readonly AuditTrail trail;
    readonly TimeProvider clock;
    readonly IReadOnlyList<string> copies;
    readonly MerkleTree tree;
    readonly SemaphoreSlim signing = new(1, 1), wake = new(0, 1);
    readonly CancellationTokenSource ending = new();
    readonly Task loop;
    long number, signedSize;
    byte[] previous;
    IReadOnlyList<LogRoot> otherLogs;

    public AuditSequencer(Db db, Keys keys, AuditTrail trail, TimeProvider clock, AuditStart start, IReadOnlyList<string> copies)
    {
        (this.db, this.keys, this.trail, this.clock, this.copies) = (db, keys, trail, clock, copies);
        (tree, otherLogs, number, previous, signedSize) = (start.Tree, start.OtherLogs, start.HeadNumber, start.Previous, start.SignedSize);
        trail.ManyUnsigned = Wake;
        loop = Task.Run(Run);
    }

    /// <summary>Signs now, if anything is not under a head yet.</summary>
    public async Task Sign(CancellationToken stop)
    {
        await signing.WaitAsync(stop);
        try
        {
            foreach (var leaf in trail.TakeUnsigned()) tree.Add(leaf);
            if (tree.Size == signedSize) return;
            while (!await TrySign(stop)) await CatchUp(stop);
        }
        finally
        {
            signing.Release();
        }
    }

    // False: another process of this database signed in between, and the chain goes on from there.
    async Task<bool> TrySign(CancellationToken stop)
    {
        var head = new AuditHead(number + 1, Clock.Micros(clock), previous, [.. otherLogs, new(trail.Log, tree.Size, tree.Root())]);
        var line = head.Sign(keys.AuditSigningKey);
        var unit = new Unit();
        unit.Unique($"insert into platform_audit_head (number, line, frontier) values ({head.Number}, {line}, {tree.Frontier()})", () => Overtaken.With());
        try
        {
            await db.Commit(unit, stop);
        }
        catch (Refusal refusal) when (refusal.Kind == Overtaken)
        {
            return false;
        }
        (number, previous, signedSize) = (head.Number, AuditHead.HashOf(line), tree.Size);
        foreach (var copy in copies) DataFolder.Append(copy, line);
        return true;
    }

    async Task CatchUp(CancellationToken stop)
    {
        var lines = await db.Query($"select number, line from platform_audit_head where number > {number} order by number", row => (Number: row.Long(0), Line: row.Text(1)), stop);
        foreach (var (next, line) in lines)
        {
            // A line that is none of ours is for the auditor: the chain goes on after it, and the verification names it.
            if (AuditHead.TryRead(line, keys.AuditSigningKey, out var head)) otherLogs = [.. head.Logs.Where(l => l.Log != trail.Log)];
            (number, previous) = (next, AuditHead.HashOf(line));
            foreach (var copy in copies) DataFolder.Append(copy, line);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await loop;
        await SignQuietly(CancellationToken.None);
        ending.Dispose();
        signing.Dispose();
        wake.Dispose();
    }

    void Wake()
    {
        // Full already: a signature is on its way.
        if (wake.CurrentCount == 0)
            try
            {
                wake.Release();
            }
            catch (SemaphoreFullException)
            {
            }
    }

    async Task Run()
    {
        try
        {
            while (true)
            {
                await wake.WaitAsync(Period, ending.Token);
                await SignQuietly(ending.Token);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    // No room, no database: the leaves stay in the tree, and the next head covers them.
    async Task SignQuietly(CancellationToken stop)
    {
        try
        {
            await Sign(stop);
        }
        catch (Exception error) when (error is Refusal or IOException or UnauthorizedAccessException)
        {
        }
    }
}
