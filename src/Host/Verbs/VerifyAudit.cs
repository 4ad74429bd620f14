using Socle.Platform;

namespace Socle.Host.Verbs;

/// <summary>Names each entry of the audit log that was edited, removed, moved or added by hand.</summary>
static class VerifyAudit
{
    public static async Task<int> Run(IServiceProvider services, VerbCall call, VerbOutput output, CancellationToken stop)
    {
        var report = await services.GetRequiredService<AuditLog>().Verify(stop);
        foreach (var finding in report.Findings) await output.Line(finding.French);
        await output.Line(report.IsClean
            ? $"Journal intact : {report.Entries} entrées, {report.Heads} têtes signées."
            : $"Journal altéré : {report.Findings.Count} constats sur {report.Entries} entrées et {report.Heads} têtes signées.");
        return report.IsClean ? 0 : 1;
    }
}
