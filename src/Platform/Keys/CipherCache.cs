using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Socle.Platform;

/// <summary>The keys used lately: two generations, so that dropping the old half costs one assignment.</summary>
sealed class CipherCache(int capacity)
{
    ConcurrentDictionary<long, PatientCipher> young = new(), old = new();
    int added;

    /// <summary>More people were asked for than it holds: a key is often missing.</summary>
    public bool Forgets { get; private set; }

    public bool TryGet(long patient, [NotNullWhen(true)] out PatientCipher? cipher)
    {
        if (young.TryGetValue(patient, out cipher)) return true;
        if (!old.TryGetValue(patient, out cipher)) return false;
        Add(patient, cipher);
        return true;
    }

    public PatientCipher Add(long patient, PatientCipher cipher)
    {
        var kept = young.GetOrAdd(patient, cipher);
        // Counted here: the dictionary's own count takes each of its locks, which become a thousand.
        if (kept != cipher || Interlocked.Increment(ref added) != Math.Max(1, capacity / 2) + 1) return kept;
        Forgets |= !old.IsEmpty;
        (old, young, added) = (young, new(), 0);
        return kept;
    }

    public void Remove(long patient)
    {
        if (young.TryRemove(patient, out var cipher)) cipher.Destroy();
        if (old.TryRemove(patient, out cipher)) cipher.Destroy();
    }
}
