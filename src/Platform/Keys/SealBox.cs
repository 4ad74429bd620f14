using System.Security.Cryptography;

namespace Socle.Platform;

/// <summary>AES-256-GCM under one key: 96-bit random nonce ‖ tag ‖ ciphertext.</summary>
#pragma warning disable CA1001 // shared by callers who cannot know who is the last: the handle inside frees itself
sealed class SealBox(ReadOnlySpan<byte> key, Chance chance)
{
#pragma warning restore CA1001
    public const int Overhead = NonceLength + TagLength;

    const int NonceLength = 12, TagLength = 16;

    readonly AesGcm gcm = new(key, TagLength);
    readonly Lock gate = new();

    public void Seal(ReadOnlySpan<byte> plain, ReadOnlySpan<byte> aad, Span<byte> box)
    {
        var nonce = box[..NonceLength];
        chance.Fill(nonce);
        // An AesGcm keeps one native context: two threads may not use it at once.
        lock (gate) gcm.Encrypt(nonce, plain, box[Overhead..], box[NonceLength..Overhead], aad);
    }

    public byte[] Seal(ReadOnlySpan<byte> plain, ReadOnlySpan<byte> aad)
    {
        var box = new byte[Overhead + plain.Length];
        Seal(plain, aad, box);
        return box;
    }

    public bool TryOpen(ReadOnlySpan<byte> box, ReadOnlySpan<byte> aad, Span<byte> plain)
    {
        if (box.Length < Overhead) return false;
        try
        {
            lock (gate) gcm.Decrypt(box[..NonceLength], box[Overhead..], box[NonceLength..Overhead], plain, aad);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    public bool TryOpen(ReadOnlySpan<byte> box, ReadOnlySpan<byte> aad, out byte[] plain)
    {
        plain = new byte[Math.Max(0, box.Length - Overhead)];
        return TryOpen(box, aad, plain.AsSpan());
    }
}
