using Microsoft.Extensions.Hosting;

namespace Socle.Platform;

/// <summary>Outbox, jobs and the feed of changes work while the program serves.</summary>
sealed class Background(ModuleStart start, SocleOptions options) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => start.Run(cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        options.Storage?.Outbox.Start();
        options.Storage?.Jobs.Start();
        options.Storage?.Db.Changes.Start();
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
