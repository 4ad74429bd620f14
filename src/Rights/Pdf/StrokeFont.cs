using System.Globalization;
using System.Text;

namespace Socle.Rights;

/// <summary>
/// Letters drawn by us, as lines of one width, so that a document can carry its font without borrowing anybody's. A unit is a twentieth of the em;
/// capitals are 14 high, small letters 10.
/// </summary>
static class StrokeFont
{
    /// <summary>Of a unit, in thousandths of the em.</summary>
    public const double Unit = 50;

    const double RaisedForCapitals = 4.2;
    const char Cedilla = '\u0327';

    /// <summary>« M x y » moves, « L x y » draws, « E cx cy rx ry from to » moves to an arc (degrees) and draws it, « e » draws it from where one is, « P x y » is a point.</summary>
    static readonly Dictionary<char, (double Width, string Path)> Drawn = new()
    {
        [' '] = (5, ""),
        ['A'] = (12, "M1 0 L6 14 L11 0 M2.8 5 L9.2 5"),
        ['B'] = (11.2, "M2 0 L2 14 L6 14 e6 10.75 3.25 3.25 90 -90 L2 7.5 M6 7.5 L6.2 7.5 e6.2 3.75 3.75 3.75 90 -90 L2 0"),
        ['C'] = (13, "E7.5 7 6 7 50 310"),
        ['D'] = (13, "M2 0 L2 14 L5 14 e5 7 6.5 7 90 -90 L2 0"),
        ['E'] = (10, "M9 14 L2 14 L2 0 L9 0 M2 7.5 L8 7.5"),
        ['F'] = (9.6, "M9 14 L2 14 L2 0 M2 7.5 L8 7.5"),
        ['G'] = (13.8, "E7.5 7 6 7 50 320 L12.1 6.5 L8.5 6.5"),
        ['H'] = (13, "M2 0 L2 14 M11 0 L11 14 M2 7.3 L11 7.3"),
        ['I'] = (5, "M2.5 0 L2.5 14"),
        ['J'] = (9, "M7 14 L7 3.5 e4 3.5 3 3.5 0 -160"),
        ['K'] = (11.5, "M2 0 L2 14 M10.5 14 L2 5.5 M5 8.5 L10.8 0"),
        ['L'] = (9.5, "M2 14 L2 0 L9 0"),
        ['M'] = (15, "M2 0 L2 14 L7.5 4 L13 14 L13 0"),
        ['N'] = (13, "M2 0 L2 14 L11 0 L11 14"),
        ['O'] = (15, "E7.5 7 6 7 0 360"),
        ['P'] = (11, "M2 0 L2 14 L6 14 e6 10.25 3.75 3.75 90 -90 L2 6.5"),
        ['Q'] = (15, "E7.5 7 6 7 0 360 M9 3.5 L13.3 -0.8"),
        ['R'] = (11.6, "M2 0 L2 14 L6 14 e6 10.25 3.75 3.75 90 -90 L2 6.5 M6 6.5 L10.5 0"),
        ['S'] = (11, "E5.5 10.6 4 3.4 35 270 e5.5 3.6 4.2 3.6 90 -145"),
        ['T'] = (11, "M0.8 14 L10.2 14 M5.5 14 L5.5 0"),
        ['U'] = (13, "M2 14 L2 4.5 e6.5 4.5 4.5 4.5 180 360 L11 14"),
        ['V'] = (12, "M1 14 L6 0 L11 14"),
        ['W'] = (17, "M1 14 L4.75 0 L8.5 12 L12.25 0 L16 14"),
        ['X'] = (12, "M1.2 0 L10.8 14 M1.2 14 L10.8 0"),
        ['Y'] = (12, "M1 14 L6 6.8 L11 14 M6 6.8 L6 0"),
        ['Z'] = (11.5, "M1.5 14 L10 14 L1.5 0 L10.2 0"),
        ['a'] = (11, "E5.2 5 3.7 5 0 360 M8.9 10 L8.9 0"),
        ['b'] = (11, "M2 14.5 L2 0 E5.8 5 3.7 5 0 360"),
        ['c'] = (9.6, "E5.4 5 3.9 5 50 310"),
        ['d'] = (11, "M8.9 14.5 L8.9 0 E5.2 5 3.7 5 0 360"),
        ['e'] = (10.5, "M1.5 5.2 L9.1 5.2 e5.3 5 3.8 5 2 310"),
        ['f'] = (6.4, "E6 11.5 2.6 3 80 180 L3.4 0 M1 9.6 L6 9.6"),
        ['g'] = (11, "E5.2 5 3.7 5 0 360 M8.9 10 L8.9 -0.8 e5.4 -0.8 3.5 3.4 0 -150"),
        ['h'] = (10.6, "M2 14.5 L2 0 M2 6.2 e5.3 6.2 3.3 3.8 180 0 L8.6 0"),
        ['i'] = (4.5, "M2.2 10 L2.2 0 P2.2 13.3"),
        ['ı'] = (4.5, "M2.2 10 L2.2 0"),
        ['j'] = (5, "M2.8 10 L2.8 -1.8 e0.6 -1.8 2.2 2.2 0 -90 P2.8 13.3"),
        ['k'] = (9.6, "M2 14.5 L2 0 M8.3 10 L2 3.8 M4.4 6.2 L8.8 0"),
        ['l'] = (4.5, "M2.2 14.5 L2.2 0"),
        ['m'] = (15.6, "M2 10 L2 0 M2 6.5 e4.9 6.5 2.9 3.5 180 0 L7.8 0 M7.8 6.5 e10.7 6.5 2.9 3.5 180 0 L13.6 0"),
        ['n'] = (10.6, "M2 10 L2 0 M2 6.2 e5.3 6.2 3.3 3.8 180 0 L8.6 0"),
        ['o'] = (10.8, "E5.4 5 3.9 5 0 360"),
        ['p'] = (11, "M2 10 L2 -4 E5.8 5 3.7 5 0 360"),
        ['q'] = (11, "M8.9 10 L8.9 -4 E5.2 5 3.7 5 0 360"),
        ['r'] = (7, "M2 10 L2 0 M2 6 e5.4 6 3.4 4 180 80"),
        ['s'] = (9, "E4.5 7.5 3 2.5 30 270 e4.5 2.5 3.1 2.5 90 -150"),
        ['t'] = (7, "M3.4 13 L3.4 2.8 e6 2.8 2.6 2.8 180 275 M1 9.8 L6 9.8"),
        ['u'] = (10.5, "M1.9 10 L1.9 3.8 e5.2 3.8 3.3 3.8 180 360 L8.5 10 M8.5 3.8 L8.5 0"),
        ['v'] = (9.6, "M1 10 L4.75 0 L8.5 10"),
        ['w'] = (13.5, "M1 10 L4 0 L6.75 9 L9.5 0 L12.5 10"),
        ['x'] = (9.6, "M1.2 0 L8.3 10 M1.2 10 L8.3 0"),
        ['y'] = (9.6, "M1 10 L4.9 0 M8.7 10 L4.9 0 L3.2 -4"),
        ['z'] = (9, "M1.3 10 L7.8 10 L1.2 0 L8 0"),
        ['0'] = (10.5, "E5.25 7 4 7 0 360"),
        ['1'] = (10.5, "M2.6 11.5 L6 14 L6 0"),
        ['2'] = (10.5, "E5.2 10.2 3.8 3.8 160 -25 L1.3 0 L9.3 0"),
        ['3'] = (10.5, "E5 10.6 3.4 3.4 150 -90 e5 3.6 3.9 3.6 90 -150"),
        ['4'] = (10.5, "M7 0 L7 14 L1 4 L9.8 4"),
        ['5'] = (10.5, "M8.6 14 L2.6 14 L2.2 7.77 e4.9 4.4 4.2 4.4 130 -150"),
        ['6'] = (10.5, "E5.3 4.4 3.9 4.4 0 360 E9.5 4.4 8.1 9.6 100 180"),
        ['7'] = (10.5, "M1.3 14 L9.3 14 L4 0"),
        ['8'] = (10.5, "E5.25 10.6 3.3 3.4 0 360 E5.25 3.6 4 3.6 0 360"),
        ['9'] = (10.5, "E5.2 9.6 3.9 4.4 0 360 E1 9.6 8.1 9.6 0 -80"),
        ['.'] = (4.5, "P2.2 0.3"),
        [','] = (4.5, "M2.4 0.5 L1.6 -2"),
        [':'] = (4.5, "P2.2 0.5 P2.2 8.5"),
        [';'] = (4.5, "M2.4 0.5 L1.6 -2 P2.2 8.5"),
        ['’'] = (4, "M2.2 14.5 L1.6 11.5"),
        ['\''] = (4, "M2 14.5 L2 11.5"),
        ['-'] = (7, "M1.3 5.3 L5.7 5.3"),
        ['–'] = (11, "M1 5.3 L10 5.3"),
        ['('] = (5.5, "E7 5.5 5 10 125 235"),
        [')'] = (5.5, "E-1.5 5.5 5 10 55 -55"),
        ['/'] = (8, "M1 -2 L7 15"),
        ['«'] = (9.5, "M4.3 8.6 L1.5 5 L4.3 1.4 M8 8.6 L5.2 5 L8 1.4"),
        ['»'] = (9.5, "M1.5 8.6 L4.3 5 L1.5 1.4 M5.2 8.6 L8 5 L5.2 1.4"),
        ['%'] = (15, "E4 11 2.6 3 0 360 E11 3 2.6 3 0 360 M11.5 14 L3.5 0"),
        ['+'] = (11, "M5.5 1.5 L5.5 9.5 M1.5 5.5 L9.5 5.5"),
        ['='] = (11, "M1.5 7.2 L9.5 7.2 M1.5 3.6 L9.5 3.6"),
        ['°'] = (6, "E3 12 2 2.2 0 360"),
        ['?'] = (9.5, "E4.6 10.6 3.4 3.4 160 -60 L4.6 6 L4.6 4.2 P4.6 0.3"),
        ['!'] = (4.5, "M2.2 14 L2.2 4 P2.2 0.3"),
        ['_'] = (10, "M0 -2 L10 -2"),
        ['&'] = (13, "M11.8 0 L3.9 9.4 e6 11.2 2.8 2.8 220 -55 L2.9 6 e5.2 3.4 3.6 3.4 130 320 L11.2 7.4"),
        ['€'] = (11.6, "E7.5 7 5 7 55 305 M0.8 8.3 L8 8.3 M0.8 5.7 L8 5.7"),
        ['œ'] = (17, "E5 5 3.7 5 0 360 M8.7 5.2 L15.9 5.2 e12.3 5 3.6 5 2 310"),
        ['Œ'] = (18.5, "E7 7 5.8 7 90 270 M7 14 L17.5 14 M7 0 L17.5 0 M11 14 L11 0 M11 7.5 L16 7.5"),
        ['æ'] = (17, "E5 5 3.7 5 0 360 M8.7 9.5 L8.7 0.5 M8.7 5.2 L15.9 5.2 e12.3 5 3.6 5 2 310"),
        ['Æ'] = (17, "M1 0 L8 14 L16 14 M9.5 14 L9.5 0 L16 0 M9.5 7.5 L15 7.5 M4 5 L9.5 5")
    };

