using System.Buffers;
using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using Socle.Fhir;
using Socle.Store;

namespace Socle.Api;

/// <summary>The CapabilityStatement, written from the tables that drive the code: resource types, search parameters, routes, operations.</summary>
sealed class Capabilities(FhirRoutes routes, ApiSettings settings, RecordStore store)
{
    /// <summary>The day this interface last changed; a client may keep what it read before.</summary>
    const string Date = "2026-11-22";

    static readonly string[] Compartments = ["patient", "encounter", "practitioner", "relatedPerson", "device"];

    public static readonly string[] Formats = ["application/fhir+json", "application/fhir+xml", "json", "xml"];

    public static readonly string[] PatchFormats =
        ["application/fhir+json", "application/fhir+xml", "application/json-patch+json", "application/xml-patch+xml"];

    public static readonly string Version = typeof(Capabilities).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
        .Split('+')[0] ?? "0";

    const int MostKept = 50;

    readonly ConcurrentDictionary<string, byte[]> byBase = new(StringComparer.Ordinal);

    // Host names are on a list, so that the bases are few.
    public byte[] Of(string baseUrl)
    {
        // Custom parameters come, are indexed and go while the server runs.
        var custom = store.Parameters;
        if (custom.Count == 0) return byBase.GetOrAdd(baseUrl, Write);
        if (byBase.Count > MostKept) byBase.Clear();
        return byBase.GetOrAdd($"{baseUrl} {string.Join(' ', custom)}", _ => Write(baseUrl));
    }

    /// <summary>Of a door: its types, what it answers and its own parameters.</summary>
    public byte[] Of(string baseUrl, FhirDoor door) => byBase.GetOrAdd($"{baseUrl} {string.Join(' ', store.Parameters)}", _ => Write(baseUrl, door));

