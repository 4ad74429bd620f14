using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Socle.Platform;
using Socle.Store;

namespace Socle.Api;

/// <summary>
/// Idempotency-Key (draft-ietf-httpapi-idempotency-key-header) on every write and on each operation that writes: a retry after a lost answer
/// writes nothing and gets the first answer. The draft means what is not idempotent by itself; PUT and DELETE take it as well, for their answer:
/// a second PUT would say 200 for 201 and undo what came between. What is remembered is committed with the write itself and says where the written versions stand;
/// they never change, so the answer is made again from them. A refusal changed nothing and is not remembered.
/// </summary>
sealed class Idempotency
{
    public const string Header = "Idempotency-Key";
    public const string Replayed = "Idempotent-Replayed";
    static readonly TimeSpan Remembered = TimeSpan.FromHours(24);

    readonly ConcurrentDictionary<string, bool> underWay = new(StringComparer.Ordinal);
    readonly ApiStore store;
    readonly Keys keys;
    readonly TimeProvider clock;

    public Idempotency(ApiStore store, Keys keys, TimeProvider clock) => (this.store, this.keys, this.clock) = (store, keys, clock);

    /// <summary>Null when the request carries no key. Asked once its body is read.</summary>
    public OnceOnly? Of(FhirCall call)
    {
        var request = call.Http.Request;
        if (!request.Headers.TryGetValue(Header, out var given)) return null;
        var key = Text(given.ToString());
        return new(this, $"{call.Agent.Id}\n{key}{call.PlaceInBundle}", Fingerprint(request));
    }

    // A structured field is written in quotes; without them it is understood as well.
    static string Text(string given)
    {
        var key = given.Trim();
        if (key.Length >= 2 && key[0] == '"' && key[^1] == '"') key = key[1..^1];
        return key.Length is >= 1 and <= 255 && key.All(c => c is > ' ' and < '\u007f' and not '"') ? key : throw ApiRefusals.BadIdempotencyKey.With();
    }

