using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;

namespace Socle.Directories;

/// <summary>
/// The search drawn by the server, without tiles or anybody else's help: the circle that was searched, towns to find one's way, numbered marks that
/// lead to the list. Marks that would cover each other stand aside, with a line to where they belong.
/// </summary>
sealed class OfferMap(Spot centre, double kilometres, string label, string north, IReadOnlyList<OfferCard> cards)
{
    const double Side = 360, Middle = 172, Circle = 152, Mark = 15, Apart = (2 * Mark) + 2;
    const int MostTowns = 12;

    // As near as shows them all: where everybody is in the middle of the circle, the rest of it is empty ground.
    readonly double shown = Math.Min(kilometres, Math.Max(0.8, cards.Count == 0 ? kilometres : cards.Max(card => card.Kilometres) * 1.12));
    readonly StringBuilder svg = new();
    readonly List<(double Left, double Top, double Right, double Bottom)> taken = [];

    // Equirectangular around the centre: at 100 km the error is less than a mark is wide.
    (double X, double Y) Place(Spot spot)
    {
        var scale = Circle / shown;
        var east = (spot.Longitude - centre.Longitude) * 111.32 * Math.Cos(centre.Latitude * Math.PI / 180);
        return (Side / 2 + (east * scale), Middle - ((spot.Latitude - centre.Latitude) * 110.57 * scale));
    }

