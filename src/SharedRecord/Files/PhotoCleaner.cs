using System.Buffers.Binary;
using System.Text;

namespace Socle.SharedRecord;

/// <summary>
/// Takes place, device and comments out of a photograph without touching its picture: the compressed image is copied as it is.
/// The orientation stays (a photograph of a prescription must stand upright), as do colour profiles. What follows the end is dropped.
/// </summary>
static class PhotoCleaner
{
    public static byte[] Clean(FileKind kind, ReadOnlySpan<byte> bytes) => kind == FileKind.Jpeg ? Jpeg(bytes) : Png(bytes);

    static byte[] Jpeg(ReadOnlySpan<byte> bytes)
    {
        using var clean = new MemoryStream(bytes.Length);
        clean.Write(bytes[..2]);
        var at = 2;
        while (true)
        {
            while (at + 1 < bytes.Length && bytes[at] == 0xFF && bytes[at + 1] == 0xFF) at++;
            if (at + 2 > bytes.Length || bytes[at] != 0xFF) throw Damaged("une image JPEG");
            var marker = bytes[at + 1];
            if (marker == 0xD9)
            {
                clean.Write([0xFF, 0xD9]);
                return clean.ToArray();
            }
            if (marker is 0x01 or (>= 0xD0 and <= 0xD7))
            {
                clean.Write(bytes.Slice(at, 2));
                at += 2;
                continue;
            }
            if (at + 4 > bytes.Length) throw Damaged("une image JPEG");
            var length = 2 + BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 2)..]);
            if (at + length > bytes.Length) throw Damaged("une image JPEG");
            var segment = bytes.Slice(at, length);
            if (marker == 0xE1 && Orientation(segment[4..]) is { } orientation) clean.Write(OrientationOnly(orientation));
            else if (Keeps(marker, segment[4..])) clean.Write(segment);
            at += length;
            if (marker == 0xDA) at = Scan(bytes, at, clean);
        }
    }

    // Pictures, tables and what decoding needs: JFIF (APP0), colour profile (APP2), Adobe's colour transform (APP14).
    static bool Keeps(byte marker, ReadOnlySpan<byte> body) => marker switch
    {
        0xE0 => body.StartsWith("JFIF"u8),
        0xE2 => body.StartsWith("ICC_PROFILE"u8),
        0xEE => body.StartsWith("Adobe"u8),
        >= 0xE0 and <= 0xEF or 0xFE => false,
        _ => true
    };

    static int Scan(ReadOnlySpan<byte> bytes, int at, MemoryStream clean)
    {
        var start = at;
        while (at + 1 < bytes.Length)
        {
            if (bytes[at] == 0xFF && bytes[at + 1] is not (0x00 or (>= 0xD0 and <= 0xD7) or 0xFF)) break;
            at++;
        }
        if (at + 1 >= bytes.Length) throw Damaged("une image JPEG");
        clean.Write(bytes[start..at]);
        return at;
    }

    static ushort? Orientation(ReadOnlySpan<byte> body)
    {
        if (!body.StartsWith("Exif\0\0"u8) || body.Length < 14) return null;
        var tiff = body[6..];
        var little = tiff[0] == 'I';
        var directory = (int)Math.Min(Word32(tiff[4..], little), int.MaxValue);
        if (directory < 8 || directory + 2 > tiff.Length) return null;
        var count = Word16(tiff[directory..], little);
        for (var i = 0; i < count; i++)
        {
            var entry = directory + 2 + (i * 12);
            if (entry + 12 > tiff.Length) return null;
            if (Word16(tiff[entry..], little) == 0x0112 && Word16(tiff[(entry + 8)..], little) is > 1 and <= 8 and var value) return value;
        }
        return null;
    }

    static byte[] OrientationOnly(ushort orientation)
    {
        byte[] segment =
        [
            0xFF, 0xE1, 0, 34, .. "Exif\0\0"u8, .. "MM"u8, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0, 0, 0, 0, 0
        ];
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(2), (ushort)(segment.Length - 2));
        return segment;
    }

    static ushort Word16(ReadOnlySpan<byte> bytes, bool little) =>
        little ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);

    static uint Word32(ReadOnlySpan<byte> bytes, bool little) =>
        little ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);

    static byte[] Png(ReadOnlySpan<byte> bytes)
    {
        using var clean = new MemoryStream(bytes.Length);
        clean.Write(bytes[..8]);
        for (var at = 8; ;)
        {
            if (at + 12 > bytes.Length) throw Damaged("une image PNG");
            var length = BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]);
            if (length > bytes.Length - at - 12) throw Damaged("une image PNG");
            var type = Encoding.Latin1.GetString(bytes.Slice(at + 4, 4));
            var whole = bytes.Slice(at, (int)length + 12);
            if (type is "IHDR" or "PLTE" or "IDAT" or "IEND" or "tRNS" or "gAMA" or "cHRM" or "sRGB" or "iCCP" or "sBIT" or "bKGD" or "pHYs")
                clean.Write(whole);
            at += whole.Length;
            if (type == "IEND") return clean.ToArray();
        }
    }

    static Platform.Refusal Damaged(string kind) => SharedRecordRefusals.FileDamaged.With(kind, "une partie manque");
}
