using System.Globalization;
using System.Text.Json;
using Socle.Fhir;
using Socle.Platform.Web;

namespace Socle.Api;

/// <summary>One OpenAPI document: searches and writes by type, because each type has its parameters; what is about one resource once for all types.</summary>
sealed class OpenApiWriter(Utf8JsonWriter json, FhirRoutes routes, IReadOnlyList<string> types)
{
    static readonly string[] OfTheAnswer = ["_count", "_sort", "_include", "_revinclude", "_summary", "_elements", "_total"];
    static readonly string[] Headers = ["If-Match", "If-None-Match", "If-Modified-Since", "If-None-Exist", "Prefer", "Idempotency-Key"];

    readonly Texts texts = Texts.Of(typeof(OpenApiWriter).Assembly);
    readonly SortedDictionary<string, SearchParam> parameters = new(StringComparer.Ordinal);
    readonly HashSet<string> ids = new(StringComparer.Ordinal);

    sealed record Line(string Method, string Path, string Code, string? Type, bool IsOperation, string? Definition);

    public void Write(string baseUrl)
    {
        json.WriteStartObject();
        json.WriteString("openapi", "3.0.3");
        Object("info", () =>
        {
            json.WriteString("title", texts["openapi.title"]);
            json.WriteString("version", Capabilities.Version);
            json.WriteString("description", texts["openapi.text"]);
        });
        Array("servers", () => Object(null, () => json.WriteString("url", baseUrl)));
        Array("security", () => Object(null, () => Array("bearer", () => { })));
        Object("paths", Paths);
        Object("components", Components);
        json.WriteEndObject();
    }

    void Paths()
    {
        var lines = routes.All.SelectMany(route => Expanded(route.Method, route.Pattern, route.Code, false, null))
            .Concat(routes.Operations.SelectMany(operation => Expanded(operation.Method, operation.Route, "$" + operation.Name, true, operation.Definition)));
        Object("/metadata", () => Object("get", () =>
        {
            json.WriteString("operationId", "capabilities");
            json.WriteString("summary", texts["interaction.capabilities"]);
            Array("security", () => { });
            Responses(new("GET", "/metadata", "capabilities", null, false, null));
        }));
        foreach (var path in lines.GroupBy(line => line.Path))
            Object(path.Key, () =>
            {
                Array("parameters", () =>
                {
                    foreach (var name in NamesIn(path.Key)) Ref("parameters", "path." + name);
                });
                foreach (var method in path.GroupBy(line => line.Method)) Object(method.Key.ToLowerInvariant(), () => Operation([.. method]));
            });
    }

    // What stands at « {type} » itself has parameters of its own for each type.
    IEnumerable<Line> Expanded(string method, string pattern, string code, bool isOperation, string? definition)
    {
        if (!isOperation && pattern is "{type}" or "{type}/_search")
            return types.Select(type => new Line(method, "/" + pattern.Replace("{type}", type, StringComparison.Ordinal), code, type, false, null));
        return [new(method, "/" + pattern, code, null, isOperation, definition)];
    }

    static IEnumerable<string> NamesIn(string path) =>
        path.Split('/').Where(part => part.StartsWith('{') && part.EndsWith('}')).Select(part => part[1..^1]);

    void Operation(Line[] same)
    {
        var line = same[0];
        json.WriteString("operationId", Id(line));
        json.WriteString("summary", line.IsOperation ? $"{line.Code}" : texts["interaction." + line.Code]);
        if (!string.IsNullOrEmpty(line.Definition)) Object("externalDocs", () => json.WriteString("url", line.Definition));
        Array("tags", () => json.WriteStringValue(line.Type ?? (line.IsOperation ? texts["openapi.operations"] : texts["openapi.every-type"])));
        Array("parameters", () =>
        {
            if (line is { Code: "search-type", Method: "GET", Type: { } type }) SearchParameters(type);
            else if (line is { Code: "search-type" or "search-system", Method: "GET" }) foreach (var name in OfTheAnswer) Ref("parameters", "answer." + name);
            foreach (var header in HeadersOf(line)) Ref("parameters", "header." + header);
        });
        if (line is { Code: "create" or "update", Type: { } one }) Object("requestBody", () => { json.WriteBoolean("required", true); Content(one, []); });
        else if (line.Method is "POST" or "PUT" or "PATCH") Object("requestBody", () => RefHere("requestBodies", BodyOf(line)));
        Responses(line);
    }

    void Responses(Line line) => Object("responses", () =>
    {
        var status = line.Code switch { "create" => "201", "delete" => "204", _ => "200" };
        if (line is { Code: "create" or "update" or "patch", Type: { } one })
            Object(status, () => { json.WriteString("description", texts["openapi.resource"]); Content(one, []); });
        else Object(status, () => RefHere("responses", line.Code switch
        {
            "delete" => "Nothing",
            "search-type" or "search-system" or "transaction" or "history-instance" or "history-type" or "history-system" => "Bundle",
            _ => "Resource"
        }));
        Object("default", () => RefHere("responses", "Refused"));
    });

    string Id(Line line)
    {
        var id = string.Join('-', new[] { line.Code.TrimStart('$'), line.Type, line.IsOperation ? line.Method.ToLowerInvariant() : null }.OfType<string>());
        var unique = id;
        for (var n = 2; !ids.Add(unique); n++) unique = string.Create(CultureInfo.InvariantCulture, $"{id}-{n}");
        return unique;
    }

