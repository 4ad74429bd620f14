using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Socle.Access;
using Socle.Api;
using Socle.Platform;

namespace Socle.Bulk;

/// <summary>
/// $import: by a manifest of addresses, or with the lines themselves in the body. These are sealed while they come in, never held; the work
/// begins when all of them are there.
/// </summary>
sealed class StartImport(
    BulkStore store, JobRunner runner, BulkSettings settings, EgressClient egress, AuditLog audit, Chance chance)
{
    public static readonly string[] Ndjson = ["application/fhir+ndjson", "application/ndjson", "application/x-ndjson"];

    public async Task<FhirAnswer> Handle(FhirCall call, CancellationToken stop)
    {
        AsyncCalls.MustBeAsync(call.Http.Request);
        if (call.Agent.Kind is not (AgentKind.System or AgentKind.Steward)) throw BulkRefusals.NotForYou.With();
        var media = MediaTypeHeaderValue.TryParse(call.Http.Request.ContentType, out var parsed) ? parsed : throw BulkRefusals.BadInput.With();
        var type = media.MediaType.Value!.ToLowerInvariant();
        var id = Convert.ToHexStringLower(chance.Bytes(16));
        var unit = new Unit();
        ImportPlan plan;
        if (Ndjson.Contains(type)) plan = await TakeOne(call, unit, id, stop);
        else if (type == "multipart/form-data") plan = await TakeForm(call, media, unit, id, stop);
        else if (type == "application/json") plan = await ImportManifest.ReadJson(call, stop);
        else if (type is "application/fhir+json" or "application/fhir+xml") plan = await ImportManifest.ReadParameters(call, stop);
        else throw BulkRefusals.BadInput.With();
        foreach (var input in plan.Inputs)
            if (input.Url is { } url) egress.Ensure(url);
        var request = new JobRequest(call.Agent, call.Http.Scopes()?.Text ?? "", Purposes.Of(call.Agent.Kind), call.Scope.Correlation,
            UriHelper.GetEncodedUrl(call.Http.Request), call.Base) { Import = plan };
        return AsyncCalls.Accepted(call, await call.Once(async remember =>
        {
            await store.Add(unit, id, Job.Import, request, settings.Kept, settings.PerCaller, stop);
            AsyncCalls.Trace(audit, unit, call, "import-start", id);
            remember(unit, id);
            unit.AfterCommit(runner.Wake);
            await store.Commit(unit, stop);
            return id;
        }, stop));
    }

    async Task<ImportPlan> TakeOne(FhirCall call, Unit unit, string id, CancellationToken stop)
    {
        await using var body = call.OpenBody(Most);
        await Take(body, unit, id, 1, stop);
        return new([new(null, null)], null);
    }

    async Task<ImportPlan> TakeForm(FhirCall call, MediaTypeHeaderValue media, Unit unit, string id, CancellationToken stop)
    {
        var boundary = HeaderUtilities.RemoveQuotes(media.Boundary).Value;
        if (boundary is not { Length: > 0 and <= 200 }) throw BulkRefusals.BadInput.With();
        await using var body = call.OpenBody(Most);
        var reader = new MultipartReader(boundary, body) { HeadersLengthLimit = 8 << 10 };
        var inputs = new List<ImportInput>();
        while (await reader.ReadNextSectionAsync(stop) is { } section)
        {
            await Take(section.Body, unit, id, inputs.Count + 1, stop);
            inputs.Add(new(null, null));
            if (inputs.Count > 100) throw BulkRefusals.BadManifest.With("un formulaire porte au plus 100 fichiers.");
        }
        return inputs.Count > 0 ? new(inputs, null) : throw BulkRefusals.BadInput.With();
    }

    async Task Take(Stream content, Unit unit, string id, int number, CancellationToken stop)
    {
        var blob = await store.Stage(content, Most, stop);
        store.Publish(unit, blob);
        BulkStore.AddFile(unit, id, new(number, JobFile.Input, "", blob.Id, 0, blob.Size));
    }

    long Most => (long)settings.ImportMebibytes << 20;
}
