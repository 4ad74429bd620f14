using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Socle.Platform;
using Socle.Store;

namespace Socle.Access;

/// <summary>
/// Who was refused what. A refusal releases nothing that has to wait for its trace: it is noted in memory and written down a moment later, by then
/// judged, so that no answer takes longer where a record exists. What is alike (who, whose record, which refusal) makes one entry with its number, and
/// of one agent there are only so many in a round: a flood is told of, and floods nothing.
/// </summary>
public sealed class RefusedAccess : ServingLoop
{
    /// <summary>Different refusals of one agent in a round; the others make one entry together.</summary>
    internal const int PerAgent = 20;

    /// <summary>Different refusals in a round; those of further agents make one entry together.</summary>
    internal const int Most = 1_000;

    static readonly TimeSpan Round = TimeSpan.FromSeconds(10);
    static readonly Agent Others = new(AgentKind.Program, "program:refusals", "Socle", null, null, null, 0, 0);

    readonly Db db;
    readonly AuditLog audit;
    readonly AccessDesk desk;
    readonly Keys keys;
    readonly TimeProvider clock;
    readonly ILogger<RefusedAccess> log;
    readonly Lock gate = new();
    Dictionary<(string Agent, long Patient, string Code), Refused> seen = [];
    Dictionary<string, int> byAgent = new(StringComparer.Ordinal);

    internal RefusedAccess(Db db, AuditLog audit, AccessDesk desk, Keys keys, TimeProvider clock, ILogger<RefusedAccess> log) =>
        (this.db, this.audit, this.desk, this.keys, this.clock, this.log) = (db, audit, desk, keys, clock, log);

    /// <param name="http">Its agent is refused; nobody is, where nobody is known.</param>
    /// <param name="refusal">Forbidden or unknown; no other is about access.</param>
    public void Note(HttpContext http, Refusal refusal) => Note(http, refusal, http.Request.Path.Value ?? "");

    /// <summary>The same for an entry of a batch, by its address.</summary>
    public void Note(HttpContext http, Refusal refusal, string path)
    {
        if (refusal.Reason is not (Reason.Forbidden or Reason.NotFound) || http.AgentOrNull() is not { } agent) return;
        var (patient, target) = Named(path);
        if (patient == 0 && refusal.Reason == Reason.NotFound) return;
        target ??= (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "";
        lock (gate)
        {
            var key = (agent.Id, patient, refusal.Code);
            if (!seen.ContainsKey(key))
            {
                var different = byAgent.GetValueOrDefault(agent.Id);
                if (different >= PerAgent) (key, patient, target) = ((agent.Id, 0, ""), 0, "*");
                else if (seen.Count >= Most) (agent, key, patient, target) = (Others, (Others.Id, 0, ""), 0, "*");
                else byAgent[agent.Id] = different + 1;
            }
            if (seen.TryGetValue(key, out var before)) before.Count++;
            else seen[key] = new(agent, patient, target, refusal.Code, refusal.Reason, http.Correlation());
        }
    }

    /// <summary>Writes down what was noted since the last time.</summary>
    public async Task WriteDown(CancellationToken stop)
    {
        Dictionary<(string, long, string), Refused> noted;
        lock (gate)
        {
            if (seen.Count == 0) return;
            (noted, seen, byAgent) = (seen, [], new(StringComparer.Ordinal));
        }
        var unit = new Unit();
        var entries = 0;
        foreach (var refused in noted.Values)
        {
            if (await WhyOf(refused, stop) is not { } why) continue;
            audit.Append(unit, new AuditEntry
            {
                Agent = refused.Agent, Action = "refused", Patient = refused.Patient, Target = refused.Target, Purpose = Purposes.Of(refused.Agent.Kind),
                Label = refused.Count > 1 ? $"{refused.Count} fois" : null, Why = why.Length > 0 ? why : null, Outcome = refused.Code, Correlation = refused.Correlation
            });
            entries++;
        }
        if (entries > 0) await db.Commit(unit, stop);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Round, clock, stoppingToken).ContinueWith(static _ => { }, TaskScheduler.Default);
            try
            {
                await WriteDown(CancellationToken.None);   // also once more when the server stops
            }
            catch (Exception error)
            {
                log.LogWarning("Refusals were not written down: {Error}", error is Refusal refusal ? refusal.Code : error.GetType().Name);
            }
        }
    }

    // Null: what was not there was not refused.
    async Task<string?> WhyOf(Refused refused, CancellationToken stop)
    {
        if (refused.Patient == 0) return "";
        try
        {
            await keys.Cipher(refused.Patient, stop);
            var verdict = await desk.Decide(refused.Agent, Act.Read, Purposes.Of(refused.Agent.Kind), refused.Patient, stop);
            return !verdict.Allowed ? verdict.WhyInFull : refused.Reason == Reason.Forbidden ? "" : null;
        }
        catch (Refusal refusal) when (refusal.Kind == PlatformRefusals.PatientKeyUnknown || refusal.Kind == PlatformRefusals.PatientErased)
        {
            return null;
        }
        catch (Refusal refusal) when (refusal.Kind == AccessRefusals.Suspended)
        {
            return refusal.French;
        }
    }

    // The first part of the address that leads to somebody's record, and what stands before it.
    (long Patient, string? Target) Named(string path)
    {
        var parts = path.Split('?')[0].Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < parts.Length; i++)
            if (keys.TryReadId(parts[i], out var patient, out _) && PatientKeys.IsPerson(patient)) return (patient, i > 0 ? $"{parts[i - 1]}/{parts[i]}" : parts[i]);
        return (0, null);
    }

    sealed record Refused(Agent Agent, long Patient, string Target, string Code, Reason Reason, string Correlation)
    {
        public int Count { get; set; } = 1;
    }
}
