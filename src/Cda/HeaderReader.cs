using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Socle.Fhir;
using static Socle.Cda.ValueReader;

namespace Socle.Cda;

/// <summary>Reads the header. What no document can do without is refused, all faults together; the rest is read as far as it goes.</summary>
sealed partial class HeaderReader(XElement document)
{
    const string Root = "ClinicalDocument";
    readonly List<Issue> issues = [];

    public CdaHeader Read()
    {
        var id = Id(document.One("id"));
        var type = Code(document.One("code"));
        var time = Time(document.One("effectiveTime"));
        var confidentiality = Code(document.One("confidentialityCode"));
        if (id is null) Missing("id", "Le document n’a pas d’identifiant unique (id avec une racine OID ou UUID).");
        else if (!IsUniqueRoot(id)) issues.Add(new Issue("error", "value", $"{Root}.id", "L’identifiant du document n’est ni un OID ni un UUID."));
        if (type?.Code is null) Missing("code", "Le document ne dit pas son type (code).");
        if (time is null) Missing("effectiveTime", "La date du document (effectiveTime) manque ou n’est pas lisible.");
        if (confidentiality?.Code is null) Missing("confidentialityCode", "Le niveau de confidentialité (confidentialityCode) manque.");
        var patient = Patient();
        if (issues.Count > 0) throw new FhirException(issues);
        return Assemble(id!, type!, time!, confidentiality!, patient!);
    }

    CdaHeader Assemble(CdaId id, CdaCode type, CdaTime time, CdaCode confidentiality, CdaPatient patient) => new()
    {
        Id = id,
        SetId = Id(document.One("setId")),
        Version = Number(document.One("versionNumber")),
        Type = type,
        Title = document.One("title").Text() ?? type.Words ?? "Document",
        EffectiveTime = time,
        Confidentiality = confidentiality,
        Language = document.One("languageCode").Value("code") ?? "fr-FR",
        Patient = patient,
        Authors = [.. document.All("author").Select(Author)],
        LegalAuthenticator = document.One("legalAuthenticator") is { } legal ? Signed(legal) : null,
        Authenticators = [.. document.All("authenticator").Select(Signed)],
        Custodian = Organization(document.One("custodian").One("assignedCustodian").One("representedCustodianOrganization")),
        Informants = [.. document.All("informant").Select(i => Participant(i, "INF"))],
        Participants = [.. document.All("participant").Select(p => Participant(p, p.Value("typeCode") ?? "PART"))],
        Recipients = [.. document.All("informationRecipient").Select(r => Person(r.One("intendedRecipient"), r))],
        Events = [.. document.All("documentationOf").SelectMany(d => d.All("serviceEvent")).Select(Event)],
        Encounter = document.One("componentOf").One("encompassingEncounter") is { } encounter ? Encounter(encounter) : null,
        Related = [.. document.All("relatedDocument").Select(Related).OfType<CdaRelated>()],
        Orders = [.. document.All("inFulfillmentOf").SelectMany(f => f.All("order")).SelectMany(o => Ids(o))],
        Templates = Ids(document, "templateId"),
    };

    static bool IsUniqueRoot(CdaId id) => id.IsUuid || (id.Root.Length <= 128 && OidPattern().IsMatch(id.Root));

    [GeneratedRegex(@"^[0-2](\.(0|[1-9][0-9]*))+$", RegexOptions.CultureInvariant)]
    private static partial Regex OidPattern();

    void Missing(string path, string why) => issues.Add(new Issue("error", "required", $"{Root}.{path}", why));

    CdaPatient? Patient()
    {
        var targets = document.All("recordTarget").ToArray();
        if (targets.Length == 0) Missing("recordTarget", "Le document ne nomme aucun patient (recordTarget).");
        if (targets.Length > 1) issues.Add(new Issue("error", "structure", $"{Root}.recordTarget", "Le document nomme plusieurs patients\u202f: un document a un seul recordTarget."));
        if (targets.Length != 1) return null;
        var role = targets[0].One("patientRole");
        if (role.One("patient") is { } patient) return Patient(role!, patient);
        Missing("recordTarget.patientRole.patient", "Le patient du document n’a pas d’identité (patientRole/patient).");
        return null;
    }

