using System.Globalization;
using System.Runtime.CompilerServices;

namespace Socle.Core.Tests.Web;

static class CultureFixture
{
    // The pipeline sets the culture of a request; code that is tested without it runs in French too.
    [ModuleInitializer]
    internal static void French() => CultureInfo.DefaultThreadCurrentCulture = CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.GetCultureInfo("fr-FR");
}
