using Microsoft.AspNetCore.Http;
using Socle.Platform;
using Socle.Platform.Web;
using Socle.Rights.Pages;

namespace Socle.Rights;

/// <summary>The card of a person: what the health insurance says of them, and how fresh that is.</summary>
static class ShowCard
{
    public static string PathOf(Bearer bearer, string part = "") => $"/espace/{bearer.Path}/carte{part}";

    public static async Task<IResult> Handle(string person, HttpContext http, Household household, RightsTrace trace, CancellationToken stop)
    {
        var (bearer, all) = await household.Open(http.Agent(), person, stop);
        var rights = await household.RightsOf(bearer.Card, stop);
        await trace.Read(http.Agent(), bearer, http.Correlation(), stop);
        return Page.Show<CardPage, CardModel>(new(bearer, all, rights));
    }
}

/// <summary>What was done with a card, in the trace of the person.</summary>
sealed class RightsTrace(AuditLog audit, Db db)
{
    public async Task Read(Agent agent, Bearer bearer, string correlation, CancellationToken stop)
    {
        var unit = new Unit();
        Add(unit, agent, bearer.Key, "rights", "Droits à l’assurance maladie", bearer.Link switch
        {
            BearerLink.Self => "Titulaire de la carte.", BearerLink.Child => "Titulaire de l’autorité parentale.", _ => "Personne de confiance."
        }, correlation);
        await db.Commit(unit, stop);
    }

    public void Add(Unit unit, Agent agent, long patient, string action, string label, string why, string correlation) => audit.Append(unit, new()
    {
        Agent = agent, Action = action, Patient = patient, Label = label, Why = why, Purpose = Access.Purposes.Of(agent.Kind), Correlation = correlation
    });
}
