using Microsoft.AspNetCore.Http;
using Socle.Access;
using Socle.Fhir;
using Socle.Identities;
using Socle.Platform;
using Socle.Platform.Web;
using Socle.Store;

namespace Socle.Rights;

/// <summary>A paper is made from the rights of this day. The one before of its kind no longer holds.</summary>
static class IssueCertificate
{
    public static async Task<IResult> Handle(string person, HttpContext http, Household household, CertificateDesk desk, CancellationToken stop)
    {
        var bearer = await household.OpenOwn(http.Agent(), person, stop);
        var form = await Form.Read(http.Request, stop);
        var kind = form.Typed("genre") == "couverture" ? CertificateKind.Covered : CertificateKind.Rights;
        var code = await desk.Issue(http, kind, bearer, await household.RightsOf(bearer.Card, stop), stop);
        return Page.SeeOther(ShowCard.PathOf(bearer, $"/attestations/{code}"), Texts.Of(typeof(RightsModule).Assembly)["certificate.done"]);
    }
}

/// <summary>Writes papers and keeps them.</summary>
sealed class CertificateDesk(RightsStore store, RecordStore records, AccessDesk access, RightsTrace trace, Db db, TimeProvider clock, Chance chance)
{
    public async Task<string> Issue(HttpContext http, CertificateKind kind, Bearer bearer, CardRights rights, CancellationToken stop)
    {
        var (agent, now, code) = (http.Agent(), clock.GetUtcNow(), CertificateCode.New(chance));
        var check = $"{http.Request.Scheme}://{http.Request.Host}{CheckCertificate.Path}?code={code}";
        var number = kind == CertificateKind.Covered ? null : await Matricule(agent, bearer, http.Correlation(), stop);
        var body = CertificateBody.Of(kind, code, check, bearer.Card, number, rights, now, French.Today(clock)) ?? throw RightsRefusals.NotCovered.With();
        var unit = await store.Issue(new(), bearer.Key, body, stop);
        trace.Add(unit, agent, bearer.Key, "certificate", CertificatePaper.TitleOf(body), "À la demande de la personne ou de son représentant.", http.Correlation());
        await db.Commit(unit, stop);
        return code;
    }

    // A number stands on paper with its identity checked only (RNIV).
    async Task<string?> Matricule(Agent citizen, Bearer bearer, string correlation, CancellationToken stop)
    {
        var scope = (await access.Enter(citizen, Purposes.Personal, stop)).WithCorrelation(correlation);
        if (await records.FindById(scope, "Patient", bearer.Card.Id, stop) is not { } stored) return null;
        using var document = FhirDocument.Parse(stored.Bytes);
        return InsDatamatrix.Of(document.Root)?.Matricule;
    }
}
