using Microsoft.AspNetCore.Http;
using Socle.Api;
using Socle.Platform;

namespace Socle.Bulk;

/// <summary>DELETE of a job: it stops at its next part, its files are gone, and from now on nobody knows it.</summary>
sealed class CancelJob(BulkStore store, EndJobs end, AuditLog audit)
{
    public async Task<FhirAnswer> Handle(FhirCall call, CancellationToken stop)
    {
        var job = await store.GetOwn(call.Agent, AsyncCalls.JobId(call), stop);
        var unit = new Unit();
        AsyncCalls.Trace(audit, unit, call, "job-cancel", job.Id);
        await store.Commit(unit, stop);
        await end.Cancel(job, CancellationToken.None);
        return new(StatusCodes.Status202Accepted);
    }
}
