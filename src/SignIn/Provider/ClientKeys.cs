using System.Collections.Concurrent;
using System.Text;
using Socle.Platform;

namespace Socle.SignIn;

/// <summary>
/// The keys by which a software signs: given at registration, or fetched from the address it registered. A fetched set is kept ten minutes, and looked for
/// again once in a minute when a key is asked for that it does not hold; one that cannot be had is a refusal with its reason, and is not asked for again at once.
/// </summary>
sealed class ClientKeys(EgressClient egress, TimeProvider clock)
{
    const int Most = 1_000, LongestSet = 64 << 10;
    static readonly TimeSpan Kept = TimeSpan.FromMinutes(10), Again = TimeSpan.FromMinutes(1), Pause = TimeSpan.FromSeconds(10);

    readonly ConcurrentDictionary<string, Lazy<Task<Fetched>>> fetched = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, IReadOnlyList<PublicKey>> given = new(StringComparer.Ordinal);

    /// <summary>Those that may have made a signature with this key id; without one, all.</summary>
    public async Task<IReadOnlyList<PublicKey>> Of(Client client, string? keyId, CancellationToken stop)
    {
        if (client.Keys is { } text)
        {
            if (given.Count >= Most) given.Clear();
            return Named(given.GetOrAdd(text, static known => KeySets.Read(known, out _)), keyId);
        }
        if (client.KeysAddress is not { } address) return [];
        var set = await Read(address, Kept, stop);
        if (Named(set.Keys, keyId) is { Count: > 0 } keys) return keys;
        // A key that is not in the set may be new there.
        set = await Read(address, Again, stop);
        return Named(set.Keys, keyId);
    }

    /// <summary>Refuses, with the reason, a set that cannot be had from its address now.</summary>
    public async Task Ensure(Client client, CancellationToken stop)
    {
        if (client.KeysAddress is not { } address) return;
        var set = await Fetch(address).WaitAsync(stop);
        if (set.Fault is { } fault) throw ProviderRefusals.KeysUnreachable.With(address, fault);
    }

    static IReadOnlyList<PublicKey> Named(IReadOnlyList<PublicKey> keys, string? keyId) =>
        keyId is null ? keys : [.. keys.Where(key => key.Id == keyId)];

    async Task<Fetched> Read(string address, TimeSpan young, CancellationToken stop)
    {
        if (fetched.TryGetValue(address, out var known) && known.Value is { IsCompletedSuccessfully: true, Result: var before }
            && clock.GetElapsedTime(before.At) >= (before.Fault is null ? young : Pause))
            fetched.TryRemove(KeyValuePair.Create(address, known));
        if (fetched.Count >= Most) fetched.Clear();
        var now = await fetched.GetOrAdd(address, at => new(() => Fetch(at))).Value.WaitAsync(stop);
        return now.Fault is null ? now : throw ProviderRefusals.InvalidClient.With($"ses clés ne se lisent pas à l’adresse enregistrée ({now.Fault})");
    }

    // For everybody who waits: no caller's departure ends it.
    async Task<Fetched> Fetch(string address)
    {
        try
        {
            var answer = await egress.Send(HttpMethod.Get, address, default, null, CancellationToken.None, "application/json");
            if (!answer.IsSuccess) return Failed($"réponse {answer.Status}");
            if (answer.Body.Length > LongestSet) return Failed("trop grand");
            var keys = KeySets.Read(Encoding.UTF8.GetString(answer.Body.Span), out var fault);
            return keys.Count == 0 ? Failed(fault) : new(clock.GetTimestamp(), keys, null);
        }
        catch (Refusal refusal)
        {
            return Failed(refusal.Code);
        }
    }

    Fetched Failed(string why) => new(clock.GetTimestamp(), [], why);

    sealed record Fetched(long At, IReadOnlyList<PublicKey> Keys, string? Fault);
}
