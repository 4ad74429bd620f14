namespace Socle.Directories;

/// <summary>
/// The lines of the extract before, 24 bytes each: an unchanged line is told without asking the database. Of a line that was changed the
/// rest is read then.
/// </summary>
sealed class KnownLines
{
    readonly long[] keys;
    readonly (long Hash, long Slot)[] lines;

    KnownLines(long[] keys, (long Hash, long Slot)[] lines) => (this.keys, this.lines) = (keys, lines);

    public int Count => keys.Length;

    /// <param name="count">How many there are about: room is made once.</param>
    /// <param name="all">In any order.</param>
    public static async Task<KnownLines> Load(long count, IAsyncEnumerable<(long Key, long Hash, long Slot)> all)
    {
        var (keys, lines, filled) = (new long[count], new (long, long)[count], 0);
        await foreach (var (key, hash, slot) in all)
        {
            if (filled == keys.Length)
            {
                Array.Resize(ref keys, 2 * filled + 16);
                Array.Resize(ref lines, keys.Length);
            }
            (keys[filled], lines[filled]) = (key, (hash, slot));
            filled++;
        }
        Array.Resize(ref keys, filled);
        Array.Resize(ref lines, filled);
        Array.Sort(keys, lines);
        return new(keys, lines);
    }

    public bool TryFind(long key, out long hash, out long slot)
    {
        var at = Array.BinarySearch(keys, key);
        (hash, slot) = at < 0 ? default : lines[at];
        return at >= 0;
    }

    /// <summary>The keys of the lines that a run has not seen.</summary>
    public IEnumerable<long> Unseen(Func<long, bool> isSeen)
    {
        for (var i = 0; i < keys.Length; i++)
            if (!isSeen(lines[i].Slot)) yield return keys[i];
    }
}
