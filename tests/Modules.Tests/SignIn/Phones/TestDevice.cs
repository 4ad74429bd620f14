using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace Socle.Modules.Tests.SignIn.Phones;

/// <summary>A phone as the server sees it: a key that signs as WebCrypto does.</summary>
sealed class TestDevice : IDisposable
{
    public ECDsa Key { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>As Chromium exports it.</summary>
    public string Jwk
    {
        get
        {
            var q = Key.ExportParameters(false).Q;
            return $$"""{"crv":"P-256","ext":true,"key_ops":["verify"],"kty":"EC","x":"{{Base64UrlEncoder.Encode(q.X)}}","y":"{{Base64UrlEncoder.Encode(q.Y)}}"}""";
        }
    }

    public byte[] Sign(ReadOnlySpan<byte> data) => Key.SignData(data, HashAlgorithmName.SHA256);

    public void Dispose() => Key.Dispose();
}
