using System.Globalization;
using System.Text.Json;

namespace Socle.Support;

/// <summary>One resource to be made: references to earlier ones stand as @name@. Canary: a code that stands in this resource only.</summary>
/// <param name="Depositor">Null: the steward; else the software that brings it.</param>
/// <param name="OwnId">Not null: it is put under this id.</param>
public sealed record SeedResource(string Name, string Type, string Json, string Canary, string? Depositor = null, string? OwnId = null);

/// <summary>Invented data of every shape that a search has to tell apart, the same for the same seed. References lead to what came before.</summary>
public sealed partial class SearchWorld(int seed)
{
    static readonly string[] Families = ["Lévêque", "Le Guen", "Martin", "Martineau", "N'Diaye", "Sœur-Dupré", "Cœurdassier", "Nunez", "Núñez", "O’Brien", "Lévêque-Martin"];
    static readonly string[] Givens = ["Zoé", "Ange-Marie", "Jean", "Jeanne", "Éloïse", "Noël", "Anaïs", "Lætitia"];
    static readonly string[] Cities = ["Saint-Étienne", "L'Haÿ-les-Roses", "Lyon", "Paris 15", "Nîmes"];
    static readonly string[] Codes = ["8867-4", "718-7", "2339-0", "29463-7", "85354-9"];
    static readonly string[] Days =
        ["2024", "2025", "2025-03", "2025-03-01", "2026-01-15", "2026-01-15T08:30:00Z", "2026-01-15T23:30:00+02:00", "2026-01-15T21:30:00.250Z", "2026-02-28", "2026-02"];
    static readonly string[] Instants = ["2026-01-15T08:30:00Z", "2026-01-15T23:30:00+02:00", "2025-03-01T00:00:00.123Z", "2026-02-28T12:00:00-05:00"];
    static readonly (string Code, decimal Most)[] Units = [("g/L", 60), ("mg/dL", 6000), ("g/dL", 6), ("mmol/L", 9), ("umol/L", 9000), ("kg", 90), ("g", 90000), ("mm[Hg]", 200)];

    readonly Random random = new(seed);
    readonly List<SeedResource> made = [];

    public const string LoincSystem = "http://loinc.org", LocalSystem = "urn:local,a|b";

    /// <summary>The two pieces of software that bring some of the resources.</summary>
    public static readonly string[] Software = ["labo-un", "labo-deux"];

    public IReadOnlyList<SeedResource> Make(int observations = 40)
    {
        for (var i = 0; i < 3; i++) Parameter(i);
        for (var i = 0; i < 3; i++) Organization(i);
        for (var i = 0; i < 4; i++) Practitioner(i);
        for (var i = 0; i < 5; i++) Location(i);
        for (var i = 0; i < 7; i++) Patient(i);
        for (var i = 0; i < 8; i++) Encounter(i);
        for (var i = 0; i < observations; i++) Observation(i);
        for (var i = 0; i < 10; i++) Condition(i);
        for (var i = 0; i < 8; i++) MedicationRequest(i);
        for (var i = 0; i < 8; i++) DocumentReference(i);
        for (var i = 0; i < 5; i++) RiskAssessment(i);
        for (var i = 0; i < 5; i++) Invoice(i);
        for (var i = 0; i < 5; i++) List(i);
        for (var i = 3; i < Parameters.Length; i++) Parameter(i);
        return made;
    }

    T Any<T>(IReadOnlyList<T> from) => from[random.Next(from.Count)];

    bool Chance(int oneIn) => random.Next(oneIn) == 0;

    string Of(string type) => Any([.. made.Where(one => one.Type == type)]).Name;

    static string Quoted(string text) => JsonSerializer.Serialize(text);

