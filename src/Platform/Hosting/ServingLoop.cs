using Microsoft.Extensions.Hosting;

namespace Socle.Platform;

/// <summary>
/// Work that goes on while the program serves. It begins when the doors are open: a start that fails (a port in use) has then nothing to stop,
/// and says why it failed and nothing else.
/// </summary>
public abstract class ServingLoop : BackgroundService, IHostedLifecycleService
{
    public sealed override Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => base.StartAsync(cancellationToken);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
