using System.Globalization;
using Socle.Platform.Web;

namespace Socle.Directories;

/// <summary>Hours, distances and directions as people say them, in the language of the request.</summary>
static class OfferWords
{
    static Texts T => Texts.Of(typeof(DirectoriesModule).Assembly);

    public static string Distance(double kilometres) => kilometres < 0.95
        ? T["offer.metres", Math.Max(50, Math.Round(kilometres * 20) * 50).ToString("0", CultureInfo.InvariantCulture)]
        : T["offer.km", French.Number(Math.Round((decimal)kilometres, kilometres < 10 ? 1 : 0))];

    public static string Direction(Spot from, Spot to)
    {
        var (up, across) = (to.Latitude - from.Latitude, (to.Longitude - from.Longitude) * Math.Cos(from.Latitude * Math.PI / 180));
        var eighth = (int)Math.Round(Math.Atan2(across, up) / (Math.PI / 4));
        return T["direction." + (((eighth % 8) + 8) % 8)];
    }

    /// <summary>« Ouvert jusqu’à 18 h 30 », « Ouvre lundi à 9 h ».</summary>
    /// <param name="local">What the clock of the place shows at the moment that is asked about.</param>
    public static string Opening(OpenState state, DateTime local) => state switch
    {
        { Known: false } => T["opening.unknown"],
        { IsOpen: true, Changes: null } => T["opening.always"],
        { IsOpen: true, Changes: { } until } when until.Date == local.Date || until < local.Date.AddDays(1).AddHours(6) => T["opening.until", Hour(until)],
        { IsOpen: true, Changes: { } until } => T["opening.until-day", Day(until, local), Hour(until)],
        { Changes: null } => T["opening.closed"],
        { Changes: { } from } when from.Date == local.Date => T["opening.opens", Hour(from)],
        { Changes: { } from } => T["opening.opens-day", Day(from, local), Hour(from)]
    };

    public static IReadOnlyList<string> Features(OfferFeatures features) =>
        [.. Enum.GetValues<OfferFeatures>().Where(one => one != OfferFeatures.None && features.HasFlag(one)).Select(one => T["feature." + one])];

    static string Day(DateTime day, DateTime local) =>
        day.Date == local.Date.AddDays(1) ? French.Day(DateOnly.FromDateTime(day), DateOnly.FromDateTime(local))
        : day.Date < local.Date.AddDays(7) ? day.ToString("dddd", CultureInfo.GetCultureInfo(Language.IsEnglish ? "en-GB" : "fr-FR"))
        : T["opening.on", French.Full(DateOnly.FromDateTime(day))];

    static string Hour(DateTime at) => Language.IsEnglish ? at.ToString("HH:mm", CultureInfo.InvariantCulture)
        : at.Minute == 0 ? $"{at.Hour}\u202Fh" : $"{at.Hour}\u202Fh\u202F{at.Minute:00}";

    /// <summary>« 06 39 98 12 34 » for a French number; any other as it is.</summary>
    public static string Phone(string number)
    {
        var digits = number.Replace(" ", "", StringComparison.Ordinal).Replace(".", "", StringComparison.Ordinal);
        if (digits.StartsWith("+33", StringComparison.Ordinal)) digits = "0" + digits[3..];
        return digits.Length == 10 && digits[0] == '0' && digits.All(char.IsAsciiDigit) ? string.Join('\u00A0', digits.Chunk(2).Select(pair => new string(pair))) : number;
    }
}

/// <summary>What the fields offer while one types.</summary>
static class OfferChoices
{
    public static IReadOnlyList<string> Kinds => [.. OfferKinds.All.Select(kind => kind.Shown)];

    public static IReadOnlyList<string> Towns { get; } = [.. OfferTowns.All.OrderByDescending(town => town.Weight).Select(town => town.Shown)];
}
