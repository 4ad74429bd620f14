using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Socle.SignIn;

/// <summary>
/// A compact JWS that somebody else made, read strictly: three parts of canonical base64url, no name twice, no « crit », no key or address of a key in
/// its header but for a DPoP proof, at most 8 KB. It says nothing until <see cref="IsSignedBy"/> was asked.
/// </summary>
sealed class Jws
{
    public const int Longest = 8_192;

    static readonly JsonDocumentOptions Strictly = new() { AllowDuplicateProperties = false, MaxDepth = 8 };
    static readonly string[] Foreign = ["jku", "x5u", "x5c", "crit", "b64", "zip", "enc"];

    readonly byte[] signed, signature;

    Jws(byte[] signed, byte[] signature, JsonElement header, JsonElement claims) =>
        (this.signed, this.signature, Header, Claims) = (signed, signature, header, claims);

    public JsonElement Header { get; }

    public JsonElement Claims { get; }

    public string Algorithm => Text(Header, "alg") ?? "";

    public string? KeyId => Text(Header, "kid");

    public string? Type => Text(Header, "typ");

    public static bool TryRead(string text, [NotNullWhen(true)] out Jws? jws)
    {
        jws = null;
        if (text.Length is 0 or > Longest || text.Split('.') is not [var head, var body, var tail]) return false;
        if (!TryDecode(head, out var header) || !TryDecode(body, out var claims) || !TryDecode(tail, out var signature) || signature.Length == 0) return false;
        try
        {
            using var first = JsonDocument.Parse(header, Strictly);
            using var second = JsonDocument.Parse(claims, Strictly);
            if (first.RootElement.ValueKind != JsonValueKind.Object || second.RootElement.ValueKind != JsonValueKind.Object) return false;
            if (Array.Exists(Foreign, name => first.RootElement.TryGetProperty(name, out _))) return false;
            MustBeText(first.RootElement);
            MustBeText(second.RootElement);
            jws = new(Encoding.ASCII.GetBytes($"{head}.{body}"), signature, first.RootElement.Clone(), second.RootElement.Clone());
            return true;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException)
        {
            return false;
        }
    }

    /// <param name="algorithms">The only ones that count here; the header chooses among them, and the key must be of the kind.</param>
    public bool IsSignedBy(PublicKey key, params ReadOnlySpan<string> algorithms) => algorithms.Contains(Algorithm) && key.Verifies(Algorithm, signed, signature);

    public string? this[string claim] => Text(Claims, claim);

    /// <summary>Seconds since 1970; null when it is not there or no number.</summary>
    public DateTimeOffset? Time(string claim) =>
        Claims.TryGetProperty(claim, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var seconds) && seconds is > 0 and < 32_503_680_000
            ? DateTimeOffset.UnixEpoch.AddSeconds(seconds) : null;

    /// <summary>« aud » is one text or a list of texts.</summary>
    public IReadOnlyList<string> Audience => !Claims.TryGetProperty("aud", out var value) ? []
        : value.ValueKind == JsonValueKind.String ? [value.GetString()!]
        : value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(one => one.ValueKind == JsonValueKind.String) ? [.. value.EnumerateArray().Select(one => one.GetString()!)]
        : [];

    // What is no Unicode (a broken byte, half a surrogate) throws when it is read: here, and not where it is asked for.
    static void MustBeText(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.String) _ = element.GetString();
        else if (element.ValueKind == JsonValueKind.Array)
            foreach (var one in element.EnumerateArray()) MustBeText(one);
        else if (element.ValueKind == JsonValueKind.Object)
            foreach (var one in element.EnumerateObject())
            {
                _ = one.Name;
                MustBeText(one.Value);
            }
    }

    static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    // One value, one text: other padding bits are another text.
    static bool TryDecode(string part, out byte[] bytes)
    {
        bytes = [];
        if (part.Length > 0 && (part.Contains('=', StringComparison.Ordinal) || !Base64Url.IsValid(part) || part.Any(char.IsWhiteSpace))) return false;
        bytes = Base64Url.DecodeFromChars(part);
        return Base64Url.EncodeToString(bytes) == part;
    }
}

/// <summary>A public key of somebody else, from its JWK. RSA of 2048 bits and more, P-256 and P-384; nothing secret is ever read.</summary>
sealed class PublicKey
{
    readonly RSA? rsa;
    readonly ECDsa? curve;

