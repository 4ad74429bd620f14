using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Socle.Api;
using Socle.Fhir;

namespace Socle.Bulk;

/// <summary>How far a job is (202), or what it made (200): the manifest of the Bulk Data specification.</summary>
sealed class ShowJob(BulkStore store, FileAddresses addresses, TimeProvider clock)
{
    const string Json = "application/json; charset=utf-8";

    public async Task<FhirAnswer> Handle(FhirCall call, CancellationToken stop)
    {
        var job = await store.GetOwn(call.Agent, AsyncCalls.JobId(call), stop);
        var headers = call.Http.Response.Headers;
        switch (job.State)
        {
            case Job.Waiting:
                headers["X-Progress"] = Progress(job);
                headers.RetryAfter = "2";
                return new(StatusCodes.Status202Accepted);
            case Job.Held:
                return Held(call, (await store.FindHold(job.Id, stop))!);
            case Job.Failed when job.Fault == BulkRefusals.NotReleased.Code:
                throw BulkRefusals.NotReleased.With((await store.FindHold(job.Id, stop))?.Decision?.Reason);
            case Job.Failed:
                throw BulkRefusals.Failed.With(job.Fault);
            default:
                // The addresses end before the files: asking once more gives new ones.
                headers.Expires = (addresses.Until < job.ExpiresAt ? addresses.Until : job.ExpiresAt).ToString("R", CultureInfo.InvariantCulture);
                var manifest = await Manifest(job, stop);
                return new(StatusCodes.Status200OK) { ContentType = Json, Stream = (output, cancel) => output.WriteAsync(manifest, cancel).AsTask() };
        }
    }

    FhirAnswer Held(FhirCall call, Hold hold)
    {
        var headers = call.Http.Response.Headers;
        var due = FhirJson.Instant(hold.DueAt);
        var decided = hold.Decision is not null;
        headers["X-Progress"] = decided ? $"autorise, commence le {due}" : $"attend l'accord d'une seconde personne, pas avant le {due}";
        var wait = Math.Clamp((long)(hold.DueAt - clock.GetUtcNow()).TotalSeconds, 60, 3600);
        headers.RetryAfter = wait.ToString(CultureInfo.InvariantCulture);
        return new(StatusCodes.Status202Accepted)
        {
            Body = Outcomes.Warning(decided
                ? $"Une seconde personne a autorisé cet export ; il commencera le {due}."
                : $"Cet export porte sur trop de personnes pour être remis à une seule : une seconde personne doit l’autoriser, et il ne commencera pas avant le {due}.")
        };
    }

    // At most 100 characters, and none but ASCII: it is a header.
    static string Progress(Job job)
    {
        if (job.Request.Lines is { } lines)
            return string.Create(CultureInfo.InvariantCulture, $"{(lines.Bytes == 0 ? 100 : 100 * job.Progress.Offset / lines.Bytes)} % - {job.Progress.Line} lignes");
        var (steps, at) = job.Request.Export is { } export
            ? (export.Types.Count, job.Progress.Step < export.Types.Count ? export.Types[job.Progress.Step] : "fin")
            : (job.Request.Import!.Inputs.Count, "lignes");
        var share = steps == 0 ? 100 : 100 * job.Progress.Step / steps;
        return string.Create(CultureInfo.InvariantCulture, $"{share} % - {job.Progress.Total} ressources ({at})");
    }

    async Task<byte[]> Manifest(Job job, CancellationToken stop)
    {
        var files = await store.Files(job.Id, stop);
        var faults = await store.Faults(job.Id, stop);
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("transactionTime", FhirJson.Instant(job.Request.Export?.Until ?? job.MadeAt));
            json.WriteString("request", job.Request.Url);
            json.WriteBoolean("requiresAccessToken", true);
            json.WriteStartArray("output");
            if (job.Request.Export is not null || job.Request.Lines is not null) Files(json, job, files.Where(file => file.Kind == JobFile.Output));
            else Imported(json, job);
            json.WriteEndArray();
            if (files.Exists(file => file.Kind == JobFile.Deleted))
            {
                json.WriteStartArray("deleted");
                Files(json, job, files.Where(file => file.Kind == JobFile.Deleted));
                json.WriteEndArray();
            }
            json.WriteStartArray("error");
            if (faults > 0) File(json, job, "OperationOutcome", DownloadFile.Faults, faults);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return bytes.ToArray();
    }

    void Files(Utf8JsonWriter json, Job job, IEnumerable<JobFile> files)
    {
        foreach (var file in files) File(json, job, file.Type, file.Number.ToString(CultureInfo.InvariantCulture), file.Lines);
    }

    void File(Utf8JsonWriter json, Job job, string type, string name, long count)
    {
        json.WriteStartObject();
        json.WriteString("type", type);
        json.WriteString("url", addresses.Of(job, name));
        json.WriteNumber("count", count);
        json.WriteEndObject();
    }

    // An import makes no files but the errors: what it took in is told by type.
    static void Imported(Utf8JsonWriter json, Job job)
    {
        foreach (var (type, count) in job.Progress.Counts.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            json.WriteStartObject();
            json.WriteString("type", type);
            json.WriteNumber("count", count);
            if (job.Request.Import!.Inputs.FirstOrDefault(input => input.Type == type)?.Url is { } url) json.WriteString("inputUrl", url);
            json.WriteEndObject();
        }
    }
}
