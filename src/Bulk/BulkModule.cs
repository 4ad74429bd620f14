using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Socle.Api;
using Socle.Platform;

namespace Socle.Bulk;

/// <summary>FHIR Bulk Data: $export, $import, and the requests that are answered later.</summary>
public sealed class BulkModule : Module
{
    const string Definitions = "http://hl7.org/fhir/uv/bulkdata/OperationDefinition/";

    public override void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<BulkSettings>(configuration, "Bulk");
        services.AddSingleton<BulkStore>().AddSingleton<RunExport>().AddSingleton<RunImport>().AddSingleton<RunLines>().AddSingleton<JobRunner>();
        services.AddSingleton<EndJobs>().AddSingleton<FileAddresses>().AddSingleton<DecideExport>();
        services.AddHostedService(provider => provider.GetRequiredService<JobRunner>());
        services.AddSingleton<StartExport>().AddSingleton<StartImport>().AddSingleton<StartLines>();
        services.AddSingleton<ShowJob>().AddSingleton<CancelJob>().AddSingleton<DownloadFile>();
        foreach (var method in new[] { "GET", "POST" })
        {
            services.AddSingleton(p => Operation("export", method, "$export", "export", p.GetRequiredService<StartExport>().OfSystem));
            services.AddSingleton(p => Operation("export", method, "Patient/$export", "patient-export", p.GetRequiredService<StartExport>().OfPatients));
            services.AddSingleton(p => Operation("export", method, "Group/{id}/$export", "group-export", p.GetRequiredService<StartExport>().OfGroup));
        }
        services.AddSingleton(p => new FhirOperation("import", "POST", "$import", Definitions + "import", p.GetRequiredService<StartImport>().Handle,
            (long)p.GetRequiredService<BulkSettings>().ImportMebibytes << 20, Raw: true));
        services.AddSingleton(p => Decision("GET", "$export-holds", p.GetRequiredService<DecideExport>().List));
        services.AddSingleton(p => Decision("POST", "$export-release", p.GetRequiredService<DecideExport>().Release));
        services.AddSingleton(p => Decision("POST", "$export-refuse", p.GetRequiredService<DecideExport>().Refuse));
        services.AddSingleton(p => Technical("GET", $"{AsyncCalls.Route}/{{job}}", p.GetRequiredService<ShowJob>().Handle));
        services.AddSingleton(p => Technical("DELETE", $"{AsyncCalls.Route}/{{job}}", p.GetRequiredService<CancelJob>().Handle));
        services.AddSingleton(p => Technical("GET", $"{AsyncCalls.Route}/{{job}}/{{file}}", p.GetRequiredService<DownloadFile>().Handle));
    }

    public override Task Start(IServiceProvider services, CancellationToken stop)
    {
        services.GetRequiredService<Jobs>().Every(TimeSpan.FromMinutes(10), "bulk-expired", services.GetRequiredService<EndJobs>().RemoveExpired);
        return Task.CompletedTask;
    }

    static FhirOperation Operation(string name, string method, string route, string definition, Func<FhirCall, CancellationToken, Task<FhirAnswer>> handle) =>
        new(name, method, route, Definitions + definition, handle, Raw: true);

    // Our own, for the operator: it has no definition that others would know.
    static FhirOperation Decision(string method, string route, Func<FhirCall, CancellationToken, Task<FhirAnswer>> handle) =>
        new(route.TrimStart('$'), method, route, "", handle);

    static FhirOperation Technical(string method, string route, Func<FhirCall, CancellationToken, Task<FhirAnswer>> handle) =>
        new("job", method, route, "", handle, Raw: true);
}
