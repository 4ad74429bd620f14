using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Socle.Fhir;
using Socle.Platform;

namespace Socle.Identities;

/// <summary>
/// The VIHF: a SAML 2.0 assertion that says which professional asks, from which structure, signed by a certificate that is trusted here. Whatever is used of
/// it is read from the very element that was verified.
/// </summary>
sealed class VihfAssertion(InsiSettings settings, TimeProvider clock, Keys keys)
{
    public const string Saml = "urn:oasis:names:tc:SAML:2.0:assertion";
    const string SubjectId = "urn:oasis:names:tc:xspa:1.0:subject:subject-id", Structure = "Identifiant_Structure", Role = "urn:oasis:names:tc:xacml:2.0:subject:role";
    static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);

    readonly IReadOnlyList<X509Certificate2> trusted = [.. settings.VihfCertificates.Select(Certificate)];

    /// <param name="Once">Of the issuer and the assertion: it serves one call.</param>
    /// <param name="Until">When it ends, and with it the memory of it.</param>
    public sealed record Verified(Agent Agent, long Once, DateTimeOffset Until);

    public Verified Verify(XmlPart security)
    {
        if (trusted.Count == 0) throw No("aucun émetteur n’est admis ici");
        // One assertion in the whole message: there is none beside it to be taken for it.
        if (security.Root.Descendants.Count(part => part.Namespace == Saml && part.Name is "Assertion" or "EncryptedAssertion") != 1
            || security.Only(Saml, "Assertion") is not { } assertion) throw No("une seule assertion est attendue");
        X509Certificate2 signer;
        try
        {
            signer = EnvelopedSignature.Verify(assertion, trusted, clock.GetUtcNow());
        }
        catch (SignatureException error)
        {
            throw No(error.Message);
        }
        using (signer)
        {
            if (assertion["Version"] != "2.0") throw No("la version n’est pas 2.0");
            var issuer = Text(assertion, "Issuer");
            if (!IsSubject(issuer, signer)) throw No("l’émetteur n’est pas le titulaire du certificat");
            var until = Times(assertion);
            var once = keys.Hash("vihf", $"{issuer}|{assertion["ID"]}");
            return new(AgentOf(assertion), once, until);
        }
    }

    DateTimeOffset Times(XmlPart assertion)
    {
        var now = clock.GetUtcNow();
        var conditions = assertion.Only(Saml, "Conditions") ?? throw No("les conditions manquent");
        var (from, until) = (Time(conditions["NotBefore"]), Time(conditions["NotOnOrAfter"]));
        if (now + Skew < from || now + Skew < Time(assertion["IssueInstant"])) throw No("elle n’est pas encore valable");
        if (now >= until) throw No("elle n’est plus valable");
        if (until - from > settings.VihfLongest) throw No("elle dure trop longtemps");
        // Each restriction has to name this service; a condition that is not known is not met.
        var restrictions = conditions.Children.ToList();
        if (restrictions.Count == 0 || !restrictions.TrueForAll(one =>
                one.Is(Saml, "AudienceRestriction") && one.Children.Any(audience => audience.Is(Saml, "Audience") && audience.Text == settings.Audience)
                || one.Is(Saml, "OneTimeUse")) || !restrictions.Exists(one => one.Is(Saml, "AudienceRestriction")))
            throw No("elle n’est pas destinée à ce service");
        if (assertion.Only(Saml, "AuthnStatement") is null) throw No("elle ne dit pas comment la personne s’est authentifiée");
        return until;
    }

    Agent AgentOf(XmlPart assertion)
    {
        var name = assertion.Only(Saml, "Subject")?.Only(Saml, "NameID")?.Text?.Trim() ?? "";
        var attributes = (assertion.Only(Saml, "AttributeStatement")?.Children ?? []).Where(part => part.Is(Saml, "Attribute")).ToLookup(part => part["Name"] ?? "");
        // An RPPS without its 8 reads as the number of an office: the professional would not be known by it, nor their suspension.
        if (NationalId.Check(name) == IdentifierCheck.Malformed || Rpps.Check(name) != IdentifierCheck.Malformed)
            throw No("l’identifiant national du professionnel manque");
        // An employee of an office is out with its holder: a number that names no holder could be out with nobody.
        if (name[0] == '6' && (!NationalId.TryParse(name, out var employee) || employee.Holder is null)) throw No("le titulaire du cabinet n’est pas dans l’identifiant");
        var structure = One(attributes, Structure) ?? throw No("la structure manque : la situation d’exercice n’est pas connue");
        // idNat_PS: 8 and the RPPS; the others keep their whole number.
        var id = name[0] == '8' ? "rpps:" + name[1..] : "idnat:" + name;
        var role = attributes[Role].SelectMany(part => part.Descendants).FirstOrDefault(part => part.Name == "Role")?["displayName"];
        return new(AgentKind.Professional, id, One(attributes, SubjectId) ?? name, role, structure, structure, keys.Hash("owner", "finess:" + structure), 0);
    }

    static string? One(ILookup<string, XmlPart> attributes, string name) =>
        attributes[name].ToList() is [var one] && one.Only(Saml, "AttributeValue")?.Text?.Trim() is { Length: > 0 and <= 200 } text ? text : null;

    static string Text(XmlPart part, string name) => part.Only(Saml, name)?.Text?.Trim() ?? throw No($"{name} manque");

    static DateTimeOffset Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : throw No("une date manque");

    // The name of the holder, from its first part or from its last.
    static bool IsSubject(string issuer, X509Certificate2 signer)
    {
        try
        {
            var name = new X500DistinguishedName(issuer);
            return Decoded(name, X500DistinguishedNameFlags.None) == Decoded(signer.SubjectName, X500DistinguishedNameFlags.None)
                || Decoded(name, X500DistinguishedNameFlags.Reversed) == Decoded(signer.SubjectName, X500DistinguishedNameFlags.None);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    static string Decoded(X500DistinguishedName name, X500DistinguishedNameFlags flags) => name.Decode(flags).ToUpperInvariant();

    static X509Certificate2 Certificate(string text)
    {
        try
        {
            return text.Contains("-----", StringComparison.Ordinal) ? X509Certificate2.CreateFromPem(text) : X509CertificateLoader.LoadCertificate(Convert.FromBase64String(text));
        }
        catch (Exception error) when (error is CryptographicException or FormatException or ArgumentException)
        {
            throw new SettingsException($"{Settings.FileName} : « Insi:VihfCertificates » porte un certificat qui ne se lit pas.");
        }
    }

    static Refusal No(string why) => IdentitiesRefusals.InsiAssertion.With(why);
}
