using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;

namespace Socle.Platform;

/// <summary>
/// Seals what is written about one person under that person's key. A box is: format (1 plain, 2 Brotli) ‖ length of the plain bytes
/// (32 bits) ‖ nonce ‖ tag ‖ ciphertext; the first five bytes are authenticated with the AAD.
/// </summary>
public sealed class PatientCipher
{
    const int Header = 5, SmallWindow = 16, LargeWindow = 22, SmallBody = 1 << 16;
    const byte AsIs = 1, Brotli = 2;

    readonly SealBox box;
    volatile bool destroyed;

    internal PatientCipher(long patient, ReadOnlySpan<byte> key, Chance chance) => (Patient, box) = (patient, new(key, chance));

    public long Patient { get; }

    /// <summary>How many bytes a box is longer than what it holds, at most.</summary>
    public static int Overhead => Header + SealBox.Overhead;

    public byte[] Seal(ReadOnlySpan<byte> plain, ReadOnlySpan<byte> aad)
    {
        RefuseDestroyed();
        var rented = ArrayPool<byte>.Shared.Rent(Math.Max(16, plain.Length));
        try
        {
            var window = plain.Length <= SmallBody ? SmallWindow : LargeWindow;
            return plain.Length > 64
                && BrotliEncoder.TryCompress(plain, rented.AsSpan(0, plain.Length), out var size, quality: 1, window) && size < plain.Length
                    ? Pack(Brotli, rented.AsSpan(0, size), plain.Length, aad)
                    : Pack(AsIs, plain, plain.Length, aad);
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
        var inner = sealedBytes[Header..];
        var packed = new byte[inner.Length - SealBox.Overhead];
        if (!box.TryOpen(inner, Bind(sealedBytes[..Header], aad), packed.AsSpan())) throw PlatformRefusals.SealBroken.With();
        if (sealedBytes[0] == AsIs) return packed;
        var plain = new byte[BinaryPrimitives.ReadInt32LittleEndian(sealedBytes[1..])];
        return BrotliDecoder.TryDecompress(packed, plain, out var length) && length == plain.Length
            ? plain
            : throw PlatformRefusals.SealBroken.With();
    }

    internal void Destroy() => destroyed = true;

    byte[] Pack(byte format, ReadOnlySpan<byte> packed, int length, ReadOnlySpan<byte> aad)
    {
        var sealedBytes = new byte[Overhead + packed.Length];
        sealedBytes[0] = format;
        BinaryPrimitives.WriteInt32LittleEndian(sealedBytes.AsSpan(1), length);
        box.Seal(packed, Bind(sealedBytes.AsSpan(0, Header), aad), sealedBytes.AsSpan(Header));
        return sealedBytes;
    }

    static byte[] Bind(ReadOnlySpan<byte> header, ReadOnlySpan<byte> aad)
    {
        var bound = new byte[header.Length + aad.Length];
        header.CopyTo(bound);
        aad.CopyTo(bound.AsSpan(header.Length));
        return bound;
    }

    void RefuseDestroyed()
    {
        if (destroyed) throw PlatformRefusals.PatientErased.With();
    }
}
