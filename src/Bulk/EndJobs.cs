using Socle.Platform;

namespace Socle.Bulk;

/// <summary>
/// Ends jobs for good: cancelled, refused or expired. Whoever was told that their record went into an export is told as well when it was
/// withdrawn before anybody could fetch it.
/// </summary>
sealed class EndJobs(BulkStore store, AuditLog audit, BulkSettings settings, TimeProvider clock)
{
    /// <summary>Within this time many small exports count as one.</summary>
    public static readonly TimeSpan Day = TimeSpan.FromHours(24);

    const int PersonsAtOnce = 1_000;

    public async Task Cancel(Job job, CancellationToken stop)
    {
        if (job.State == Job.Held) await Withdraw(job, job.Request.Agent, stop);
        await store.Remove(job.Id, keepName: true, IsCounted(job), stop);
    }

    public async Task RemoveExpired(CancellationToken stop)
    {
        foreach (var job in await store.Expired(Day, stop))
        {
            if (job.State == Job.Held || job.Fault == BulkRefusals.NotReleased.Code) await Withdraw(job, job.Request.Agent, stop);
            var counted = IsCounted(job);
            await store.Remove(job.Id, keepName: counted, counted, stop);
        }
        await store.ForgetAddresses(stop);
    }

    /// <summary>A second person said no: the job ends, and it tells why as long as results are kept.</summary>
    public async Task Refuse(Job job, ReleaseDecision decision, Unit unit, CancellationToken stop)
    {
        store.Decide(unit, job.Id, decision);
        store.Refuse(unit, job.Id, settings.Kept);
        await store.Commit(unit, stop);
        await Withdraw(job, job.Request.Agent, CancellationToken.None);
    }

    // Those who were told go with their entry: cut short, it goes on with the others at the next clean-up.
    async Task Withdraw(Job job, Agent agent, CancellationToken stop)
    {
        while (await store.PersonsOf(job.Id, PersonsAtOnce, stop) is { Count: > 0 } some)
        {
            var unit = new Unit();
            foreach (var patient in some)
                audit.Append(unit, new() { Agent = agent, Action = "export-withdrawn", Patient = patient, Target = "*", Purpose = job.Request.Purpose, Correlation = job.Request.Correlation });
            BulkStore.DropPersons(unit, job.Id, [.. some]);
            await store.Commit(unit, stop);
        }
    }

    bool IsCounted(Job job) => job.Kind == Job.Export && (job.State is Job.Done or Job.Cancelled) && job.MadeAt > clock.GetUtcNow() - Day;
}
