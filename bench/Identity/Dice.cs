namespace Socle.Bench.Identity;

/// <summary>The same numbers for the same seed, on every machine.</summary>
sealed class Dice(ulong seed)
{
    // Mixed first: a seed times the step would begin the same sequence a little later, and two populations would be one.
    ulong state = Mix(seed + 0xD1B54A32D192ED03);

    public ulong Next() => Mix(state += 0x9E3779B97F4A7C15);

    static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    public int Below(int bound) => (int)(Next() % (ulong)bound);

    public double Unit() => (Next() >> 11) / (double)(1UL << 53);

    public bool Chance(double probability) => Unit() < probability;

    public T Of<T>(IReadOnlyList<T> list) => list[Below(list.Count)];

    /// <summary>The first of a list come often, the last seldom, as names do.</summary>
    public T Common<T>(IReadOnlyList<T> list) => list[(int)(list.Count * Math.Pow(Unit(), 2.6))];
}
