using System.Buffers.Binary;
using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Socle.Platform;

namespace Socle.SignIn;

/// <summary>
/// Proofs of possession (RFC 9449). Each carries a nonce of this very process, not older than five minutes, and serves once: a proof that was recorded is
/// worth nothing at another process nor after a restart, so that what has served need not be written down.
/// </summary>
sealed class Dpop(Keys keys, TimeProvider clock, Chance chance)
{
    public const string Header = "DPoP", NonceHeader = "DPoP-Nonce", Scheme = "DPoP";
    public static readonly string[] Algorithms = ["ES256", "ES384", "RS256", "PS256"];

    const string Sealed = "dpop-nonce", Type = "dpop+jwt";
    const int Most = 500_000;
    static readonly TimeSpan Life = TimeSpan.FromMinutes(5), Renewed = TimeSpan.FromMinutes(2), Ahead = TimeSpan.FromSeconds(30);

    readonly byte[] process = chance.Bytes(8);
    readonly ConcurrentDictionary<(long, long), DateTimeOffset> served = new();
    volatile Spoken? current;
    long sweptAt;

    /// <summary>The thumbprint of the key that made the proof of this request; null: none was sent.</summary>
    /// <param name="http">The request.</param>
    /// <param name="token">The access token it comes with; null at the token endpoint.</param>
    /// <param name="wrong">What a proof that does not do is refused with.</param>
    /// <param name="nonce">What a proof without a nonce of ours is refused with.</param>
    public string? Check(HttpContext http, string? token, RefusalKind wrong, RefusalKind nonce)
    {
        if (http.Request.Headers[Header] is not { Count: > 0 } sent) return null;
        if (sent.Count > 1 || !Jws.TryRead(sent.ToString(), out var proof)) throw wrong.With("elle ne se lit pas");
        if (proof.Type != Type || !proof.Header.TryGetProperty("jwk", out var jwk)) throw wrong.With("ce n’en est pas une");
        if (PublicKey.Of(jwk, out var fault) is not { } key) throw wrong.With(fault);
        if (!proof.IsSignedBy(key, Algorithms)) throw wrong.With("la signature");
        if (Fault(http.Request, proof, token) is { } wrongClaim) throw wrong.With(wrongClaim);
        // Told only to whoever holds the key: what follows is theirs to mend.
        if (!IsOurs(proof["nonce"]))
        {
            http.Response.Headers[NonceHeader] = Nonce();
            throw nonce.With();
        }
        if (!ServesNow(key.Thumbprint, proof["jti"]!)) throw wrong.With("elle a déjà servi");
        http.Response.Headers[NonceHeader] = Nonce();
        return key.Thumbprint;
    }

    /// <summary>The nonce that proofs must carry now.</summary>
    public string Nonce()
    {
        var (now, known) = (clock.GetUtcNow(), current);
        if (known is not null && now >= known.At && now - known.At < Renewed) return known.Text;
        Span<byte> plain = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(plain, Clock.Micros(now));
        process.CopyTo(plain[8..]);
        var fresh = new Spoken(keys.SealToken(Sealed, plain), now);
        current = fresh;
        return fresh.Text;
    }

    string? Fault(HttpRequest request, Jws proof, string? token)
    {
        if (proof["jti"] is not { Length: >= 8 and <= 200 }) return "jti";
        if (proof["htm"] != request.Method) return "htm";
        if (!IsAddress(request, proof["htu"])) return "htu";
        var now = clock.GetUtcNow();
        if (proof.Time("iat") is not { } made || made > now + Ahead || made < now - Life) return "iat";
        if (token is not null && proof["ath"] != Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(token)))) return "ath";
        return null;
    }

    static bool IsAddress(HttpRequest request, string? told) => told is not null && Uri.TryCreate(told, UriKind.Absolute, out var uri)
        && uri.UserInfo.Length == 0 && uri.Scheme == request.Scheme
        && uri.Authority.Equals(new Uri($"{request.Scheme}://{request.Host}").Authority, StringComparison.OrdinalIgnoreCase)
        && uri.AbsolutePath == new Uri($"{request.Scheme}://{request.Host}{request.PathBase}{request.Path}").AbsolutePath;

    bool IsOurs(string? nonce)
    {
        if (nonce is null || nonce.Length > 200 || !keys.TryOpenToken(Sealed, nonce, out var plain) || plain.Length != 16) return false;
        if (!plain.AsSpan(8).SequenceEqual(process)) return false;
        var (made, now) = (Clock.FromMicros(BinaryPrimitives.ReadInt64BigEndian(plain)), clock.GetUtcNow());
        // A nonce from the future: the clock was moved back, and what has served since then may be forgotten too early.
        return made <= now + Ahead && now - made < Life;
    }

    bool ServesNow(string thumbprint, string id)
    {
        var now = clock.GetUtcNow();
        Sweep(now);
        if (served.Count >= Most) throw PlatformRefusals.Busy.With();
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{thumbprint} {id}"), hash);
        return served.TryAdd((BinaryPrimitives.ReadInt64LittleEndian(hash), BinaryPrimitives.ReadInt64LittleEndian(hash[8..])), now + Life + Life);
    }

    // What a nonce that still holds could come with is kept: twice its life.
    void Sweep(DateTimeOffset now)
    {
        var before = Volatile.Read(ref sweptAt);
        if (now.UtcTicks - before < TimeSpan.TicksPerMinute && now.UtcTicks >= before) return;
        if (Interlocked.CompareExchange(ref sweptAt, now.UtcTicks, before) != before) return;
        foreach (var (key, until) in served)
            if (until <= now) served.TryRemove(key, out _);
    }

    sealed record Spoken(string Text, DateTimeOffset At);
}
