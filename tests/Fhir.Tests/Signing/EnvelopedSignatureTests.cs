using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Socle.Tests.Support;

namespace Socle.Fhir.Tests.Signing;

public sealed class EnvelopedSignatureTests
{
    static readonly DateTimeOffset Now = new(2026, 5, 4, 8, 0, 0, TimeSpan.Zero);
    static readonly RSA Key = RSA.Create(2048);
    static readonly X509Certificate2 Signer = XmlSigner.NewCertificate(Key, "CN=LOGICIEL DE TEST, O=CABINET DES ESSAIS", Now);

    const string Message = $"<m xmlns=\"urn:m\"><used ID=\"a1\" xmlns:x=\"urn:x\" x:b=\"1\" a=\"2\">{XmlSigner.Place}<name>ZOE</name></used><more/></m>";

    static string Signed => XmlSigner.Sign(Message, "a1", Key, Signer);

    static XmlPart Part(string message) => XmlPart.Read(Encoding.UTF8.GetBytes(message));

    /// <summary>As a service uses it: the element at its place, verified, then read.</summary>
    static string Used(string message, params X509Certificate2[] trusted)
    {
        var used = Part(message).Only("urn:m", "used") ?? throw new SignatureException("no element to use");
        EnvelopedSignature.Verify(used, trusted.Length > 0 ? trusted : [Signer], Now);
        return used.Only("urn:m", "name")?.Text ?? "";
    }

    static string Refused(string message, params X509Certificate2[] trusted) => Should.Throw<SignatureException>(() => Used(message, trusted)).Message;

    [Fact]
    public void What_is_signed_is_used() => Used(Signed).ShouldBe("ZOE");

    // Written by the JDK's own implementation: prefixes of every kind, CDATA, references to characters, a comment, an inclusive prefix, wrapped base64.
    [Fact]
    public void A_signature_that_nobody_here_wrote_holds_and_breaks_with_any_change()
    {
        using var stream = typeof(EnvelopedSignatureTests).Assembly.GetManifestResourceStream("signed-by-another.xml")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var text = reader.ReadToEnd();
        var later = new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var assertion = Part(text).Descendants.Single(part => part.Name == "Assertion");
        using var certificate = X509CertificateLoader.LoadCertificate(Convert.FromBase64String(assertion.Descendants.Single(part => part.Name == "X509Certificate").Text!));
        EnvelopedSignature.Verify(assertion, [certificate], later).Subject.ShouldContain("LOGICIEL DE TEST");
        // A comment neither cuts a text nor belongs to it.
        assertion.Descendants.Single(part => part.Name == "NameID").Text.ShouldBe("899999000001");
        var from = text.IndexOf("<saml2:Subject>", StringComparison.Ordinal);
        var to = text.IndexOf("</saml2:Assertion>", StringComparison.Ordinal);
        var changed = 0;
        for (var i = from; i < to; i++)
        {
            if (!char.IsAsciiLetterOrDigit(text[i])) continue;
            var other = text[..i] + (text[i] == 'q' ? 'r' : 'q') + text[(i + 1)..];
            XmlPart? again;
            try
            {
                again = Part(other).Descendants.SingleOrDefault(part => part.Name == "Assertion");
            }
            catch (FhirException)
            {
                continue;
            }
            if (again is null || text[from..i].Contains("<!--", StringComparison.Ordinal) && !text[from..i].Contains("-->", StringComparison.Ordinal)) continue;
            changed++;
            Should.Throw<SignatureException>(() => EnvelopedSignature.Verify(again, [certificate], later), other[Math.Max(0, i - 20)..Math.Min(other.Length, i + 20)]);
        }
        changed.ShouldBeGreaterThan(100);
    }

    [Fact]
    public void Blanks_prefixes_and_comments_of_no_account_do_not_matter_and_others_do()
    {
        Used(Signed.Replace("<name>ZOE</name>", "<name><!-- hidden -->Z<![CDATA[O]]>&#69;</name>", StringComparison.Ordinal)).ShouldBe("ZOE");
        Used(Signed.Replace("<used ID=\"a1\" xmlns:x=\"urn:x\" x:b=\"1\" a=\"2\">", "<used   a='2' xmlns:unused='urn:u' x:b='1'\n xmlns:x='urn:x' ID='a1'>", StringComparison.Ordinal)).ShouldBe("ZOE");
        Refused(Signed.Replace("<name>ZOE", "<name> ZOE", StringComparison.Ordinal)).ShouldBe("the content was changed");
        Refused(Signed.Replace("<name>ZOE</name>", "<name xmlns=\"urn:o\">ZOE</name>", StringComparison.Ordinal)).ShouldBe("the content was changed");
        Refused(Signed.Replace("x:b=\"1\"", "b=\"1\"", StringComparison.Ordinal)).ShouldBe("the content was changed");
    }

