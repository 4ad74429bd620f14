using System.Security.Cryptography;
using Socle.Fhir;

namespace Socle.Cda;

/// <summary>An author as XDS wants it: institution, person, role, specialty.</summary>
public sealed record DocumentAuthor(CdaPerson Person, CdaTime? Time)
{
    public string Name => Person.Words;
    /// <summary>Professional number (idNat_PS or other), or the device's.</summary>
    public CdaId? PersonId => Person.Ids.Count > 0 ? Person.Ids[0] : null;
    public string? Institution => Person.Organization?.Name;
    /// <summary>Structure number (idNat_Struct or other).</summary>
    public CdaId? InstitutionId => Person.Organization?.Ids is [var first, ..] ? first : null;
    /// <summary>Function in the act, in words: attending doctor, anaesthetist.</summary>
    public string? Role => Person.Function?.Words;
    public CdaCode? Specialty => Person.Code;
}

/// <summary>The national identity number the document claims. System is a URN, as urn:oid:1.2.250.1.213.1.4.8.</summary>
public sealed record InsClaim(string Value, string System, InsCheck Check);

/// <summary>The identity the document carries, to compare with the record's before filing.</summary>
public sealed record PatientTraits(string BirthName, string? UsedName, IReadOnlyList<string> Given, string? FirstGiven, string? UsedGiven, string? Sex, CdaTime? BirthDate, string? BirthPlaceCode);

/// <summary>What the shared record keeps about a document beside its bytes (XDS DocumentEntry, French use).</summary>
public sealed record DocumentMetadata
{
    /// <summary>urn:oid:root, or urn:oid:root^extension.</summary>
    public required string UniqueId { get; init; }
    public string? SetId { get; init; }
    public int? Version { get; init; }
    public required string Title { get; init; }
    /// <summary>J07 and its class J57; Unverified says that the class is derived by us.</summary>
    public required DocumentType Type { get; init; }
    public required CdaCode Format { get; init; }
    /// <summary>Of the file itself, always text/xml; BodyMediaType is the kind of the file inside a level 1 document.</summary>
    public string MediaType { get; } = "text/xml";
    public string? BodyMediaType { get; init; }
    /// <summary>1 to 4 codes, N R or V first, then the masks.</summary>
    public required IReadOnlyList<CdaCode> Confidentiality { get; init; }
    /// <summary>J02.</summary>
    public CdaCode? Facility { get; init; }
    /// <summary>J04.</summary>
    public CdaCode? Setting { get; init; }
    public bool SettingUnverified { get; init; }
    public required IReadOnlyList<DocumentAuthor> Authors { get; init; }
    public DocumentAuthor? LegalAuthenticator { get; init; }
    public CdaOrganization? Custodian { get; init; }
    public required string Language { get; init; }
    public required CdaTime Creation { get; init; }
    public CdaTime? ServiceStart { get; init; }
    public CdaTime? ServiceEnd { get; init; }
    public IReadOnlyList<CdaCode> Events { get; init; } = [];
    /// <summary>The depositor's own number for the patient, or the INS when there is no other.</summary>
    public CdaId? SourcePatientId { get; init; }
    public IReadOnlyList<CdaId> PatientIds { get; init; } = [];
    public required PatientTraits SourcePatient { get; init; }
    public InsClaim? Ins { get; init; }
    public required long Size { get; init; }
    /// <summary>Base64, as FHIR Attachment.hash; XDS writes the same bytes in hexadecimal.</summary>
    public required string Sha1 { get; init; }
    /// <summary>Unique ids of the documents this one replaces.</summary>
    public IReadOnlyList<string> Replaces { get; init; } = [];
    public IReadOnlyList<CdaRelated> Related { get; init; } = [];
    /// <summary>Orders the document answers.</summary>
    public IReadOnlyList<CdaId> References { get; init; } = [];
}

/// <summary>CDA header → metadata, by the rules of the CI-SIS sharing volume.</summary>
public static class CdaMetadata
{
    const string Masks = "1.2.250.1.213.1.1.4.13";

