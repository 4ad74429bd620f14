using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Socle.Platform;

/// <summary>AES-256-GCM under one key: 96-bit random nonce ‖ tag ‖ ciphertext.</summary>
sealed class SealBox
{
    public const int Overhead = NonceLength + TagLength, KeyLength = 32;

    const int NonceLength = 12, TagLength = 16;

    readonly Chance chance;
    Key key;

    public SealBox(ReadOnlySpan<byte> key, Chance chance)
    {
        if (key.Length != KeyLength) throw new ArgumentException("AES-256 has a key of 32 bytes.", nameof(key));
        key.CopyTo(this.key);
        this.chance = chance;
    }

    public void Seal(ReadOnlySpan<byte> plain, ReadOnlySpan<byte> aad, Span<byte> box)
    {
        var nonce = box[..NonceLength];
        chance.Fill(nonce);
        Ciphers.Of(this).Encrypt(nonce, plain, box[Overhead..], box[NonceLength..Overhead], aad);
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
            Ciphers.Of(this).Decrypt(box[..NonceLength], box[Overhead..], box[NonceLength..Overhead], plain, aad);
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

    /// <summary>
    /// The native ciphers in use. Each costs memory outside the collector's sight, and none may serve two threads at once: so a thread
    /// has a few of its own, and a key of which none is left is set up again, which takes less time than opening three bodies.
    /// </summary>
    sealed class Ciphers
    {
        // What one answer needs: a person's, the shared space's, a page link's.
        const int Most = 8;

        [ThreadStatic] static Ciphers? own;

        readonly (SealBox? Box, AesGcm? Gcm)[] slots = new (SealBox?, AesGcm?)[Most];

        public static AesGcm Of(SealBox box)
        {
            ref var slot = ref (own ??= new()).slots[RuntimeHelpers.GetHashCode(box) % Most];
            if (slot.Box == box) return slot.Gcm!;
            slot.Gcm?.Dispose();
            slot = (box, new(box.key, TagLength));
            return slot.Gcm!;
        }
    }

    [InlineArray(KeyLength)]
    struct Key
    {
        byte first;
    }
}