    // « On Breaking SAML: Be Whoever You Want to Be » (2012): the eight places where the original and an evil twin may stand. In each the twin is what a
    // service would use, and the signature of the original is right.
    public static TheoryData<int, string> Wrapped()
    {
        var signed = Signed;
        var element = signed[signed.IndexOf("<used", StringComparison.Ordinal)..(signed.IndexOf("</used>", StringComparison.Ordinal) + "</used>".Length)];
        var signature = element[element.IndexOf("<ds:Signature", StringComparison.Ordinal)..(element.IndexOf("</ds:Signature>", StringComparison.Ordinal) + "</ds:Signature>".Length)];
        var original = element.Replace(signature, "", StringComparison.Ordinal);
        string Evil(string inside, string id = "evil") => $"<used ID=\"{id}\">{inside}<name>EVE</name></used>";
        string InObject(string held) => signature.Replace("</ds:Signature>", $"<ds:Object>{held}</ds:Object></ds:Signature>", StringComparison.Ordinal);
        string M(string content) => $"<m xmlns=\"urn:m\">{content}<more/></m>";
        return new()
        {
            { 1, M(Evil(signature.Replace("</ds:Signature>", original + "</ds:Signature>", StringComparison.Ordinal))) },   // original in the signature
            { 2, M(Evil("") + signature + original) },                                   // detached, beside the twin
            { 3, M(Evil("") + element) },                                                // the twin first
            { 4, M(Evil(element)) },                                                     // the original in the twin
            { 5, M(Evil(signature) + original) },                                        // the signature in the twin, the original behind
            { 6, M(Evil(InObject(original))) },                                          // in an Object of the signature
            { 7, M($"<Extensions>{element}</Extensions>" + Evil(signature)) },           // under extensions
            { 8, M(Evil(InObject(element))) },                                           // whole in an Object
            { 9, M(Evil(signature, "a1")) },                                             // the same ID, the original left out
            { 10, M(Evil(signature, "a1") + original) },                                 // the same ID twice
            { 11, M(Evil(signature, "a1") + original.Replace("ID=\"a1\"", "Id=\"a1\"", StringComparison.Ordinal)) },
            { 12, M(element.Replace("<name>ZOE</name>", "<name>ZOE</name>" + Evil(""), StringComparison.Ordinal)) },
            { 13, M(element + Evil("")) }                                                // two to use: none is
        };
    }

    [Theory, MemberData(nameof(Wrapped))]
    public void A_signature_wrapped_around_another_element_is_refused(int number, string message)
    {
        Used(Signed).ShouldBe("ZOE");
        Should.Throw<SignatureException>(() => Used(message), $"number {number}");
    }

    [Fact]
    public void Only_the_one_shape_is_a_signature()
    {
        var signed = Signed;
        Refused(Message).ShouldStartWith("one signature");
        Refused(signed.Replace("URI=\"#a1\"", "URI=\"\"", StringComparison.Ordinal)).ShouldBe("the reference is to something else");
        Refused(signed.Replace("URI=\"#a1\"", "URI=\"http://localhost/x\"", StringComparison.Ordinal)).ShouldBe("the reference is to something else");
        Refused(signed.Replace("<used ID=\"a1\"", "<used", StringComparison.Ordinal)).ShouldBe("the element has no ID");
        Refused(signed.Replace("<more/>", "<more id=\"a1\"/>", StringComparison.Ordinal)).ShouldBe("the ID is not unique");
        Refused(signed.Replace("<more/>", "<more xml:id=\"a1\"/>", StringComparison.Ordinal)).ShouldBe("the ID is not unique");
        // Two references, one of them to something harmless.
        var reference = signed[signed.IndexOf("<ds:Reference", StringComparison.Ordinal)..(signed.IndexOf("</ds:Reference>", StringComparison.Ordinal) + "</ds:Reference>".Length)];
        Refused(signed.Replace(reference, reference + reference, StringComparison.Ordinal)).ShouldBe("SignedInfo has another shape");
        Refused(signed.Replace("<ds:KeyInfo>", "<ds:KeyInfo><ds:KeyName>x</ds:KeyName>", StringComparison.Ordinal)).ShouldBe("KeyInfo is not one certificate");
        Refused(signed.Replace("<ds:SignatureValue>", "<ds:SignatureValue>!", StringComparison.Ordinal)).ShouldBe("SignatureValue is not base64");
        Refused(signed.Replace("<ds:SignatureValue>", "<ds:SignatureValue>AAAA", StringComparison.Ordinal)).ShouldBe("the signature is wrong");
        foreach (var transforms in new[]
        {
            "", $"<ds:Transform Algorithm=\"{XmlSigner.Exclusive}\"/>",
            $"<ds:Transform Algorithm=\"{XmlSigner.Exclusive}\"/><ds:Transform Algorithm=\"{XmlSigner.Ds}enveloped-signature\"/>",
            $"<ds:Transform Algorithm=\"{XmlSigner.Ds}enveloped-signature\"/><ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xslt-19991116\"/>",
            $"<ds:Transform Algorithm=\"{XmlSigner.Ds}enveloped-signature\"/><ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xpath-19991116\"><ds:XPath>1</ds:XPath></ds:Transform>",
            $"<ds:Transform Algorithm=\"{XmlSigner.Ds}enveloped-signature\"/><ds:Transform Algorithm=\"{XmlSigner.Exclusive}\"/><ds:Transform Algorithm=\"{XmlSigner.Ds}base64\"/>"
        })
            Should.Throw<SignatureException>(() => Used(XmlSigner.Sign(Message, "a1", Key, Signer, transforms: transforms)), transforms);
    }

