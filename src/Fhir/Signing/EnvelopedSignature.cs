using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Socle.Fhir;

/// <summary>A signature that does not hold; the message says which rule it breaks and nothing of the content.</summary>
public sealed class SignatureException(string why) : Exception(why);

/// <summary>
/// XML Signature in the one shape that is needed and no other: enveloped in the element it signs, one reference to that element by its ID,
/// exclusive canonicalization, SHA-2 with RSA or ECDSA, a certificate that is trusted. Whatever else the standard allows is refused: what
/// cannot be said cannot be abused (wrapping, HMAC with a public key, transforms, keys by reference).
/// </summary>
public static class EnvelopedSignature
{
    const string Ds = "http://www.w3.org/2000/09/xmldsig#";
    const string Exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#";
    const string Enveloped = Ds + "enveloped-signature";
    const int LongestList = 20;

    static readonly Dictionary<string, HashAlgorithmName> Digests = new()
    {
        ["http://www.w3.org/2001/04/xmlenc#sha256"] = HashAlgorithmName.SHA256,
        ["http://www.w3.org/2001/04/xmldsig-more#sha384"] = HashAlgorithmName.SHA384,
        ["http://www.w3.org/2001/04/xmlenc#sha512"] = HashAlgorithmName.SHA512
    };

    static readonly Dictionary<string, (bool Rsa, HashAlgorithmName Hash)> Methods = new()
    {
        ["http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"] = (true, HashAlgorithmName.SHA256),
        ["http://www.w3.org/2001/04/xmldsig-more#rsa-sha384"] = (true, HashAlgorithmName.SHA384),
        ["http://www.w3.org/2001/04/xmldsig-more#rsa-sha512"] = (true, HashAlgorithmName.SHA512),
        ["http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"] = (false, HashAlgorithmName.SHA256),
        ["http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384"] = (false, HashAlgorithmName.SHA384)
    };

    /// <summary>
    /// The certificate that signed this very element, whose attribute <c>ID</c> the signature names. Trusted is a certificate that stands in the list, or was
    /// issued under one that does; revocation is the list's business.
    /// </summary>
    public static X509Certificate2 Verify(XmlPart element, IReadOnlyList<X509Certificate2> trusted, DateTimeOffset now)
    {
        var id = element["ID"] is { Length: > 0 and <= 200 } written ? written : throw new SignatureException("the element has no ID");
        // An ID under any of its names, twice in the message, would let a reference mean two elements.
        var same = element.Root.Descendants.Prepend(element.Root).SelectMany(part => part.Attributes)
            .Count(mark => mark.Name.Equals("id", StringComparison.OrdinalIgnoreCase) && mark.Value == id);
        if (same != 1) throw new SignatureException("the ID is not unique");
        if (element.Descendants.Count(part => part.Is(Ds, "Signature")) != 1 || element.Only(Ds, "Signature") is not { } signature)
            throw new SignatureException("one signature is expected, as a child of what it signs");
        var (signedInfo, value, keyInfo) = Shape(signature, "SignedInfo", "SignatureValue", "KeyInfo");
        var (method, signatureMethod, reference) = Shape(signedInfo, "CanonicalizationMethod", "SignatureMethod", "Reference");
        var (transforms, digestMethod, digestValue) = Shape(reference, "Transforms", "DigestMethod", "DigestValue");
        if (reference["URI"] != "#" + id) throw new SignatureException("the reference is to something else");
        if (!Methods.TryGetValue(Plain(signatureMethod), out var signs)) throw new SignatureException("the signature method is not admitted");
        if (!Digests.TryGetValue(Plain(digestMethod), out var digests)) throw new SignatureException("the digest method is not admitted");
        var list = Transforms(transforms);

        var digest = CryptographicOperations.HashData(digests, CanonicalXml.Of(element, signature, list));
        if (!CryptographicOperations.FixedTimeEquals(digest, Base64(digestValue))) throw new SignatureException("the content was changed");
        var certificate = Certificate(keyInfo, trusted, now);
        if (!IsSigned(certificate, CanonicalXml.Of(signedInfo, null, Prefixes(method, Exclusive)), Base64(value), signs)) throw new SignatureException("the signature is wrong");
        return certificate;
    }

