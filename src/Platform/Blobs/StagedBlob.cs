namespace Socle.Platform;

/// <summary>Bytes that are stored, or ride along when they are few, and belong to nobody until they are published.</summary>
public sealed class StagedBlob
{
    internal StagedBlob(long id, byte[] key, IReadOnlyList<byte[]> riding, int chunks) =>
        (Id, Key, Riding, Chunks) = (id, key, riding, chunks);

    public long Id { get; }

    public required long Size { get; init; }

    public required byte[] Sha1 { get; init; }

    public required byte[] Sha256 { get; init; }

    /// <summary>The first bytes, at most 4096: enough to see what it is.</summary>
    public required byte[] Head { get; init; }

    internal byte[] Key { get; }

    /// <summary>Sealed chunks that are written with the record itself; empty when they are in the database already.</summary>
    internal IReadOnlyList<byte[]> Riding { get; }

    internal int Chunks { get; }
}
