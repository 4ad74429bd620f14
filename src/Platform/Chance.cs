using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Socle.Platform;

/// <summary>Every random byte of the program comes from here, so that a test can repeat a run.</summary>
public class Chance
{
    public virtual void Fill(Span<byte> bytes) => RandomNumberGenerator.Fill(bytes);

    public byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        Fill(bytes);
        return bytes;
    }

    /// <summary>A positive number of 63 bits: a patient key, a row id.</summary>
    public long NextLong()
    {
        Span<byte> bytes = stackalloc byte[8];
        while (true)
        {
            Fill(bytes);
            var value = BinaryPrimitives.ReadInt64LittleEndian(bytes) & long.MaxValue;
            if (value != 0) return value;
        }
    }
}

/// <summary>The same bytes for the same seed: tests and the demonstration population. Never for keys of real data.</summary>
public sealed class SeededChance(long seed) : Chance
{
    readonly Lock gate = new();
    readonly byte[] state = SHA256.HashData(BitConverter.GetBytes(seed));
    ulong counter;

    public override void Fill(Span<byte> bytes)
    {
        Span<byte> block = stackalloc byte[40];
        Span<byte> hash = stackalloc byte[32];
        lock (gate)
        {
            state.CopyTo(block);
            while (bytes.Length > 0)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(block[32..], counter++);
                SHA256.HashData(block, hash);
                var part = Math.Min(hash.Length, bytes.Length);
                hash[..part].CopyTo(bytes);
                bytes = bytes[part..];
            }
        }
    }
}