    // Three children, in this order, and nothing else.
    static (XmlPart, XmlPart, XmlPart) Shape(XmlPart part, string one, string two, string three) =>
        part.Children.ToList() is [var a, var b, var c] && a.Is(Ds, one) && b.Is(Ds, two) && c.Is(Ds, three) && part.Content.OfType<string>().All(string.IsNullOrWhiteSpace)
            ? (a, b, c)
            : throw new SignatureException($"{part.Name} has another shape");

    static string Plain(XmlPart part) =>
        part.Children.Any() ? throw new SignatureException($"{part.Name} has parameters") : part["Algorithm"] ?? "";

    static string[] Transforms(XmlPart transforms) =>
        transforms.Children.ToList() is [var first, var second] && first.Is(Ds, "Transform") && second.Is(Ds, "Transform") && Plain(first) == Enveloped
            ? Prefixes(second, Exclusive)
            : throw new SignatureException("the transforms are not the enveloped signature and the exclusive form");

    static string[] Prefixes(XmlPart method, string algorithm)
    {
        if (method["Algorithm"] != algorithm) throw new SignatureException($"{method.Name} is not the exclusive form");
        switch (method.Children.ToList())
        {
            case []:
                return [];
            case [var list] when list.Is(Exclusive, "InclusiveNamespaces"):
                var prefixes = (list["PrefixList"] ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
                return prefixes.Length <= LongestList ? prefixes : throw new SignatureException("the list of prefixes is too long");
            default:
                throw new SignatureException($"{method.Name} has parameters");
        }
    }

    // The key is never the message's: it only says which of the trusted certificates is meant.
    static X509Certificate2 Certificate(XmlPart keyInfo, IReadOnlyList<X509Certificate2> trusted, DateTimeOffset now)
    {
        if (keyInfo.Children.ToList() is not [var data] || !data.Is(Ds, "X509Data") || data.Children.ToList() is not [var one] || !one.Is(Ds, "X509Certificate"))
            throw new SignatureException("KeyInfo is not one certificate");
        X509Certificate2 certificate;
        try
        {
            certificate = X509CertificateLoader.LoadCertificate(Base64(one));
        }
        catch (CryptographicException)
        {
            throw new SignatureException("the certificate cannot be read");
        }
        if (now < certificate.NotBefore.ToUniversalTime() || now > certificate.NotAfter.ToUniversalTime()) throw new SignatureException("the certificate is not in force");
        if (certificate.Extensions.OfType<X509KeyUsageExtension>().Any(usage => (usage.KeyUsages & (X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.NonRepudiation)) == 0))
            throw new SignatureException("the certificate is not for signatures");
        return trusted.Any(known => known.RawDataMemory.Span.SequenceEqual(certificate.RawDataMemory.Span)) || IsIssued(certificate, trusted, now)
            ? certificate
            : throw new SignatureException("the certificate is not trusted");
    }

    static bool IsIssued(X509Certificate2 certificate, IReadOnlyList<X509Certificate2> trusted, DateTimeOffset now)
    {
        var authorities = trusted.Where(known => known.Extensions.OfType<X509BasicConstraintsExtension>().Any(basic => basic.CertificateAuthority)).ToList();
        if (authorities.Count == 0) return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities.ToArray());
        chain.ChainPolicy.ExtraStore.AddRange(authorities.ToArray());
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = now.UtcDateTime;
        return chain.Build(certificate);
    }

    static bool IsSigned(X509Certificate2 certificate, byte[] data, byte[] signature, (bool Rsa, HashAlgorithmName Hash) method)
    {
        try
        {
            if (method.Rsa)
            {
                using var rsa = certificate.GetRSAPublicKey();
                return rsa is { KeySize: >= 2048 } && rsa.VerifyData(data, signature, method.Hash, RSASignaturePadding.Pkcs1);
            }
            using var ecdsa = certificate.GetECDsaPublicKey();
            return ecdsa is { KeySize: >= 256 } && ecdsa.VerifyData(data, signature, method.Hash);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    static byte[] Base64(XmlPart part)
    {
        var text = part.Text ?? throw new SignatureException($"{part.Name} is no text");
        try
        {
            return Convert.FromBase64String(text);   // blanks and line breaks are let through
        }
        catch (FormatException)
        {
            throw new SignatureException($"{part.Name} is not base64");
        }
    }
}
