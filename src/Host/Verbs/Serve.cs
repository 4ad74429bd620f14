using System.Globalization;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Socle.Platform;

namespace Socle.Host.Verbs;

/// <summary>Serves until it is told to stop. Without a verb: a demonstration that fills itself the first time.</summary>
static class Serve
{
    public static async Task<int> Run(VerbCall call, string folder, CancellationToken stop)
    {
        var output = new TerminalOutput();
        var urls = (call.One("--urls") ?? "http://localhost:5080").Split(';', StringSplitOptions.RemoveEmptyEntries);
        if (urls.Length == 0 || urls.FirstOrDefault(url => !IsAddress(url)) is { })
            throw new SettingsException($"« {call.One("--urls")} » n’est pas une adresse d’écoute, par exemple http://localhost:5080.");
        var options = new SocleOptions
        {
            DataFolder = folder,
            Database = call.One("--db"),
            Demo = call.Verb == "run" || call.Has("--demo"),
            Urls = urls,
            Services = services => services.AddSingleton<ServedAddresses>(),
        };
        await using var app = await SocleApp.Open(options, ModuleList.All, stop);
        using var telemetry = Telemetry.Start(app.Services.GetRequiredService<TelemetrySettings>());
        var owned = app.Services.GetRequiredService<DataFolder>();
        if (call.Verb == "run" && owned.IsNew)
            await Seed.Fill(app.Services, call.Number("--patients", Seed.AtFirstStart), output, stop);
        await app.StartAsync(stop);
        await using var socket = new LocalSocket(app.Services, owned.SocketPath);
        socket.Start();
        app.Services.GetRequiredService<ServedAddresses>().All =
            app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>() is { Addresses.Count: > 0 } bound ? [.. bound.Addresses] : options.Urls;
        await Welcome(app, options, output);
        await app.WaitForShutdownAsync(stop);
        return 0;
    }

    // TLS ends at the proxy before us: plain http is what is served here.
    static bool IsAddress(string url) =>
        Uri.TryCreate(url.Replace("//*", "//localhost", StringComparison.Ordinal).Replace("//+", "//localhost", StringComparison.Ordinal), UriKind.Absolute, out var address)
        && address.Scheme == Uri.UriSchemeHttp && address.AbsolutePath == "/";

    static async Task Welcome(WebApplication app, SocleOptions options, VerbOutput output)
    {
        var address = app.Services.GetRequiredService<ServedAddresses>().All[0];
        await output.Line(string.Create(CultureInfo.InvariantCulture, $"""

            Socle sert sur {address}
              Mon espace        {address}/espace
              Bouquet           {address}/bouquet
              API FHIR R4       {address}/fhir

            """));
        if (options.Demo) await output.Line("Démonstration : choisissez une personne inventée à la connexion. Ctrl+C arrête.");
    }
}
