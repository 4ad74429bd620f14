namespace Socle.Subscriptions;

/// <summary>Says to the courier that there is something to tell.</summary>
sealed class Bell : IDisposable
{
    readonly SemaphoreSlim rung = new(0, 1);

    public void Ring()
    {
        try
        {
            if (rung.CurrentCount == 0) rung.Release();
        }
        catch (Exception error) when (error is SemaphoreFullException or ObjectDisposedException)
        {
            // It rings already, or all is ending: what there is to tell waits in its table.
        }
    }

    public Task Wait(TimeSpan most, CancellationToken stop) => rung.WaitAsync(most, stop);

    public void Dispose() => rung.Dispose();
}
