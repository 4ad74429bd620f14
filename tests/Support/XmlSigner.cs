using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Socle.Fhir;

namespace Socle.Tests.Support;

/// <summary>Signs an element of a message as installed software does, and as nobody should.</summary>
static class XmlSigner
{
    public const string Ds = "http://www.w3.org/2000/09/xmldsig#", Exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#";
    public const string RsaSha256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", EcdsaSha256 = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256";
    public const string Sha256 = "http://www.w3.org/2001/04/xmlenc#sha256", Sha1 = Ds + "sha1";

    /// <summary>Where the signature goes.</summary>
    public const string Place = "<!--signature-->";

    public static X509Certificate2 NewCertificate(AsymmetricAlgorithm key, string subject, DateTimeOffset now, bool authority = false, X509Certificate2? issuer = null)
    {
        var request = key is RSA rsa
            ? new CertificateRequest(subject, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest(subject, (ECDsa)key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(authority, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(authority ? X509KeyUsageFlags.KeyCertSign : X509KeyUsageFlags.DigitalSignature, true));
        return issuer is null
            ? request.CreateSelfSigned(now.AddDays(-30), now.AddDays(30))
            : request.Create(issuer, now.AddDays(-20), now.AddDays(20), [1, 2, 3]);
    }

    /// <param name="message">With <see cref="Place"/> in the element whose ID is <paramref name="id"/>.</param>
    /// <param name="id">The ID.</param>
    /// <param name="key">The private key.</param>
    /// <param name="certificate">Told in KeyInfo.</param>
    /// <param name="method">The signature method that is written, and used unless <paramref name="sign"/> says how.</param>
    /// <param name="digest">The digest method.</param>
    /// <param name="sign">Another way to sign.</param>
    /// <param name="transforms">Other transforms.</param>
    public static string Sign(
        string message, string id, AsymmetricAlgorithm key, X509Certificate2 certificate, string? method = null, string digest = Sha256, Func<byte[], byte[]>? sign = null,
        string? transforms = null)
    {
        method ??= key is RSA ? RsaSha256 : EcdsaSha256;
        var element = All(XmlPart.Read(Encoding.UTF8.GetBytes(message.Replace(Place, "", StringComparison.Ordinal)))).First(part => part["ID"] == id);
        var content = CanonicalXml.Of(element, null, []);
        var hash = Convert.ToBase64String(digest == Sha1 ? Sha1Of(content) : SHA256.HashData(content));
        transforms ??= $"<ds:Transform Algorithm=\"{Ds}enveloped-signature\"/><ds:Transform Algorithm=\"{Exclusive}\"/>";
        var info = $"<ds:SignedInfo><ds:CanonicalizationMethod Algorithm=\"{Exclusive}\"/><ds:SignatureMethod Algorithm=\"{method}\"/><ds:Reference URI=\"#{id}\"><ds:Transforms>"
            + $"{transforms}</ds:Transforms><ds:DigestMethod Algorithm=\"{digest}\"/><ds:DigestValue>{hash}</ds:DigestValue></ds:Reference></ds:SignedInfo>";
        string Signature(string value) => $"<ds:Signature xmlns:ds=\"{Ds}\">{info}<ds:SignatureValue>{value}</ds:SignatureValue><ds:KeyInfo><ds:X509Data><ds:X509Certificate>"
            + $"{Convert.ToBase64String(certificate.RawData)}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>";
        var placed = XmlPart.Read(Encoding.UTF8.GetBytes(message.Replace(Place, Signature(""), StringComparison.Ordinal)));
        var data = CanonicalXml.Of(All(placed).First(part => part.Is(Ds, "SignedInfo")), null, []);
        sign ??= key is RSA rsa
            ? bytes => rsa.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : bytes => ((ECDsa)key).SignData(bytes, HashAlgorithmName.SHA256);
        return message.Replace(Place, Signature(Convert.ToBase64String(sign(data))), StringComparison.Ordinal);
    }

#pragma warning disable CA5350 // what a verifier must refuse has to be made first
    static byte[] Sha1Of(byte[] content) => SHA1.HashData(content);
#pragma warning restore CA5350

    public static IEnumerable<XmlPart> All(XmlPart root) => root.Descendants.Prepend(root);
}
