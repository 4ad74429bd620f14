using System.Globalization;
using Microsoft.AspNetCore.Http;
using Socle.Api;
using Socle.Platform;
using Socle.Store;

namespace Socle.Bulk;

/// <summary>
/// A file of a job, to the one who asked for it, with a token that still reaches all of it. Whoever lost a right since gets none of the
/// file: nothing is cut out of what was made ready. The address comes from the manifest, lasts minutes and serves once.
/// </summary>
sealed class DownloadFile(BulkStore store, RunLines lines, FileAddresses addresses, Keys keys, AuditLog audit)
{
    public const string Faults = "errors";
    const string Ndjson = "application/fhir+ndjson";

    public async Task<FhirAnswer> Handle(FhirCall call, CancellationToken stop)
    {
        var job = await store.GetOwn(call.Agent, AsyncCalls.JobId(call), stop);
        if (job.State != Job.Done) throw BulkRefusals.UnknownJob.With();
        var name = addresses.Open(job, (string?)call.Http.Request.RouteValues["file"] ?? "", out var use);
        if (name == Faults) return await Answer(call, job, name, use, (output, cancel) => CopyFaults(job, output, cancel), stop);
        if (!int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || (await store.Files(job.Id, stop)).Find(file => file.Number == number) is not { } found || found.Kind == JobFile.Input)
            throw BulkRefusals.UnknownJob.With();
        await EnsureStillAllowed(call, job, found, stop);
        return await Answer(call, job, name, use, async (output, cancel) =>
        {
            await using var content = await store.Open(found, cancel);
            await content.CopyToAsync(output, cancel);
        }, stop);
    }

    async Task EnsureStillAllowed(FhirCall call, Job job, JobFile file, CancellationToken stop)
    {
        // Answers to lines say nothing of anybody but what was brought: whoever may still ask may still fetch them.
        if (lines.Find(job.Kind) is { } work)
        {
            await work.Enter(call.Agent, call.Http.Scopes(), call.Scope.Correlation, stop);
            return;
        }
        string[] types = file.Kind == JobFile.Deleted ? [.. job.Request.Export!.Types] : [file.Type];
        if (!types.All(type => call.Scope.Types.Allows(type, Interaction.Read) && call.Scope.Types.Allows(type, Interaction.Search)))
            throw BulkRefusals.Revoked.With();
        var then = job.Request.Reach!;
        var concerned = await store.Concerned(job.Id, then.Patients, stop);
        if (!call.Scope.StillReaches(then, concerned)) throw BulkRefusals.Revoked.With();
        // Who was erased since is not to be given out again, not even from what was made ready before.
        var erased = await keys.ErasedSince(job.MadeAt, stop);
        if (erased.Count > 0 && (await store.Concerned(job.Id, erased, stop)).Count > 0) throw BulkRefusals.Revoked.With();
    }

    async Task<FhirAnswer> Answer(FhirCall call, Job job, string name, Action<Unit> use, Func<Stream, CancellationToken, Task> copy, CancellationToken stop)
    {
        var unit = new Unit();
        // Asking for the headers fetches nothing.
        if (!HttpMethods.IsHead(call.Http.Request.Method))
        {
            use(unit);
            AsyncCalls.Trace(audit, unit, call, job.Request.Lines is null ? "export-download" : $"{job.Kind}-download", $"{job.Id}/{name}");
            await store.Commit(unit, stop);
        }
        var headers = call.Http.Response.Headers;
        headers.Expires = job.ExpiresAt.ToString("R", CultureInfo.InvariantCulture);
        return new(StatusCodes.Status200OK) { ContentType = Ndjson, Stream = copy };
    }

    async Task CopyFaults(Job job, Stream output, CancellationToken stop)
    {
        await foreach (var line in store.FaultLines(job.Id, stop))
        {
            await output.WriteAsync(line, stop);
            await output.WriteAsync("\n"u8.ToArray(), stop);
        }
    }
}