    static byte[] Fingerprint(HttpRequest request)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in (string[])[request.Method, request.Path.Value ?? "", request.QueryString.Value ?? "", request.ContentType ?? "",
            request.Headers.IfMatch.ToString(), request.Headers["If-None-Exist"].ToString()])
            hash.AppendData(Encoding.UTF8.GetBytes(part + "\n"));
        hash.AppendData(request.HttpContext.Features.Get<BodyDigest>()?.Value() ?? []);
        return hash.GetHashAndReset();
    }

    /// <summary>Keys that are over go each hour.</summary>
    public Task Forget(CancellationToken stop) => store.Forget(clock.GetUtcNow(), stop);

    /// <summary>One key of one caller while its request is under way.</summary>
    internal sealed class OnceOnly(Idempotency all, string name, byte[] fingerprint)
    {
        /// <summary>Refuses (409) while the same key is still being worked on in this process; another process meets it at the commit.</summary>
        public IDisposable Hold() => all.underWay.TryAdd(name, true) ? new Held(all.underWay, name) : throw ApiRefusals.SameKeyUnderWay.With();

        /// <summary>What was answered before under this key; null for the first time.</summary>
        /// <param name="entry">Of a batch each entry is written by itself, and remembered by itself.</param>
        public async Task<IReadOnlyList<WriteResult>?> Before(FhirCall call, IReadOnlyList<WriteOp> ops, int? entry, CancellationToken stop) =>
            await Known(call, entry, stop) is not { } written ? null : [.. (await Again(call, written, stop)).Select((line, i) => new WriteResult(ops[i], line.Status, line.Stored))];

        /// <summary>The same for an operation that writes one resource.</summary>
        public async Task<Stored?> Before(FhirCall call, CancellationToken stop) =>
            await Known(call, null, stop) is not { } written ? null : (await Again(call, written, stop))[0].Stored;

        /// <summary>The word that something else than a resource left under this key: the number of a job.</summary>
        public async Task<string?> Word(FhirCall call, CancellationToken stop) => await Known(call, null, stop);

        public WriteOptions With(WriteOptions options, int? entry) => options with
        {
            WithCommit = (unit, results) => Remember(unit, string.Join('\n', results.Select(result => Line.Of(result).ToString())), entry)
        };

        public void Remember(Unit unit, string written, int? entry = null)
        {
            var now = all.clock.GetUtcNow();
            ApiStore.Remember(unit, Key(entry), new(fingerprint, written), now, now + Remembered, () => ApiRefusals.SameKeyUnderWay.With());
        }

        /// <summary>Nothing had to be written: that is remembered too, or a retry could find something to do.</summary>
        public Task Remember(Stored unchanged, CancellationToken stop)
        {
            var unit = new Unit();
            Remember(unit, Line.Of(StatusCodes.Status200OK, unchanged).ToString());
            return all.store.Commit(unit, stop);
        }

        async Task<string?> Known(FhirCall call, int? entry, CancellationToken stop)
        {
            if (await all.store.Find(Key(entry), all.clock.GetUtcNow(), stop) is not { } found) return null;
            if (!CryptographicOperations.FixedTimeEquals(found.Fingerprint, fingerprint)) throw ApiRefusals.SameKeyOtherBody.With();
            call.Http.Response.Headers[Replayed] = "true";
            return found.Written;
        }

        static async Task<List<(int Status, Stored Stored)>> Again(FhirCall call, string written, CancellationToken stop)
        {
            var lines = written.Split('\n').Select(Line.Parse).ToList();
            var again = await call.Store.Again(call.Scope, [.. lines.Select(line => line.At)], stop);
            return [.. lines.Select((line, i) => (line.Status, line.Stored(again[i])))];
        }

        long Key(int? entry) => all.keys.Hash("api-idempotency", entry is { } index ? $"{name}\n{ApiStore.Number(index)}" : name);
    }

    sealed class Held(ConcurrentDictionary<string, bool> underWay, string name) : IDisposable
    {
        public void Dispose() => underWay.TryRemove(name, out _);
    }

    /// <summary>One result: status, type, id, version, time, whether deleted, place.</summary>
    sealed record Line(int Status, string Id, DateTimeOffset Updated, bool Deleted, WrittenAt At)
    {
        public static Line Of(WriteResult result) => Of(result.Status, result.Stored);

        public static Line Of(int status, Stored stored) =>
            new(status, stored.Id, stored.LastUpdated, stored.Deleted, new(stored.Type, stored.PatientKey, stored.Number, stored.Version));

        public static Line Parse(string text)
        {
            var parts = text.Split(' ');
            long Long(int i) => long.Parse(parts[i], CultureInfo.InvariantCulture);
            return new((int)Long(0), parts[2], new(Long(4), TimeSpan.Zero), parts[5] == "1", new(parts[1], Long(6), Long(7), Long(3)));
        }

        // What the scope no longer reaches is told without its content.
        public Stored Stored(Stored? again) =>
            again ?? new(At.Type, Id, At.Version, Updated, Deleted, default, At.Patient, At.Number, null);

        public override string ToString() => string.Create(CultureInfo.InvariantCulture,
            $"{Status} {At.Type} {Id} {At.Version} {Updated.UtcTicks} {(Deleted ? 1 : 0)} {At.Patient} {At.Number}");
    }
}

/// <summary>SHA-256 of a body as it was read, whatever its format.</summary>
sealed class BodyDigest
{
    readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    byte[]? value;

    public void Add(ReadOnlySpan<byte> bytes) => hash.AppendData(bytes);

    public byte[] Value() => value ??= hash.GetHashAndReset();

    public static BodyDigest? Start(HttpContext http)
    {
        if (!http.Request.Headers.ContainsKey(Idempotency.Header)) return null;
        var digest = new BodyDigest();
        http.Features.Set(digest);
        return digest;
    }
}
