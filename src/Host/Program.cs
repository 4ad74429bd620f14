using System.Globalization;
using Socle.Host;

// French unless a request asks otherwise: then no request has to carry its language along.
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.GetCultureInfo("fr-FR");

return await CommandLine.Run(args, Runner.Run);
