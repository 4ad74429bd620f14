using Microsoft.AspNetCore.Http;
using Socle.Bouquet.Pages;
using Socle.Platform;
using Socle.Platform.Web;
using Socle.SharedRecord;

namespace Socle.Bouquet;

/// <summary>The record of one person: open when a care relation holds, otherwise the question why it should.</summary>
static class OpenRecord
{
    public static async Task<IResult> Handle(string patient, HttpContext http, Records records, Documents documents, CancellationToken stop)
    {
        var opened = await records.Open(http.Agent(), patient, http.Correlation(), stop);
        if (!opened.Why.Allowed) return Page.Show<DeclarePage, DeclareModel>(new(opened.Patient, Form.Empty, opened.Why));
        var filter = Form.OfQuery(http.Request);
        var cards = await documents.OfPatient(opened.Scope, patient, null, stop);
        var kind = filter.Optional("genre");
        return Page.Show<RecordPage, RecordModel>(new(
            opened.Patient, opened.Identity, opened.Relation, opened.Why,
            [.. cards.Where(c => kind is null || c.ClassDisplay == kind)], filter,
            [.. cards.Select(c => c.ClassDisplay).Distinct().Order(StringComparer.CurrentCulture)]));
    }
}
