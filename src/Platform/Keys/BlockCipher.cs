using System.Security.Cryptography;

namespace Socle.Platform;

/// <summary>
/// AES-256 on single blocks under one key, for one thread: a native context of each direction is made once, not for every block. It goes with its thread.
/// </summary>
sealed class BlockCipher
{
    const int Length = 16;

    readonly ICryptoTransform[] directions;
    readonly byte[] input = new byte[Length], output = new byte[Length];

    public BlockCipher(byte[] key)
    {
        using var aes = Aes.Create();
        (aes.Mode, aes.Padding, aes.Key) = (CipherMode.ECB, PaddingMode.None, key);
        directions = [aes.CreateDecryptor(), aes.CreateEncryptor()];
    }

    public void Turn(ReadOnlySpan<byte> from, Span<byte> to, bool encrypt)
    {
        from.CopyTo(input);
        directions[encrypt ? 1 : 0].TransformBlock(input, 0, Length, output, 0);
        output.CopyTo(to);
    }
}