    void Add(string name, string type, IEnumerable<string> parts, string? depositor = null, string? ownId = null)
    {
        var canary = $"zz{seed}x{made.Count}";
        var tags = new List<string> { $$"""{"system":"urn:canary","code":"{{canary}}"}""" };
        if (Chance(3)) tags.Add($$"""{"system":"urn:tag","code":"t{{random.Next(3)}}"}""");
        var meta = new List<string> { $"\"tag\":[{string.Join(',', tags)}]" };
        if (Chance(3)) meta.Add($"\"profile\":[\"https://profiles.example/{Any<string>(["a", "a/b", "c|1.0"])}\"]");
        if (Chance(4)) meta.Add($"\"source\":\"https://source.example/{Any<string>(["x", "x/y", "x/y/z"])}\"");
        if (type is not ("Patient" or "Practitioner" or "Organization" or "Location" or "SearchParameter") && Chance(6))
            meta.Add($$"""
                "security":[{"system":"urn:oid:1.2.250.1.213.1.1.4.13","code":"{{Any<string>(["MASQUE_PS", "INVISIBLE_PATIENT", "N"])}}"}]
                """);
        var body = new List<string> { $"\"resourceType\":\"{type}\"", $"\"meta\":{{{string.Join(',', meta)}}}" };
        if (ownId is not null) body.Add($"\"id\":\"{ownId}\"");
        if (Chance(3))
            body.Add($$"""
                "text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">Récit <b>{{Any(Givens)}}</b>, {{Any(Cities)}} {{canary}}</div>"}
                """);
        body.AddRange(parts.Where(part => part.Length > 0));
        made.Add(new SeedResource(name, type, $"{{{string.Join(',', body)}}}", canary, depositor, ownId));
    }

    static string Property(string name, string value) => $"\"{name}\":{value}";

    string Concept(string property, bool list, string system, params string[] codes)
    {
        var codings = new List<string> { Coding(system, Any(codes)) };
        if (Chance(4)) codings.Add(Coding(LocalSystem, Any(codes)));
        if (Chance(8)) codings.Add($$"""{"code":"{{Any(codes)}}"}""");
        var text = Chance(3) ? $",\"text\":{Quoted(Any(Cities) + " " + Any(Givens))}" : "";
        var concept = Chance(12) ? $"{{\"text\":{Quoted(Any(Givens) + " seule")}}}" : $"{{\"coding\":[{string.Join(',', codings)}]{text}}}";
        return $"\"{property}\":{(list ? $"[{concept}]" : concept)}";
    }