    /// <param name="doc">The parsed document.</param>
    /// <param name="bytes">The file as received, wrapper included: size and hash are its.</param>
    public static DocumentMetadata Of(CdaDocument doc, ReadOnlyMemory<byte> bytes)
    {
        var header = doc.Header;
        var (setting, derived) = PracticeSettings.Of(header);
        var ins = InsOf(header.Patient);
        return new DocumentMetadata
        {
            UniqueId = header.Id.Urn,
            SetId = header.SetId?.Urn,
            Version = header.Version,
            Title = header.Title,
            Type = DocumentTypes.Of(header.Type),
            Format = FormatCodes.Of(doc),
            BodyMediaType = doc.AttachedBody is { } file ? MediaKinds.Usual(file.MediaType) : null,
            Confidentiality = Confidentiality(header.Confidentiality),
            Facility = header.Encounter?.FacilityCode,
            Setting = setting,
            SettingUnverified = derived,
            Authors = [.. header.Authors.Select(a => new DocumentAuthor(a.Person, a.Time))],
            LegalAuthenticator = header.LegalAuthenticator is { } legal ? new DocumentAuthor(legal, legal.Time) : null,
            Custodian = header.Custodian,
            Language = header.Language,
            Creation = header.EffectiveTime,
            ServiceStart = header.MainEvent?.Period?.Low ?? header.Encounter?.Period?.Low,
            ServiceEnd = header.MainEvent?.Period?.High,
            Events = [.. header.Events.Select(e => e.Code).OfType<CdaCode>()],
            SourcePatientId = header.Patient.Ids.FirstOrDefault(i => !Ins.Systems.IsIns(i.System)) ?? (header.Patient.Ids.Count > 0 ? header.Patient.Ids[0] : null),
            PatientIds = header.Patient.Ids,
            SourcePatient = Traits(header.Patient),
            Ins = ins,
            Size = bytes.Length,
            Sha1 = Sha1(bytes.Span),
            Replaces = [.. header.Related.Where(r => r.Type == "RPLC").Select(r => r.Id.Urn)],
            Related = header.Related,
            References = header.Orders,
        };
    }

    // INS by its OIDs; when a document carries several, a production one comes before a test one.
    static InsClaim? InsOf(CdaPatient patient) => patient.Ids
        .Where(i => Ins.Systems.Current.Contains(i.System) && i.Extension is not null)
        .OrderBy(i => Ins.Systems.Current.IndexOf(i.System))
        .Select(i => new InsClaim(i.Extension!, i.System, Ins.Check(i.Extension!)))
        .FirstOrDefault();

    static int IndexOf(this IReadOnlyList<string> list, string item) => list.TakeWhile(i => i != item).Count();

    static PatientTraits Traits(CdaPatient p) => new(p.BirthName, p.UsedName, p.Given, p.FirstGiven, p.UsedGiven, p.Sex.Code, p.BirthDate, p.BirthPlaceCode);

    // A header has one code; some writers add the masks as translations. N stays beside a mask.
    static IReadOnlyList<CdaCode> Confidentiality(CdaCode said)
    {
        var codes = new[] { said }.Concat(said.Translations).Where(c => c.Code is not null).Select(Spelled).DistinctBy(c => c.Code).ToList();
        if (codes.All(c => c.System == Masks)) codes.Insert(0, new CdaCode("N", "2.16.840.1.113883.5.25", "Normal"));
        return [.. codes.OrderBy(c => c.System == Masks).Take(4)];
    }

    // One mask has been spelled in three ways by the specifications.
    static CdaCode Spelled(CdaCode code) => code.Code switch
    {
        "INVISIBLE_REP_LEGAUX" or "INVISIBLE_REPRENSANTS_LEGAUX" => code with { Code = "INVISIBLE_REPRESENTANTS_LEGAUX", System = Masks },
        "MASQUE_PS" or "INVISIBLE_PATIENT" or "INVISIBLE_REPRESENTANTS_LEGAUX" => code with { System = Masks },
        _ => code,
    };

#pragma warning disable CA5350 // XDS and FHIR define the hash of a document as SHA-1: it names bytes, it protects nothing
    static string Sha1(ReadOnlySpan<byte> bytes) => Convert.ToBase64String(SHA1.HashData(bytes));
#pragma warning restore CA5350
}
