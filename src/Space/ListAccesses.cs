using System.Globalization;
using Microsoft.AspNetCore.Http;
using Socle.Access;
using Socle.Platform;
using Socle.Platform.Web;
using Socle.Space.Pages;
using Socle.Store;

namespace Socle.Space;

/// <summary>« Qui a consulté mon dossier » : who, when, what and why, newest first; and who takes part in the person's care.</summary>
static class ListAccesses
{
    const int PageSize = 30;

    public static async Task<IResult> Handle(string person, HttpContext http, Persons persons, AccessDesk desk, AuditLog audit, MergedRecords merged, CancellationToken stop)
    {
        var (whose, all, _) = await persons.Open(http.Agent(), person, http.Correlation(), stop);
        var lines = new List<AuditLine>();
        foreach (var record in await merged.OfPerson(whose.Key, stop))
            lines.AddRange(await audit.OfPatient(record, Cursor(http.Request.Query["avant"]), PageSize + 1, stop));
        lines = [.. lines.OrderByDescending(line => line.At).Take(PageSize + 1)];
        var mineToo = http.Request.Query.ContainsKey("miens");
        var shown = lines.Take(PageSize).Where(l => (mineToo || l.Entry.Agent.Id != http.Agent().Id) && !IsPartOfAnother(l)).ToList();
        var relations = await desk.OfPatient(whose.Key, stop);
        return Page.Show<AccessesPage, AccessesModel>(new(
            whose, all, shown, mineToo, relations, lines.Count > PageSize ? Write(lines[PageSize - 1].Cursor) : null));
    }

    // The bytes and the envelope of a deposit are written with it: one line tells of the three.
    static bool IsPartOfAnother(AuditLine line) => line.Entry.Action == "create"
        && (line.Entry.Target.StartsWith("Binary/", StringComparison.Ordinal) || line.Entry.Target.StartsWith("List/", StringComparison.Ordinal));

    // « log-sequence »: where the next page begins. Anything else is the first page.
    static AuditCursor? Cursor(string? text) => text?.Split('-') is [var log, var sequence]
        && long.TryParse(log, NumberStyles.None, CultureInfo.InvariantCulture, out var l) && long.TryParse(sequence, NumberStyles.None, CultureInfo.InvariantCulture, out var s)
            ? new AuditCursor(l, s)
            : null;

    static string Write(AuditCursor cursor) => string.Create(CultureInfo.InvariantCulture, $"{cursor.Log}-{cursor.Sequence}");
}
