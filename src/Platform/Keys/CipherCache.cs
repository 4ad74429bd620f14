using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Socle.Platform;

/// <summary>The keys used lately: two generations, so that dropping the old half costs one assignment.</summary>
sealed class CipherCache(int capacity)
{
    ConcurrentDictionary<long, PatientCipher> young = new(), old = new();

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
        if (young.Count > Math.Max(1, capacity / 2)) (old, young) = (young, new());
        return kept;
    }

    public void Remove(long patient)
    {
        if (young.TryRemove(patient, out var cipher)) cipher.Destroy();
        if (old.TryRemove(patient, out cipher)) cipher.Destroy();
    }
}
