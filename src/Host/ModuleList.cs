using Socle.Access;
using Socle.Api;
using Socle.Bouquet;
using Socle.Bulk;
using Socle.Directories;
using Socle.Identities;
using Socle.Platform;
using Socle.Profiles;
using Socle.Rights;
using Socle.SharedRecord;
using Socle.SignIn;
using Socle.Space;
using Socle.Store;
using Socle.Subscriptions;
using Socle.Terminology;

namespace Socle.Host;

/// <summary>The program is this list. The order is that of migrations and of middleware.</summary>
static class ModuleList
{
    public static IReadOnlyList<Module> All { get; } =
    [
        new StoreModule(), new AccessModule(), new SignInModule(), new IdentitiesModule(), new SharedRecordModule(), new DirectoriesModule(),
        new ApiModule(), new TerminologyModule(), new ProfilesModule(), new BulkModule(), new SubscriptionsModule(),
        new RightsModule(), new SpaceModule(), new BouquetModule(),
    ];
}
