using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace Socle.SignIn;

/// <summary>
/// What a phone signs for a document: a JWS whose payload is detached and unencoded (RFC 7797), ES256. The payload is the statement in one fixed text, which
/// whoever has the document makes again from it; the header says which key and when.
/// </summary>
static class DetachedSignature
{
    public const string Type = "socle-signature";

    static readonly JsonSerializerOptions AsIs = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    static readonly string[] Critical = ["b64"];
    static readonly string[] Members = ["alg", "b64", "crit", "iat", "kid", "sigT", "typ"];

    /// <summary>The members in the order of their names, without blanks (RFC 8785).</summary>
    public static string Payload(SignedStatement statement) =>
        JsonSerializer.Serialize(new { digest = statement.Digest, hash = "SHA-256", kind = statement.Kind, name = statement.Name }, AsIs);

    public static string Header(string thumbprint, DateTimeOffset at) => JsonSerializer.Serialize(
        new { alg = "ES256", b64 = false, crit = Critical, iat = at.ToUnixTimeSeconds(), kid = thumbprint, sigT = Written(at), typ = Type }, AsIs);

    /// <summary>Signed by this phone, for this statement, at a moment of this span.</summary>
    public static bool IsRight(string jws, SignedStatement statement, Phone phone, DateTimeOffset from, DateTimeOffset until) =>
        TryRead(jws, out var read) && read.Thumbprint == phone.Thumbprint && read.At >= from && read.At <= until && read.Verifies(phone.Jwk, statement);

    public static bool TryRead(string jws, out ReadSignature read)
    {
        read = null!;
        if (jws.Length > 2_048 || jws.Split('.') is not [var header, "", var signature]) return false;
        try
        {
            using var document = JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(header));
            var all = document.RootElement;
            // Exactly our members, each once: what a reader does not know must not be there.
            if (all.ValueKind != JsonValueKind.Object || !all.EnumerateObject().Select(m => m.Name).Order(StringComparer.Ordinal).SequenceEqual(Members)) return false;
            if (Text(all, "alg") != "ES256" || Text(all, "typ") != Type || all.GetProperty("b64").ValueKind != JsonValueKind.False) return false;
            var crit = all.GetProperty("crit");
            if (crit.ValueKind != JsonValueKind.Array || crit.GetArrayLength() != 1 || crit[0].ValueKind != JsonValueKind.String || crit[0].GetString() != "b64") return false;
            if (all.GetProperty("iat") is not { ValueKind: JsonValueKind.Number } iat || !iat.TryGetInt64(out var seconds) || seconds is < 0 or > 32_503_680_000) return false;
            var at = DateTimeOffset.FromUnixTimeSeconds(seconds);
            if (Text(all, "kid") is not { Length: 43 } kid || Text(all, "sigT") != Written(at)) return false;
            read = new(header, kid, at, Base64UrlEncoder.DecodeBytes(signature));
            return true;
        }
        catch (Exception error) when (error is JsonException or FormatException)
        {
            return false;
        }
    }

    static string Written(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    static string? Text(JsonElement all, string name) => all.GetProperty(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;
}

/// <param name="Header">Encoded, as it was signed.</param>
sealed record ReadSignature(string Header, string Thumbprint, DateTimeOffset At, byte[] Signature)
{
    public bool Verifies(string jwk, SignedStatement statement) =>
        DeviceKey.Verifies(jwk, Encoding.UTF8.GetBytes(Header + "." + DetachedSignature.Payload(statement)), Signature);
}
