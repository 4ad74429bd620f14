using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Socle.Platform;
using Socle.Store;

namespace Socle.Identities;

/// <summary>
/// A carte Vitale that was presented, as whoever read it signs it: a compact JWS (ES256, <c>typ</c> « vitale+jwt ») with <c>ins</c>, <c>oid</c>, <c>aud</c>,
/// <c>jti</c>, <c>nbf</c> and <c>exp</c> some minutes apart, that serves once. The real contents of the card and of its application are not public: this is our own small
/// form, and proves no more than that a reader whose key is known here says that it saw the card.
/// </summary>
sealed class VitalePresentation(InsiSettings settings, InsiRegister register, IdentitiesStore store, Keys keys, TimeProvider clock)
{
    public const string Type = "vitale+jwt";
    const int Longest = 4_096, SkewSeconds = 30;

    readonly ECDsa[] readers = [.. settings.VitaleKeys.Select(Key)];

    sealed record Header(string? Alg, string? Typ);

    sealed record Claims(string? Ins, string? Oid, string? Aud, string? Jti, long Nbf, long Exp);

    /// <summary>The same answer as a search by traits: the person whose number it is, or nobody.</summary>
    public async Task<InsiAnswer> Search(Scope scope, string? presentation, CancellationToken stop)
    {
        var claims = Read(presentation?.Trim() ?? "") ?? throw IdentitiesRefusals.InsiCard.With();
        var until = DateTimeOffset.FromUnixTimeSeconds(claims.Exp);
        await store.UseOnce(keys.Hash("vitale", claims.Jti!), until, () => IdentitiesRefusals.InsiCard.With(), stop);
        return await register.Find(scope, "urn:oid:" + claims.Oid, claims.Ins!, stop);
    }

    Claims? Read(string text)
    {
        if (text.Length > Longest || text.Split('.') is not [var head, var body, var sign] || Bytes(sign) is not { Length: 64 } signature) return null;
        // The header chooses nothing: it has to say what is the case.
        if (Json<Header>(head) is not { Alg: "ES256", Typ: Type }) return null;
        var signed = Encoding.ASCII.GetBytes($"{head}.{body}");
        lock (readers)
        {
            if (!Array.Exists(readers, reader => reader.VerifyData(signed, signature, HashAlgorithmName.SHA256))) return null;
        }
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        return Json<Claims>(body) is { Ins.Length: 15, Oid: not null, Jti.Length: > 0 and <= 100 } claims && claims.Aud == settings.Audience
            && claims.Nbf <= now + SkewSeconds && now < claims.Exp && claims.Exp - claims.Nbf <= (long)settings.VitaleLongest.TotalSeconds ? claims : null;
    }

    static T? Json<T>(string part) where T : class
    {
        try
        {
            return Bytes(part) is { } bytes ? JsonSerializer.Deserialize<T>(bytes, Strict) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static byte[]? Bytes(string part)
    {
        try
        {
            return Base64Url.DecodeFromChars(part);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    static readonly JsonSerializerOptions Strict = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, MaxDepth = 4, AllowDuplicateProperties = false };

    static ECDsa Key(string pem)
    {
        try
        {
            var key = ECDsa.Create();
            key.ImportFromPem(pem);
            return key.KeySize == 256 ? key : throw new ArgumentException("P-256");
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException)
        {
            throw new SettingsException($"{Settings.FileName} : « Insi:VitaleKeys » porte une clé qui n’est pas une clé publique P-256 en PEM.");
        }
    }
}
