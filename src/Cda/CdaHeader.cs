namespace Socle.Cda;

/// <summary>An HL7 identifier: an OID or UUID root, and what it numbers.</summary>
public sealed record CdaId(string Root, string? Extension = null, string? AssigningAuthority = null)
{
    /// <summary>urn:oid:1.2.3^X: the form of an XDS unique identifier. A UUID root gives urn:uuid:.</summary>
    public string Urn => (IsUuid ? "urn:uuid:" + Root.ToLowerInvariant() : "urn:oid:" + Root) + (Extension is null ? "" : "^" + Extension);

    /// <summary>FHIR Identifier.system for the root.</summary>
    public string System => IsUuid ? "urn:uuid:" + Root.ToLowerInvariant() : "urn:oid:" + Root;

    public bool IsUuid => Guid.TryParseExact(Root, "D", out _);
}

/// <summary>A code; Code is null when only a text or a null flavor was given.</summary>
public sealed record CdaCode(string? Code, string? System, string? Display, string? OriginalText = null, string? NullFlavor = null)
{
    public IReadOnlyList<CdaCode> Translations { get; init; } = [];
    /// <summary>What a person can read.</summary>
    public string? Words => Display ?? OriginalText ?? Code;
}

public sealed record CdaTelecom(string Value, string? Use);

/// <summary>Lines in the order of an envelope.</summary>
public sealed record CdaAddress(IReadOnlyList<string> Lines, string? PostalCode, string? City, string? Country, string? County, string? Use);

public sealed record CdaName(string? Prefix, IReadOnlyList<string> Given, string? Family, string? Suffix)
{
    /// <summary>DR Marcel CAMPARINI.</summary>
    public string Words => string.Join(' ', new[] { Suffix ?? Prefix }.Concat(Given).Append(Family).Where(p => !string.IsNullOrEmpty(p)));
}

public sealed record CdaOrganization(IReadOnlyList<CdaId> Ids, string? Name)
{
    /// <summary>Practice setting (cadre d’exercice), where the header says it.</summary>
    public CdaCode? Setting { get; init; }
    public IReadOnlyList<CdaAddress> Addresses { get; init; } = [];
    public IReadOnlyList<CdaTelecom> Telecoms { get; init; } = [];
}

/// <summary>Someone, or a device, in a role: profession and specialty in Code, the moment of the act in Time.</summary>
public sealed record CdaPerson(IReadOnlyList<CdaId> Ids, CdaName? Name, CdaOrganization? Organization)
{
    public CdaTime? Time { get; init; }
    /// <summary>Profession and specialty, like G15_10/SM03.</summary>
    public CdaCode? Code { get; init; }
    public CdaCode? Function { get; init; }
    /// <summary>Model and software of an authoring device; the name is then null.</summary>
    public string? Device { get; init; }
    public IReadOnlyList<CdaAddress> Addresses { get; init; } = [];
    public IReadOnlyList<CdaTelecom> Telecoms { get; init; } = [];

    /// <summary>Never empty.</summary>
    public string Words => Name?.Words is { Length: > 0 } name ? name : Device ?? Organization?.Name ?? "Auteur non nommé";
}

public sealed record CdaAuthor(CdaTime? Time, CdaCode? Function, CdaPerson Person);

/// <summary>INF informant, REF referring, CON consultant, and so on; Relation is the class of role (ECON, NOK, PROV…).</summary>
public sealed record CdaParticipant(string Type, string? Relation, CdaPerson Person);

public sealed record CdaServiceEvent(IReadOnlyList<CdaId> Ids, CdaCode? Code, CdaPeriod? Period, IReadOnlyList<CdaPerson> Performers);

public sealed record CdaEncounter(IReadOnlyList<CdaId> Ids, CdaCode? Code, CdaPeriod? Period)
{
    /// <summary>Sector of activity of the place (R02), as SA25.</summary>
    public CdaCode? FacilityCode { get; init; }
    public string? FacilityName { get; init; }
    public IReadOnlyList<CdaId> FacilityIds { get; init; } = [];
    public CdaPerson? Responsible { get; init; }
}

/// <summary>RPLC replaces, APND completes, XFRM transforms the document named by Id.</summary>
public sealed record CdaRelated(string Type, CdaId Id, CdaId? SetId, int? Version);

public sealed record CdaGuardian(CdaName? Name, string? OrganizationName, CdaCode? Relation, IReadOnlyList<CdaAddress> Addresses, IReadOnlyList<CdaTelecom> Telecoms);

public sealed record CdaPatient
{
    public required IReadOnlyList<CdaId> Ids { get; init; }
    /// <summary>Empty when the header has none: such a document agrees with no record.</summary>
    public required string BirthName { get; init; }
    public string? UsedName { get; init; }
    /// <summary>All the given names of the birth record, as written: usually one text with blanks.</summary>
    public required IReadOnlyList<string> Given { get; init; }
    public string? FirstGiven { get; init; }
    public string? UsedGiven { get; init; }
    public required CdaCode Sex { get; init; }
    public CdaTime? BirthDate { get; init; }
    /// <summary>COG of the commune or country of birth.</summary>
    public string? BirthPlaceCode { get; init; }
    public string? BirthPlaceName { get; init; }
    public bool Deceased { get; init; }
    public CdaTime? DeceasedAt { get; init; }
    public IReadOnlyList<CdaAddress> Addresses { get; init; } = [];
    public IReadOnlyList<CdaTelecom> Telecoms { get; init; } = [];
    public IReadOnlyList<CdaGuardian> Guardians { get; init; } = [];
}

public sealed record CdaHeader
{
    public required CdaId Id { get; init; }
    public CdaId? SetId { get; init; }
    public int? Version { get; init; }
    public required CdaCode Type { get; init; }
    public required string Title { get; init; }
    public required CdaTime EffectiveTime { get; init; }
    public required CdaCode Confidentiality { get; init; }
    public required string Language { get; init; }
    public required CdaPatient Patient { get; init; }
    public IReadOnlyList<CdaAuthor> Authors { get; init; } = [];
    public CdaPerson? LegalAuthenticator { get; init; }
    public IReadOnlyList<CdaPerson> Authenticators { get; init; } = [];
    public CdaOrganization? Custodian { get; init; }
    public IReadOnlyList<CdaParticipant> Informants { get; init; } = [];
    public IReadOnlyList<CdaParticipant> Participants { get; init; } = [];
    public IReadOnlyList<CdaPerson> Recipients { get; init; } = [];
    public IReadOnlyList<CdaServiceEvent> Events { get; init; } = [];
    public CdaEncounter? Encounter { get; init; }
    public IReadOnlyList<CdaRelated> Related { get; init; } = [];
    /// <summary>Orders that the document answers, with their accession numbers.</summary>
    public IReadOnlyList<CdaId> Orders { get; init; } = [];
    /// <summary>Roots only; Templates has their years too.</summary>
    public IReadOnlyList<string> TemplateIds => [.. Templates.Select(t => t.Root)];
    public IReadOnlyList<CdaId> Templates { get; init; } = [];

    /// <summary>The event the document is about: the first with a date and a performer, or else the first.</summary>
    public CdaServiceEvent? MainEvent => Events.FirstOrDefault(e => e is { Period.Low: not null, Performers.Count: > 0 }) ?? Events.FirstOrDefault(e => e.Period?.Low is not null) ?? (Events.Count > 0 ? Events[0] : null);
}
