namespace Socle.Directories;

/// <summary>Extensions of the guide « annuaire » (1.2) and of FR Core (2.2.0) that the interface looks into.</summary>
static class AnnuaireUrls
{
    const string Guide = "https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/";

    /// <summary>Of a ContactPoint: type of mailbox, description, « listeRouge »…</summary>
    public const string Mailbox = Guide + "as-ext-mailbox-mss-metadata";

    /// <summary>Of a ContactPoint: MSSANTE (TRE_R256).</summary>
    public const string EmailType = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-contact-point-email-type";

    /// <summary>Of a Practitioner, and as older software has it of a PractitionerRole: a professional card.</summary>
    public const string SmartCard = Guide + "as-ext-smartcard";

    public const string RoleSmartCard = Guide + "as-ext-practitionerrole-smartcard";

    public const string DataTrace = Guide + "as-ext-data-trace";

    public const string PharmacyLicence = Guide + "as-ext-organization-pharmacy-licence";

    /// <summary>Never in the public view, wherever they stand.</summary>
    public static readonly IReadOnlySet<string> Restricted = new HashSet<string>(StringComparer.Ordinal)
    {
        SmartCard, RoleSmartCard, Guide + "as-ext-digital-certificate",
        Guide + "as-ext-practitioner-birth-place", Guide + "as-ext-practitioner-nationality", Guide + "as-ext-practitioner-deceased-date-time",
        Guide + "as-ext-person-birth-place", Guide + "as-ext-person-nationality", Guide + "as-ext-person-deceased-datetime",
        "http://hl7.org/fhir/StructureDefinition/patient-birthPlace", "http://hl7.org/fhir/StructureDefinition/birthPlace"
    };
}
