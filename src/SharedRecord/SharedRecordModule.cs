using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Socle.Access;
using Socle.Identities;
using Socle.Platform;
using Socle.Store;

namespace Socle.SharedRecord;

/// <summary>The shared record: documents deposited, replaced, read and deleted, as IHE MHD and the French PDSm profile say.</summary>
public sealed class SharedRecordModule : Module
{
    public override void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<SharedRecordSettings>(configuration, "SharedRecord");
        services.AddSingleton<SharedRecordStore>();
        services.AddSingleton<ClamAv>();
        services.AddSingleton<DocumentBytes>();
        services.AddSingleton<WriteRule, DocumentRule>();
        services.AddSingleton<WriteRule, SubmissionRule>();
        services.AddSingleton<Deposit>();
        services.AddSingleton<ViewTickets>();
        services.AddSingleton<PopulationStep, DemoDocuments>();
        services.AddSingleton(s => new Documents(
            s.GetRequiredService<RecordStore>(), s.GetRequiredService<SharedRecordStore>(), s.GetRequiredService<Deposit>(),
            s.GetRequiredService<ViewTickets>(), s.GetRequiredService<Db>(), s.GetRequiredService<Keys>(), s.GetRequiredService<TimeProvider>()));
        services.AddSingleton(s => new Importer(
            s.GetRequiredService<RecordStore>(), s.GetRequiredService<AccessDesk>(), s.GetRequiredService<IdentitySearch>(),
            s.GetRequiredService<SharedRecordStore>(), s.GetRequiredService<Deposit>(), s.GetRequiredService<TimeProvider>(),
            s.GetServices<ImportFormat>()));
    }

    public override void MapRoutes(IEndpointRouteBuilder app)
    {
        app.MapGet(ViewDocument.StylesheetPath, ViewDocument.Stylesheet).RequirePolicy(Policy.Open).OnViewer(ViewerKind.Html);
        app.MapGet("/d/{ticket}", ViewDocument.Handle).RequirePolicy(Policy.Open).OnViewer(ViewerKind.Html);
    }
}
