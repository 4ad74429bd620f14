using Microsoft.AspNetCore.Http;
using Socle.Access;
using Socle.Bouquet.Pages;
using Socle.Platform;
using Socle.Platform.Web;

namespace Socle.Bouquet;

/// <summary>« Je prends en charge cette personne » : one click with its reason; the person sees it.</summary>
static class DeclareRelation
{
    public static async Task<IResult> Handle(string patient, HttpContext http, Records records, AccessDesk desk, CancellationToken stop)
    {
        var opened = await records.Open(http.Agent(), patient, http.Correlation(), stop);
        var form = await Form.Read(http.Request, stop);
        var reason = form.ChoiceOf("motif", Texts.Of(typeof(BouquetModule).Assembly)["declare.reason-short"], [.. RelationReason.All.Select(r => r.Code)]);
        if (form.HasErrors) return Page.Again<DeclarePage, DeclareModel>(new(opened.Patient, form, opened.Why));
        await desk.DeclareRelation(http.Agent(), opened.Key, reason, stop);
        return Page.SeeOther($"/bouquet/patients/{patient}", Texts.Of(typeof(BouquetModule).Assembly)["declare.done", opened.Patient.Card.ShownName]);
    }
}

/// <summary>The professional no longer takes part in the person's care.</summary>
static class EndRelation
{
    public static async Task<IResult> Handle(string patient, HttpContext http, Records records, AccessDesk desk, CancellationToken stop)
    {
        var opened = await records.Open(http.Agent(), patient, http.Correlation(), stop);
        await desk.EndRelation(http.Agent(), opened.Key, desk.KeyOf(http.Agent()), stop);
        return Page.SeeOther("/bouquet", Texts.Of(typeof(BouquetModule).Assembly)["relation.ended", opened.Patient.Card.ShownName]);
    }
}
