using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace Socle.SignIn;

/// <summary>The public half of a phone's key: an ECDSA key on P-256 and nothing else.</summary>
static class DeviceKey
{
    const int Coordinate = 32, SignatureLength = 64, LongestJwk = 512;

    /// <summary>The required members in the order of RFC 7638; whatever else the browser wrote (key_ops, ext) is left out.</summary>
    public static string Canonical(string jwk)
    {
        if (Read(jwk) is not { } point) throw PhonesRefusals.WrongKey.With();
        try
        {
            using var key = ECDsa.Create(point);   // refuses what is no point of the curve
        }
        catch (CryptographicException)
        {
            throw PhonesRefusals.WrongKey.With();
        }
        return $$"""{"crv":"P-256","kty":"EC","x":"{{Base64UrlEncoder.Encode(point.Q.X)}}","y":"{{Base64UrlEncoder.Encode(point.Q.Y)}}"}""";
    }

    public static string Thumbprint(string canonical) => Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(canonical)));

    public static bool Verifies(string canonical, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != SignatureLength || Read(canonical) is not { } point) return false;
        using var key = ECDsa.Create(point);
        return key.VerifyData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    static ECParameters? Read(string jwk)
    {
        if (jwk.Length > LongestJwk) return null;
        try
        {
            using var document = JsonDocument.Parse(jwk);
            var all = document.RootElement;
            if (all.ValueKind != JsonValueKind.Object || Text(all, "kty") != "EC" || Text(all, "crv") != "P-256" || all.TryGetProperty("d", out _)) return null;
            return Bytes(Text(all, "x")) is { } x && Bytes(Text(all, "y")) is { } y ? new() { Curve = ECCurve.NamedCurves.nistP256, Q = new() { X = x, Y = y } } : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static string? Text(JsonElement all, string name) => all.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    // One text for each key: an encoder's spare bits must be zero.
    static byte[]? Bytes(string? text)
    {
        if (text is not { Length: 43 }) return null;
        try
        {
            var bytes = Base64UrlEncoder.DecodeBytes(text);
            return bytes.Length == Coordinate && Base64UrlEncoder.Encode(bytes) == text ? bytes : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
