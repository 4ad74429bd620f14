using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Socle.Platform;

namespace Socle.Store;

/// <summary>The store: its tables and its one service.</summary>
public sealed class StoreModule : Module
{
    public override void AddServices(IServiceCollection services, IConfiguration configuration) => services.AddSingleton<RecordStore>();

    public override IEnumerable<Migration> Migrations => Migration.Of("store", typeof(StoreModule).Assembly);
}
