using System.Buffers.Binary;
using System.Text;

namespace Socle.Rights;

/// <summary>The colours of the screen (sRGB, IEC 61966-2-1) said as an ICC profile of version 2.1, computed from the formulas of the standard.</summary>
static class IccProfile
{
    const int Points = 1024;

    static readonly Lazy<byte[]> made = new(Make);

    public static byte[] Srgb => made.Value;

    static byte[] Make()
    {
        var curve = Curve();
        (string Tag, byte[] Body)[] tags =
        [
            ("desc", Description("sRGB")), ("cprt", [.. Word("text"), 0, 0, 0, 0, .. "No copyright"u8, 0]), ("wtpt", Xyz(0.9642, 1, 0.8249)),
            ("rXYZ", Xyz(0.4360, 0.2225, 0.0139)), ("gXYZ", Xyz(0.3851, 0.7169, 0.0971)), ("bXYZ", Xyz(0.1431, 0.0606, 0.7141)),
            ("rTRC", curve), ("gTRC", curve), ("bTRC", curve)
        ];
        var at = 128 + 4 + 12 * tags.Length;
        var (table, body, places) = (new List<byte>(), new List<byte>(), new Dictionary<byte[], int>());
        table.AddRange(Number(tags.Length));
        foreach (var (tag, bytes) in tags)
        {
            if (!places.TryGetValue(bytes, out var place))
            {
                places[bytes] = place = at + body.Count;
                body.AddRange(bytes);
                while (body.Count % 4 != 0) body.Add(0);
            }
            table.AddRange([.. Word(tag), .. Number(place), .. Number(bytes.Length)]);
        }
        var header = new byte[128];
        Number(128 + table.Count + body.Count).CopyTo(header, 0);
        Number(0x02100000).CopyTo(header, 8);
        Word("mntrRGB XYZ ").CopyTo(header, 12);
        new byte[] { 0x07, 0xD0, 0, 1, 0, 1 }.CopyTo(header, 24);          // 1 January 2000: the same bytes for ever
        Word("acsp").CopyTo(header, 36);
        Xyz(0.9642, 1, 0.8249).AsSpan(8, 12).CopyTo(header.AsSpan(68));    // D50, the light that profiles connect under
        return [.. header, .. table, .. body];
    }

    static byte[] Curve()
    {
        var bytes = new byte[12 + 2 * Points];
        Word("curv").CopyTo(bytes, 0);
        Number(Points).CopyTo(bytes, 8);
        for (var i = 0; i < Points; i++)
        {
            var v = i / (double)(Points - 1);
            var linear = v <= 0.04045 ? v / 12.92 : Math.Pow((v + 0.055) / 1.055, 2.4);
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(12 + 2 * i), (ushort)Math.Round(linear * 65535));
        }
        return bytes;
    }

    static byte[] Description(string name)
    {
        var ascii = Encoding.ASCII.GetBytes(name + "\0");
        // The two other forms of the name, in Unicode and for old systems, are empty.
        return [.. Word("desc"), 0, 0, 0, 0, .. Number(ascii.Length), .. ascii, .. new byte[4 + 4 + 2 + 1 + 67]];
    }

    static byte[] Xyz(double x, double y, double z) => [.. Word("XYZ "), 0, 0, 0, 0, .. Number(Fixed(x)), .. Number(Fixed(y)), .. Number(Fixed(z))];

    static int Fixed(double value) => (int)Math.Round(value * 65536);

    static byte[] Word(string text) => Encoding.ASCII.GetBytes(text);

    static byte[] Number(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