    /// <summary>Above or below a letter; x from its middle.</summary>
    static readonly Dictionary<char, string> Marks = new()
    {
        ['\u0300'] = "M0.8 11.8 L-1.2 14.2",
        ['\u0301'] = "M-0.8 11.8 L1.2 14.2",
        ['\u0302'] = "M-1.9 11.8 L0 14 L1.9 11.8",
        ['\u0303'] = "M-2 12.2 L-0.7 13.6 L0.7 12.4 L2 13.8",
        ['\u0308'] = "P-1.7 13 P1.7 13",
        [Cedilla] = "M0.2 0 L-0.4 -1.4 L0.8 -1.9 L0.2 -3.4 L-1.2 -3.6"
    };

    /// <summary>The nearest text that can be drawn: letters without a mark that is not known here, « ? » for what is no letter of ours.</summary>
    public static string Drawable(string text)
    {
        var right = new StringBuilder(text.Length);
        foreach (var c in text.Normalize(NormalizationForm.FormC))
        {
            if (c is '\u00a0' or '\u202f') right.Append(' ');
            else if (Find(c) is not null) right.Append(c);
            else right.Append(c.ToString().Normalize(NormalizationForm.FormD)[0] is var bare && Drawn.ContainsKey(bare) ? bare : '?');
        }
        return right.ToString();
    }

