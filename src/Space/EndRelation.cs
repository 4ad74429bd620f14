using Microsoft.AspNetCore.Http;
using Socle.Access;
using Socle.Platform;
using Socle.Platform.Web;

namespace Socle.Space;

/// <summary>The citizen closes the record to a professional who had declared to care for them.</summary>
static class EndRelation
{
    public static async Task<IResult> Handle(string person, string professional, HttpContext http, Persons persons, AccessDesk desk, CancellationToken stop)
    {
        var (whose, _, _) = await persons.Open(http.Agent(), person, http.Correlation(), stop);
        var relation = (await desk.OfPatient(whose.Key, stop)).FirstOrDefault(r => RelationPath(r) == professional) ?? throw SpaceRefusals.NoSuchRecord.With();
        await desk.EndRelation(http.Agent(), whose.Key, relation.Professional, stop);
        return Page.SeeOther($"/espace/{whose.Path}/acces", Texts.Of(typeof(SpaceModule).Assembly)["relation.ended", relation.ProfessionalName]);
    }

    /// <summary>A professional in an address: the keyed hash, never the RPPS.</summary>
    public static string RelationPath(Relation relation) => ((ulong)relation.Professional).ToString("x16", System.Globalization.CultureInfo.InvariantCulture);
}
