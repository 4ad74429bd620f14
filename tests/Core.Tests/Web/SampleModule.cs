using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Socle.Platform;
using Socle.Platform.Web;

namespace Socle.Core.Tests.Web;

/// <summary>A module with one route of each kind, and a header that says who asks.</summary>
sealed class SampleModule : Module
{
    public static readonly Agent Nurse = new(AgentKind.Professional, "rpps:sample", "Inès VAUBAN", "Infirmière", null, null, 7, 0);
    public static readonly RefusalKind Sample = new("sample-refused", Reason.Conflict, "Le document {0} a changé entre-temps.");

    public int Saved;

    public override IEnumerable<Migration> Migrations => [];

    public override void AddServices(IServiceCollection services, IConfiguration configuration) =>
        services.AddSingleton(new RefusalFormatter("/fhir", (http, no) =>
        {
            http.Response.ContentType = "application/fhir+json";
            return http.Response.WriteAsync("outcome:" + no.Code);
        }));

    public override void UseMiddleware(IApplicationBuilder app) => app.Use((http, next) =>
    {
        if (http.Request.Headers["X-Test-Session"].ToString() is { Length: > 0 } key)
        {
            http.SetAgent(Nurse);
            http.Features.Set(new WebSession(key, DateTimeOffset.MaxValue));
        }
        if (http.Request.Headers.ContainsKey("X-Test-Ended")) http.Features.Set(new EndedSession(Nurse.Id));
        return next(http);
    });

    public override void MapRoutes(IEndpointRouteBuilder app)
    {
        app.MapGet("/open", () => Results.Text("open")).RequirePolicy(Policy.Open);
        app.MapGet("/note", ShowNote).RequirePolicy(Policy.Open);
        app.MapPost("/note", SaveNote).RequirePolicy(Policy.Open);
        app.MapGet("/inside", ShowInside).RequirePolicy(Policy.Professional);
        app.MapPost("/inside", SaveInside).RequirePolicy(Policy.Professional);
        app.MapPost("/file", SaveFile).RequirePolicy(Policy.Open).AllowBody(3 << 20);
        app.MapGet("/bug", Bug).RequirePolicy(Policy.Open);
        foreach (var root in new[] { "/fhir", "/api", "/pages" }) app.MapGet(root + "/refused", Refuse).RequirePolicy(Policy.Open);
        app.MapPost("/fhir/Patient", () => Results.Text("created")).RequirePolicy(Policy.Open);
        app.MapGet("/fhir/bug", Bug).RequirePolicy(Policy.Open);
        app.MapGet("/fhir/secret", () => Results.Text("secret")).RequirePolicy(Policy.SignedIn);
        app.MapGet("/d/{token}", () => Results.Text("<p>narrative", "text/html")).RequirePolicy(Policy.Open).OnViewer(ViewerKind.Html);
        app.MapGet("/pdf/{token}", () => Results.Text("%PDF", "application/pdf")).RequirePolicy(Policy.Open).OnViewer(ViewerKind.File);
    }

    static IResult ShowNote() => Page.Show<SamplePage, SampleModel>(new("/note", Form.Empty));

    async Task<IResult> SaveNote(HttpRequest request, CancellationToken stop)
    {
        var form = await Form.Read(request, stop);
        form.Required("text");
        form.OptionalDay("day");
        if (form.HasErrors) return Page.Again<SamplePage, SampleModel>(new("/note", form));
        Interlocked.Increment(ref Saved);
        await Task.Delay(50, stop);
        return Page.SeeOther($"/note?saved={Saved}", "La note est enregistrée.");
    }

    static IResult ShowInside() => Page.Show<SamplePage, SampleModel>(new("/inside", Form.Empty));

    static IResult SaveInside() => Page.SeeOther("/inside");

    static async Task<IResult> SaveFile(HttpRequest request, CancellationToken stop)
    {
        var seen = "";
        var form = await Form.ReadWithFile(request, async file =>
        {
            using var copy = new MemoryStream();
            await file.Content.CopyToAsync(copy, stop);
            seen += $"{file.Field}:{file.FileName}:{copy.Length};";
        }, stop);
        return Results.Text(seen + form.Typed("after"));
    }

    static IResult Bug() => throw new InvalidOperationException("nom du patient dans un message");

    static IResult Refuse() => throw Sample.With("12");
}
