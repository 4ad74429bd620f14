using System.IO.Compression;
using System.Text;

namespace Socle.Fhir;

/// <summary>Reads one segment of definitions.bin, which tools/definitions writes.</summary>
ref struct DefinitionReader
{
    const int HeadLength = 5;
    readonly ReadOnlySpan<byte> bytes;
    readonly string[] strings;
    int at;

    DefinitionReader(ReadOnlySpan<byte> bytes)
    {
        this.bytes = bytes;
        strings = [];
        strings = new string[Int()];
        for (var i = 0; i < strings.Length; i++)
        {
            var length = Int();
            strings[i] = Encoding.UTF8.GetString(bytes.Slice(at, length));
            at += length;
        }
    }

    public static DefinitionReader Open(int segment)
    {
        using var stream = typeof(DefinitionReader).Assembly.GetManifestResourceStream("definitions.bin")!;
        var file = new byte[stream.Length];
        stream.ReadExactly(file);
        var start = HeadLength + 4 * file[4];
        for (var i = 0; i < segment; i++) start += BitConverter.ToInt32(file, HeadLength + 4 * i);
        var length = BitConverter.ToInt32(file, HeadLength + 4 * segment);
        var whole = new byte[BitConverter.ToInt32(file, start)];
        if (!BrotliDecoder.TryDecompress(file.AsSpan(start + 4, length - 4), whole, out var written) || written != whole.Length)
            throw new InvalidDataException("The embedded definitions are damaged.");
        return new DefinitionReader(whole);
    }

    public int Int()
    {
        var (value, shift) = (0, 0);
        while (true)
        {
            var b = bytes[at++];
            value |= (b & 0x7F) << shift;
            if (b < 0x80) return value;
            shift += 7;
        }
    }

    public readonly string[] Strings => strings;

    /// <summary>All the numbers that are left.</summary>
    public int[] Rest()
    {
        var rest = new int[bytes.Length - at];
        var count = 0;
        while (at < bytes.Length) rest[count++] = Int();
        return rest;
    }

    public string Text() => strings[Int()];

    public string[] Texts()
    {
        var count = Int();
        if (count == 0) return [];
        var texts = new string[count];
        for (var i = 0; i < count; i++) texts[i] = Text();
        return texts;
    }
}
