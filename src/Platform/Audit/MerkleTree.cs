using System.Security.Cryptography;

namespace Socle.Platform;

/// <summary>The tree of RFC 6962 §2.1, grown leaf by leaf: only the roots of its whole subtrees are kept, largest first.</summary>
sealed class MerkleTree
{
    public const int HashLength = 32;

    readonly List<byte[]> frontier = [];

    public long Size { get; private set; }

    public static byte[] Leaf(ReadOnlySpan<byte> entry)
    {
        var bytes = new byte[1 + entry.Length];
        entry.CopyTo(bytes.AsSpan(1));
        return SHA256.HashData(bytes);
    }

    public static byte[] Node(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        Span<byte> bytes = stackalloc byte[1 + 2 * HashLength];
        bytes[0] = 1;
        left.CopyTo(bytes[1..]);
        right.CopyTo(bytes[(1 + HashLength)..]);
        return SHA256.HashData(bytes);
    }

    public void Add(byte[] leaf)
    {
        frontier.Add(leaf);
        // As many merges as the size ends in one bits: 0111 + 1 = 1000.
        for (var ones = Size; (ones & 1) == 1; ones >>= 1)
        {
            var merged = Node(frontier[^2], frontier[^1]);
            frontier.RemoveRange(frontier.Count - 2, 2);
            frontier.Add(merged);
        }
        Size++;
    }

    public byte[] Root()
    {
        if (frontier.Count == 0) return SHA256.HashData([]);
        var root = frontier[^1];
        for (var i = frontier.Count - 2; i >= 0; i--) root = Node(frontier[i], root);
        return root;
    }

    public byte[] Frontier() => [.. frontier.SelectMany(hash => hash)];

    /// <summary>The tree of that size, or null when the frontier cannot be one of that size.</summary>
    public static MerkleTree? From(long size, byte[] frontier)
    {
        if (frontier.Length != HashLength * System.Numerics.BitOperations.PopCount((ulong)size)) return null;
        var tree = new MerkleTree { Size = size };
        tree.frontier.AddRange(frontier.Chunk(HashLength));
        return tree;
    }
}
