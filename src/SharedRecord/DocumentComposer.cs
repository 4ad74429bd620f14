using System.Globalization;
using System.Text.Json.Nodes;
using Socle.Cda;
using Socle.Identities;

namespace Socle.SharedRecord;

/// <summary>
/// Writes the DocumentReference of a document in the shape of the national profile (PDSm « comprehensive »): people and structures of
/// the header are contained, because they are what the document says of itself and no entry of a directory.
/// </summary>
static class DocumentComposer
{
    const string Profile = "https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-comprehensive-document-reference";

    /// <summary>A CDA: all comes from its header.</summary>
    public static byte[] OfCda(DocumentMetadata data, string patientReference, string binaryUrl, DateTimeOffset received, string? replacedReference)
    {
        var contained = new Contained();
        var json = Start(data.UniqueId, patientReference, received);
        if (data.SetId is { } set) json["identifier"] = new JsonArray(Uri("setId", set));
        json["type"] = Codes.Concept(data.Type.System, data.Type.Code, data.Type.French);
        json["category"] = new JsonArray(Codes.Concept(data.Type.Class.System, data.Type.Class.Code, data.Type.Class.French));
        json["author"] = contained.Authors(data.Authors);
        if (data.LegalAuthenticator is { } legal) json["authenticator"] = contained.Person(legal);
        if (data.Custodian is { } custodian) json["custodian"] = contained.Structure(custodian);
        if (replacedReference is not null) json["relatesTo"] = Replaces(replacedReference);
        json["description"] = data.Title;
        json["securityLabel"] = new JsonArray([.. data.Confidentiality.Select(Codes.Concept)]);
        json["content"] = Content(data.Format, new JsonObject
        {
            ["contentType"] = "text/xml",
            ["language"] = data.Language,
            ["url"] = binaryUrl,
            ["size"] = data.Size,
            ["hash"] = data.Sha1,
            ["title"] = data.Title,
            ["creation"] = DateTime(data.Creation)
        });
        json["context"] = Context(data, contained);
        return Finish(json, contained);
    }

    /// <summary>A file that says nothing of itself: what the form and the sign-in know.</summary>
    public static byte[] OfFile(FileFacts file, string patientReference, string binaryUrl, DateTimeOffset received)
    {
        var contained = new Contained();
        var json = Start(file.UniqueId, patientReference, received);
        json["type"] = Codes.Concept(file.Type.System, file.Type.Code, file.Type.French);
        json["category"] = new JsonArray(Codes.Concept(file.Class.System, file.Class.Code, file.Class.French));
        json["author"] = new JsonArray(contained.Depositor(file));
        json["description"] = file.Title;
        json["securityLabel"] = new JsonArray(Codes.Concept("2.16.840.1.113883.5.25", "N", "Normal"));
        json["content"] = Content(new CdaCode(FileSorter.FormatCode(file.Kind), "1.3.6.1.4.1.19376.1.2.3", null), new JsonObject
        {
            ["contentType"] = FileSorter.MediaType(file.Kind),
            ["language"] = "fr-FR",
            ["url"] = binaryUrl,
            ["size"] = file.Size,
            ["hash"] = file.Sha1,
            ["title"] = file.Title,
            ["creation"] = Moment(received)
        });
        json["context"] = new JsonObject { ["period"] = new JsonObject { ["start"] = file.Date?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? Moment(received) } };
        return Finish(json, contained);
    }

    public static string Moment(DateTimeOffset at) => at.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    static JsonObject Start(string uniqueId, string patient, DateTimeOffset received) => new()
    {
        ["resourceType"] = "DocumentReference",
        ["meta"] = new JsonObject { ["profile"] = new JsonArray(Profile) },
        ["contained"] = null,
        ["masterIdentifier"] = Uri("uniqueId", uniqueId),
        ["status"] = "current",
        ["docStatus"] = "final",
        ["subject"] = new JsonObject { ["reference"] = patient },
        ["date"] = Moment(received)
    };

    static byte[] Finish(JsonObject json, Contained contained)
    {
        if (contained.Items.Count > 0) json["contained"] = new JsonArray([.. contained.Items]);
        else json.Remove("contained");
        return PatientBuilder.Bytes(json);
    }

    static JsonObject Uri(string type, string value) => new()
    {
        ["type"] = new JsonObject { ["text"] = type }, ["system"] = "urn:ietf:rfc:3986", ["value"] = value
    };

    static JsonArray Replaces(string reference) =>
        new(new JsonObject { ["code"] = "replaces", ["target"] = new JsonObject { ["reference"] = reference } });

    static JsonArray Content(CdaCode format, JsonObject attachment) => new(new JsonObject
    {
        ["attachment"] = attachment, ["format"] = Codes.Coding(format.System, format.Code!, format.Display)
    });

    static JsonObject Context(DocumentMetadata data, Contained contained)
    {
        var context = new JsonObject();
        if (data.Events.Select(Codes.Concept).OfType<JsonObject>().ToArray() is { Length: > 0 } events) context["event"] = new JsonArray([.. events]);
        var period = new JsonObject { ["start"] = DateTime(data.ServiceStart ?? data.Creation) };
        // FHIR refuses a period that ends before it starts; a few senders write one.
        if (data.ServiceEnd is { } end && (data.ServiceStart is not { } start || end.Instant >= start.Instant)) period["end"] = DateTime(end);
        context["period"] = period;
        if (Codes.Concept(data.Facility) is { } facility) context["facilityType"] = facility;
        if (Codes.Concept(data.Setting) is { } setting) context["practiceSetting"] = setting;
        context["sourcePatientInfo"] = contained.Patient(data);
        return context;
    }

    internal static string DateTime(CdaTime time) => time.ToFhir();
}

/// <summary>What is known of a file that is no CDA.</summary>
sealed record FileFacts(FileKind Kind, string UniqueId, string Title, DocumentType Type, DocumentClass Class, DateOnly? Date, long Size, string Sha1)
{
    public required string AuthorName { get; init; }

    public string? AuthorRole { get; init; }

    /// <summary>System and value of the author's number; null for a citizen, whose number stands in the record.</summary>
    public (string System, string Value)? AuthorId { get; init; }

    public string? StructureName { get; init; }

    /// <summary>Reference of the record's Patient when the person deposits themselves.</summary>
    public string? PatientAuthor { get; init; }
}
