using Microsoft.AspNetCore.Http;
using Socle.Identities;
using Socle.Platform;
using Socle.Platform.Web;
using Socle.Rights.Pages;

namespace Socle.Rights;

/// <summary>A card is entrusted to somebody for a time: a code is handed over, who types it holds the card until it ends or is taken back.</summary>
static class EntrustCard
{
    static readonly int[] Spans = [1, 7, 30];

    const int AdultFrom = 18;

    public static async Task<IResult> Show(string person, HttpContext http, Household household, Trust trust, CancellationToken stop)
    {
        var bearer = await household.OpenOwn(http.Agent(), person, stop);
        return Page.Show<TrustPage, TrustModel>(new(bearer, [bearer], await trust.Of(bearer, stop), Spans, null, Form.Empty));
    }

    public static async Task<IResult> Give(string person, HttpContext http, Household household, Trust trust, PageContext page, CancellationToken stop)
    {
        var bearer = await household.OpenOwn(http.Agent(), person, stop);
        if (bearer.Link == BearerLink.Self && bearer.Card.Age(page.Today) is < AdultFrom) throw RightsRefusals.AdultsOnly.With();
        var form = await Form.Read(http.Request, stop);
        var days = form.ChoiceOf("duree", T["trust.days"], [.. Spans.Select(span => span.ToString(System.Globalization.CultureInfo.InvariantCulture))]);
        if (form.HasErrors) return Page.Again<TrustPage, TrustModel>(new(bearer, [bearer], await trust.Of(bearer, stop), Spans, null, form));
        var code = await trust.Give(http, bearer, int.Parse(days, System.Globalization.CultureInfo.InvariantCulture), stop);
        // Shown once: the server keeps its hash only.
        return Page.Show<TrustPage, TrustModel>(new(bearer, [bearer], await trust.Of(bearer, stop), Spans, $"{code[..4]}-{code[4..8]}-{code[8..]}", Form.Empty));
    }

    public static async Task<IResult> TakeUp(string person, HttpContext http, Household household, Trust trust, CancellationToken stop)
    {
        var bearer = await household.OpenOwn(http.Agent(), person, stop);
        var form = await Form.Read(http.Request, stop);
        var typed = form.Required("code", T["trust.code"]);
        Bearer? given = null;
        var done = await form.Try("code", async () => { given = await trust.TakeUp(http, typed, stop); });
        if (!done) return Page.Again<TrustPage, TrustModel>(new(bearer, [bearer], await trust.Of(bearer, stop), Spans, null, form));
        return Page.SeeOther(ShowCard.PathOf(given!), T["trust.taken"]);
    }

    public static async Task<IResult> End(string person, string delegation, HttpContext http, Household household, Trust trust, CancellationToken stop)
    {
        var (bearer, _) = await household.Open(http.Agent(), person, stop);
        await trust.End(http, bearer, delegation, stop);
        var home = bearer.Link == BearerLink.Delegated ? "/espace" : ShowCard.PathOf(bearer, "/confiance");
        return Page.SeeOther(home, T["trust.ended"]);
    }

    static Texts T => Texts.Of(typeof(RightsModule).Assembly);
}

/// <summary>Cards in others' hands: given, taken up, taken back, each in the trace of the person whose card it is.</summary>
sealed class Trust(RightsStore store, Household household, IdentitySearch identities, RightsTrace trace, Db db, TimeProvider clock, Chance chance)
{
    public async Task<IReadOnlyList<TrustLine>> Of(Bearer bearer, CancellationToken stop)
    {
        var given = await store.GivenBy(bearer.Key, clock.GetUtcNow(), stop);
        var holders = await identities.Cards([.. given.Select(one => one.Holder).OfType<long>()], stop);
        return [.. given.Select(one => new TrustLine(one.Path, one.Holder is { } holder ? holders.GetValueOrDefault(holder)?.ShownName : null, one.Until))];
    }

    public async Task<string> Give(HttpContext http, Bearer bearer, int days, CancellationToken stop)
    {
        var (now, code, unit) = (clock.GetUtcNow(), CertificateCode.New(chance), new Unit());
        RightsStore.AddDelegation(unit, new(CertificateCode.Hash(code), bearer.Key, http.Agent().PatientKey, null, now, now.AddDays(days)));
        trace.Add(unit, http.Agent(), bearer.Key, "delegation", "Carte Vitale confiée", $"Pour {days} jour{(days > 1 ? "s" : "")}, à qui présente le code.", http.Correlation());
        await db.Commit(unit, stop);
        return code;
    }

    public async Task<Bearer> TakeUp(HttpContext http, string typed, CancellationToken stop)
    {
        var (now, holder) = (clock.GetUtcNow(), http.Agent().PatientKey);
        var hash = CertificateCode.Hash(CertificateCode.Read(typed) ?? throw RightsRefusals.NoSuchDelegation.With());
        if (await store.FindDelegation(hash, stop) is not { } found) throw RightsRefusals.NoSuchDelegation.With();
        var unit = new Unit();
        RightsStore.TakeUp(unit, hash, holder, now, () => RightsRefusals.NoSuchDelegation.With());
        trace.Add(unit, http.Agent(), found.Giver, "delegation", "Carte Vitale prise en charge par une personne de confiance", "Code remis par la personne.", http.Correlation());
        await db.Commit(unit, stop);
        return (await household.Of(http.Agent(), stop)).FirstOrDefault(one => one.Key == found.Giver) ?? throw RightsRefusals.NoSuchDelegation.With();
    }

    public async Task End(HttpContext http, Bearer bearer, string path, CancellationToken stop)
    {
        // The giver names the row; the holder gives up all that they hold of this person.
        var all = await store.GivenBy(bearer.Key, clock.GetUtcNow(), stop);
        var mine = all.Where(one => bearer.Link == BearerLink.Delegated ? one.Holder == http.Agent().PatientKey : one.Path == path).ToList();
        if (mine.Count == 0) throw RightsRefusals.NoSuchDelegation.With();
        var unit = new Unit();
        foreach (var one in mine) RightsStore.EndDelegation(unit, one.Code, bearer.Key, clock.GetUtcNow(), () => RightsRefusals.NoSuchDelegation.With());
        trace.Add(unit, http.Agent(), bearer.Key, "delegation-end", "Carte Vitale reprise", "Demandé par la personne ou par qui la portait.", http.Correlation());
        await db.Commit(unit, stop);
    }
}