    string Coding(string system, string code) =>
        $"{{\"system\":{Quoted(system)},\"code\":\"{code}\"{(Chance(2) ? $",\"display\":{Quoted("Mesure " + Any(Givens))}" : "")}}}";

    string Reference(string property, string name, bool list = false)
    {
        var reference = random.Next(14) switch
        {
            0 => $$"""{"reference":"@{{name}}@/_history/1"}""",
            1 => $$"""{"reference":"@{{name}}@","display":{{Quoted(Any(Families))}}}""",
            _ => $$"""{"reference":"@{{name}}@"}""",
        };
        return $"\"{property}\":{(list ? $"[{reference}]" : reference)}";
    }

    string Identifiers(string prefix) => Chance(4) ? "" : $"\"identifier\":[{Identifier(prefix)}{(Chance(4) ? "," + Identifier(prefix) : "")}]";

    string Identifier(string prefix)
    {
        var type = Chance(2) ? Property("type", $$"""{"coding":[{"system":"urn:types","code":"{{Any<string>(["MR", "PI"])}}"}],"text":"Numéro"}, """) : "";
        var system = Chance(6) ? "" : $"\"system\":{Quoted(Any<string>(["urn:ids", LocalSystem]))},";
        return $"{{{type}{system}\"value\":\"{prefix}-{random.Next(6)}\"}}";
    }

    string Name() => $$"""{"family":{{Quoted(Any(Families))}},"given":[{{Quoted(Any(Givens))}}{{(Chance(3) ? "," + Quoted(Any(Givens)) : "")}}]{{(Chance(3) ? ",\"use\":\"official\"" : "")}}{{(Chance(5) ? ",\"prefix\":[\"Dr\"]" : "")}}}""";

    string Address() => Property("address", $$"""[{"use":"{{Any<string>(["home", "work"])}}","line":["{{random.Next(9)}} rue de l’Église"],"city":{{Quoted(Any(Cities))}},"postalCode":"{{Any<string>(["42000", "75015", "94240"])}}"{{(Chance(2) ? ",\"country\":\"FR\"" : "")}}}] """);

    string Date(string property) => $"\"{property}\":\"{Any(Days)}\"";

    string Period(string property)
    {
        var start = Any<string>(["2024", "2025-03", "2025-03-01", "2026-01-15T08:30:00Z"]);
        var end = Any<string>(["2026-01-20", "2026-02", "2026-02-28T12:00:00Z"]);
        return random.Next(4) switch
        {
            0 => $"\"{property}\":{{\"start\":\"{start}\"}}",
            1 => $"\"{property}\":{{\"end\":\"{end}\"}}",
            _ => $"\"{property}\":{{\"start\":\"{start}\",\"end\":\"{end}\"}}",
        };
    }

    string Quantity()
    {
        var (code, most) = Any(Units);
        var digits = random.Next(3);
        var value = decimal.Round(most * random.Next(1, 40) / 40, digits).ToString($"F{digits}", CultureInfo.InvariantCulture);
        var comparator = Chance(8) ? $"\"comparator\":\"{Any<string>(["<", ">", "<=", ">="])}\"," : "";
        return random.Next(6) switch
        {
            0 => $"{{\"value\":{value},\"unit\":\"{code}\"}}",
            1 => $"{{\"value\":{value}}}",
            _ => $"{{\"value\":{value},{comparator}\"unit\":\"{code}\",\"system\":\"http://unitsofmeasure.org\",\"code\":\"{code}\"}}",
        };
    }

    string Subject(string property = "subject") => random.Next(20) switch
    {
        0 => $$"""
            "{{property}}":{"identifier": {"system":"urn:ids","value":"P-{{random.Next(6)}}"} }
            """,
        1 => $$"""
            "{{property}}":{"reference":"{{Any<string>(["Patient/inconnu", "https://ailleurs.example/Patient/1", "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"])}}"}
            """,
        _ => Reference(property, Of("Patient")),
    };

    string? Depositor() => Chance(4) ? Any(Software) : null;

    void Organization(int i) => Add($"Organization{i}", "Organization",
        [Identifiers("O"), $"\"name\":{Quoted(Any(Cities) + " " + Any(Families))}", Chance(2) ? "\"active\":true" : "", Concept("type", true, "urn:types", "prov", "dept"),
            Address(), i > 0 && Chance(2) ? Reference("partOf", $"Organization{i - 1}") : ""], ownId: i == 0 ? "org-1" : null);

    void Practitioner(int i) => Add($"Practitioner{i}", "Practitioner",
        [Identifiers("R"), $"\"name\":[{Name()}]", Chance(2) ? "\"gender\":\"female\"" : "", Chance(2) ? Telecom() : "", Chance(2) ? "\"active\":false" : ""],
        ownId: i == 0 ? "prat-1" : null);

    static string Telecom() => """
        "telecom":[{"system":"phone","value":"0102"},{"system":"email","value":"a@example.org","use":"work"}]
        """;

    void Location(int i) => Add($"Location{i}", "Location",
        [Identifiers("L"), $"\"name\":{Quoted("Unité " + Any(Cities))}", Concept("type", true, "urn:types", "ward", "bed"), Chance(2) ? "\"status\":\"active\"" : "",
            Chance(5) ? "" : string.Create(CultureInfo.InvariantCulture, $"\"position\":{{\"longitude\":{4.8 + random.Next(40) / 100.0},\"latitude\":{45.7 + random.Next(40) / 100.0}}}"),
            Reference("managingOrganization", Of("Organization")), i > 0 && Chance(2) ? Reference("partOf", $"Location{i - 1}") : ""]);

    void Patient(int i) => Add($"Patient{i}", "Patient",
        [Extensions(Chance(2) ? Extension("nick", "String", Quoted("Dit " + Any(Givens))) : ""), Identifiers("P"), Chance(8) ? "" : $"\"name\":[{Name()}{(Chance(3) ? "," + Name() : "")}]", Chance(4) ? "" : $"\"gender\":\"{Any<string>(["female", "male", "unknown"])}\"",
            Chance(6) ? "" : $"\"birthDate\":\"{Any<string>(["1980", "1980-02", "1980-02-29", "1984-03-02", "2011-11-11"])}\"",
            Any<string>(["", "", "\"deceasedBoolean\":true", "\"deceasedBoolean\":false", "\"deceasedDateTime\":\"2026-01-15T08:30:00Z\""]),
            Chance(2) ? Telecom() : "", Chance(2) ? Address() : "", Chance(2) ? Reference("managingOrganization", Of("Organization")) : "", Chance(3) ? "\"active\":true" : "",
            random.Next(4) switch
            {
                0 => Reference("generalPractitioner", Of("Practitioner"), list: true),
                1 => """
                    "contained":[{"resourceType":"Practitioner","id":"p","name":[{"family":"Dedans"}]}],"generalPractitioner":[{"reference":"#p"}]
                    """,
                2 => """
                    "generalPractitioner":[{"identifier":{"system":"urn:ids","value":"R-1"}}]
                    """,
                _ => "",
            },
            i > 0 && Chance(4) ? Property("link", $$"""[{"other":{"reference":"@Patient{{i - 1}}@"},"type":"seealso"}] """) : ""]);

    void Encounter(int i) => Add($"Encounter{i}", "Encounter",
        [Identifiers("E"), $"\"status\":\"{Any<string>(["planned", "in-progress", "finished"])}\"", "\"class\":" + Coding("urn:classes", Any<string>(["AMB", "IMP"])),
            Subject(), Chance(5) ? "" : Period("period"), Chance(2) ? Property("location", $$"""[{"location":{"reference":"@{{Of("Location")}}@"} }] """) : "",
            i > 0 && Chance(2) ? Reference("partOf", $"Encounter{random.Next(i)}") : "", Extensions(Chance(2) ? Extension("seen", "Period", Period("x")[4..]) : ""),
            Chance(2) ? Reference("serviceProvider", Of("Organization")) : "", Chance(2) ? Property("participant", $$"""[{"individual":{"reference":"@{{Of("Practitioner")}}@"} }] """) : "",
            Concept("type", true, "urn:types", "urgence", "visite")]);

    void Observation(int i)
    {
        var value = random.Next(8) switch
        {
            0 or 1 or 2 => "\"valueQuantity\":" + Quantity(),
            3 => Concept("valueCodeableConcept", false, "urn:answers", "rouge", "cramoisi", "bleu"),
            4 => $"\"valueString\":{Quoted(Any(Cities) + " " + Any(Givens))}",
            5 => Date("valueDateTime"),
            6 => "\"valueSampledData\":" + SampledData(),
            _ => "",
        };
        var component = Chance(3)
            ? $"\"component\":[{{{Concept("code", false, LoincSystem, Codes)},\"valueQuantity\":{Quantity()}}},{{{Concept("code", false, LoincSystem, Codes)},\"valueQuantity\":{Quantity()}}}]"
            : "";
        Add($"Observation{i}", "Observation",
            [Extensions(Chance(2) ? Extension("mood", "Code", $"\"{Any<string>(["gai", "triste"])}\"") : "", Chance(3) ? Extension("dose", "Quantity", Quantity()) : ""),
                Identifiers("B"), $"\"status\":\"{Any<string>(["final", "amended", "preliminary"])}\"", Concept("code", false, LoincSystem, Codes),
                Chance(2) ? Concept("category", true, "urn:cat", "laboratory", "vital-signs") : "", Subject(), Chance(4) ? "" : Chance(4) ? Period("effectivePeriod") : Date("effectiveDateTime"),
                value, component, Chance(3) ? Reference("performer", Of(Any<string>(["Practitioner", "Organization", "Patient"])), list: true) : "",
                Chance(3) ? Reference("encounter", Of("Encounter")) : "", i > 0 && Chance(5) ? Reference("hasMember", $"Observation{random.Next(i)}", list: true) : ""], Depositor());
    }

    void Condition(int i) => Add($"Condition{i}", "Condition",
        [Identifiers("C"), Concept("code", false, "urn:cim10", "E11", "I10", "I10.1"), Subject(), Concept("clinicalStatus", false, "http://terminology.hl7.org/CodeSystem/condition-clinical", "active"),
            random.Next(5) switch
            {
                0 => """
                    "onsetAge":{"value":40,"system":"http://unitsofmeasure.org","code":"a","unit":"ans"}
                    """,
                1 => """
                    "onsetRange":{"low":{"value":30,"system":"http://unitsofmeasure.org","code":"a"},"high":{"value":35,"system":"http://unitsofmeasure.org","code":"a"}}
                    """,
                2 => $"\"onsetString\":{Quoted("Depuis " + Any(Givens))}",
                3 => Period("onsetPeriod"),
                _ => Date("onsetDateTime"),
            },
            Extensions(Chance(2) ? Extension("friend", "Reference", $"{{\"reference\":\"@{Of("Practitioner")}@\"}}") : ""), Chance(2) ? Date("recordedDate") : "", Chance(2) ? Reference("asserter", Of("Practitioner")) : "", Chance(2) ? Reference("encounter", Of("Encounter")) : ""], Depositor());

    void MedicationRequest(int i) => Add($"MedicationRequest{i}", "MedicationRequest",
        [Identifiers("M"), $"\"status\":\"{Any<string>(["active", "stopped"])}\"", "\"intent\":\"order\"", Concept("medicationCodeableConcept", false, "urn:atc", "C09", "C09A"),
            Subject(), Date("authoredOn"), Chance(2) ? Reference("requester", Of("Practitioner")) : "", Chance(2) ? Reference("encounter", Of("Encounter")) : "",
            Chance(2) ? Property("dosageInstruction", $$"""[{"timing":{"event":["{{Any(Days)}}","{{Any(Days)}}"]} }] """) : ""], Depositor());

    void DocumentReference(int i) => Add($"DocumentReference{i}", "DocumentReference",
        [Identifiers("D"), "\"status\":\"current\"", Concept("type", false, LoincSystem, Codes), Subject(), $"\"date\":\"{Any(Instants)}\"", Chance(2) ? $"\"description\":{Quoted(Any(Cities))}" : "",
            Property("content", $$"""[{"attachment":{"contentType":"{{Any<string>(["application/pdf", "text/xml"])}}","url":"https://files.example/{{Any<string>(["a", "a/b"])}}"} }] """),
            Chance(2) ? Reference("author", Of(Any<string>(["Practitioner", "Organization"])), list: true) : "",
            i > 0 && Chance(2) ? Property("relatesTo", $$"""[{"code":"{{Any<string>(["replaces", "appends"])}}","target":{"reference":"@DocumentReference{{random.Next(i)}}@"} }] """) : "",
            Chance(2) ? Property("context", $$"""{{{Period("period")}},"encounter":[{"reference":"@{{Of("Encounter")}}@"}]} """) : ""], Depositor());

    void RiskAssessment(int i) => Add($"RiskAssessment{i}", "RiskAssessment",
        ["\"status\":\"final\"", Subject(), $"\"prediction\":[{{\"probabilityDecimal\":{Any<string>(["0.8", "0.80", "0.75", "0.085", "1", "12.50"])}}}]", Date("occurrenceDateTime")]);

    void List(int i) => Add($"List{i}", "List",
        ["\"status\":\"current\"", "\"mode\":\"working\"", $"\"title\":{Quoted(Any(Cities))}", Concept("code", false, "urn:types", "todo", "done"), Subject(),
            $"\"entry\":[{string.Join(',', Enumerable.Range(0, 4).Select(_ => $"{{\"item\":{{\"reference\":\"@{Any(made).Name}@\"}}}}"))}]"]);
}
