using Microsoft.Extensions.DependencyInjection;
using Socle.Fhir;
using Socle.Host;
using Socle.Platform;

namespace Socle.Modules.Tests.Host;

/// <summary>All that a folder's audit log says, and all that its store holds, read while no server has it.</summary>
sealed class AuditTrace
{
    readonly ILookup<(string Action, string Target), AuditLine> byTarget;
    readonly ILookup<(string Action, string Type), AuditLine> byType;
    readonly ILookup<string, string> stored;

    AuditTrace(IReadOnlyList<AuditLine> lines, ILookup<string, string> stored)
    {
        this.stored = stored;
        byTarget = lines.ToLookup(l => (l.Entry.Action, WithoutVersion(l.Entry.Target)));
        byType = lines.ToLookup(l => (l.Entry.Action, l.Entry.Target.Split('/')[0]));
    }

    public static async Task<AuditTrace> Of(string folder)
    {
        await using var app = await SocleApp.Open(
            new SocleOptions { DataFolder = folder, Log = false, Urls = ["http://localhost:0"] }, ModuleList.All, default);
        var audit = app.Services.GetRequiredService<AuditLog>();
        var lines = new List<AuditLine>();
        for (AuditCursor? before = null; ; before = lines[^1].Cursor)
        {
            var page = await audit.Latest(before, 1000, default);
            lines.AddRange(page);
            if (page.Count < 1000) break;
        }
        var keys = app.Services.GetRequiredService<Keys>();
        var rows = await app.Services.GetRequiredService<Db>().Query($"select type, patient, number from store_resource where deleted = 0",
            row => (Type: Definitions.TypeName((int)row.Long(0)), Id: keys.ExternalId(row.Long(1), row.Long(2))), default);
        return new(lines, rows.ToLookup(r => r.Type, r => r.Id));
    }

    /// <summary>Entries about « Type/id », or about any resource of the type.</summary>
    public IReadOnlyCollection<AuditLine> Of(string action, string target) =>
        [.. target.Contains('/', StringComparison.Ordinal) ? byTarget[(action, target)] : byType[(action, target)]];

    public IEnumerable<string> StoredIds(string type) => stored[type];

    static string WithoutVersion(string target) => target.Split("/_history/")[0];
}
