using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Socle.Directories.Pages;
using Socle.Platform.Web;

namespace Socle.Directories;

/// <summary>« Trouver un soin » : who, near where, open when, with what access. For everybody, signed in or not.</summary>
static class ShowOffers
{
    const int PageSize = 20, MostPages = 10;
    static readonly int[] Radii = [5, 10, 20, 50, 100];

    static readonly (string Field, OfferFeatures Feature)[] Criteria =
    [
        ("fauteuil", OfferFeatures.Wheelchair), ("lsf", OfferFeatures.SignLanguage), ("secteur1", OfferFeatures.SectorOne),
        ("nouveaux", OfferFeatures.NewPatients), ("tele", OfferFeatures.Teleconsultation)
    ];

    static Texts T => Texts.Of(typeof(DirectoriesModule).Assembly);

    public static async Task<IResult> Handle(HttpContext http, OfferSearch search, OfferCards cards, TimeProvider clock, CancellationToken stop)
    {
        var form = Form.OfQuery(http.Request);
        if (form.AllTyped("quoi").Count == 0 && form.AllTyped("ou").Count == 0)
            return Page.Show<OfferPage, OfferModel>(new(form, null, null, null, 20, [], false, []));
        var help = new List<OfferHelp>();
        var kind = KindOf(form, http.Request, help);
        var (centre, shown) = CentreOf(form, http.Request, help);
        var radius = Radii.Contains((int)(Number(form.Typed("rayon")) ?? 20)) ? (int)(Number(form.Typed("rayon")) ?? 20) : 20;
        var now = clock.GetUtcNow();
        var moment = centre is { } at ? MomentOf(form, at, now) : now;
        if (kind is null || centre is not { } spot || form.HasErrors)
            return Page.Again<OfferPage, OfferModel>(new(form, null, null, null, radius, [], false, help));

        var page = (int)Math.Clamp(Number(form.Typed("page")) ?? 1, 1, MostPages);
        var wanted = Criteria.Where(one => form.Flag(one.Field)).Aggregate(OfferFeatures.None, (all, one) => all | one.Feature);
        var ask = new OfferAsk(kind, spot, radius, wanted, moment, now, page * PageSize);
        var answer = await search.Find(ask, stop);
        var first = (page - 1) * PageSize;
        var found = await cards.Of(ask, [.. answer.Hits.Skip(first)], first + 1, stop);
        return Page.Show<OfferPage, OfferModel>(new(form, kind.Shown, shown, spot, radius, found, answer.More && found.Count > 0, [])
        {
            NextUrl = answer.More && page < MostPages ? With(http.Request, ("page", (page + 1).ToString(CultureInfo.InvariantCulture))) : null,
            FirstUrl = page > 1 ? With(http.Request, ("page", "1")) : null,
            WiderUrl = Radii.FirstOrDefault(one => one > radius) is > 0 and var wider
                ? With(http.Request, ("rayon", wider.ToString(CultureInfo.InvariantCulture)), ("page", "1")) : null
        });
    }

    static OfferKind? KindOf(Form form, HttpRequest request, List<OfferHelp> help)
    {
        var typed = form.Required("quoi", T["offer.what"]);
        if (typed.Length == 0) return null;
        if (OfferKinds.Find(typed) is { } kind) return kind;
        form.Fail("quoi", T["offer.what-unknown", Short(typed)]);
        foreach (var near in OfferKinds.Like(typed, 5)) help.Add(new("quoi", near.Shown, With(request, ("quoi", near.Shown))));
        return null;
    }

    static (Spot?, string?) CentreOf(Form form, HttpRequest request, List<OfferHelp> help)
    {
        var typed = form.Required("ou", T["offer.where"]);
        if (typed.Length == 0) return default;
        if (Coordinates(typed) is { } here) return (here, T["offer.around-me"]);
        if (OfferTowns.Find(typed) is { } town) return (town.Centre, town.Name);
        var like = OfferTowns.Like(typed, 5);
        form.Fail("ou", like.Count > 0 ? T["offer.where-unknown", Short(typed)] : T["offer.where-nothing", Short(typed)]);
        foreach (var near in like) help.Add(new("ou", near.Shown, With(request, ("ou", near.Shown))));
        return default;
    }

    // « 48.117, -1.678 », as the button « around me » writes it.
    static Spot? Coordinates(string typed) =>
        typed.Split(',') is [var north, var east]
            && double.TryParse(north, NumberStyles.Float, CultureInfo.InvariantCulture, out var latitude) && double.TryParse(east, NumberStyles.Float, CultureInfo.InvariantCulture, out var longitude)
            && latitude is >= -90 and <= 90 && longitude is >= -180 and <= 180 ? new(latitude, longitude) : null;

    // The hour that is typed is the one of the clock where one searches.
    static DateTimeOffset? MomentOf(Form form, Spot centre, DateTimeOffset now)
    {
        var choice = form.Typed("ouvert");
        if (choice == "maintenant") return now;
        var (typedDay, typedHour) = (form.Optional("jour"), form.Optional("heure"));
        if (choice != "moment" && typedDay is null && typedHour is null) return null;
        var zone = LocalTime.Zone(LocalTime.OfSpot(centre));
        var day = typedDay is null && choice != "moment" ? DateOnly.FromDateTime(OpeningHours.Local(now, zone)) : form.Day("jour");
        if (typedHour is null || !TimeOnly.TryParse(typedHour.Replace('h', ':').Replace(" ", "", StringComparison.Ordinal).TrimEnd(':') is var hour && hour.Contains(':') ? hour : hour + ":00",
            CultureInfo.InvariantCulture, out var time))
        {
            form.Fail("heure", T["offer.hour-wrong"]);
            return null;
        }
        if (form.HasErrors) return null;
        var local = day.ToDateTime(time);
        return new DateTimeOffset(local, zone.IsInvalidTime(local) ? zone.GetUtcOffset(local.AddHours(1)) : zone.GetUtcOffset(local));
    }

    static long? Number(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    static string Short(string text) => text.Length <= 40 ? text : text[..40] + "…";

    static string With(HttpRequest request, params (string Name, string Value)[] changes)
    {
        var query = new QueryBuilder(request.Query.Where(q => !changes.Any(change => change.Name == q.Key) && q.Key != "page")
            .SelectMany(q => q.Value, (q, value) => KeyValuePair.Create(q.Key, value ?? "")).Where(pair => pair.Value.Length > 0));
        foreach (var (name, value) in changes)
            if (name != "page" || value != "1") query.Add(name, value);
        return "/offre" + query.ToQueryString();
    }
}