    void SearchParameters(string type)
    {
        foreach (var parameter in Fhir.Definitions.SearchParams(type))
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"search.{parameter.Code}.{parameter.Number}");
            parameters.TryAdd(name, parameter);
            Ref("parameters", name);
        }
        foreach (var name in OfTheAnswer) Ref("parameters", "answer." + name);
    }

    static IEnumerable<string> HeadersOf(Line line) => line.Code switch
    {
        "read" or "vread" => ["If-None-Match", "If-Modified-Since"],
        "create" => ["If-None-Exist", "Prefer", "Idempotency-Key"],
        "update" or "delete" or "patch" => ["If-Match", "Prefer", "Idempotency-Key"],
        "transaction" => ["Prefer", "Idempotency-Key"],
        "$meta-add" or "$meta-delete" => ["If-Match", "Idempotency-Key"],
        "$document" or "$export" or "$import" => ["Prefer", "Idempotency-Key"],
        _ => []
    };

    static string BodyOf(Line line) => line switch
    {
        { IsOperation: true } => "Parameters",
        { Code: "transaction" } => "Bundle",
        { Code: "patch" } => "Patch",
        { Code: "search-type" or "search-system" } => "Form",
        _ => "Resource"
    };

    void Components()
    {
        Object("securitySchemes", () => Object("bearer", () =>
        {
            json.WriteString("type", "http");
            json.WriteString("scheme", "bearer");
            json.WriteString("bearerFormat", "JWT");
        }));
        Object("parameters", Parameters);
        Object("requestBodies", () =>
        {
            foreach (var name in (string[])["Resource", "Bundle", "Parameters", "Patch"])
                Object(name, () =>
                {
                    json.WriteBoolean("required", name != "Parameters");
                    Content(name is "Bundle" or "Parameters" ? name : "Resource", PatchTypes(name));
                });
            Object("Form", () => Object("content", () => Object("application/x-www-form-urlencoded", () => Object("schema", () => json.WriteString("type", "object")))));
        });
        Object("responses", () =>
        {
            Object("Resource", () => { json.WriteString("description", texts["openapi.resource"]); Content("Resource", []); });
            Object("Bundle", () => { json.WriteString("description", texts["openapi.bundle"]); Content("Bundle", []); });
            Object("Nothing", () => json.WriteString("description", texts["openapi.nothing"]));
            Object("Refused", () => { json.WriteString("description", texts["openapi.refused"]); Content("OperationOutcome", []); });
        });
        Object("schemas", Schemas);
    }

    static string[] PatchTypes(string body) => body == "Patch" ? [.. Capabilities.PatchFormats.Where(format => !format.Contains("fhir", StringComparison.Ordinal))] : [];

    void Content(string schema, string[] more) => Object("content", () =>
    {
        foreach (var format in Capabilities.Formats.Where(format => format.Contains('/', StringComparison.Ordinal)).Concat(more))
            Object(format, () => Object("schema", () =>
            {
                if (format.Contains("json", StringComparison.Ordinal) && !more.Contains(format)) RefHere("schemas", schema);
                else json.WriteString("type", "string");
            }));
    });

    void Parameters()
    {
        Parameter("path.type", "type", "path", null, () => Array("enum", () => { foreach (var type in types) json.WriteStringValue(type); }));
        Parameter("path.id", "id", "path", null, () => json.WriteString("pattern", "^[A-Za-z0-9\\-\\.]{1,64}$"));
        foreach (var name in routes.All.Select(route => route.Pattern).Concat(routes.Operations.Select(operation => operation.Route)).SelectMany(NamesIn).Distinct()
            .Where(name => name is not ("type" or "id"))) Parameter("path." + name, name, "path", null, () => { });
        foreach (var header in Headers) Parameter("header." + header, header, "header", texts["header." + header.ToLowerInvariant()], () => { });
        foreach (var name in OfTheAnswer) Parameter("answer." + name, name, "query", null, () => { });
        foreach (var (name, parameter) in parameters) Parameter(name, parameter.Code, "query", parameter.Kind.ToString().ToLowerInvariant(), () => { });
    }

    void Parameter(string key, string name, string place, string? description, Action schema) => Object(key, () =>
    {
        json.WriteString("name", name);
        json.WriteString("in", place);
        if (place == "path") json.WriteBoolean("required", true);
        if (description is not null) json.WriteString("description", description);
        Object("schema", () =>
        {
            json.WriteString("type", "string");
            schema();
        });
    });

    // What is asked about, and what the interface itself speaks in.
    IReadOnlyList<string> Described => [.. types.Union(["Bundle", "OperationOutcome", "Parameters"])];

    void Schemas() => JsonSchemas.Write(json, Described, "#/components/schemas/");

    void Object(string? name, Action inside)
    {
        if (name is null) json.WriteStartObject();
        else json.WriteStartObject(name);
        inside();
        json.WriteEndObject();
    }

    void Array(string name, Action inside)
    {
        json.WriteStartArray(name);
        inside();
        json.WriteEndArray();
    }

    void Ref(string kind, string name) => Object(null, () => RefHere(kind, name));

    void RefHere(string kind, string name) => json.WriteString("$ref", $"#/components/{kind}/{name}");
}
