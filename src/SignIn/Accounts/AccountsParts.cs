using Microsoft.Extensions.DependencyInjection;
using Socle.Platform;

namespace Socle.SignIn;

/// <summary>What the module holds of accounts.</summary>
static class AccountsParts
{
    public static void AddServices(IServiceCollection services)
    {
        services.AddSingleton<AccountStore>();
        services.AddSingleton(s => new Accounts(
            s.GetRequiredService<AccountStore>(), s.GetRequiredService<Sessions>(), s.GetRequiredService<Db>(), s.GetRequiredService<Keys>(),
            s.GetRequiredService<AuditLog>(), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<Chance>()));
    }
}
