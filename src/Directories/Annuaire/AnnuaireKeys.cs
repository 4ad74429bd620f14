using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Socle.Access;
using Socle.Platform;
using Socle.Store;

namespace Socle.Directories;

/// <summary>The keys of the Annuaire Santé interface: given out once, kept as a hash, taken back at once in every process.</summary>
public sealed class AnnuaireKeys
{
    /// <summary>Begins the id of whoever comes in by a key.</summary>
    public const string AgentPrefix = "annuaire:";

    const string Kind = "annuaire-keys";
    const int MostKept = 10_000;

    readonly Db db;
    readonly AnnuaireStore store;
    readonly Keys keys;
    readonly AccessDesk desk;
    readonly AnnuaireSettings settings;
    readonly TimeProvider clock;
    readonly Chance chance;
    readonly ConcurrentDictionary<string, AnnuaireCaller> known = new(StringComparer.Ordinal);

    internal AnnuaireKeys(Db db, AnnuaireStore store, Keys keys, AccessDesk desk, AnnuaireSettings settings, TimeProvider clock, Chance chance)
    {
        (this.db, this.store, this.keys, this.desk, this.settings, this.clock, this.chance) = (db, store, keys, desk, settings, clock, chance);
        db.Changes.Hear(Kind, known.Clear);
    }

    /// <summary>A new key; it is told this once.</summary>
    public async Task<string> Issue(string name, AnnuaireLevel level, int? perSecond, CancellationToken stop)
    {
        var key = new Guid(chance.Bytes(16)).ToString("D");
        await Keep(key, name, level, perSecond, stop);
        return key;
    }

    /// <summary>False: there is none of this name.</summary>
    public async Task<bool> Revoke(string name, CancellationToken stop)
    {
        if ((await store.All(stop)).TrueForAll(row => row.Name != name)) return false;
        var unit = new Unit();
        AnnuaireStore.Remove(unit, name);
        db.Changes.Tell(unit, Kind);
        await db.Commit(unit, stop);
        return true;
    }

    public async Task<IReadOnlyList<AnnuaireKeyRow>> List(CancellationToken stop) => await store.All(stop);

    /// <summary>The key of the demonstration: the same for one data folder, so that the page for vendors can show it. It opens the public view.</summary>
    internal string Demonstration
    {
        get
        {
            var bytes = new byte[16];
            BitConverter.TryWriteBytes(bytes, keys.Hash("annuaire-demonstration", "1"));
            BitConverter.TryWriteBytes(bytes.AsSpan(8), keys.Hash("annuaire-demonstration", "2"));
            return new Guid(bytes).ToString("D");
        }
    }

    internal async Task KeepDemonstration(CancellationToken stop)
    {
        if (await store.Find(Hash(Demonstration), stop) is null) await Keep(Demonstration, "demonstration", AnnuaireLevel.Public, null, stop);
    }

    /// <summary>Null for a key that is not, or no longer, in force.</summary>
    internal async ValueTask<AnnuaireCaller?> Find(string key, CancellationToken stop)
    {
        await db.Changes.Fresh(stop);
        if (known.TryGetValue(key, out var caller)) return caller;
        if (await store.Find(Hash(key), stop) is not { } row) return null;
        var id = $"{AgentPrefix}{row.Level}:{row.Name}";
        var agent = new Agent(AgentKind.System, id, row.Name, null, null, null, keys.Hash("owner", id), 0);
        var scope = (await desk.Enter(agent, Purposes.Of(agent.Kind), stop))
            .Narrowed((type, interaction) => AnnuaireDoor.Types.Contains(type) && interaction is Interaction.Read or Interaction.Search);
        caller = new(scope, row.Level, new(row.PerSecond ?? settings.PerSecond, clock));
        if (known.Count >= MostKept) known.Clear();
        return known.GetOrAdd(key, caller);
    }

    async Task Keep(string key, string name, AnnuaireLevel level, int? perSecond, CancellationToken stop)
    {
        var unit = new Unit();
        AnnuaireStore.Add(unit, Hash(key), new(name, level, perSecond, clock.GetUtcNow()), () => AnnuaireRefusals.NameTaken.With());
        db.Changes.Tell(unit, Kind);
        await db.Commit(unit, stop);
    }

    // 128 bits of chance: nothing to guess, so that a plain hash is enough.
    static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes("annuaire-key\n" + key));
}

/// <summary>A software that came with a key that is in force.</summary>
sealed record AnnuaireCaller(Scope Scope, AnnuaireLevel Level, Quota Quota);

/// <summary>So many requests a second on average, as many at once after a pause.</summary>
sealed class Quota(int perSecond, TimeProvider clock)
{
    readonly Lock gate = new();
    double left = perSecond;
    long at = clock.GetTimestamp();

    public int PerSecond => perSecond;

    /// <summary>Null when the request may go on; otherwise whole seconds to wait.</summary>
    public int? Wait()
    {
        lock (gate)
        {
            var now = clock.GetTimestamp();
            left = Math.Min(perSecond, left + clock.GetElapsedTime(at, now).TotalSeconds * perSecond);
            at = now;
            if (left >= 1)
            {
                left--;
                return null;
            }
            return (int)Math.Ceiling((1 - left) / perSecond);
        }
    }
}
