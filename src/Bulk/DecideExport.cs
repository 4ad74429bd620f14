using System.Globalization;
using System.Text.Json;
using Socle.Api;
using Socle.Fhir;
using Socle.Platform;

namespace Socle.Bulk;

/// <summary>
/// $export-holds, $export-release, $export-refuse: large exports are two people's business (security.md T75). The operator sees those that
/// wait, and somebody else than the one who asked says yes or no, with a reason. A yes does not shorten the delay.
/// </summary>
sealed class DecideExport(BulkStore store, EndJobs end, JobRunner runner, AuditLog audit)
{
    const int MostReason = 500;

    public async Task<FhirAnswer> List(FhirCall call, CancellationToken stop)
    {
        MustDecide(call);
        var waiting = new List<(Hold, Job)>();
        foreach (var hold in await store.Holds(stop))
            if (await store.Find(hold.Job, stop) is { State: Job.Held } job) waiting.Add((hold, job));
        return FhirAnswer.Of(Write(waiting));
    }

    public async Task<FhirAnswer> Release(FhirCall call, CancellationToken stop)
    {
        var (job, decision) = await Decided(call, released: true, stop);
        var unit = new Unit();
        AsyncCalls.Trace(audit, unit, call, "export-release", job.Id);
        store.Decide(unit, job.Id, decision);
        unit.AfterCommit(runner.Wake);
        await store.Commit(unit, stop);
        return FhirAnswer.Of(Write([((await store.FindHold(job.Id, stop))!, job)]));
    }

    public async Task<FhirAnswer> Refuse(FhirCall call, CancellationToken stop)
    {
        var (job, decision) = await Decided(call, released: false, stop);
        var unit = new Unit();
        AsyncCalls.Trace(audit, unit, call, "export-refuse", job.Id);
        await end.Refuse(job, decision, unit, stop);
        return FhirAnswer.Of(Write([((await store.FindHold(job.Id, stop))!, job)]));
    }

    async Task<(Job, ReleaseDecision)> Decided(FhirCall call, bool released, CancellationToken stop)
    {
        MustDecide(call);
        var (id, reason) = await Given(call, stop);
        if (reason.Trim() is not { Length: > 0 and <= MostReason } why) throw BulkRefusals.NoReason.With(MostReason);
        if (await store.Find(id, stop) is not { State: Job.Held } job) throw BulkRefusals.NotHeld.With();
        if (job.Request.Agent.Id == call.Agent.Id) throw BulkRefusals.SecondPerson.With();
        return (job, new(released, call.Agent.Id, call.Agent.Name, why));
    }

    static async Task<(string Job, string Reason)> Given(FhirCall call, CancellationToken stop)
    {
        using var body = await call.ReadBody(stop);
        if (body is not { ResourceType: "Parameters" }) throw BulkRefusals.BadValue.With("Parameters", "le corps attendu est une ressource Parameters.");
        var (job, reason) = ("", "");
        foreach (var parameter in body.Root.All("parameter"))
        {
            var value = parameter["value"] is { IsPrimitive: true } given ? given.Text ?? "" : "";
            if (parameter["name"].Text == "job") job = value;
            else if (parameter["name"].Text == "reason") reason = value;
        }
        return (job, reason);
    }

    static void MustDecide(FhirCall call)
    {
        if (call.Agent.Kind != AgentKind.Steward) throw BulkRefusals.DecidersOnly.With();
    }

    static byte[] Write(List<(Hold Hold, Job Job)> waiting)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("resourceType", "Parameters");
            if (waiting.Count > 0)
            {
                json.WriteStartArray("parameter");
                foreach (var (hold, job) in waiting) Export(json, hold, job);
                json.WriteEndArray();
            }
            json.WriteEndObject();
        }
        return bytes.ToArray();
    }

    static void Export(Utf8JsonWriter json, Hold hold, Job job)
    {
        json.WriteStartObject();
        json.WriteString("name", "export");
        json.WriteStartArray("part");
        Part(json, "job", "valueString", job.Id);
        Part(json, "requester", "valueString", $"{job.Request.Agent.Name} ({job.Request.Agent.Id})");
        Part(json, "purpose", "valueString", job.Request.Purpose);
        Part(json, "request", "valueUrl", job.Request.Url);
        Part(json, "asked", "valueInstant", FhirJson.Instant(job.MadeAt));
        Part(json, "persons", "valueString", string.Create(CultureInfo.InvariantCulture, $"au moins {hold.Persons}"));
        Part(json, "notBefore", "valueInstant", FhirJson.Instant(hold.DueAt));
        Part(json, "decision", "valueCode", hold.Decision switch { null => "pending", { Released: true } => "released", _ => "refused" });
        if (hold.Decision is { } decision)
        {
            Part(json, "decider", "valueString", $"{decision.Name} ({decision.Agent})");
            Part(json, "reason", "valueString", decision.Reason);
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void Part(Utf8JsonWriter json, string name, string kind, string value)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString(kind, value);
        json.WriteEndObject();
    }
}