    byte[] Write(string baseUrl, FhirDoor door)
    {
        var (behind, known) = (routes.Behind(door), store.SearchEnvironment().Params);
        var buffer = new ArrayBufferWriter<byte>(16 * 1024);
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        Begin(json, baseUrl, door.Description);
        json.WriteStartArray("rest");
        json.WriteStartObject();
        json.WriteString("mode", "server");
        if (door.Security.Length > 0)
        {
            json.WriteStartObject("security");
            json.WriteString("description", door.Security);
            json.WriteEndObject();
        }
        json.WriteStartArray("resource");
        foreach (var type in door.Types)
        {
            json.WriteStartObject();
            json.WriteString("type", type);
            Interactions(json, behind.All.Select(route => route.Code).Distinct());
            json.WriteString("versioning", "versioned");
            if (door.Announced?.IncludesOf(type) is { Count: > 0 } includes) Texts(json, "searchInclude", includes);
            if (door.Announced?.RevIncludesOf(type) is { Count: > 0 } reverse) Texts(json, "searchRevInclude", reverse);
            json.WriteStartArray("searchParam");
            foreach (var param in door.Announced?.ParametersOf(type, known) ?? known.Of(type)) Param(json, param, type);
            json.WriteEndArray();
            Operations(json, behind.Operations.Where(operation => IsOf(operation, type)));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    byte[] Write(string baseUrl)
    {
        var buffer = new ArrayBufferWriter<byte>(256 * 1024);
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        Begin(json, baseUrl);
        Texts(json, "patchFormat", PatchFormats);
        json.WriteStartArray("rest");
        json.WriteStartObject();
        json.WriteString("mode", "server");
        Security(json);
        json.WriteStartArray("resource");
        foreach (var type in Definitions.ResourceTypes) Resource(json, type);
        json.WriteEndArray();
        Interactions(json, [.. OfSystem(), "batch"]);
        Operations(json, routes.Operations.Where(operation => operation.Route.StartsWith('$')));
        if (routes.All.Any(route => route.Pattern.StartsWith("{compartment}", StringComparison.Ordinal)))
            Texts(json, "compartment", Compartments.Select(name => "http://hl7.org/fhir/CompartmentDefinition/" + name));
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    // What every statement begins with, up to its formats.
    static void Begin(Utf8JsonWriter json, string baseUrl, string description = "Socle, plateforme nationale de santé numérique")
    {
        json.WriteStartObject();
        json.WriteString("resourceType", "CapabilityStatement");
        json.WriteString("status", "active");
        json.WriteString("date", Date);
        json.WriteString("kind", "instance");
        json.WriteStartObject("software");
        json.WriteString("name", "Socle");
        json.WriteString("version", Version);
        json.WriteEndObject();
        json.WriteStartObject("implementation");
        json.WriteString("description", description.Length > 0 ? description : "Socle");
        json.WriteString("url", baseUrl.TrimEnd('/'));
        json.WriteEndObject();
        json.WriteString("fhirVersion", "4.0.1");
        Texts(json, "format", Formats);
    }

    void Security(Utf8JsonWriter json)
    {
        json.WriteStartObject("security");
        json.WriteBoolean("cors", settings.Origins.Length > 0);
        json.WriteStartArray("service");
        json.WriteStartObject();
        json.WriteStartArray("coding");
        json.WriteStartObject();
        json.WriteString("system", "http://terminology.hl7.org/CodeSystem/restful-security-service");
        json.WriteString("code", "SMART-on-FHIR");
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteString("description", "Jeton d’accès (Authorization: Bearer) avec des autorisations SMART App Launch 2 ; chaque lecture est tracée.");
        json.WriteEndObject();
    }

    void Resource(Utf8JsonWriter json, string type)
    {
        json.WriteStartObject();
        json.WriteString("type", type);
        Interactions(json, routes.All.Where(route => !route.OfSystem).Select(route => route.Code).Distinct());
        json.WriteString("versioning", "versioned");
        json.WriteBoolean("readHistory", true);
        json.WriteBoolean("updateCreate", true);
        json.WriteBoolean("conditionalCreate", true);
        json.WriteString("conditionalRead", "full-support");
        json.WriteBoolean("conditionalUpdate", true);
        json.WriteString("conditionalDelete", "single");
        Texts(json, "referencePolicy", ["literal", "logical", "local"]);
        var parameters = store.SearchEnvironment().Params.Of(type);
        var references = parameters.Where(param => param.Kind == SearchKind.Reference).Select(param => $"{type}:{param.Code}").ToList();
        if (references.Count > 0) Texts(json, "searchInclude", references);
        if (RevIncludes.Value.TryGetValue(type, out var reverse)) Texts(json, "searchRevInclude", reverse);
        json.WriteStartArray("searchParam");
        foreach (var param in parameters) Param(json, param, type);
        foreach (var everywhere in (string[])["_content", "_text", "_list", "_filter", "_has"]) Special(json, everywhere);
        json.WriteEndArray();
        Operations(json, routes.Operations.Where(operation => IsOf(operation, type)));
        json.WriteEndObject();
    }

    // Who may refer to a type: the parameters of the other types that name it as a target.
    static readonly Lazy<Dictionary<string, List<string>>> RevIncludes = new(() => Definitions.ResourceTypes
        .SelectMany(source => Definitions.SearchParams(source).Where(param => param.Kind == SearchKind.Reference)
            .SelectMany(param => param.Targets.Select(target => (Target: target, Name: $"{source}:{param.Code}"))))
        .GroupBy(pair => pair.Target).ToDictionary(group => group.Key, group => group.Select(pair => pair.Name).Distinct().Order(StringComparer.Ordinal).ToList()));

    static bool IsOf(FhirOperation operation, string type) => operation.Route.Split('/')[0] is var first && (first == "{type}" || first == type);

    static void Special(Utf8JsonWriter json, string name)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString("type", "special");
        json.WriteEndObject();
    }

    void Param(Utf8JsonWriter json, SearchParam param, string type)
    {
        json.WriteStartObject();
        json.WriteString("name", param.Code);
        json.WriteString("type", param.Kind.ToString().ToLowerInvariant());
        if (store.Parameters.FirstOrDefault(one => one.Code == param.Code && (one.Type == type || one.Type is "Resource" or "DomainResource")) is { Ready: false } waiting)
            json.WriteString("documentation", $"En cours d’indexation\u00a0: {waiting.Walked} ressources parcourues. D’ici là, ajoutez un patient.");
        json.WriteEndObject();
    }

    static void Operations(Utf8JsonWriter json, IEnumerable<FhirOperation> operations)
    {
        var listed = operations.Where(operation => operation.Definition.Length > 0).DistinctBy(operation => (operation.Name, operation.Definition)).ToList();
        if (listed.Count == 0) return;
        json.WriteStartArray("operation");
        foreach (var operation in listed)
        {
            json.WriteStartObject();
            json.WriteString("name", operation.Name);
            json.WriteString("definition", operation.Definition);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    IEnumerable<string> OfSystem() => routes.All.Where(route => route.OfSystem).Select(route => route.Code).Distinct();

    static void Interactions(Utf8JsonWriter json, IEnumerable<string> codes)
    {
        json.WriteStartArray("interaction");
        foreach (var code in codes)
        {
            json.WriteStartObject();
            json.WriteString("code", code);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    static void Texts(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
