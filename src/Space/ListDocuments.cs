using Microsoft.AspNetCore.Http;
using Socle.Platform;
using Socle.Platform.Web;
using Socle.SharedRecord;
using Socle.Space.Pages;

namespace Socle.Space;

/// <summary>« Mes documents » : grouped by kind, newest first, what was not read yet marked.</summary>
static class ListDocuments
{
    public static async Task<IResult> Handle(string person, HttpContext http, Persons persons, Documents documents, CancellationToken stop)
    {
        var (whose, all, scope) = await persons.Open(http.Agent(), person, http.Correlation(), stop);
        var filter = Form.OfQuery(http.Request);
        var known = await documents.LatestChange(whose.Key, stop);   // before the list: what comes in between is told again rather than not
        var cards = await documents.OfPatient(scope, whose.Path, null, stop);
        var shown = cards.Where(c => Keeps(c, filter)).ToList();
        return Page.Show<DocumentsPage, DocumentsModel>(new(
            whose, all, filter,
            [.. shown.GroupBy(c => c.ClassDisplay).Select(g => new DocumentGroup(g.Key, [.. g]))
                .OrderByDescending(g => g.Documents[0].Date)],
            [.. cards.Select(c => c.ClassDisplay).Distinct().Order(StringComparer.CurrentCulture)],
            [.. cards.Select(c => c.Date?.Year).OfType<int>().Distinct().OrderDescending()],
            cards.Count, shown.Count, cards.Count(c => c.Unread), known));
    }

    static bool Keeps(DocumentCard card, Form filter) =>
        (filter.Optional("genre") is not { } kind || card.ClassDisplay == kind)
        && (filter.Optional("annee") is not { } year || card.Date?.Year.ToString(System.Globalization.CultureInfo.InvariantCulture) == year)
        && (!filter.Flag("nonlus") || card.Unread);
}