    static CdaPatient Patient(XElement role, XElement patient)
    {
        var name = patient.One("name");
        var place = patient.One("birthplace").One("place");
        var (family, given) = (name.All("family").ToArray(), name.All("given").ToArray());
        var all = given.Where(g => g.Value("qualifier") is null).Select(g => g.Text()).OfType<string>().ToArray();
        var first = Qualified(given, "BR");
        return new CdaPatient
        {
            Ids = Ids(role),
            BirthName = Qualified(family, "BR") ?? Qualified(family, null) ?? "",
            // SP: the spouse's name of documents before 2021.
            UsedName = Qualified(family, "CL") ?? Qualified(family, "SP"),
            Given = all.Length > 0 ? all : first is null ? [] : [first],
            FirstGiven = first ?? (all.Length > 0 ? all[0].Split(' ')[0] : null),
            UsedGiven = Qualified(given, "CL"),
            Sex = Code(patient.One("administrativeGenderCode")) ?? new CdaCode(null, null, null),
            BirthDate = Time(patient.One("birthTime")),
            BirthPlaceCode = place.One("addr").One("county").Text(),
            BirthPlaceName = place.One("addr").One("city").Text() ?? place.One("name").Text(),
            Deceased = (string?)patient.Element(CdaXml.Sdtc + "deceasedInd")?.Attribute("value") == "true" || patient.Element(CdaXml.Sdtc + "deceasedTime") is not null,
            DeceasedAt = Time(patient.Element(CdaXml.Sdtc + "deceasedTime")),
            Addresses = Addresses(role),
            Telecoms = Telecoms(role),
            Guardians = [.. patient.All("guardian").Select(Guardian)],
        };
    }

    static string? Qualified(XElement[] parts, string? qualifier) =>
        parts.FirstOrDefault(p => qualifier is null ? p.Value("qualifier") is null : p.Value("qualifier")?.Split(' ').Contains(qualifier) == true).Text();

    static CdaGuardian Guardian(XElement guardian) => new(
        Name(guardian.One("guardianPerson").One("name")),
        guardian.One("guardianOrganization").One("name").Text(),
        Code(guardian.One("code")),
        Addresses(guardian),
        Telecoms(guardian));

    static CdaAuthor Author(XElement author)
    {
        var person = Person(author.One("assignedAuthor"), author);
        return new CdaAuthor(person.Time, person.Function, person);
    }

    static CdaPerson Signed(XElement act) => Person(act.One("assignedEntity"), act);

    static CdaParticipant Participant(XElement act, string type)
    {
        var role = act.One("associatedEntity") ?? act.One("assignedEntity") ?? act.One("relatedEntity");
        return new CdaParticipant(type, role.Value("classCode"), Person(role, act));
    }

    static CdaServiceEvent Event(XElement act) => new(
        Ids(act), Code(act.One("code")), Period(act.One("effectiveTime")),
        [.. act.All("performer").Select(p => Person(p.One("assignedEntity"), p))]);

    static CdaEncounter Encounter(XElement act)
    {
        var facility = act.One("location").One("healthCareFacility");
        return new CdaEncounter(Ids(act), Code(act.One("code")), Period(act.One("effectiveTime")))
        {
            FacilityCode = Code(facility.One("code")),
            FacilityName = facility.One("location").One("name").Text() ?? facility.One("serviceProviderOrganization").One("name").Text(),
            FacilityIds = facility is null ? [] : Ids(facility),
            Responsible = act.One("responsibleParty") is { } responsible ? Person(responsible.One("assignedEntity"), responsible) : null,
        };
    }

    static CdaRelated? Related(XElement act)
    {
        var parent = act.One("parentDocument");
        return Id(parent.One("id")) is { } id
            ? new CdaRelated(act.Value("typeCode") ?? "", id, Id(parent.One("setId")), Number(parent.One("versionNumber")))
            : null;
    }

    static int? Number(XElement? element) =>
        int.TryParse(element.Value("value"), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
