using System.Globalization;
using System.Security;
using System.Security.Cryptography;
using System.Text;

namespace Socle.Rights;

/// <summary>
/// Writes one page as PDF/A-2b (ISO 19005-2): its letters inside as a Type 3 font, its colours said, its title in XMP. Nothing is compressed and nothing is drawn by lot:
/// the same page at the same moment gives the same bytes.
/// </summary>
static class PdfDocument
{
    const int FirstCode = 32, FirstGlyph = 10;
    const int Regular = 75, Bold = 115;

    public static byte[] Write(PdfPage page, string title, DateTimeOffset made)
    {
        var letters = page.Letters;
        var codes = letters.Index().ToDictionary(pair => pair.Item, pair => (byte)(FirstCode + pair.Index));
        if (letters.Count > 256 - FirstCode) throw new InvalidOperationException("More letters than a simple font holds.");
        List<byte[]> objects =
        [
            Dictionary("/Type /Catalog /Pages 2 0 R /Metadata 5 0 R /OutputIntents [<< /Type /OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier (sRGB) "
                + "/Info (sRGB IEC61966-2.1) /DestOutputProfile 6 0 R >>] /Lang (fr-FR) /ViewerPreferences << /DisplayDocTitle true >>"),
            Dictionary("/Type /Pages /Kids [3 0 R] /Count 1"),
            Dictionary($"/Type /Page /Parent 2 0 R /MediaBox [0 0 {PdfPage.Width} {PdfPage.Height}] /Contents 4 0 R /Resources << /Font << /R 7 0 R /B 8 0 R >> >>"),
            Stream("", Encoding.Latin1.GetBytes(page.Content(c => codes[c]))),
            Stream("/Type /Metadata /Subtype /XML", Encoding.UTF8.GetBytes(Xmp(title, made))),
            Stream("/N 3", IccProfile.Srgb),
            Font(letters, FirstGlyph),
            Font(letters, FirstGlyph + letters.Count),
            Stream("", Encoding.ASCII.GetBytes(ToUnicode(letters))),
            .. letters.Select(c => Glyph(c, Regular)),
            .. letters.Select(c => Glyph(c, Bold))
        ];
        return Bytes(objects);
    }

    static byte[] Font(IReadOnlyList<char> letters, int first)
    {
        var last = FirstCode + letters.Count - 1;
        var procedures = string.Join(' ', letters.Index().Select(pair => $"/g{pair.Index} {first + pair.Index} 0 R"));
        return Dictionary($"/Type /Font /Subtype /Type3 /FontBBox [-150 -300 1050 1000] /FontMatrix [0.001 0 0 0.001 0 0] /FirstChar {FirstCode} /LastChar {last} "
            + $"/Widths [{string.Join(' ', letters.Select(StrokeFont.Width))}] /Encoding << /Type /Encoding /Differences [{FirstCode} {string.Join(' ', letters.Index().Select(pair => $"/g{pair.Index}"))}] >> "
            + $"/CharProcs << {procedures} >> /Resources << >> /ToUnicode 9 0 R");
    }

    // d1: the shape only, in whatever colour the text has.
    static byte[] Glyph(char c, int thick) =>
        Stream("", Encoding.ASCII.GetBytes($"{StrokeFont.Width(c)} 0 -150 -300 1050 1000 d1\n{thick} w 1 J 1 j\n{StrokeFont.Operators(c)}"));

    static string ToUnicode(IReadOnlyList<char> letters)
    {
        var map = new StringBuilder("/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
            + "/CMapName /Socle-UCS def\n/CMapType 2 def\n1 begincodespacerange\n<00> <FF>\nendcodespacerange\n");
        foreach (var some in letters.Index().Chunk(100))
        {
            map.Append(CultureInfo.InvariantCulture, $"{some.Length} beginbfchar\n");
            foreach (var (index, c) in some) map.Append(CultureInfo.InvariantCulture, $"<{FirstCode + index:X2}> <{(int)c:X4}>\n");
            map.Append("endbfchar\n");
        }
        return map.Append("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n").ToString();
    }

    static string Xmp(string title, DateTimeOffset made)
    {
        var moment = made.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return $"""
            <?xpacket begin="{'\ufeff'}" id="W5M0MpCehiHzreSzNTczkc9d"?>
            <x:xmpmeta xmlns:x="adobe:ns:meta/">
              <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
                <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
                  <dc:format>application/pdf</dc:format>
                  <dc:title><rdf:Alt><rdf:li xml:lang="x-default">{SecurityElement.Escape(title)}</rdf:li></rdf:Alt></dc:title>
                  <dc:language><rdf:Bag><rdf:li>fr-FR</rdf:li></rdf:Bag></dc:language>
                  <xmp:CreateDate>{moment}</xmp:CreateDate>
                  <xmp:ModifyDate>{moment}</xmp:ModifyDate>
                  <xmp:CreatorTool>Socle</xmp:CreatorTool>
                  <pdf:Producer>Socle</pdf:Producer>
                  <pdfaid:part>2</pdfaid:part>
                  <pdfaid:conformance>B</pdfaid:conformance>
                </rdf:Description>
              </rdf:RDF>
            </x:xmpmeta>
            <?xpacket end="r"?>
            """.ReplaceLineEndings("\n");
    }

    static byte[] Dictionary(string entries) => Encoding.ASCII.GetBytes($"<< {entries} >>");

    static byte[] Stream(string entries, byte[] body) =>
        [.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"<< {(entries.Length == 0 ? "" : entries + " ")}/Length {body.Length} >>\nstream\n")), .. body, .. "\nendstream"u8];

    static byte[] Bytes(List<byte[]> objects)
    {
        var file = new MemoryStream();
        // Four bytes above 127 tell every program that this is no text.
        file.Write([.. "%PDF-1.7\n%"u8, 0xE2, 0xE3, 0xCF, 0xD3, (byte)'\n']);
        var places = new List<long>();
        foreach (var (index, body) in objects.Index())
        {
            places.Add(file.Position);
            Ascii(file, $"{index + 1} 0 obj\n");
            file.Write(body);
            Ascii(file, $"\nendobj\n");
        }
        var id = Convert.ToHexString(SHA256.HashData(file.GetBuffer().AsSpan(0, (int)file.Length)).AsSpan(0, 16));
        var table = file.Position;
        Ascii(file, $"xref\n0 {objects.Count + 1}\n0000000000 65535 f \n");
        foreach (var place in places) Ascii(file, $"{place:0000000000} 00000 n \n");
        Ascii(file, $"trailer\n<< /Size {objects.Count + 1} /Root 1 0 R /ID [<{id}> <{id}>] >>\nstartxref\n{table}\n%%EOF\n");
        return file.ToArray();
    }

    static void Ascii(MemoryStream file, FormattableString text) => file.Write(Encoding.ASCII.GetBytes(text.ToString(CultureInfo.InvariantCulture)));
}
