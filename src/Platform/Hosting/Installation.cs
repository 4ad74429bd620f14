using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Socle.Platform;

/// <summary>
/// A data folder owned by this process, its storage opened, and the program built on it. Serving, a verb of the command line and the
/// tests start from the same one.
/// </summary>
public sealed class Installation : IAsyncDisposable
{
    readonly IReadOnlyList<Module> modules;
    bool started;

    Installation(WebApplication app, Storage storage, IReadOnlyList<Module> modules) => (App, Storage, this.modules) = (app, storage, modules);

    public WebApplication App { get; }

    public Storage Storage { get; }

    public IServiceProvider Services => App.Services;

    /// <summary>Takes the folder (one sentence when another process has it), opens and migrates the database, builds the program.</summary>
    public static async Task<Installation> Open(SocleOptions options, IReadOnlyList<Module> modules, CancellationToken stop)
    {
        var folder = DataFolder.Open(options.DataFolder, options.Demo ? true : null);
        Storage? storage = null;
        try
        {
            storage = await Storage.Open(folder, StorageSettingsOf(options), modules.SelectMany(m => m.Migrations), options.Clock, options.Chance, stop: stop);
            return new(SocleApp.Create(options with { Services = services => Add(services, storage, options) }, modules), storage, modules);
        }
        catch
        {
            if (storage is not null) await storage.DisposeAsync();
            else folder.Dispose();
            throw;
        }
    }

    /// <summary>Listens, and works in the background until disposed.</summary>
    public async Task Serve(CancellationToken stop)
    {
        await App.StartAsync(stop);
        StartWork();
    }

    /// <summary>Ready for work without listening: what a verb needs.</summary>
    public async Task Start(CancellationToken stop)
    {
        foreach (var module in modules) await module.Start(Services, stop);
        StartWork();
    }

    void StartWork()
    {
        if (started) return;
        started = true;
        Storage.Outbox.Start();
        Storage.Jobs.Start();
    }

    static StorageSettings StorageSettingsOf(SocleOptions options)
    {
        var settings = new ServiceCollection().AddSettings<StorageSettings>(Settings.Load(options.DataFolder), "Storage");
        return options.Database is null ? settings : settings with { Connection = options.Database };
    }

    static void Add(IServiceCollection services, Storage storage, SocleOptions options)
    {
        services.AddSingleton(new SettingsSection("Storage", typeof(StorageSettings)));
        services.AddSingleton(new ReadyCheck("database", async stop => await storage.Db.First($"select 1", row => row.Long(0), stop) == 1));
        storage.AddTo(services);
        options.Services?.Invoke(services);
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await Storage.DisposeAsync();
    }
}
