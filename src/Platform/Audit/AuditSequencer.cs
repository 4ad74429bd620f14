namespace Socle.Platform;

/// <summary>Grows the Merkle tree with what was committed and signs a head each second in which something came, or each 1 000 entries.</summary>
sealed class AuditSequencer : IAsyncDisposable
{
    public const int EntriesPerHead = 1_000;

    static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    readonly Db db;
    readonly Keys keys;
    readonly AuditTrail trail;
    readonly TimeProvider clock;
    readonly IReadOnlyList<string> copies;
    readonly MerkleTree tree;
    readonly IReadOnlyList<LogRoot> closedLogs;
    readonly SemaphoreSlim signing = new(1, 1), wake = new(0, 1);
    readonly CancellationTokenSource ending = new();
    readonly Task loop;
    long number, signedSize;
    byte[] previous;

    public AuditSequencer(Db db, Keys keys, AuditTrail trail, TimeProvider clock, AuditStart start, IReadOnlyList<string> copies)
    {
        (this.db, this.keys, this.trail, this.clock, this.copies) = (db, keys, trail, clock, copies);
        (tree, closedLogs, number, previous, signedSize) = (start.Tree, start.ClosedLogs, start.HeadNumber, start.Previous, start.SignedSize);
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
            var head = new AuditHead(number + 1, Clock.Micros(clock), previous, [.. closedLogs, new(trail.Log, tree.Size, tree.Root())]);
            var line = head.Sign(keys.AuditSigningKey);
            var unit = new Unit();
            unit.Add($"insert into platform_audit_head (number, line, frontier) values ({head.Number}, {line}, {tree.Frontier()})");
            await db.Commit(unit, stop);
            (number, previous, signedSize) = (head.Number, AuditHead.HashOf(line), tree.Size);
            foreach (var copy in copies) DataFolder.Append(copy, line);
        }
        finally
        {
            signing.Release();
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