    /// <summary>In thousandths of the em.</summary>
    public static int Width(char c) => (int)Math.Round(Find(c)!.Value.Width * Unit);

    /// <summary>The operators that draw a letter, in thousandths of the em.</summary>
    public static string Operators(char c)
    {
        var (width, path, mark) = Find(c)!.Value;
        var drawing = new StringBuilder();
        Draw(drawing, path, 0, 0);
        if (mark is not null) Draw(drawing, mark, width / 2, char.IsUpper(c) && mark != Marks[Cedilla] ? RaisedForCapitals : 0);
        return drawing.ToString();
    }

    static (double Width, string Path, string? Mark)? Find(char c)
    {
        if (Drawn.TryGetValue(c, out var known)) return (known.Width, known.Path, null);
        var apart = c.ToString().Normalize(NormalizationForm.FormD);
        if (apart.Length != 2 || !Marks.TryGetValue(apart[1], out var mark)) return null;
        return Drawn.TryGetValue(apart[0] == 'i' ? 'ı' : apart[0], out var bare) ? (bare.Width, bare.Path, mark) : null;
    }

    static void Draw(StringBuilder to, string path, double dx, double dy)
    {
        if (path.Length == 0) return;
        foreach (var word in Words(path))
        {
            var n = word.Numbers;
            switch (word.Letter)
            {
                case 'M': to.Append(Place(n[0] + dx, n[1] + dy)).Append(" m "); break;
                case 'L': to.Append(Place(n[0] + dx, n[1] + dy)).Append(" l "); break;
                // A line of no length would not be drawn everywhere.
                case 'P': to.Append(Place(n[0] + dx, n[1] + dy)).Append(" m ").Append(Place(n[0] + dx, n[1] + dy + 0.2)).Append(" l "); break;
                default: Arc(to, n, dx, dy, word.Letter == 'E'); break;
            }
        }
        to.Append("S\n");
    }