    [Fact]
    public void Weak_and_confused_algorithms_are_refused()
    {
        var publicKey = Signer.GetPublicKey();
        Refused(XmlSigner.Sign(Message, "a1", Key, Signer, method: "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256", sign: data => HMACSHA256.HashData(publicKey, data)))
            .ShouldBe("the signature method is not admitted");
        Refused(XmlSigner.Sign(Message, "a1", Key, Signer, method: XmlSigner.Ds + "rsa-sha1")).ShouldBe("the signature method is not admitted");
        Refused(XmlSigner.Sign(Message, "a1", Key, Signer, digest: XmlSigner.Sha1)).ShouldBe("the digest method is not admitted");
        // The method of one family with a key of the other.
        Refused(XmlSigner.Sign(Message, "a1", Key, Signer, method: XmlSigner.EcdsaSha256, sign: data => Key.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)))
            .ShouldBe("the signature is wrong");
        using var small = RSA.Create(1024);
        using var weak = XmlSigner.NewCertificate(small, "CN=FAIBLE", Now);
        Refused(XmlSigner.Sign(Message, "a1", small, weak), weak).ShouldBe("the signature is wrong");
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var modern = XmlSigner.NewCertificate(curve, "CN=COURBE", Now);
        Used(XmlSigner.Sign(Message, "a1", curve, modern), modern).ShouldBe("ZOE");
    }

    [Fact]
    public void Only_a_trusted_certificate_in_force_signs()
    {
        using var other = RSA.Create(2048);
        using var stranger = XmlSigner.NewCertificate(other, "CN=LOGICIEL DE TEST, O=CABINET DES ESSAIS", Now);   // the same name
        Refused(XmlSigner.Sign(Message, "a1", other, stranger)).ShouldBe("the certificate is not trusted");
        // The trusted certificate shown, another key used.
        Refused(XmlSigner.Sign(Message, "a1", other, Signer)).ShouldBe("the signature is wrong");
        using var past = XmlSigner.NewCertificate(Key, "CN=ANCIEN", Now.AddDays(-100));
        Refused(XmlSigner.Sign(Message, "a1", Key, past), past).ShouldBe("the certificate is not in force");
        using var root = RSA.Create(2048);
        using var authority = XmlSigner.NewCertificate(root, "CN=AUTORITE", Now, authority: true);
        using var issued = XmlSigner.NewCertificate(other, "CN=CABINET", Now, issuer: authority);
        Used(XmlSigner.Sign(Message, "a1", other, issued), authority).ShouldBe("ZOE");
        Refused(XmlSigner.Sign(Message, "a1", other, issued)).ShouldBe("the certificate is not trusted");
        Refused(XmlSigner.Sign(Message, "a1", other, issued), Signer).ShouldBe("the certificate is not trusted");
        // An authority signs certificates, not messages; one that is not an authority issues nobody.
        Refused(XmlSigner.Sign(Message, "a1", root, authority), authority).ShouldBe("the certificate is not for signatures");
    }

    [Fact]
    public void A_message_has_no_document_type_and_no_instructions()
    {
        foreach (var message in new[]
        {
            "<!DOCTYPE m [<!ENTITY e \"EVE\">]><m xmlns=\"urn:m\"><used ID=\"a1\">&e;</used></m>", "<?xml-stylesheet href=\"x\"?><m xmlns=\"urn:m\"/>", "<m xmlns=\"urn:m\"><?x y?></m>",
            "<m>" + string.Concat(Enumerable.Repeat("<a>", 200)), "", "<m"
        })
            Should.Throw<FhirException>(() => Part(message));
    }
}
