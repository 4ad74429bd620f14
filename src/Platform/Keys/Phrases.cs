using System.Runtime.InteropServices;

namespace Socle.Platform;

/// <summary>
/// Packs short JSON in the LZ4 block format, looking back first into a page of phrases that resources share: a body of 1.5 KB has too
/// little of its own to learn from. ADR 0007 says why not Brotli. The phrases are part of the format: they are never changed, a better
/// page would be a new format beside this one.
/// </summary>
static class Phrases
{
    /// <summary>An offset has 16 bits and must reach from the last byte back to the first phrase.</summary>
    public const int Most = 48 * 1024;

    // The last two are the format's: no match begins later or leads further, counted from the end.
    const int HashBits = 13, Shortest = 4, LongRun = 15, LastMatch = 12, LastLiterals = 5;

    static readonly byte[] page = Read();
    static readonly ushort[] seeds = Seeds();

    // Phrases, then what is packed: an offset leads from one into the other.
    [ThreadStatic] static byte[]? desk;
    [ThreadStatic] static ushort[]? places;

    internal static ReadOnlySpan<byte> Page => page;

    /// <summary>How many bytes of <paramref name="packed"/> were written; 0 when it would be no shorter.</summary>
    /// <param name="plain">At most <see cref="Most"/> bytes.</param>
    public static int Pack(ReadOnlySpan<byte> plain, Span<byte> packed)
    {
        var text = Lay(plain);
        var size = Write(text, packed);
        desk.AsSpan(page.Length, plain.Length).Clear();
        return size < plain.Length ? size : 0;
    }

    static int Write(ReadOnlySpan<byte> text, Span<byte> packed)
    {
        var known = places ??= new ushort[1 << HashBits];
        seeds.CopyTo(known, 0);
        var (at, from, written) = (page.Length, page.Length, 0);
        while (at < text.Length - LastMatch)
        {
            var four = Four(text, at);
            var slot = Slot(four);
            int before = known[slot];
            known[slot] = (ushort)at;
            if (before >= at || Four(text, before) != four)
            {
                at += 1 + (at - from >> 6);   // the longer nothing was found, the wider the steps
                continue;
            }
            for (; at > from && before > 0 && text[at - 1] == text[before - 1]; at--) before--;
            var length = Shortest + text[(at + Shortest)..^LastLiterals].CommonPrefixLength(text[(before + Shortest)..]);
            if (!Put(packed, ref written, text[from..at], at - before, length)) return 0;
            from = at += length;
            if (at < text.Length - LastMatch) known[Slot(Four(text, at - 2))] = (ushort)(at - 2);
        }
        return Put(packed, ref written, text[from..], 0, 0) ? written : 0;
    }

    /// <summary>False when these are not bytes that <see cref="Pack"/> made of so many.</summary>
    public static bool TryOpen(ReadOnlySpan<byte> packed, Span<byte> plain)
    {
        var (read, written) = (0, 0);
        while (read < packed.Length)
        {
            var token = packed[read++];
            if (!Run(packed, ref read, token >> 4, out var literals) || literals > packed.Length - read || literals > plain.Length - written) return false;
            packed.Slice(read, literals).CopyTo(plain[written..]);
            (read, written) = (read + literals, written + literals);
            if (read == packed.Length) break;   // the last run has no match behind it
            if (packed.Length - read < 2) return false;
            var back = packed[read] | packed[read + 1] << 8;
            read += 2;
            if (!Run(packed, ref read, token & LongRun, out var length)) return false;
            length += Shortest;
            if (back == 0 || back > written + page.Length || length > plain.Length - written) return false;
            Repeat(plain, ref written, back, length);
        }
        return written == plain.Length;
    }

    static void Repeat(Span<byte> plain, ref int written, int back, int length)
    {
        if (back > written)
        {
            var start = page.Length - (back - written);
            var phrase = page.AsSpan(start, Math.Min(length, page.Length - start));
            phrase.CopyTo(plain[written..]);
            written += phrase.Length;
            length -= phrase.Length;
        }
        // Where a match overlaps what it makes, it repeats a pattern, one length of it at a time.
        while (length > 0)
        {
            var piece = Math.Min(length, back);
            plain.Slice(written - back, piece).CopyTo(plain[written..]);
            (written, length) = (written + piece, length - piece);
        }
    }

    // Lengths of 15 and more go on in bytes of 255, ended by a smaller one.
    static bool Run(ReadOnlySpan<byte> packed, ref int read, int nibble, out int length)
    {
        length = nibble;
        if (nibble < LongRun) return true;
        while (read < packed.Length && length <= Most)
        {
            var more = packed[read++];
            length += more;
            if (more < 255) return true;
        }
        return false;
    }

    // A run of literals and the match behind it; no match behind the last.
    static bool Put(Span<byte> packed, ref int written, ReadOnlySpan<byte> literals, int back, int length)
    {
        var match = Math.Max(0, length - Shortest);
        if (packed.Length - written < literals.Length + literals.Length / 255 + match / 255 + 5) return false;
        packed[written++] = (byte)(Math.Min(literals.Length, LongRun) << 4 | Math.Min(match, LongRun));
        PutRest(packed, ref written, literals.Length);
        literals.CopyTo(packed[written..]);
        written += literals.Length;
        if (length == 0) return true;
        packed[written++] = (byte)back;
        packed[written++] = (byte)(back >> 8);
        PutRest(packed, ref written, match);
        return true;
    }

    static void PutRest(Span<byte> packed, ref int written, int length)
    {
        if (length < LongRun) return;
        for (length -= LongRun; length >= 255; length -= 255) packed[written++] = 255;
        packed[written++] = (byte)length;
    }

    static ReadOnlySpan<byte> Lay(ReadOnlySpan<byte> plain)
    {
        if (desk is null)
        {
            desk = new byte[page.Length + Most];
            page.CopyTo(desk, 0);
        }
        plain.CopyTo(desk.AsSpan(page.Length));
        return desk.AsSpan(0, page.Length + plain.Length);
    }

    static uint Four(ReadOnlySpan<byte> text, int at) => MemoryMarshal.Read<uint>(text[at..]);

    static int Slot(uint four) => (int)(four * 2_654_435_761u >> 32 - HashBits);

    static ushort[] Seeds()
    {
        var known = new ushort[1 << HashBits];
        for (var at = 0; at <= page.Length - Shortest; at++) known[Slot(Four(page, at))] = (ushort)at;
        return known;
    }

    // One phrase a line, the most common last: what stands nearer wins where two are alike.
    static byte[] Read()
    {
        using var file = typeof(Phrases).Assembly.GetManifestResourceStream("phrases-1.txt")
            ?? throw new InvalidOperationException("phrases-1.txt is not in the assembly.");
        using var whole = new MemoryStream();
        file.CopyTo(whole);
        return [.. whole.ToArray().Where(c => c != (byte)'\n' && c != (byte)'\r')];
    }
}
