using System.Globalization;
using System.Runtime.CompilerServices;

namespace Socle.Modules.Tests;

/// <summary>What no request asked for (a notice, a job) speaks French, as in the program: the runner's own language says nothing.</summary>
static class FrenchByDefault
{
    [ModuleInitializer]
    internal static void Set() => CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.GetCultureInfo("fr-FR");
}
