using System.Globalization;
using System.Text;

namespace Socle.Rights;

/// <summary>One A4 page, drawn from the top left in points; what is drawn is text in our own letters, lines and squares.</summary>
sealed class PdfPage
{
    public const double Width = 595, Height = 842;

    readonly StringBuilder content = new();
    readonly SortedSet<char> used = [' '];

    /// <summary>The letters that the page needs: the font carries these and no other.</summary>
    public IReadOnlyList<char> Letters => [.. used];

    public string Content(Func<char, byte> code) => Resolve(content.ToString(), code);

    public void Text(double x, double y, double size, string text, bool bold = false, (double R, double G, double B) colour = default)
    {
        var drawable = StrokeFont.Drawable(text);
        used.UnionWith(drawable);
        var (r, g, b) = (Number(colour.R), Number(colour.G), Number(colour.B));
        // Where the codes of the letters go is known once the page is whole.
        content.Append(CultureInfo.InvariantCulture,
            $"BT {r} {g} {b} rg {r} {g} {b} RG /{(bold ? "B" : "R")} {Number(size)} Tf {Number(x)} {Number(Height - y)} Td \u0001{drawable}\u0002 Tj ET\n");
    }

    /// <summary>Breaks at blanks; answers where the next line stands.</summary>
    public double Paragraph(double x, double y, double width, double size, string text, bool bold = false, (double R, double G, double B) colour = default)
    {
        foreach (var line in Lines(text, width, size))
        {
            Text(x, y, size, line, bold, colour);
            y += size * 1.45;
        }
        return y;
    }

    public void Line(double x1, double y, double x2, double thick) => content.Append(CultureInfo.InvariantCulture,
        $"0.53 0.58 0.63 RG {Number(thick)} w {Number(x1)} {Number(Height - y)} m {Number(x2)} {Number(Height - y)} l S\n");

    /// <summary>The dark squares of a code, each of this size.</summary>
    public void Squares(double x, double y, double size, IReadOnlyList<IReadOnlyList<bool>> rows)
    {
        content.Append("0 0 0 rg\n");
        for (var row = 0; row < rows.Count; row++)
            for (var column = 0; column < rows[row].Count; column++)
                if (rows[row][column])
                    content.Append(CultureInfo.InvariantCulture, $"{Number(x + column * size)} {Number(Height - y - (row + 1) * size)} {Number(size)} {Number(size)} re\n");
        content.Append("f\n");
    }

    public static double WidthOf(string text, double size) => StrokeFont.Drawable(text).Sum(StrokeFont.Width) * size / 1000;

    static IEnumerable<string> Lines(string text, double width, double size)
    {
        var line = "";
        foreach (var word in text.Split(' '))
        {
            var longer = line.Length == 0 ? word : line + " " + word;
            if (line.Length > 0 && WidthOf(longer, size) > width)
            {
                yield return line;
                longer = word;
            }
            line = longer;
        }
        yield return line;
    }

    static string Resolve(string content, Func<char, byte> code)
    {
        var right = new StringBuilder(content.Length);
        var inside = false;
        foreach (var c in content)
        {
            if (c is '\u0001' or '\u0002')
            {
                inside = c == '\u0001';
                right.Append(inside ? '<' : '>');
            }
            else if (inside) right.Append(code(c).ToString("X2", CultureInfo.InvariantCulture));
            else right.Append(c);
        }
        return right.ToString();
    }

    static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
