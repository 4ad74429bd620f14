namespace Socle.Platform;

/// <summary>Each module's own start, in their order, once.</summary>
sealed class ModuleStart(IReadOnlyList<Module> modules, IServiceProvider services)
{
    bool done;

    public async Task Run(CancellationToken stop)
    {
        if (done) return;
        done = true;
        foreach (var module in modules) await module.Start(services, stop);
    }
}
