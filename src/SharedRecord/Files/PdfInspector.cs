using System.Buffers;
using System.IO.Compression;
using System.Text;

namespace Socle.SharedRecord;

/// <summary>
/// Refuses a PDF that asks for a password or that acts: script, program launch, embedded files. Every name of the file is read,
/// wherever it stands (a cross-reference may point anywhere), and the compressed object streams are opened: a viewer does the same.
/// </summary>
static class PdfInspector
{
    const int LargestInflated = 64 << 20;
    static readonly SearchValues<byte> EndOfName = SearchValues.Create("\0\t\n\f\r ()<>[]{}/%"u8);

    public static void Check(ReadOnlySpan<byte> pdf)
    {
        if (!pdf.StartsWith("%PDF-"u8)) throw SharedRecordRefusals.FileDamaged.With("un PDF", "son début manque");
        if (pdf.LastIndexOf("%%EOF"u8) < 0) throw SharedRecordRefusals.FileDamaged.With("un PDF", "sa fin manque");
        var budget = LargestInflated;
        Scan(pdf, ref budget, inside: false);
    }

    static void Scan(ReadOnlySpan<byte> bytes, ref int budget, bool inside)
    {
        var objectStream = false;
        for (var at = 0; at < bytes.Length;)
        {
            var next = bytes[at..].IndexOfAny((byte)'/', (byte)'s');
            if (next < 0) return;
            at += next;
            if (bytes[at] == '/')
            {
                at = Name(bytes, at + 1, out var name);
                objectStream |= name == "ObjStm";
                Judge(name);
            }
            else if (!inside && objectStream && bytes[at..].StartsWith("stream"u8))
            {
                Inflate(bytes[(at + 6)..], ref budget);
                objectStream = false;
                at += 6;
            }
            else at++;
        }
    }

    // A name may be written with escapes: /J#61vaScript.
    static int Name(ReadOnlySpan<byte> bytes, int start, out string name)
    {
        var length = bytes[start..].IndexOfAny(EndOfName);
        if (length < 0) length = bytes.Length - start;
        if (length > 127)
        {
            name = "";
            return start;
        }
        name = Encoding.Latin1.GetString(bytes.Slice(start, length));
        if (name.Contains('#', StringComparison.Ordinal)) name = Unescape(name);
        return start + length;
    }

    static string Unescape(string name)
    {
        var text = new StringBuilder(name.Length);
        for (var i = 0; i < name.Length; i++)
        {
            if (name[i] == '#' && i + 2 < name.Length && char.IsAsciiHexDigit(name[i + 1]) && char.IsAsciiHexDigit(name[i + 2]))
            {
                text.Append((char)Convert.ToByte(name.Substring(i + 1, 2), 16));
                i += 2;
            }
            else text.Append(name[i]);
        }
        return text.ToString();
    }

    static void Judge(string name)
    {
        switch (name)
        {
            case "Encrypt": throw SharedRecordRefusals.PdfPassword.With();
            case "JavaScript": throw SharedRecordRefusals.PdfActive.With("un programme (JavaScript)");
            case "Launch": throw SharedRecordRefusals.PdfActive.With("une commande qui lance un autre programme");
            case "EmbeddedFile" or "EmbeddedFiles": throw SharedRecordRefusals.PdfActive.With("des fichiers cachés à l’intérieur");
            case "RichMedia": throw SharedRecordRefusals.PdfActive.With("un contenu animé");
            case "SubmitForm" or "ImportData": throw SharedRecordRefusals.PdfActive.With("un envoi de données vers un autre site");
        }
    }

    static void Inflate(ReadOnlySpan<byte> after, ref int budget)
    {
        var start = after.StartsWith("\r\n"u8) ? 2 : after.StartsWith("\n"u8) || after.StartsWith("\r"u8) ? 1 : 0;
        var end = after.IndexOf("endstream"u8);
        var content = after[start..(end < 0 ? after.Length : Math.Max(end, start))];
        if (content.IsEmpty) return;
        using var packed = new MemoryStream(content.ToArray());
        using var inflater = new ZLibStream(packed, CompressionMode.Decompress);
        using var plain = new MemoryStream();
        var buffer = ArrayPool<byte>.Shared.Rent(64 << 10);
        try
        {
            int read;
            while ((read = inflater.Read(buffer)) > 0)
            {
                if ((budget -= read) < 0) throw SharedRecordRefusals.FileDamaged.With("un PDF", "il se déplie sans fin");
                plain.Write(buffer, 0, read);
            }
        }
        catch (InvalidDataException)
        {
            // An object stream that cannot be opened cannot be judged: a viewer with other filters might read a script there.
            throw SharedRecordRefusals.FileDamaged.With("un PDF", "une de ses parties ne peut pas être lue");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        Scan(plain.GetBuffer().AsSpan(0, (int)plain.Length), ref budget, inside: true);
    }
}
