using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Net.Http.Headers;
using Socle.Access;
using Socle.Api;
using Socle.Platform;

namespace Socle.Bulk;

/// <summary>Lines for another module's work: sealed while they come in, done when all of them are there.</summary>
sealed class StartLines(BulkStore store, JobRunner runner, BulkSettings settings, AuditLog audit, Chance chance)
{
    const long Most = 256L << 20;

    public FhirOperation Operation(LineWork work) => new(work.Kind, "POST", work.Route, "", (call, stop) => Handle(work, call, stop), Most, Raw: true);

    async Task<FhirAnswer> Handle(LineWork work, FhirCall call, CancellationToken stop)
    {
        await work.Enter(call.Agent, call.Http.Scopes(), call.Scope.Correlation, stop);
        AsyncCalls.MustBeAsync(call.Http.Request);
        if (!MediaTypeHeaderValue.TryParse(call.Http.Request.ContentType, out var media) || !StartImport.Ndjson.Contains(media.MediaType.Value!.ToLowerInvariant()))
            throw BulkRefusals.BadInput.With();
        var id = Convert.ToHexStringLower(chance.Bytes(16));
        var unit = new Unit();
        await using var body = call.OpenBody(Most);
        var blob = await store.Stage(body, Most, stop);
        store.Publish(unit, blob);
        BulkStore.AddFile(unit, id, new(1, JobFile.Input, "", blob.Id, 0, blob.Size));
        var request = new JobRequest(call.Agent, call.Http.Scopes()?.Text ?? "", Purposes.Of(call.Agent.Kind), call.Scope.Correlation,
            UriHelper.GetEncodedUrl(call.Http.Request), call.Base) { Lines = new(blob.Size) };
        return AsyncCalls.Accepted(call, await call.Once(async remember =>
        {
            await store.Add(unit, id, work.Kind, request, settings.Kept, settings.PerCaller, stop);
            AsyncCalls.Trace(audit, unit, call, $"{work.Kind}-start", id);
            remember(unit, id);
            unit.AfterCommit(runner.Wake);
            await store.Commit(unit, stop);
            return id;
        }, stop));
    }
}