    public string Draw()
    {
        svg.Append(CultureInfo.InvariantCulture, $"<svg class=\"map\" viewBox=\"0 0 {Side} {Side}\" role=\"group\" aria-label=\"{Html(label)}\">");
        svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"ground\" width=\"{Side}\" height=\"{Side}\" rx=\"6\"/>");
        svg.Append(CultureInfo.InvariantCulture, $"<circle class=\"searched\" cx=\"{Side / 2}\" cy=\"{Middle}\" r=\"{Math.Min(1_000, Circle * kilometres / shown):0.#}\"/>");
        Ring();
        svg.Append(CultureInfo.InvariantCulture, $"<path class=\"centre\" d=\"M{Side / 2 - 6} {Middle}h12M{Side / 2} {Middle - 6}v12\"/>");
        var marks = Spread();
        foreach (var (_, at, _) in marks) taken.Add((at.X - Mark, at.Y - Mark, at.X + Mark, at.Y + Mark));
        Scale();
        Towns();
        foreach (var (_, at, true_) in marks)
            if (Math.Abs(at.X - true_.X) + Math.Abs(at.Y - true_.Y) > 4)
                svg.Append(CultureInfo.InvariantCulture, $"<path class=\"lead\" d=\"M{true_.X:0.#} {true_.Y:0.#}L{at.X:0.#} {at.Y:0.#}\"/><circle class=\"spot\" cx=\"{true_.X:0.#}\" cy=\"{true_.Y:0.#}\" r=\"3\"/>");
        foreach (var (card, at, _) in marks) DrawMark(card, at);
        return svg.Append("</svg>").ToString();
    }

    void DrawMark(OfferCard card, (double X, double Y) at)
    {
        var said = Html($"{card.Number}, {card.Name}, {OfferWords.Distance(card.Kilometres)} {OfferWords.Direction(centre, card.Spot)}, {card.Opening}");
        svg.Append(CultureInfo.InvariantCulture, $"<a href=\"#r-{card.Number}\" id=\"m-{card.Number}\" class=\"mark{(card.IsOpen ? " open" : "")}\" aria-label=\"{said}\"><title>{said}</title>");
        svg.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{at.X:0.#}\" cy=\"{at.Y:0.#}\" r=\"{Mark}\"/>");
        // Open is told by a ring as well as by its colour.
        if (card.IsOpen) svg.Append(CultureInfo.InvariantCulture, $"<circle class=\"ring\" cx=\"{at.X:0.#}\" cy=\"{at.Y:0.#}\" r=\"{Mark - 2.5}\"/>");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{at.X:0.#}\" y=\"{at.Y + 4.5:0.#}\" aria-hidden=\"true\">{card.Number}</text></a>");
    }

    // In the order of the list: the nearest keep their place, those after them look for room around theirs.
    List<(OfferCard Card, (double X, double Y) At, (double X, double Y) True)> Spread()
    {
        var placed = new List<(OfferCard, (double X, double Y) At, (double X, double Y))>();
        foreach (var card in cards)
        {
            var here = Place(card.Spot);
            var at = here;
            for (var step = 1; step < 400 && !HasRoom(at); step++)
            {
                var (angle, away) = (step * 2.39996, 5.2 * Math.Sqrt(step));   // a sunflower's spiral fills the ground evenly
                at = (here.X + (away * Math.Cos(angle)), here.Y + (away * Math.Sin(angle)));
            }
            placed.Add((card, at, here));
        }
        return placed;

        bool HasRoom((double X, double Y) at) => at.X is > Mark + 1 and < Side - Mark - 1 && at.Y is > Mark + 1 and < Side - Mark - 1
            && placed.TrueForAll(other => Square(other.At.X - at.X) + Square(other.At.Y - at.Y) >= Apart * Apart);
    }

    void Towns()
    {
        var left = MostTowns;
        foreach (var town in OfferTowns.All.Where(town => town.Centre.To(centre) < shown * 1.3).OrderByDescending(town => town.Weight))
        {
            var (x, y) = Place(town.Centre);
            var wide = 6.4 * town.Name.Length;
            var onLeft = x + wide + 10 > Side - 4;
            var box = onLeft ? (x - wide - 8, y - 8, x + 3, y + 6) : (x - 3, y - 8, x + wide + 8, y + 6);
            if (box.Item1 < 2 || box.Item2 < 2 || box.Item3 > Side - 2 || box.Item4 > Side - 2 || taken.Any(other => Overlap(other, box))) continue;
            taken.Add(box);
            svg.Append(CultureInfo.InvariantCulture, $"<circle class=\"town\" cx=\"{x:0.#}\" cy=\"{y:0.#}\" r=\"2.5\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"town-name\" x=\"{(onLeft ? x - 6 : x + 6):0.#}\" y=\"{y + 4:0.#}\"{(onLeft ? " text-anchor=\"end\"" : "")}>{Html(town.Name)}</text>");
            if (--left == 0) return;
        }
    }

    void Scale()
    {
        var bar = Nice(shown / 2.5);
        var wide = bar * Circle / shown;
        taken.Add((8, Side - 30, 8 + wide + 50, Side));
        taken.Add((Side - 34, 0, Side, 44));
        svg.Append(CultureInfo.InvariantCulture, $"<path class=\"scale\" d=\"M12 {Side - 16}v6h{wide:0.#}v-6\"/><text class=\"scale-text\" x=\"{18 + wide:0.#}\" y=\"{Side - 8}\">{Html(OfferWords.Distance(bar))}</text>");
        svg.Append(CultureInfo.InvariantCulture, $"<path class=\"north\" d=\"M{Side - 18} 10l6 14h-12z\"/><text class=\"scale-text\" text-anchor=\"middle\" x=\"{Side - 18}\" y=\"38\">{Html(north)}</text>");
    }

    /// <summary>The whole circle is drawn; otherwise only what is around the results.</summary>
    public bool ShowsCircle => shown > kilometres * 0.9;

    // How far that is, on the map itself.
    void Ring()
    {
        var away = Nice(shown * 0.72);
        var radius = away * Circle / shown;
        svg.Append(CultureInfo.InvariantCulture, $"<circle class=\"half\" cx=\"{Side / 2}\" cy=\"{Middle}\" r=\"{radius:0.#}\"/>");
        var (x, y) = (Side / 2 + (radius * 0.7071) + 3, Middle + (radius * 0.7071) + 11);
        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"scale-text\" x=\"{x:0.#}\" y=\"{y:0.#}\">{Html(OfferWords.Distance(away))}</text>");
    }

    static double Nice(double kilometres)
    {
        foreach (var step in new[] { 50, 20, 10, 5, 2, 1, 0.5, 0.2 })
            if (step <= kilometres) return step;
        return 0.1;
    }

    static bool Overlap((double Left, double Top, double Right, double Bottom) a, (double Left, double Top, double Right, double Bottom) b) =>
        a.Left < b.Right && b.Left < a.Right && a.Top < b.Bottom && b.Top < a.Bottom;

    static double Square(double value) => value * value;

    static string Html(string text) => HtmlEncoder.Default.Encode(text);
}
