using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Socle.Platform;

/// <summary>One thing that must work before traffic comes: the database, the writer, an outside service.</summary>
public sealed record ReadyCheck(string Name, Func<CancellationToken, Task<bool>> IsReady);

static class Health
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/health/live", Live).RequirePolicy(Policy.Open);
        app.MapGet("/health/ready", Ready).RequirePolicy(Policy.Open);
    }

    static IResult Live() => Results.Text("live");

    static async Task<IResult> Ready(HttpContext http, TimeProvider clock, CancellationToken stop)
    {
        var failed = new List<string>();
        foreach (var check in http.RequestServices.GetServices<ReadyCheck>())
            if (!await Passes(check, clock, stop)) failed.Add(check.Name);
        return failed.Count == 0
            ? Results.Text("ready")
            : Results.Text("not ready: " + string.Join(", ", failed), statusCode: StatusCodes.Status503ServiceUnavailable);
    }

    static async Task<bool> Passes(ReadyCheck check, TimeProvider clock, CancellationToken stop)
    {
        try
        {
            return await check.IsReady(stop).WaitAsync(Patience, clock, stop);
        }
        catch (Exception error) when (error is not OperationCanceledException || !stop.IsCancellationRequested)
        {
            return false;   // whatever broke, the answer is the same: not ready
        }
    }
}
