using System.Globalization;
using Socle.Access;
using Socle.Fhir;
using Socle.Platform;
using Socle.SignIn;
using Socle.Store;

namespace Socle.Directories;

/// <summary>
/// What sign-in says of a professional, read from the entries: the person, and each situation with its structure. A situation that names its
/// profession stands under it; one that does not (the extracts tell professions of the person only) stands under each of them.
/// </summary>
sealed class PractitionerReading(RecordStore records, AccessDesk desk)
{
    static readonly Agent Program = new(AgentKind.Steward, "program:directories", "Registre des professionnels", null, null, null, 0, 0);

    public async Task<PractitionerFacts?> Facts(string rpps, CancellationToken stop)
    {
        var scope = await desk.Enter(Program, Purposes.Operation, stop);
        if (await EntryReading.Find(scope, records, rpps, stop) is not { } stored) return null;
        var roles = new List<(PracticeActivity Activity, string? Profession)>();
        var contacts = new List<PractitionerContact>();
        using var person = FhirDocument.Parse(stored.Bytes);
        AddContacts(contacts, person.Root, isPersonal: true);
        await foreach (var (role, structure) in Roles(scope, stored.Reference, stop))
        {
            using var document = FhirDocument.Parse(role.Bytes);
            using var place = structure is null ? null : FhirDocument.Parse(structure.Bytes);
            roles.Add((Activity(role.Id, document.Root, place?.Root ?? default), CodeOf(document.Root.All("code"), EntrySystems.Profession)));
            AddContacts(contacts, document.Root, isPersonal: false);
        }
        var name = person.Root["name"];
        return new(rpps, name["family"].Text ?? "", string.Join(' ', name.All("given").Select(given => given.Text)), name["prefix"].Text ?? "",
            person.Root["active"].Text != "false", Exercises(person.Root, roles), [.. contacts.DistinctBy(one => one.Value)]);
    }

    async IAsyncEnumerable<(Stored Role, Stored? Structure)> Roles(
        Scope scope, string person, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        string? next = null;
        do
        {
            List<KeyValuePair<string, string>> asked =
                [new("practitioner", person), new("_include", "PractitionerRole:organization"), new("_count", "100")];
            if (next is not null) asked.Add(new("_page", next));
            var page = await records.Search(scope, SearchQuery.Parse("PractitionerRole", asked, strict: true), stop);
            var structures = page.Included.ToDictionary(one => one.Reference, StringComparer.Ordinal);
            foreach (var role in page.Matches)
            {
                using var document = FhirDocument.Parse(role.Bytes);
                yield return (role, structures.GetValueOrDefault(document.Root["organization"]["reference"].Text ?? ""));
            }
            next = page.NextToken;
        }
        while (next is not null);
    }

    static List<Exercise> Exercises(FhirNode person, List<(PracticeActivity Activity, string? Profession)> roles)
    {
        var (professions, skills) = (new List<(string Code, string Text, string Category)>(), new List<(string Type, string Code)>());
        foreach (var qualification in person.All("qualification"))
        {
            var codings = qualification["code"].All("coding");
            if (Coding(codings, EntrySystems.Profession) is { Exists: true } profession)
                professions.Add((profession["code"].Text ?? "", profession["display"].Text ?? "", Coding(codings, EntrySystems.Category)["code"].Text ?? ""));
            else if (Coding(codings, EntrySystems.SkillType)["code"].Text is { } type && Coding(codings, EntrySystems.OfSkill(type))["code"].Text is { } skill)
                skills.Add((type, skill));
        }
        var title = person["name"]["suffix"].Text ?? "";
        var first = professions.Count == 0 ? "" : professions[0].Code;
        return professions.DistinctBy(one => (one.Code, one.Category)).Select(one =>
        {
            // The savoir-faire of a speciality are doctors' and pharmacists'; the entry does not say of which profession they are.
            var skill = skills.Find(known => (one.Code is "10" or "21" || professions.Count == 1) && (one.Code == first || one.Code == "10") && known.Type == "S");
            return new Exercise(one.Code, one.Text, one.Category.Length > 0 ? one.Category : "C", title, skill.Type ?? "", skill.Code ?? "",
                [.. roles.Where(role => role.Profession is null || role.Profession == one.Code).Select(role => role.Activity)]);
        }).ToList();
    }

    static PracticeActivity Activity(string id, FhirNode role, FhirNode structure)
    {
        var codes = role.All("code");
        var (isActive, address) = (role["active"].Text != "false", structure["address"]);
        return new PracticeActivity(id, isActive, Day(role["period"]["start"]), Day(role["period"]["end"]))
        {
            Mode = CodeOf(codes, EntrySystems.Mode) ?? "",
            Genre = CodeOf(codes, EntrySystems.Genre) ?? "",
            Role = CodeOf(codes, EntrySystems.Function) ?? "",
            PharmacySection = CodeOf(codes, EntrySystems.PharmacySection) ?? "",
            Sector = CodeOf(structure.All("type"), EntrySystems.Sector) ?? "",
            Finess = Identifier(structure, EntrySystems.Finess, null),
            Siret = Identifier(structure, EntrySystems.Sirene, 14),
            Siren = Identifier(structure, EntrySystems.Sirene, 9),
            StructureId = Identifier(structure, EntrySystems.StructureId, null),
            FormerStructureId = Identifier(structure, EntrySystems.StructureId, null, "old"),
            StructureName = structure["name"].Text ?? role["organization"]["display"].Text ?? "",
            Sign = structure["alias"].Text ?? "",
            Street = string.Join(", ", address.All("line").Select(line => line.Text)),
            PostCode = address["postalCode"].Text ?? "",
            Town = address["city"].Text ?? "",
            TownCode = address["district"].Text ?? "",
            Phone = Telecom(role, "phone") ?? Telecom(structure, "phone") ?? "",
            Mailbox = Telecom(role, "email") ?? Telecom(structure, "email") ?? "",
            Authority = Authority(role)
        };
    }

    static void AddContacts(List<PractitionerContact> contacts, FhirNode entry, bool isPersonal)
    {
        foreach (var telecom in entry.All("telecom"))
            if (telecom["system"].Text is "phone" or "email" or "sms" && telecom["value"].Text is { Length: > 0 } value)
                contacts.Add(new(telecom["system"].Text == "email" ? "email" : "phone", value, isPersonal));
    }

    static string Authority(FhirNode role)
    {
        foreach (var trace in role["meta"].All("extension").Where(one => one["url"].Text == EntrySystems.DataTrace))
            foreach (var part in trace.All("extension").Where(one => one["url"].Text == "autorite-enregistrement"))
                return part["valueCodeableConcept"]["text"].Text ?? "";
        return "";
    }

    static string? Telecom(FhirNode entry, string system) =>
        entry.All("telecom").Where(one => one["system"].Text == system).Select(one => one["value"].Text).FirstOrDefault(value => value is not null);

    static string Identifier(FhirNode entry, string system, int? length, string use = "official") =>
        entry.All("identifier").Where(one => one["system"].Text == system && (one["use"].Text ?? "official") == use)
            .Select(one => one["value"].Text ?? "").FirstOrDefault(value => length is null || value.Length == length) ?? "";

    static string? CodeOf(FhirNodes concepts, string system) =>
        concepts.Select(concept => Coding(concept.All("coding"), system)["code"].Text).FirstOrDefault(code => code is not null);

    static FhirNode Coding(FhirNodes codings, string system) => codings.FirstOrDefault(coding => coding["system"].Text == system);

    static DateOnly? Day(FhirNode date) =>
        date.Text is { Length: >= 10 } text && DateOnly.TryParseExact(text[..10], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
}
