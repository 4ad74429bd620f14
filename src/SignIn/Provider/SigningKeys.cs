using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;
using Socle.Platform;

namespace Socle.SignIn;

/// <summary>
/// The RSA keys that sign id tokens. The next one is published for <see cref="Ahead"/> before it signs, and the one before until a day after it signed last, so
/// that a software that reads the key set once in a while never meets a key that it could not know.
/// </summary>
sealed class SigningKeys : IDisposable
{
    const string Kind = "signin-keys";
    public static readonly TimeSpan Signs = TimeSpan.FromDays(90), Ahead = TimeSpan.FromDays(7), After = TimeSpan.FromDays(1);

    readonly Db db;
    readonly ProviderStore store;
    readonly TimeProvider clock;
    readonly SemaphoreSlim one = new(1, 1);
    IReadOnlyList<Key>? known;
    int changes, read;

    public SigningKeys(Db db, ProviderStore store, TimeProvider clock)
    {
        (this.db, this.store, this.clock) = (db, store, clock);
        db.Changes.Hear(Kind, () => Interlocked.Increment(ref changes));
    }

    public async ValueTask<SigningCredentials> Current(CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        var all = await Published(stop);
        // None yet: the clock was moved back since the first was made.
        return (all.LastOrDefault(one => one.SignsFrom <= now) ?? all[0]).Credentials;
    }

    /// <summary>Those by which something that still holds may be signed, and the next.</summary>
    public async ValueTask<IReadOnlyList<Key>> Published(CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        Key[] all = [.. (await Now(stop)).Where(key => key.EndsAt > now)];
        return all.Length > 0 ? all : await Rotated(stop);
    }

    /// <summary>Makes the key that is due; the job of each hour.</summary>
    public async Task Rotate(CancellationToken stop)
    {
        await one.WaitAsync(stop);
        try
        {
            var now = clock.GetUtcNow();
            var all = await Load(stop);
            var last = all.Count == 0 ? null : all[^1];
            if (last is not null && last.SignsFrom + Signs - Ahead > now) return;
            var from = last is null ? now : last.SignsFrom + Signs < now ? now : last.SignsFrom + Signs;
            using var made = RSA.Create(2048);
            var unit = new Unit();
            store.AddKey(unit, Thumbprint(made), made.ExportPkcs8PrivateKey(), from, from + Signs + After);
            ProviderStore.DropKeys(unit, now);
            db.Changes.Tell(unit, Kind);
            await db.Commit(unit, stop);
        }
        finally
        {
            one.Release();
        }
    }

    public void Dispose() => one.Dispose();

    async Task<IReadOnlyList<Key>> Rotated(CancellationToken stop)
    {
        await Rotate(stop);
        return await Now(stop);
    }

    async ValueTask<IReadOnlyList<Key>> Now(CancellationToken stop) =>
        Volatile.Read(ref known) is { } now && Volatile.Read(ref read) == Volatile.Read(ref changes) ? now : await Load(stop);

    async Task<IReadOnlyList<Key>> Load(CancellationToken stop)
    {
        var seen = Volatile.Read(ref changes);
        var all = new List<Key>();
        foreach (var (id, bytes, from, until) in await store.SigningKeys(stop))
        {
            var rsa = RSA.Create();
            rsa.ImportPkcs8PrivateKey(bytes, out _);
            CryptographicOperations.ZeroMemory(bytes);
            all.Add(new(id, rsa, from, until));
        }
        Volatile.Write(ref known, all);
        Volatile.Write(ref read, seen);
        return all;
    }

    static string Thumbprint(RSA rsa)
    {
        var numbers = rsa.ExportParameters(includePrivateParameters: false);
        var canonical = $$"""{"e":"{{Base64Url.EncodeToString(numbers.Exponent!)}}","kty":"RSA","n":"{{Base64Url.EncodeToString(numbers.Modulus!)}}"}""";
        return Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(canonical)));
    }

    public sealed class Key(string id, RSA rsa, DateTimeOffset signsFrom, DateTimeOffset endsAt)
    {
        public string Id => id;
        public DateTimeOffset SignsFrom => signsFrom;
        public DateTimeOffset EndsAt => endsAt;
        public SigningCredentials Credentials { get; } = new(new RsaSecurityKey(rsa) { KeyId = id }, SecurityAlgorithms.RsaSha256);

        /// <summary>As it is published.</summary>
        public IReadOnlyDictionary<string, string> Jwk
        {
            get
            {
                var numbers = rsa.ExportParameters(includePrivateParameters: false);
                return new Dictionary<string, string>
                {
                    ["kty"] = "RSA", ["use"] = "sig", ["alg"] = "RS256", ["kid"] = id,
                    ["n"] = Base64Url.EncodeToString(numbers.Modulus!), ["e"] = Base64Url.EncodeToString(numbers.Exponent!)
                };
            }
        }
    }
}
