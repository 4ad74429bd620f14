using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;

namespace Socle.Platform;

/// <summary>
/// Seals what is written about one person under that person's key. A box is: format (1 plain, 2 Brotli, 3 phrases) ‖ length of the
/// plain bytes (32 bits) ‖ nonce ‖ tag ‖ ciphertext; the first five bytes are authenticated with the AAD.
/// </summary>
public sealed class PatientCipher
{
    const int Header = 5, SmallWindow = 16, LargeWindow = 22, SmallBody = 1 << 16, Unpacked = 64, OnStack = 4096;
    const byte AsIs = 1, Brotli = 2, Phrased = 3;

    readonly SealBox box;
    volatile bool destroyed;

    internal PatientCipher(long patient, ReadOnlySpan<byte> key, Chance chance) => (Patient, box) = (patient, new(key, chance));

    public long Patient { get; }

    /// <summary>How many bytes a box is longer than what it holds, at most.</summary>
    public static int Overhead => Header + SealBox.Overhead;

    public byte[] Seal(ReadOnlySpan<byte> plain, ReadOnlySpan<byte> aad)
    {
        RefuseDestroyed();
        if (plain.Length <= Unpacked) return Box(AsIs, plain, plain.Length, aad);
        var rented = ArrayPool<byte>.Shared.Rent(plain.Length);
        try
        {
            var (format, size) = Pack(plain, rented);
            return format == AsIs ? Box(AsIs, plain, plain.Length, aad) : Box(format, rented.AsSpan(0, size), plain.Length, aad);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        }
    }

    public byte[] Open(ReadOnlySpan<byte> sealedBytes, ReadOnlySpan<byte> aad)
    {
        RefuseDestroyed();
        if (sealedBytes.Length < Overhead) throw PlatformRefusals.SealBroken.With();
        var (format, packedLength) = (sealedBytes[0], sealedBytes.Length - Overhead);
        var length = BinaryPrimitives.ReadInt32LittleEndian(sealedBytes[1..]);
        if (format == AsIs)
        {
            var asIs = new byte[packedLength];
            return TryOpen(sealedBytes, aad, asIs) ? asIs : throw PlatformRefusals.SealBroken.With();
        }
        byte[]? rented = null;
        var packed = packedLength <= OnStack ? stackalloc byte[packedLength] : (rented = ArrayPool<byte>.Shared.Rent(packedLength)).AsSpan(0, packedLength);
        try
        {
            if (!TryOpen(sealedBytes, aad, packed)) throw PlatformRefusals.SealBroken.With();
            var plain = new byte[length];
            var whole = format == Phrased ? Phrases.TryOpen(packed, plain)
                : BrotliDecoder.TryDecompress(packed, plain, out var written) && written == length;
            return whole ? plain : throw PlatformRefusals.SealBroken.With();
        }
        finally
        {
            if (rented is not null) ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        }
    }

    internal void Destroy() => destroyed = true;

    // Phrases help JSON; a long body has enough of its own for Brotli. Not shorter: it stays as it is.
    static (byte Format, int Size) Pack(ReadOnlySpan<byte> plain, Span<byte> packed)
    {
        if (plain[0] == (byte)'{' && plain.Length <= Phrases.Most) return Phrases.Pack(plain, packed) is > 0 and var size ? (Phrased, size) : (AsIs, 0);
        var window = plain.Length <= SmallBody ? SmallWindow : LargeWindow;
        return BrotliEncoder.TryCompress(plain, packed[..plain.Length], out var length, quality: 1, window) && length < plain.Length
            ? (Brotli, length)
            : (AsIs, 0);
    }

    byte[] Box(byte format, ReadOnlySpan<byte> packed, int length, ReadOnlySpan<byte> aad)
    {
        var sealedBytes = new byte[Overhead + packed.Length];
        sealedBytes[0] = format;
        BinaryPrimitives.WriteInt32LittleEndian(sealedBytes.AsSpan(1), length);
        Span<byte> bound = stackalloc byte[Header + aad.Length];
        Bind(sealedBytes.AsSpan(0, Header), aad, bound);
        box.Seal(packed, bound, sealedBytes.AsSpan(Header));
        return sealedBytes;
    }

    bool TryOpen(ReadOnlySpan<byte> sealedBytes, ReadOnlySpan<byte> aad, Span<byte> plain)
    {
        Span<byte> bound = stackalloc byte[Header + aad.Length];
        Bind(sealedBytes[..Header], aad, bound);
        return box.TryOpen(sealedBytes[Header..], bound, plain);
    }

    static void Bind(ReadOnlySpan<byte> header, ReadOnlySpan<byte> aad, Span<byte> bound)
    {
        header.CopyTo(bound);
        aad.CopyTo(bound[header.Length..]);
    }

    void RefuseDestroyed()
    {
        if (destroyed) throw PlatformRefusals.PatientErased.With();
    }
}
