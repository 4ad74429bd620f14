namespace Socle.Store;

/// <summary>
/// « Look, then write » of one condition or one id happens one after the other in this process. The database settles it between
/// processes.
/// </summary>
sealed class KeyedLock
{
    readonly SemaphoreSlim[] stripes = [.. Enumerable.Range(0, 1024).Select(_ => new SemaphoreSlim(1, 1))];

    public async ValueTask<Held> Take(IEnumerable<string> keys, CancellationToken stop)
    {
        // In one order, so that two takers of several never wait for each other.
        int[] wanted = [.. keys.Select(key => (key.GetHashCode(StringComparison.Ordinal) & int.MaxValue) % stripes.Length).Distinct().Order()];
        var taken = 0;
        try
        {
            for (; taken < wanted.Length; taken++) await stripes[wanted[taken]].WaitAsync(stop);
        }
        catch
        {
            new Held(stripes, wanted[..taken]).Dispose();
            throw;
        }
        return new(stripes, wanted);
    }

    public readonly struct Held(SemaphoreSlim[] stripes, int[] taken) : IDisposable
    {
        public void Dispose()
        {
            foreach (var stripe in taken) stripes[stripe].Release();
        }
    }
}
