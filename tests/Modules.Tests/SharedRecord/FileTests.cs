using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Socle.Platform;
using Socle.SharedRecord;

namespace Socle.Modules.Tests.SharedRecord;

public class FileTests
{
    public static TheoryData<byte[], string> Refused => new()
    {
        { [], "file-empty" },
        { [.. "PK\u0003\u0004"u8, 0, 0], "file-kind" },
        { [.. "MZ"u8, 0x90, 0], "file-kind" },
        { [.. "<html><body>bonjour</body></html>"u8], "file-kind" },
        { [.. "<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>"u8], "file-kind" },
        { [.. "GIF89a"u8], "file-kind" },
        { [.. "bon\0jour"u8], "file-kind" },
        { [0xE9, 0x20, 0xE9], "file-kind" }
    };

    [Theory, MemberData(nameof(Refused))]
    public void The_first_bytes_decide_and_what_nobody_should_open_is_refused(byte[] bytes, string code) =>
        Should.Throw<Refusal>(() => FileSorter.KindOf(bytes)).Code.ShouldBe(code);

    [Fact]
    public void What_may_be_deposited_is_recognised()
    {
        FileSorter.KindOf("%PDF-1.4"u8).ShouldBe(FileKind.Pdf);
        FileSorter.KindOf([0xFF, 0xD8, 0xFF, 0xE0]).ShouldBe(FileKind.Jpeg);
        FileSorter.KindOf("Très bien, merci.\r\n"u8).ShouldBe(FileKind.Text);
        FileSorter.KindOf("\uFEFF<?xml version='1.0'?><ClinicalDocument xmlns='urn:hl7-org:v3'/>"u8).ShouldBe(FileKind.Cda);
        FileSorter.KindOf(Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes("<ClinicalDocument/>")).ToArray()).ShouldBe(FileKind.Cda);
    }

    [Fact]
    public void A_plain_PDF_passes() => PdfInspector.Check(DemoPdf.Write("Titre (essai)", ["Une ligne", "L’été"]));

    public static TheoryData<string, string> Active => new()
    {
        { "/Encrypt 9 0 R", "pdf-password" },
        { "/OpenAction << /S /JavaScript /JS (app.alert(1)) >>", "pdf-active-content" },
        { "/OpenAction << /S /J#61vaScript >>", "pdf-active-content" },
        { "/A << /S /Launch /F (cmd.exe) >>", "pdf-active-content" },
        { "/Names << /EmbeddedFiles 4 0 R >>", "pdf-active-content" }
    };

    [Theory, MemberData(nameof(Active))]
    public void A_PDF_that_acts_or_hides_is_refused(string name, string code)
    {
        var pdf = Encoding.Latin1.GetBytes($"%PDF-1.7\n1 0 obj\n<< /Type /Catalog {name} >>\nendobj\n%%EOF");
        Should.Throw<Refusal>(() => PdfInspector.Check(pdf)).Code.ShouldBe(code);
    }

    [Fact]
    public void A_script_in_a_compressed_object_stream_is_found()
    {
        using var packed = new MemoryStream();
        using (var deflate = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true)) deflate.Write("<< /S /JavaScript /JS (x) >>"u8);
        byte[] pdf = [.. "%PDF-1.7\n7 0 obj\n<< /Type /ObjStm /Filter /FlateDecode >>\nstream\n"u8, .. packed.ToArray(), .. "\nendstream\nendobj\n%%EOF"u8];
        Should.Throw<Refusal>(() => PdfInspector.Check(pdf)).Code.ShouldBe("pdf-active-content");
    }

    [Fact]
    public void A_bomb_in_an_object_stream_stops()
    {
        using var packed = new MemoryStream();
        using (var deflate = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            for (var i = 0; i < 70; i++) deflate.Write(new byte[1 << 20]);
        byte[] pdf = [.. "%PDF-1.7\n<< /Type /ObjStm >>\nstream\n"u8, .. packed.ToArray(), .. "\nendstream\n%%EOF"u8];
        Should.Throw<Refusal>(() => PdfInspector.Check(pdf)).Code.ShouldBe("file-damaged");
    }

    // A JPEG of segments only: a place (EXIF), a comment, then the picture; it decodes nowhere, its structure is what matters.
    static byte[] Photo(ushort orientation)
    {
        byte[] exif = [.. "Exif\0\0MM"u8, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0, 0, 0, 0, 0, .. "GPS 48.0 -4.1"u8];
        byte[] Segment(byte marker, ReadOnlySpan<byte> body) => [0xFF, marker, (byte)((body.Length + 2) >> 8), (byte)(body.Length + 2), .. body];
        return [0xFF, 0xD8, .. Segment(0xE0, "JFIF\0rest"u8), .. Segment(0xE1, exif), .. Segment(0xFE, "chez moi"u8), .. Segment(0xDB, "tables"u8),
            .. Segment(0xDA, "scan"u8), 1, 2, 0xFF, 0x00, 3, 0xFF, 0xD0, 4, 0xFF, 0xD9, .. "trailing GPS"u8];
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(6, true)]
    public void A_photograph_loses_its_place_and_keeps_its_picture_and_its_way_up(ushort orientation, bool kept)
    {
        var clean = PhotoCleaner.Clean(FileKind.Jpeg, Photo(orientation));
        var text = Encoding.Latin1.GetString(clean);
        text.ShouldNotContain("GPS");
        text.ShouldNotContain("chez moi");
        text.ShouldContain("tables");
        text.Contains("Exif", StringComparison.Ordinal).ShouldBe(kept);
        clean[^2..].ShouldBe([0xFF, 0xD9]);
        PhotoCleaner.Clean(FileKind.Jpeg, clean).ShouldBe(clean);
    }

    [Fact]
    public void A_cut_photograph_is_refused() =>
        Should.Throw<Refusal>(() => PhotoCleaner.Clean(FileKind.Jpeg, Photo(1).AsSpan(0, 40))).Code.ShouldBe("file-damaged");

    [Fact]
    public void A_PNG_loses_its_texts()
    {
        byte[] Chunk(string type, string body) => [0, 0, 0, (byte)body.Length, .. Encoding.Latin1.GetBytes(type + body), 1, 2, 3, 4];
        byte[] png = [0x89, .. "PNG\r\n"u8, 0x1A, 0x0A, .. Chunk("IHDR", "head"), .. Chunk("tEXt", "Author: moi"), .. Chunk("eXIf", "GPS"), .. Chunk("IDAT", "pixels"), .. Chunk("IEND", "")];
        var text = Encoding.Latin1.GetString(PhotoCleaner.Clean(FileKind.Png, png));
        text.ShouldContain("pixels");
        text.ShouldNotContain("moi");
        text.ShouldNotContain("GPS");
    }

    [Theory]
    [InlineData("stream: OK\0", null)]
    [InlineData("stream: Eicar-Signature FOUND\0", "file-virus")]
    [InlineData("INSTREAM size limit exceeded. ERROR\0", "antivirus-away")]
    public async Task The_antivirus_has_the_last_word(string answer, string? code)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var received = Answer(listener, answer);
        var antivirus = new ClamAv(new() { ClamAv = $"127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}" });
        var check = antivirus.Check(new byte[100_000], default);
        if (code is null) await check;
        else (await Should.ThrowAsync<Refusal>(() => check)).Code.ShouldBe(code);
        (await received).ShouldBe(100_000);
    }

    [Fact]
    public async Task An_antivirus_that_is_away_lets_nothing_in() =>
        (await Should.ThrowAsync<Refusal>(() => new ClamAv(new() { ClamAv = "/nowhere/clamd.ctl" }).Check(new byte[1], default))).Code.ShouldBe("antivirus-away");

    static async Task<int> Answer(TcpListener listener, string answer)
    {
        using var client = await listener.AcceptTcpClientAsync();
        var stream = client.GetStream();
        var command = new byte[10];
        await stream.ReadExactlyAsync(command);
        var (total, length) = (0, new byte[4]);
        while (true)
        {
            await stream.ReadExactlyAsync(length);
            var size = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(length);
            if (size == 0) break;
            await stream.ReadExactlyAsync(new byte[size]);
            total += size;
        }
        await stream.WriteAsync(Encoding.ASCII.GetBytes(answer));
        return total;
    }
}
