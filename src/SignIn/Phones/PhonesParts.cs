using Microsoft.Extensions.DependencyInjection;
using Socle.Platform;

namespace Socle.SignIn;

/// <summary>What the module holds of phones.</summary>
static class PhonesParts
{
    public static void AddServices(IServiceCollection services)
    {
        services.AddSingleton<PhonesStore>();
        services.AddSingleton(s => new Phones(
            s.GetRequiredService<Db>(), s.GetRequiredService<PhonesStore>(), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<Chance>()));
    }
}
