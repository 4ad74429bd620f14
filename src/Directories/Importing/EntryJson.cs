using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Socle.Directories;

/// <summary>Where what an entry says comes from, who answers for it and how fresh it is: written into its meta.</summary>
sealed record EntryTrace(string Source, string System, string Authority, string Day);

sealed record PersonFacts(string NationalId, string Family, string Given, string Civility, string ExerciseCivility)
{
    public List<(string Code, string Text, string Category)> Professions { get; } = [];
    public List<(string Type, string Code, string Text)> Skills { get; } = [];
    public List<(string Type, string Code, string Text)> Degrees { get; } = [];
    public List<(string Type, string Field)> Authorisations { get; } = [];
}

sealed record RoleFacts(
    string Practitioner, string? Organization, string Genre, string Mode, string Function, string FunctionText, string PharmacySection, string Begins, string Ends)
{
    /// <summary>The table of the function's code.</summary>
    public string FunctionSystem { get; init; } = EntrySystems.Function;

    /// <summary>Where the structure has no entry of its own.</summary>
    public IReadOnlyList<(string System, string Value)> Telecom { get; init; } = [];
}

sealed record StructureFacts(string Key, string Name)
{
    public string Sign { get; init; } = "";
    public string Finess { get; init; } = "";
    public bool IsLegal { get; init; }
    public string Siret { get; init; } = "";
    public string Siren { get; init; } = "";
    public string Former { get; init; } = "";
    public string Sector { get; init; } = "";
    public string SectorText { get; init; } = "";
    public string Category { get; init; } = "";
    public string CategoryText { get; init; } = "";
    public string LegalStatus { get; init; } = "";
    public string Activity { get; init; } = "";
    public string[] AddressLines { get; init; } = [];
    public string PostCode { get; init; } = "";
    public string Town { get; init; } = "";
    public string TownCode { get; init; } = "";
    public IReadOnlyList<(string System, string Value)> Telecom { get; init; } = [];
    public string Opened { get; init; } = "";
    public string Closed { get; init; } = "";
    public string? PartOf { get; init; }
}

