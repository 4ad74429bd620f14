using System.Globalization;
using System.Text;

namespace Socle.SharedRecord;

/// <summary>A one-page PDF with a title and lines of text, for the demonstration: five objects, one font that every reader has.</summary>
static class DemoPdf
{
    public static byte[] Write(string title, IReadOnlyList<string> lines)
    {
        var page = new StringBuilder("BT /F1 16 Tf 56 780 Td (").Append(Escape(title)).Append(") Tj ET\n");
        for (var i = 0; i < lines.Count; i++)
            page.Append(CultureInfo.InvariantCulture, $"BT /F1 11 Tf 56 {744 - (i * 18)} Td ({Escape(lines[i])}) Tj ET\n");
        var content = page.ToString();
        string[] objects =
        [
            "<< /Type /Catalog /Pages 2 0 R /Lang (fr-FR) >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 4 0 R >> >> /Contents 5 0 R >>",
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
            $"<< /Length {content.Length} >>\nstream\n{content}endstream"
        ];
        return Assemble(objects);
    }

    static byte[] Assemble(string[] objects)
    {
        var file = new StringBuilder("%PDF-1.4\n");
        var places = new List<int>();
        for (var i = 0; i < objects.Length; i++)
        {
            places.Add(file.Length);
            file.Append(CultureInfo.InvariantCulture, $"{i + 1} 0 obj\n{objects[i]}\nendobj\n");
        }
        var table = file.Length;
        file.Append(CultureInfo.InvariantCulture, $"xref\n0 {objects.Length + 1}\n0000000000 65535 f \n");
        foreach (var place in places) file.Append(CultureInfo.InvariantCulture, $"{place:0000000000} 00000 n \n");
        file.Append(CultureInfo.InvariantCulture, $"trailer\n<< /Size {objects.Length + 1} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n");
        return Encoding.Latin1.GetBytes(file.ToString());
    }

    // The font's encoding is Windows-1252: what Latin-1 lacks is written with its nearest neighbour.
    static string Escape(string text)
    {
        var plain = text.Replace('’', '\'').Replace('\u202f', ' ').Replace('–', '-').Replace("œ", "oe", StringComparison.Ordinal).Replace("Œ", "Oe", StringComparison.Ordinal);
        return string.Concat(plain.Select(c => c switch { '(' or ')' or '\\' => "\\" + c, > '\u00ff' => "?", _ => c.ToString() }));
    }
}
