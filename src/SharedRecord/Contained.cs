using System.Text.Json.Nodes;
using Socle.Cda;
using Socle.Fhir;

namespace Socle.SharedRecord;

/// <summary>Collects the contained resources of a DocumentReference and answers with the references to them.</summary>
sealed class Contained
{
    public List<JsonObject> Items { get; } = [];

    public JsonArray Authors(IReadOnlyList<DocumentAuthor> authors) => new([.. authors.Select(Author)]);

    // A software that wrote the document alone is a Device; a person without a name but in a structure is that structure.
    JsonObject Author(DocumentAuthor author)
    {
        if (author.Person.Name is null && author.Person.Device is { } device)
            return Add("device", new JsonObject { ["resourceType"] = "Device", ["deviceName"] = new JsonArray(new JsonObject { ["name"] = device, ["type"] = "user-friendly-name" }) }, device);
        return Person(author);
    }

    public JsonObject Person(DocumentAuthor author)
    {
        var practitioner = new JsonObject { ["resourceType"] = "Practitioner" };
        if (Identifiers(author.Person.Ids) is { } ids) practitioner["identifier"] = ids;
        practitioner["name"] = new JsonArray(Name(author.Person.Name, author.Name));
        if (author.Specialty is { } specialty && Codes.Concept(specialty) is { } code)
            practitioner["qualification"] = new JsonArray(new JsonObject { ["code"] = code });
        var display = author.Institution is { } institution ? $"{author.Name}, {institution}" : author.Name;
        return Add("author", practitioner, display);
    }

    public JsonObject Structure(CdaOrganization organization)
    {
        var json = new JsonObject { ["resourceType"] = "Organization" };
        if (Identifiers(organization.Ids) is { } ids) json["identifier"] = ids;
        if (organization.Name is { Length: > 0 } name) json["name"] = name;
        else if (!json.ContainsKey("identifier")) json["name"] = "Structure non nommée";
        return Add("custodian", json, organization.Name);
    }

    /// <summary>The identity that the document claims, as it is written there.</summary>
    public JsonObject Patient(DocumentMetadata data)
    {
        var (traits, json) = (data.SourcePatient, new JsonObject { ["resourceType"] = "Patient" });
        if (Identifiers(data.PatientIds) is { } ids) json["identifier"] = ids;
        var name = new JsonObject { ["use"] = "official", ["family"] = traits.BirthName.Length > 0 ? traits.BirthName : "Inconnu" };
        if (traits.FirstGiven is { } first) name["given"] = new JsonArray(first);
        json["name"] = new JsonArray(name);
        json["gender"] = traits.Sex switch { "F" => "female", "M" => "male", _ => "unknown" };
        if (traits.BirthDate is { } born) json["birthDate"] = born.ToFhir()[..Math.Min(10, born.ToFhir().Length)];
        return Add("patient", json, null);
    }

    public JsonObject Depositor(FileFacts file)
    {
        if (file.PatientAuthor is { } patient) return new JsonObject { ["reference"] = patient, ["display"] = file.AuthorName };
        var json = new JsonObject { ["resourceType"] = "Practitioner" };
        if (file.AuthorId is { } id) json["identifier"] = new JsonArray(new JsonObject { ["system"] = id.System, ["value"] = id.Value });
        json["name"] = new JsonArray(new JsonObject { ["text"] = file.AuthorName });
        if (file.AuthorRole is { } role) json["qualification"] = new JsonArray(new JsonObject { ["code"] = new JsonObject { ["text"] = role } });
        return Add("author", json, file.StructureName is { } structure ? $"{file.AuthorName}, {structure}" : file.AuthorName);
    }

    JsonObject Add(string stem, JsonObject resource, string? display)
    {
        var id = $"{stem}{Items.Count + 1}";
        var identified = new JsonObject { ["resourceType"] = resource["resourceType"]!.DeepClone(), ["id"] = id };
        foreach (var (name, value) in resource)
            if (name != "resourceType") identified[name] = value?.DeepClone();
        Items.Add(identified);
        var reference = new JsonObject { ["reference"] = $"#{id}" };
        if (!string.IsNullOrWhiteSpace(display)) reference["display"] = display;
        return reference;
    }

    static JsonArray? Identifiers(IReadOnlyList<CdaId> ids)
    {
        var all = ids.Where(id => id.Extension is { Length: > 0 }).Select(id => (JsonNode)new JsonObject { ["system"] = id.System, ["value"] = id.Extension }).ToArray();
        return all.Length == 0 ? null : new JsonArray(all);
    }

    static JsonObject Name(CdaName? name, string words)
    {
        var json = new JsonObject { ["text"] = words };
        if (name?.Family is { Length: > 0 } family) json["family"] = family;
        if (name?.Given.Where(g => g.Length > 0).ToArray() is { Length: > 0 } given) json["given"] = new JsonArray([.. given.Select(g => (JsonNode)g)]);
        return json;
    }
}
