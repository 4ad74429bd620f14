using Microsoft.AspNetCore.Http;
using Socle.Access;
using Socle.Fhir;
using Socle.Platform;

namespace Socle.Api;

/// <summary>Around each handler: who asks, with which scope, in which format; faults of structure become refusals.</summary>
sealed class FhirEdge(FhirServices services, FhirDoor? door = null)
{
    public RequestDelegate Of(FhirRoute route) => http => Run(http, async stop =>
    {
        var call = await FhirCall.Enter(http, services, door, stop);
        SuspendedRecord.MustNotBeRead(call);
        if (!route.Raw) Negotiation.Choose(http.Request);
        var answer = await route.Handle(call, stop);
        await answer.Write(http, stop);
    });

    public RequestDelegate Of(FhirOperation operation) => http => Run(http, async stop =>
    {
        var call = await FhirCall.Enter(http, services, door, stop);
        SuspendedRecord.MustNotBeRead(call);
        if (!operation.Raw) Negotiation.Choose(http.Request);
        var answer = await operation.Handle(call, stop);
        await answer.Write(http, stop);
    });

    static async Task Run(HttpContext http, Func<CancellationToken, Task> handle)
    {
        try
        {
            await handle(http.RequestAborted);
        }
        catch (FhirException error)
        {
            throw Outcome.Refuse(error);
        }
    }
}
