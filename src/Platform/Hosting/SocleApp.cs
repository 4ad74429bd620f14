using System.Text.Encodings.Web;
using System.Text.Unicode;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Socle.Platform.Web;

namespace Socle.Platform;

/// <summary>The program: Kestrel, the pipeline in its order, the modules. Host and tests build the same one.</summary>
public static class SocleApp
{
    /// <summary>
    /// Takes the data folder, brings the tables up to date, builds the program and runs the modules' start. It listens once
    /// <c>StartAsync</c> is called: a verb of the command line uses its services without that. The storage closes with the program.
    /// </summary>
    public static async Task<WebApplication> Open(SocleOptions options, IReadOnlyList<Module> modules, CancellationToken stop)
    {
        RefuseDemoOutside(options);
        var storage = await OpenStorage(options, modules, stop);
        try
        {
            var app = Create(options with { Storage = storage }, modules);
            _ = app.Services.GetRequiredService<Storage>();   // made by the container, so closed by it
            await app.Services.GetRequiredService<ModuleStart>().Run(stop);
            return app;
        }
        catch
        {
            await storage.DisposeAsync();
            throw;
        }
    }

    public static WebApplication Create(SocleOptions options, IReadOnlyList<Module> modules)
    {
        RefuseDemoOutside(options);
        var builder = WebApplication.CreateEmptyBuilder(new() { ApplicationName = "socle", EnvironmentName = Environments.Production });
        var settings = Settings.Load(options.DataFolder);
        builder.WebHost.UseKestrel(Limits).UseUrls([.. options.Urls]);
        AddLogging(builder.Logging, options);
        AddServices(builder.Services, settings, options, modules);
        foreach (var module in modules) module.AddServices(builder.Services, settings);
        options.Services?.Invoke(builder.Services);
        var app = builder.Build();
        Settings.CheckNames(settings, app.Services.GetServices<SettingsSection>());
        UsePipeline(app, modules);
        app.Services.GetRequiredService<Assets>().Map(app);
        Health.Map(app);
        foreach (var module in modules) module.MapRoutes(app);
        CheckRoutes(app);
        return app;
    }

    /// <summary>Throws when an endpoint has no policy; called again at start for routes added since.</summary>
    public static void CheckRoutes(WebApplication app) =>
        app.Services.GetRequiredService<Policies>().Check(((IEndpointRouteBuilder)app).DataSources.SelectMany(s => s.Endpoints));

