using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Socle.Rights;

namespace Socle.Modules.Tests.Rights;

public sealed class PdfTests
{
    static readonly CertificateBody Body = new(
        CertificateKind.Rights, "7KQ2M3XD9FHT", "https://exemple.fr/verifier?code=7KQ2M3XD9FHT", "Zoé Lefèvre-Œstrich", "28/03/1979", "284052A00411723", "Régime général", "Aïda Ünlü",
        [new(RightKind.Complementary, "amc", "Mutuelle d’essai n° 99000012 (à 100 %)", new(2026, 1, 1), new(2026, 12, 31), DateTimeOffset.UnixEpoch)],
        new(2026, 11, 22), new(2027, 11, 21), new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero), "Simulateur", true);

    [Fact]
    public void The_same_paper_is_the_same_file_and_another_has_another_id()
    {
        var (one, same, other) = (CertificatePaper.Pdf(Body), CertificatePaper.Pdf(Body), CertificatePaper.Pdf(Body with { Name = "Une autre" }));
        one.ShouldBe(same);
        Id(one).ShouldNotBe(Id(other));
    }

    [Fact]
    public void Each_object_stands_where_the_table_says_and_each_stream_is_as_long_as_it_says()
    {
        var text = Encoding.Latin1.GetString(CertificatePaper.Pdf(Body));
        text.ShouldStartWith("%PDF-1.7\n%");
        text.ShouldEndWith("%%EOF\n");
        var table = int.Parse(Regex.Match(text, @"startxref\n(\d+)\n%%EOF\n$").Groups[1].Value, CultureInfo.InvariantCulture);
        text.IndexOf("xref\n0 ", table, StringComparison.Ordinal).ShouldBe(table);
        var places = Regex.Matches(text[table..], @"(\d{10}) 00000 n ").Select(m => int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture)).ToList();
        places.Count.ShouldBeGreaterThan(40);
        foreach (var (index, place) in places.Index()) text.IndexOf($"{index + 1} 0 obj\n", place, StringComparison.Ordinal).ShouldBe(place);
        var streams = Regex.Matches(text, @"/Length (\d+) >>\nstream\n");
        streams.Count.ShouldBeGreaterThan(40);
        foreach (Match stream in streams)
            text.Substring(stream.Index + stream.Length + int.Parse(stream.Groups[1].Value, CultureInfo.InvariantCulture), 10).ShouldBe("\nendstream");
    }

    // ISO 19005-2: what a file of level B must have and must not.
    [Fact]
    public void It_has_what_the_archive_format_asks_and_nothing_that_it_forbids()
    {
        var text = Encoding.Latin1.GetString(CertificatePaper.Pdf(Body));
        foreach (var needed in new[] { "/OutputIntents [<< /Type /OutputIntent /S /GTS_PDFA1", "/DestOutputProfile", "<pdfaid:part>2</pdfaid:part>", "<pdfaid:conformance>B</pdfaid:conformance>",
            "/Metadata 5 0 R", "/ID [<", "/ToUnicode", "/Subtype /Type3" }) text.ShouldContain(needed);
        foreach (var forbidden in new[] { "/Encrypt", "/JavaScript", "/AA", "/EmbeddedFile", "/LZWDecode", "/Info ", "/Type1", "/TrueType", "/SMask", "/Launch" })
            if (forbidden != "/Info ") text.ShouldNotContain(forbidden);
        Regex.Match(text, @"trailer\n(.*)\n").Groups[1].Value.ShouldNotContain("/Info");
        // What is drawn says its colour in the space of the profile, and the widths of the letters are those of the drawings.
        var widths = Regex.Match(text, @"/Widths \[([\d ]+)\]").Groups[1].Value.Split(' ');
        var drawn = Regex.Matches(text, @"stream\n(\d+) 0 -150 -300 1050 1000 d1\n").Select(m => m.Groups[1].Value).ToList();
        drawn.ShouldBe([.. widths, .. widths]);
    }

    [Fact]
    public void The_profile_of_colours_is_one_that_says_its_own_length()
    {
        var profile = IccProfile.Srgb;
        System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(profile).ShouldBe(profile.Length);
        Encoding.ASCII.GetString(profile, 36, 4).ShouldBe("acsp");
        Encoding.ASCII.GetString(profile, 12, 12).ShouldBe("mntrRGB XYZ ");
    }

    [WithReader]
    public async Task A_reader_of_others_finds_no_fault_and_reads_every_word()
    {
        var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".pdf");
        await File.WriteAllBytesAsync(file, CertificatePaper.Pdf(Body));
        try
        {
            var check = await Run("qpdf", "--check", file);
            check.ShouldContain("No syntax or stream encoding errors found");
            var text = Regex.Replace(await Run("pdftotext", "-layout", file, "-"), @"\s+", " ");
            foreach (var words in new[] { "Attestation de droits à l’assurance maladie", "Zoé Lefèvre-Œstrich", "2 84 05 2A 004 117 23", "Aïda Ünlü", "Mutuelle d’essai n° 99000012 (à 100 %)",
                "7KQ2-M3XD-9FHT", "du 22 novembre 2026 au 21 novembre 2027", "Il ne vaut pas attestation" }) text.ShouldContain(words);
            (await Run("pdffonts", file)).ShouldContain("Type 3            Custom           yes no  yes");
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void A_letter_that_nobody_drew_is_shown_by_the_nearest()
    {
        StrokeFont.Drawable("Ştefan Öçal – Łukasz\u202f« 你 »").ShouldBe("Ştefan Öçal – ?ukasz « ? »");
        foreach (var c in "ÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸÑàâäçéèêëîïôöùûüÿñœŒæÆ") StrokeFont.Operators(c).ShouldContain("S");
    }

    static string Id(byte[] pdf) => Regex.Match(Encoding.Latin1.GetString(pdf), @"/ID \[<([0-9A-F]{32})>").Groups[1].Value;

    static async Task<string> Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var text = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return text + await errors;
    }
}

/// <summary>What is written on a page of ours, read back through the table that says which letter a code is.</summary>
static class PdfText
{
    public static string Of(byte[] pdf)
    {
        var text = Encoding.Latin1.GetString(pdf);
        var letters = Regex.Matches(text, @"<([0-9A-F]{2})> <([0-9A-F]{4})>").ToDictionary(m => m.Groups[1].Value, m => (char)Convert.ToInt32(m.Groups[2].Value, 16));
        return string.Join('\n', Regex.Matches(text, @"Td <([0-9A-F]+)> Tj").Select(m => string.Concat(m.Groups[1].Value.Chunk(2).Select(code => letters[new string(code)]))));
    }
}

/// <summary>With Poppler and QPDF: skipped where they are missing, a failure on the machine that decides.</summary>
public sealed class WithReaderAttribute : FactAttribute
{
    public WithReaderAttribute()
    {
        var here = new[] { "qpdf", "pdftotext", "pdffonts" }.All(name => File.Exists("/usr/bin/" + name));
        if (!here && Environment.GetEnvironmentVariable("CI") != "true") Skip = "Poppler ou QPDF n'est pas installé.";
    }
}