/// <summary>The resources of an entry as the profiles of Annuaire Santé shape them (version 2: profession and skills stand on the person).</summary>
sealed class EntryJson : IDisposable
{
    static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };
    static readonly JsonSerializerOptions NodeOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    readonly ArrayBufferWriter<byte> bytes = new(2048);
    readonly Utf8JsonWriter json;

    public EntryJson() => json = new(bytes, Options);

    public void Dispose() => json.Dispose();

    public static byte[] Bytes(JsonNode node) => JsonSerializer.SerializeToUtf8Bytes(node, NodeOptions);

    public byte[] Practitioner(PersonFacts person, EntryTrace trace)
    {
        Begin("Practitioner", trace);
        json.WriteStartArray("identifier");
        Identifier(EntrySystems.NationalId, "IDNPS", person.NationalId);
        if (person.NationalId is ['8', .. var rpps]) Identifier(EntrySystems.Rpps, "RPPS", rpps);
        if (person.NationalId is ['0', .. var adeli]) Identifier(EntrySystems.Adeli, "ADELI", adeli);
        json.WriteEndArray();
        json.WriteBoolean("active", true);
        if (person.Family.Length > 0) Name(person);
        if (person.Professions.Count + person.Skills.Count + person.Degrees.Count + person.Authorisations.Count > 0)
        {
            json.WriteStartArray("qualification");
            foreach (var (code, text, category) in person.Professions) Qualification((EntrySystems.Profession, code, text), (EntrySystems.Category, category, ""));
            foreach (var (type, code, text) in person.Skills) Qualification((EntrySystems.OfSkill(type), code, text), (EntrySystems.SkillType, type, ""));
            foreach (var (type, code, text) in person.Degrees) Qualification((EntrySystems.Degree, code, text), (EntrySystems.DegreeType, type, ""));
            foreach (var (type, field) in person.Authorisations) Qualification((EntrySystems.AuthorisationType, type, ""), (EntrySystems.AuthorisationField, field, ""));
            json.WriteEndArray();
        }
        return End();
    }

    public byte[] Role(RoleFacts role, EntryTrace trace)
    {
        Begin("PractitionerRole", trace);
        json.WriteBoolean("active", true);
        Period("period", role.Begins, role.Ends);
        Reference("practitioner", role.Practitioner);
        if (role.Organization is { } organization) Reference("organization", organization);
        if (role.Genre.Length + role.Mode.Length + role.Function.Length + role.PharmacySection.Length > 0)
        {
            json.WriteStartArray("code");
            Concept(EntrySystems.Genre, role.Genre);
            Concept(EntrySystems.Mode, role.Mode);
            Concept(role.FunctionSystem, role.Function, role.FunctionText);
            Concept(EntrySystems.PharmacySection, role.PharmacySection);
            json.WriteEndArray();
        }
        Telecom(role.Telecom);
        return End();
    }

    public byte[] Organization(StructureFacts structure, EntryTrace trace)
    {
        Begin("Organization", trace);
        if (structure.Opened.Length + structure.Closed.Length > 0)
        {
            json.WriteStartArray("extension");
            json.WriteStartObject();
            json.WriteString("url", EntrySystems.UsePeriod);
            Period("valuePeriod", structure.Opened, structure.Closed);
            json.WriteEndObject();
            json.WriteEndArray();
        }
        json.WriteStartArray("identifier");
        Identifier(EntrySystems.StructureId, "IDNST", structure.Key);
        if (structure.Finess.Length > 0) Identifier(EntrySystems.Finess, structure.IsLegal ? "FINEJ" : "FINEG", structure.Finess);
        if (structure.Siret.Length > 0) Identifier(EntrySystems.Sirene, "SIRET", structure.Siret);
        if (structure.Siren.Length > 0) Identifier(EntrySystems.Sirene, "SIREN", structure.Siren);
        if (structure.Former.Length > 0 && structure.Former != structure.Key) Identifier(EntrySystems.StructureId, "IDNST", structure.Former, "old");
        json.WriteEndArray();
        json.WriteBoolean("active", structure.Closed.Length == 0);
        json.WriteStartArray("type");
        Type("organizationType", EntrySystems.OrganizationType, structure.IsLegal ? "LEGAL-ENTITY" : "GEOGRAPHICAL-ENTITY", "");
        Type("secteurActiviteRASS", EntrySystems.Sector, structure.Sector, structure.SectorText);
        Type("categorieEtablissement", EntrySystems.FinessCategory, structure.Category, structure.CategoryText);
        Type("statutJuridiqueINSEE", EntrySystems.LegalStatus, structure.LegalStatus, "");
        Type("activiteINSEE", EntrySystems.Activity, structure.Activity, "");
        json.WriteEndArray();
        if (structure.Name.Length > 0) json.WriteString("name", structure.Name);
        if (structure.Sign.Length > 0 && structure.Sign != structure.Name) Texts("alias", [structure.Sign]);
        Telecom(structure.Telecom);
        Address(structure);
        if (structure.PartOf is { } parent) Reference("partOf", parent);
        return End();
    }

    void Name(PersonFacts person)
    {
        json.WriteStartArray("name");
        json.WriteStartObject();
        json.WriteString("use", "official");
        json.WriteString("family", person.Family);
        if (person.Given.Length > 0) Texts("given", [person.Given]);
        if (person.Civility.Length > 0) Texts("prefix", [person.Civility]);
        if (person.ExerciseCivility.Length > 0) Texts("suffix", [person.ExerciseCivility]);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    void Address(StructureFacts structure)
    {
        if (structure.AddressLines.Length == 0 && structure.PostCode.Length == 0 && structure.Town.Length == 0) return;
        json.WriteStartArray("address");
        json.WriteStartObject();
        if (structure.AddressLines.Length > 0) Texts("line", structure.AddressLines);
        if (structure.Town.Length > 0) json.WriteString("city", structure.Town);
        if (structure.TownCode.Length > 0) json.WriteString("district", structure.TownCode);
        if (structure.PostCode.Length > 0) json.WriteString("postalCode", structure.PostCode);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    void Begin(string type, EntryTrace trace)
    {
        bytes.ResetWrittenCount();
        json.Reset(bytes);
        json.WriteStartObject();
        json.WriteString("resourceType", type);
        json.WriteStartObject("meta");
        json.WriteStartArray("extension");
        WriteTrace(json, trace);
        json.WriteEndArray();
        json.WriteString("source", trace.Source);
        json.WriteEndObject();
    }

    public static void WriteTrace(Utf8JsonWriter json, EntryTrace trace)
    {
        json.WriteStartObject();
        json.WriteString("url", EntrySystems.DataTrace);
        json.WriteStartArray("extension");
        if (trace.Authority.Length > 0)
        {
            json.WriteStartObject();
            json.WriteString("url", "autorite-enregistrement");
            json.WriteStartObject("valueCodeableConcept");
            json.WriteString("text", trace.Authority);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteStartObject();
        json.WriteString("url", "systeme-information");
        json.WriteString("valueCode", trace.System);
        json.WriteEndObject();
        json.WriteStartObject();
        json.WriteString("url", "date-maj-ae");
        json.WriteString("valueDateTime", trace.Day);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    byte[] End()
    {
        json.WriteEndObject();
        json.Flush();
        return bytes.WrittenSpan.ToArray();
    }

    void Identifier(string system, string type, string value, string use = "official")
    {
        json.WriteStartObject();
        json.WriteString("use", use);
        json.WriteStartObject("type");
        json.WriteStartArray("coding");
        Coding(EntrySystems.IdentifierType, type, "");
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteString("system", system);
        json.WriteString("value", value);
        json.WriteEndObject();
    }

    void Qualification(params ReadOnlySpan<(string System, string Code, string Text)> codings)
    {
        json.WriteStartObject();
        json.WriteStartObject("code");
        json.WriteStartArray("coding");
        foreach (var (system, code, text) in codings)
            if (code.Length > 0) Coding(system, code, text);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    void Concept(string system, string code, string text = "")
    {
        if (code.Length == 0) return;
        json.WriteStartObject();
        json.WriteStartArray("coding");
        Coding(system, code, text);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    void Type(string slice, string system, string code, string text)
    {
        if (code.Length == 0) return;
        json.WriteStartObject();
        json.WriteStartArray("extension");
        json.WriteStartObject();
        json.WriteString("url", EntrySystems.OrganizationTypes);
        json.WriteString("valueCode", slice);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteStartArray("coding");
        Coding(system, code, text);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    void Coding(string system, string code, string text)
    {
        json.WriteStartObject();
        json.WriteString("system", system);
        json.WriteString("code", code);
        if (text.Length > 0) json.WriteString("display", text);
        json.WriteEndObject();
    }

    void Telecom(IReadOnlyList<(string System, string Value)> telecom)
    {
        if (telecom.Count == 0) return;
        json.WriteStartArray("telecom");
        foreach (var (system, value) in telecom)
        {
            json.WriteStartObject();
            json.WriteString("system", system);
            json.WriteString("value", value);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    void Period(string name, string begins, string ends)
    {
        if (begins.Length + ends.Length == 0) return;
        json.WriteStartObject(name);
        if (begins.Length > 0) json.WriteString("start", begins);
        if (ends.Length > 0) json.WriteString("end", ends);
        json.WriteEndObject();
    }

    void Reference(string name, string reference)
    {
        json.WriteStartObject(name);
        json.WriteString("reference", reference);
        json.WriteEndObject();
    }

    void Texts(string name, ReadOnlySpan<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }
}
