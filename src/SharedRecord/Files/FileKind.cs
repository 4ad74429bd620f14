using System.Text;
using System.Text.Unicode;

namespace Socle.SharedRecord;

/// <summary>What a document may be. Its first bytes decide, never its name nor what the sender says.</summary>
enum FileKind { Cda, Pdf, Jpeg, Png, Text }

/// <summary>Tells what a file is by its bytes, and refuses what no one should open.</summary>
static class FileSorter
{
    public static FileKind KindOf(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) throw SharedRecordRefusals.FileEmpty.With();
        if (bytes.StartsWith("%PDF-"u8)) return FileKind.Pdf;
        if (bytes.StartsWith<byte>([0xFF, 0xD8, 0xFF])) return FileKind.Jpeg;
        if (bytes.StartsWith<byte>([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A])) return FileKind.Png;
        if (Known(bytes) is { } name) throw SharedRecordRefusals.FileKind.With(name);
        if (MarkupStart(bytes) is { } start)
            return Markup(start) is { } kind ? kind : throw SharedRecordRefusals.FileKind.With(MarkupName(start));
        return IsPlainText(bytes) ? FileKind.Text : throw SharedRecordRefusals.FileKind.With("d’un format inconnu");
    }

    public static string MediaType(FileKind kind) => kind switch
    {
        FileKind.Cda => "text/xml",
        FileKind.Pdf => "application/pdf",
        FileKind.Jpeg => "image/jpeg",
        FileKind.Png => "image/png",
        _ => "text/plain"
    };

    /// <summary>The format code of the national tables (JDV_J10) for a document that is not structured.</summary>
    public static string FormatCode(FileKind kind) => kind switch
    {
        FileKind.Pdf => "urn:ihe:iti:xds-sd:pdf:2008",
        FileKind.Text => "urn:ihe:iti:xds-sd:text:2008",
        FileKind.Jpeg => "urn:ihe:iti:xds-sd:jpeg:2010",
        FileKind.Png => "urn:asip:ci-sis:png:2023",
        _ => "urn:ihe:iti:xds:2017:mimeTypeSufficient"
    };

    static string? Known(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith("PK"u8)) return "une archive ZIP (ou un document de bureautique)";
        if (bytes.StartsWith("MZ"u8) || bytes.StartsWith("\u007fELF"u8)) return "un programme";
        if (bytes.StartsWith<byte>([0x1F, 0x8B])) return "une archive compressée";
        if (bytes.StartsWith("Rar!"u8) || bytes.StartsWith("7z"u8)) return "une archive";
        if (bytes.StartsWith("GIF8"u8)) return "une image GIF";
        if (bytes.Length > 12 && bytes[4..8].SequenceEqual("ftyp"u8)) return "une image HEIC ou une vidéo";
        if (bytes.Length > 12 && bytes[..4].SequenceEqual("RIFF"u8)) return "une image WebP, un son ou une vidéo";
        if (bytes.StartsWith<byte>([0xD0, 0xCF, 0x11, 0xE0])) return "un ancien document de bureautique";
        if (bytes.StartsWith("{\\rtf"u8)) return "un document RTF";
        return bytes.Length > 132 && bytes[128..132].SequenceEqual("DICM"u8) ? "une image DICOM" : null;
    }

    // The beginning as text when the file opens with « < », in UTF-8 or UTF-16 and after any byte order mark or blanks.
    static string? MarkupStart(ReadOnlySpan<byte> bytes)
    {
        var head = bytes[..Math.Min(bytes.Length, 4096)];
        string text;
        if (head.StartsWith<byte>([0xFF, 0xFE]) || (head.Length > 1 && head[1] == 0)) text = Encoding.Unicode.GetString(head);
        else if (head.StartsWith<byte>([0xFE, 0xFF]) || (head.Length > 1 && head[0] == 0)) text = Encoding.BigEndianUnicode.GetString(head);
        else text = Encoding.Latin1.GetString(head).TrimStart('ï', '»', '¿');
        text = text.TrimStart('\uFEFF').TrimStart();
        return text.StartsWith('<') ? text : null;
    }

    static FileKind? Markup(string start) =>
        start.Contains("ClinicalDocument", StringComparison.Ordinal) || (start.StartsWith("<?xml", StringComparison.Ordinal) && !LooksDangerous(start))
            ? FileKind.Cda
            : null;

    static bool LooksDangerous(string start) => start.Contains("<svg", StringComparison.OrdinalIgnoreCase) || start.Contains("<html", StringComparison.OrdinalIgnoreCase);

    static string MarkupName(string start) =>
        start.Contains("<svg", StringComparison.OrdinalIgnoreCase) ? "une image SVG" :
        start.Contains("<html", StringComparison.OrdinalIgnoreCase) || start.StartsWith("<!doctype", StringComparison.OrdinalIgnoreCase) ? "une page HTML" :
        "du XML qui n’est pas un document CDA";

    static bool IsPlainText(ReadOnlySpan<byte> bytes)
    {
        if (!Utf8.IsValid(bytes)) return false;
        foreach (var value in bytes)
            if (value < 0x20 && value is not ((byte)'\t' or (byte)'\n' or (byte)'\r' or 0x0C)) return false;
        return true;
    }
}
