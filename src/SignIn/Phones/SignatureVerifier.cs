using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Socle.SignIn;

/// <summary>
/// Judges a signature without asking anybody: by the server's published keys, the list of the person's keys, the receipt, and the document. One that was
/// taken before the phone was revoked stays right; one that the receipt dates after it is not.
/// </summary>
public static class SignatureVerifier
{
    static readonly TimeSpan Between = TimeSpan.FromMinutes(15);

    /// <param name="signature">As it was handed out.</param>
    /// <param name="document">SHA-256 of the document that one has.</param>
    /// <param name="serverKeys">JWK Set of the server.</param>
    public static VerifiedSignature Verify(PhoneSignature signature, ReadOnlySpan<byte> document, string serverKeys)
    {
        if (Server(serverKeys) is not { } server) return new("Les clés du serveur ne se lisent pas.");
        if (Paper(signature.Receipt, PhonePapers.ReceiptType, server) is not { } receipt) return new("Le reçu n’est pas signé par ce serveur.");
        if (Paper(signature.Keys, PhonePapers.KeysType, server) is not { } list) return new("La liste des clés n’est pas signée par ce serveur.");
        if (Text(receipt, "sub") is not { } signer || Text(list, "sub") != signer) return new("Le reçu et la liste des clés ne sont pas de la même personne.");
        if (!DetachedSignature.TryRead(signature.Jws, out var read)) return new("La signature ne se lit pas.");
        if (Text(receipt, "jws_sha256") != Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(signature.Jws)))) return new("Le reçu est celui d’une autre signature.");
        if (Statement(signature.Payload) is not { } statement) return new("Ce qui a été signé ne se lit pas.");
        if (statement.Digest != Base64UrlEncoder.Encode(document.ToArray())) return new("Le document n’est pas celui qui a été signé.");
        var at = receipt.GetProperty("iat").GetInt64();
        if (Fault(list, read, statement, at) is { } fault) return new(fault);
        return new(null, signer, Text(list, "name"), DateTimeOffset.FromUnixTimeSeconds(at), statement.Name, statement.Kind);
    }

    static string? Fault(JsonElement list, ReadSignature read, SignedStatement statement, long at)
    {
        if (Key(list, read.Thumbprint) is not { } key) return "La clé de la signature n’est pas dans la liste de cette personne.";
        var jwk = $$"""{"crv":"P-256","kty":"EC","x":"{{Text(key, "x")}}","y":"{{Text(key, "y")}}"}""";
        if (DeviceKey.Thumbprint(jwk) != read.Thumbprint || !read.Verifies(jwk, statement)) return "La signature n’est pas de cette clé, ou pas de ce document.";
        if (at < key.GetProperty("nbf").GetInt64()) return "La signature est d’avant l’enregistrement du téléphone.";
        if (key.TryGetProperty("revoked_at", out var ended) && at >= ended.GetInt64()) return "Le téléphone était retiré quand la signature a été reçue.";
        return (DateTimeOffset.FromUnixTimeSeconds(at) - read.At).Duration() > Between ? "L’heure de la signature et celle du reçu ne vont pas ensemble." : null;
    }

    static ECDsaSecurityKey? Server(string keys)
    {
        try
        {
            var key = new JsonWebKeySet(keys).Keys.Single();
            return new(ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new() { X = Base64UrlEncoder.DecodeBytes(key.X), Y = Base64UrlEncoder.DecodeBytes(key.Y) } }));
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException or JsonException or CryptographicException or FormatException)
        {
            return null;
        }
    }

    // Only our own kind of paper, by our own algorithm: its header chooses nothing.
    static JsonElement? Paper(string text, string type, ECDsaSecurityKey server)
    {
        if (text.Length > 16_384 || text.Split('.') is not [var header, var body, var signature]) return null;
        try
        {
            var said = JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(header)).RootElement;
            if (Text(said, "typ") != type || Text(said, "alg") != SecurityAlgorithms.EcdsaSha256) return null;
            if (!server.ECDsa.VerifyData(Encoding.ASCII.GetBytes($"{header}.{body}"), Base64UrlEncoder.DecodeBytes(signature), HashAlgorithmName.SHA256)) return null;
            return JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(body)).RootElement;
        }
        catch (Exception error) when (error is JsonException or FormatException)
        {
            return null;
        }
    }

    static JsonElement? Key(JsonElement list, string thumbprint)
    {
        foreach (var key in list.GetProperty("keys").EnumerateArray())
            if (Text(key, "kid") == thumbprint) return key;
        return null;
    }

    // What is read here is made anew: a payload of any other letters does not verify.
    static SignedStatement? Statement(string payload)
    {
        try
        {
            using var document = JsonDocument.Parse(payload);
            var all = document.RootElement;
            return all.ValueKind == JsonValueKind.Object && Text(all, "digest") is { } digest && Text(all, "name") is { } name && Text(all, "kind") is { } kind
                && new SignedStatement(digest, name, kind) is var statement && DetachedSignature.Payload(statement) == payload ? statement : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static string? Text(JsonElement all, string name) =>
        all.ValueKind == JsonValueKind.Object && all.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
