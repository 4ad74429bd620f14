using System.Text.Json;
using System.Text.Json.Nodes;
using Socle.Directories;
using Socle.Support;

namespace Socle.Modules.Tests.Directories;

/// <summary>The Annuaire Santé interface on a database of its own, with a key for each view and a few ways to make entries.</summary>
sealed class AnnuaireWorld : IAsyncDisposable
{
    public const string Guide = "https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/";
    public const string Rpps = "https://rpps.esante.gouv.fr";

    AnnuaireWorld(FhirWorld fhir, string publicKey, string restrictedKey) => (Fhir, PublicKey, RestrictedKey) = (fhir, publicKey, restrictedKey);

    public FhirWorld Fhir { get; }
    public string PublicKey { get; }
    public string RestrictedKey { get; }
    public string Base => $"http://localhost:{Fhir.Port}/annuaire/fhir/v2";
    public string Steward => Fhir.Token(FhirWorld.Steward);

    public static async Task<AnnuaireWorld> Open(DatabaseKind kind, string? settings = null)
    {
        var fhir = await FhirWorld.Open(kind, settings ?? """{"Store": {"Settle": "00:00:05", "SearchBudget": "00:01:00"}}""", () => new DirectoriesModule());
        var keys = fhir.Get<AnnuaireKeys>();
        return new(fhir, await keys.Issue("publique", AnnuaireLevel.Public, 1_000_000, default), await keys.Issue("restreinte", AnnuaireLevel.Restricted, 1_000_000, default));
    }

    public Task<FhirReply> Public(string path, params (string, string)[] headers) => Ask(PublicKey, path, headers);

    public Task<FhirReply> Restricted(string path, params (string, string)[] headers) => Ask(RestrictedKey, path, headers);

    public Task<FhirReply> Ask(string? key, string path, params (string, string)[] headers) => Ask(key, HttpMethod.Get, path, null, headers);

    public Task<FhirReply> Ask(string? key, HttpMethod method, string path, HttpContent? content, params (string, string)[] headers) => Fhir.Send(
        null, method, path.StartsWith("http", StringComparison.Ordinal) ? path : Base + path, content, key is null ? headers : [.. headers, ("ESANTE-API-KEY", key)]);

    /// <summary>The ids of the matches, in the order of the answer.</summary>
    public static List<string> Matches(FhirReply reply) => [.. Entries(reply, "match").Select(entry => entry.GetProperty("id").GetString()!)];

    public static List<JsonElement> Entries(FhirReply reply, string mode)
    {
        reply.Status.ShouldBe(200, reply.Text);
        return !reply.Json.TryGetProperty("entry", out var entries) ? [] :
            [.. entries.EnumerateArray().Where(entry => entry.GetProperty("search").GetProperty("mode").GetString() == mode).Select(entry => entry.GetProperty("resource"))];
    }

    public async Task<string> Create(JsonObject resource)
    {
        var made = await Fhir.Post(Steward, resource["resourceType"]!.GetValue<string>(), resource.ToJsonString());
        made.Status.ShouldBe(201, made.Text);
        return made.Id;
    }

    public static JsonObject Practitioner(string rpps, string family, string given = "Camille", bool active = true) => new()
    {
        ["resourceType"] = "Practitioner", ["active"] = active,
        ["meta"] = new JsonObject { ["extension"] = new JsonArray(new JsonObject
        {
            ["url"] = Guide + "as-ext-data-trace",
            ["extension"] = new JsonArray(new JsonObject { ["url"] = "systeme-information", ["valueCode"] = "RPPS" },
                new JsonObject { ["url"] = "autorite-enregistrement", ["valueCodeableConcept"] = Coded("urn:ae", "CNOM") })
        }) },
        ["identifier"] = new JsonArray(Identifier("urn:oid:1.2.250.1.71.4.2.1", "8" + rpps, "IDNPS"), Identifier(Rpps, rpps, "RPPS")),
        ["name"] = new JsonArray(new JsonObject { ["use"] = "official", ["family"] = family, ["given"] = new JsonArray(given), ["suffix"] = new JsonArray("DR") }),
        ["qualification"] = new JsonArray(new JsonObject { ["code"] = Coded("https://mos.esante.gouv.fr/NOS/TRE_G15-ProfessionSante/FHIR/TRE-G15-ProfessionSante", "10") })
    };

    public static JsonObject Role(string practitioner, string organization) => new()
    {
        ["resourceType"] = "PractitionerRole", ["active"] = true, ["practitioner"] = new JsonObject { ["reference"] = $"Practitioner/{practitioner}" },
        ["organization"] = new JsonObject { ["reference"] = $"Organization/{organization}" },
        ["code"] = new JsonArray(Coded("https://mos.esante.gouv.fr/NOS/TRE_R23-ModeExercice/FHIR/TRE-R23-ModeExercice", "L"))
    };

    public static JsonObject Organization(string finess, string name, string? partOf = null)
    {
        var made = new JsonObject
        {
            ["resourceType"] = "Organization", ["active"] = true, ["identifier"] = new JsonArray(Identifier("https://finess.esante.gouv.fr", finess, "FINEG")),
            ["name"] = name, ["type"] = new JsonArray(Coded("https://mos.esante.gouv.fr/NOS/TRE_R02-SecteurActivite/FHIR/TRE-R02-SecteurActivite", "SA07")),
            ["address"] = new JsonArray(new JsonObject { ["line"] = new JsonArray("12 rue des Essais"), ["city"] = "Exempleville", ["postalCode"] = "99123" })
        };
        if (partOf is not null) made["partOf"] = new JsonObject { ["reference"] = $"Organization/{partOf}" };
        return made;
    }

    public static JsonObject Mailbox(string address, bool red, string type = "PER") => new()
    {
        ["system"] = "email", ["value"] = address,
        ["extension"] = new JsonArray(new JsonObject
        {
            ["url"] = Guide + "as-ext-mailbox-mss-metadata",
            ["extension"] = new JsonArray(
                new JsonObject { ["url"] = "type", ["valueCodeableConcept"] = Coded("https://mos.esante.gouv.fr/NOS/TRE_R257-TypeBAL/FHIR/TRE-R257-TypeBAL", type) },
                new JsonObject { ["url"] = "listeRouge", ["valueBoolean"] = red })
        })
    };

    public static JsonObject Card(string number, string url = "as-ext-smartcard") => new()
    {
        ["url"] = Guide + url,
        ["extension"] = new JsonArray(new JsonObject { ["url"] = "type", ["valueCodeableConcept"] = Coded("urn:carte", "CPS") },
            new JsonObject { ["url"] = "number", ["valueString"] = number })
    };

    public static JsonObject Coded(string system, string code) => new() { ["coding"] = new JsonArray(new JsonObject { ["system"] = system, ["code"] = code }) };

    public static JsonObject Identifier(string system, string value, string type) => new()
    {
        ["system"] = system, ["value"] = value, ["type"] = Coded("https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203", type)
    };

    public ValueTask DisposeAsync() => Fhir.DisposeAsync();
}
