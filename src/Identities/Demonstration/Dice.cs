namespace Socle.Identities;

/// <summary>SplitMix64 by Sebastiano Vigna (public domain): the same draw for the same seed, on every machine.</summary>
sealed class Dice(ulong seed)
{
    ulong state = seed;

    ulong Next()
    {
        state += 0x9E3779B97F4A7C15;
        var z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>0 ≤ result &lt; sides.</summary>
    public int Roll(int sides) => (int)(Next() % (ulong)sides);

    /// <summary>from ≤ result ≤ to.</summary>
    public int Between(int from, int to) => from + Roll(to - from + 1);

    public bool Chance(int percent) => Roll(100) < percent;

    public T Pick<T>(IReadOnlyList<T> items) => items[Roll(items.Count)];
}