    PublicKey(string? id, string thumbprint, RSA? rsa, ECDsa? curve, string kind) =>
        (Id, Thumbprint, this.rsa, this.curve, Kind) = (id, thumbprint, rsa, curve, kind);

    public string? Id { get; }

    /// <summary>RFC 7638, SHA-256, base64url.</summary>
    public string Thumbprint { get; }

    /// <summary>« RSA », « P-256 » or « P-384 ».</summary>
    public string Kind { get; }

    /// <summary>Null: not a key that may sign here, with the reason.</summary>
    public static PublicKey? Of(JsonElement jwk, out string fault)
    {
        fault = "";
        if (jwk.ValueKind != JsonValueKind.Object) return Not("ce n’est pas une clé", out fault);
        if (jwk.TryGetProperty("d", out _) || jwk.TryGetProperty("k", out _)) return Not("une clé privée ou secrète y est", out fault);
        if (Text(jwk, "use") is { } use && use != "sig") return Not("la clé n’est pas pour signer", out fault);
        try
        {
            return Text(jwk, "kty") switch
            {
                "RSA" => Rsa(jwk, ref fault),
                "EC" => Curve(jwk, ref fault),
                _ => Not("seules RSA et EC (P-256, P-384) sont connues", out fault)
            };
        }
        catch (Exception error) when (error is CryptographicException or FormatException or ArgumentException or InvalidOperationException)
        {
            return Not("les nombres de la clé n’en font pas une", out fault);
        }
    }

    public bool Verifies(string algorithm, byte[] data, byte[] signature) => (algorithm, Kind) switch
    {
        ("RS256", "RSA") => rsa!.VerifyData(data, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
        ("RS384", "RSA") => rsa!.VerifyData(data, signature, HashAlgorithmName.SHA384, RSASignaturePadding.Pkcs1),
        ("PS256", "RSA") => rsa!.VerifyData(data, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
        ("ES256", "P-256") => signature.Length == 64 && curve!.VerifyData(data, signature, HashAlgorithmName.SHA256),
        ("ES384", "P-384") => signature.Length == 96 && curve!.VerifyData(data, signature, HashAlgorithmName.SHA384),
        _ => false
    };

    static PublicKey? Rsa(JsonElement jwk, ref string fault)
    {
        var (modulus, exponent) = (Base64Url.DecodeFromChars(Text(jwk, "n") ?? ""), Base64Url.DecodeFromChars(Text(jwk, "e") ?? ""));
        if (modulus.Length is < 256 or > 512) return Not("une clé RSA a de 2048 à 4096 bits", out fault);
        if (exponent is not [1, 0, 1]) return Not("l’exposant d’une clé RSA est 65537", out fault);
        var rsa = RSA.Create(new RSAParameters { Modulus = modulus, Exponent = exponent });
        return new(Text(jwk, "kid"), Hash($$"""{"e":"{{Base64Url.EncodeToString(exponent)}}","kty":"RSA","n":"{{Base64Url.EncodeToString(modulus)}}"}"""), rsa, null, "RSA");
    }

    static PublicKey? Curve(JsonElement jwk, ref string fault)
    {
        var (x, y, name) = (Base64Url.DecodeFromChars(Text(jwk, "x") ?? ""), Base64Url.DecodeFromChars(Text(jwk, "y") ?? ""), Text(jwk, "crv"));
        if (name is not ("P-256" or "P-384")) return Not("seules les courbes P-256 et P-384 sont connues", out fault);
        var size = name == "P-256" ? 32 : 48;
        if (x.Length != size || y.Length != size) return Not("le point n’est pas de cette courbe", out fault);
        var key = ECDsa.Create(new ECParameters { Curve = name == "P-256" ? ECCurve.NamedCurves.nistP256 : ECCurve.NamedCurves.nistP384, Q = new() { X = x, Y = y } });
        return new(Text(jwk, "kid"), Hash($$"""{"crv":"{{name}}","kty":"EC","x":"{{Base64Url.EncodeToString(x)}}","y":"{{Base64Url.EncodeToString(y)}}"}"""), null, key, name);
    }

    static string Hash(string canonical) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(canonical)));

    static PublicKey? Not(string why, out string fault)
    {
        fault = why;
        return null;
    }

    static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
