using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Socle.Platform;

namespace Socle.Store;

/// <summary>The store: its tables and its one service.</summary>
public sealed class StoreModule : Module
{
    const int PagesAtOnce = 50;

    public override void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<StoreSettings>(configuration, "Store");
        services.AddSingleton<MergedRecords>().AddSingleton<RecordStore>();
    }

    public override async Task Start(IServiceProvider services, CancellationToken stop)
    {
        var store = services.GetRequiredService<RecordStore>();
        await store.LoadParameters(stop);
        services.GetService<Jobs>()?.Every(TimeSpan.FromSeconds(5), "search-parameters", next => store.IndexParameters(PagesAtOnce, next));
    }

    public override IEnumerable<Migration> Migrations => Migration.Of("store", typeof(StoreModule).Assembly);
}
