using System.Globalization;
using Microsoft.AspNetCore.Http;
using Socle.Directories.Pages;
using Socle.Platform;
using Socle.Platform.Web;

namespace Socle.Directories;

/// <summary>Who regulates or refers looks for a bed: units near a place, what is free there, and since when that is known.</summary>
static class ShowBeds
{
    static readonly int[] Radii = [10, 20, 50, 100];

    static Texts T => Texts.Of(typeof(DirectoriesModule).Assembly);

    public static async Task<IResult> Handle(HttpContext http, BedSearch search, CancellationToken stop)
    {
        var form = Form.OfQuery(http.Request);
        var radius = int.TryParse(form.Typed("rayon"), NumberStyles.None, CultureInfo.InvariantCulture, out var asked) && Radii.Contains(asked) ? asked : 50;
        if (form.AllTyped("ou").Count == 0) return Page.Show<BedsPage, BedsModel>(new(form, null, radius, [], 0, 0, 0, search.Freshness));
        var where = form.Required("ou", T["offer.where"]);
        var town = where.Length == 0 ? null : OfferTowns.Find(where);
        if (where.Length > 0 && town is null) form.Fail("ou", T["offer.where-nothing", where.Length <= 40 ? where : where[..40] + "…"]);
        var what = form.Optional("quoi");
        var kind = what is null ? null : OfferKinds.Find(what);
        if (what is not null && kind is null) form.Fail("quoi", T["offer.what-unknown", what.Length <= 40 ? what : what[..40] + "…"]);
        if (form.HasErrors || town is null) return Page.Again<BedsPage, BedsModel>(new(form, null, radius, [], 0, 0, 0, search.Freshness));

        var units = await search.Near(kind, town.Centre, radius, stop);
        var cards = new List<BedCard>();
        foreach (var unit in units) cards.Add(await search.Card(http.Agent(), unit, stop));
        return Page.Show<BedsPage, BedsModel>(new(form, town.Name, radius, cards, units.Sum(u => u.Free ?? 0), units.Count(u => u.Free is not null), units.Count(u => u.IsStale), search.Freshness));
    }
}