    // A quarter of an ellipse at the most for each curve of the third degree.
    static void Arc(StringBuilder to, double[] n, double dx, double dy, bool moves)
    {
        var (from, end) = (n[4] * Math.PI / 180, n[5] * Math.PI / 180);
        var parts = (int)Math.Ceiling(Math.Abs(end - from) / (Math.PI / 2) - 1e-9);
        var step = (end - from) / parts;
        var pull = 4.0 / 3 * Math.Tan(step / 4);
        string At(double angle, double along) => Place(
            n[0] + dx + n[2] * (Math.Cos(angle) - along * Math.Sin(angle)), n[1] + dy + n[3] * (Math.Sin(angle) + along * Math.Cos(angle)));
        if (moves) to.Append(At(from, 0)).Append(" m ");
        for (var i = 0; i < parts; i++)
            to.Append(At(from + i * step, pull)).Append(' ').Append(At(from + (i + 1) * step, -pull)).Append(' ').Append(At(from + (i + 1) * step, 0)).Append(" c ");
    }

    static IEnumerable<(char Letter, double[] Numbers)> Words(string path)
    {
        for (var at = 0; at < path.Length;)
        {
            var next = path.AsSpan(at + 1).IndexOfAny("MLEeP");
            var word = next < 0 ? path[at..] : path.Substring(at, next + 1);
            at += word.Length;
            yield return (word[0], [.. word[1..].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(part => double.Parse(part, CultureInfo.InvariantCulture))]);
        }
    }

    static string Place(double x, double y) => string.Create(CultureInfo.InvariantCulture, $"{Math.Round(x * Unit)} {Math.Round(y * Unit)}");
}