    static async Task<Storage> OpenStorage(SocleOptions options, IReadOnlyList<Module> modules, CancellationToken stop)
    {
        var settings = Settings.Read<StorageSettings>(Settings.Load(options.DataFolder), "Storage");
        var folder = DataFolder.Open(options.DataFolder, options.Demo ? true : null);
        try
        {
            return await Storage.Open(folder, settings with { Connection = options.Database ?? settings.Connection },
                modules.SelectMany(m => m.Migrations), options.Clock, options.Chance, stop: stop);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    // security.md §5.6
    static void Limits(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        var limits = kestrel.Limits;
        limits.MaxRequestBodySize = 1 << 20;
        limits.MaxRequestHeadersTotalSize = 16 << 10;
        limits.MaxRequestHeaderCount = 64;
        limits.MaxRequestLineSize = 8 << 10;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(60);
        limits.MinRequestBodyDataRate = new(240, TimeSpan.FromSeconds(5));
        limits.MaxConcurrentConnections = 5_000;
        limits.Http2.MaxStreamsPerConnection = 100;
    }

    static void AddLogging(ILoggingBuilder logging, SocleOptions options)
    {
        if (!options.Log) return;
        logging.AddConsole(console => console.FormatterName = LogLine.FormatterName).AddConsoleFormatter<LogLine, ConsoleFormatterOptions>();
        // The framework's own request lines carry query strings; ours (Envelope) does not.
        logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Information);
        // Without a listener each request would still get an Activity, made for this category's lines, which nobody keeps.
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        // A start that fails is thrown to the caller as well, who says it in one sentence.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
    }

    static void AddServices(IServiceCollection services, IConfiguration settings, SocleOptions options, IReadOnlyList<Module> modules)
    {
        services.AddSingleton(options).AddSingleton(options.Clock).AddSingleton(options.Chance);
        services.AddSettings<WebSettings>(settings, "Web");
        services.AddSettings<TelemetrySettings>(settings, "Telemetry");
        services.AddSettings<EgressSettings>(settings, "Egress");
        services.AddSingleton<EgressClient>();
        services.AddSettings<StorageSettings>(settings, "Storage");
        services.AddRouting();
        services.AddRazorComponents();
        services.AddSingleton(HtmlEncoder.Create(UnicodeRanges.All));   // accents as they are: pages are UTF-8
        services.AddHttpContextAccessor();
        KeepNoFrameworkKeys(services);
        services.AddSingleton<HostNames>().AddSingleton<SecurityHeaders>().AddSingleton<Envelope>().AddSingleton<Translation>();
        services.AddSingleton<CrossOrigin>();
        services.AddSingleton<Policies>().AddSingleton<FormGuard>().AddSingleton<Memo>();
        services.AddSingleton(new Assets(modules.Select(m => m.Assembly).Prepend(typeof(SocleApp).Assembly)));
        services.AddScoped<PageContext>();
        services.AddScoped(typeof(Texts<>));
        services.AddSingleton(modules).AddSingleton<ModuleStart>();
        services.AddHostedService<Background>();
        if (options.Storage is not { } storage) return;
        storage.AddTo(services);
        services.Replace(ServiceDescriptor.Singleton(_ => storage));
        services.AddSingleton(new ReadyCheck("database", async stop => await storage.Db.First($"select 1", row => row.Int(0), stop) == 1));
    }

    // Razor components bring data protection along; we seal nothing with it, so its key ring must not appear in a home folder.
    static void KeepNoFrameworkKeys(IServiceCollection services)
    {
        services.RemoveAll<IDataProtectionProvider>();
        services.AddSingleton<IDataProtectionProvider, EphemeralDataProtectionProvider>();
        foreach (var hosted in services.Where(s => s.ServiceType == typeof(IHostedService)
            && s.ImplementationType?.Namespace?.StartsWith("Microsoft.AspNetCore.DataProtection", StringComparison.Ordinal) == true).ToList())
            services.Remove(hosted);
    }

    /// <summary>From the outside in. Each step may refuse; the translation stands around all of them.</summary>
    static void UsePipeline(WebApplication app, IReadOnlyList<Module> modules)
    {
        var services = app.Services;
        Use(app, services.GetRequiredService<Envelope>().Handle);
        Use(app, services.GetRequiredService<CrossOrigin>().Handle);
        Use(app, services.GetRequiredService<Translation>().Handle);
        app.UseRouting();
        Use(app, BodyGuard.Handle);
        Use(app, services.GetRequiredService<HostNames>().Guard);
        Use(app, services.GetRequiredService<FormGuard>().Origin);
        foreach (var module in modules) module.UseMiddleware(app);
        Use(app, FillPage);
        Use(app, services.GetRequiredService<Policies>().Ask);
        Use(app, services.GetRequiredService<FormGuard>().Token);
    }

    static void Use(WebApplication app, Func<HttpContext, RequestDelegate, Task> step) => app.Use(step);

    static Task FillPage(HttpContext http, RequestDelegate next)
    {
        // Where nothing is a page, nothing is made for one.
        if (http.Features.Get<CorrelationId>() is not { HasNoPage: true }) http.RequestServices.GetRequiredService<PageContext>().Fill(http);
        return next(http);
    }

    static void RefuseDemoOutside(SocleOptions options)
    {
        if (!options.Demo) return;
        foreach (var url in options.Urls)
            if (!BindingAddress.Parse(url).Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
                && !(System.Net.IPAddress.TryParse(BindingAddress.Parse(url).Host.Trim('[', ']'), out var ip) && System.Net.IPAddress.IsLoopback(ip)))
                throw new SettingsException($"en démonstration chacun se connecte comme il veut : le serveur n’écoute alors que sur cette machine, et {url} n’est pas une adresse locale.");
    }
}
