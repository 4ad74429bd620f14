using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Socle.Api;
using Socle.Platform.Web;

namespace Socle.Core.Tests.Api;

/// <summary>The vendors' page and the OpenAPI document say what is true: they come from the tables, and each example is sent as it stands.</summary>
public sealed class VendorPageTests : IAsyncLifetime
{
    ApiServer server = null!;

    public async Task InitializeAsync() => server = await ApiServer.Start();

    public async Task DisposeAsync() => await server.DisposeAsync();

    string Root => $"http://localhost:{server.Port}";

    [Fact]
    public async Task Each_example_is_answered_as_the_page_says()
    {
        await server.NewPatient("ESSAI", "180057512300101");
        var token = server.Token(server.Steward);
        var kept = new Dictionary<string, string>();
        string Filled(string text) => kept.Aggregate(text, (filled, pair) => filled.Replace($"{{{pair.Key}}}", pair.Value, StringComparison.Ordinal));
        foreach (var example in ApiExamples.All)
        {
            (string, string)[] headers = example.Headers?.Split(": ", 2) is [var name, var value] ? [(name, value)] : [];
            var content = example.Body is null ? null : ApiServer.Bytes(System.Text.Encoding.UTF8.GetBytes(Filled(example.Body)), example.ContentType);
            var answer = await server.Send(token, new HttpMethod(example.Method), Filled(example.Path), content, headers);
            answer.Status.ShouldBe(example.Status, $"{example.Method} {example.Path}: {answer.Text}");
            if (example.Keeps is { } keep)
                kept[keep] = answer.Json.GetProperty("resourceType").GetString() == "Bundle" ? answer.Entries[0].GetProperty("resource").GetProperty("id").GetString()! : answer.Id;
        }
    }

    [Fact]
    public void Each_interaction_and_each_operation_of_the_api_has_an_example()
    {
        var shown = ApiExamples.All.Select(example => example.Code).ToHashSet();
        var routes = server.App.Services.GetRequiredService<FhirRoutes>();
        routes.All.Select(route => route.Code).Distinct().Where(code => !shown.Contains(code)).ShouldBeEmpty();
        Operations.All.Select(operation => "$" + operation.Name).Distinct().Where(name => name != "$document" && !shown.Contains(name)).ShouldBeEmpty();   // it needs a Composition
    }

    [Theory]
    [InlineData("fr", "Interface pour les logiciels", "Rechercher"), InlineData("en", "Interface for software", "Search")]
    public async Task The_page_is_there_in_both_languages(string language, string title, string word)
    {
        var answer = await server.Get(null, $"{Root}/api?lang={language}");
        answer.Status.ShouldBe(200, answer.Text);
        answer.Headers["Content-Type"].ShouldStartWith("text/html");
        foreach (var part in (string[])[title, word, "$everything", "$lastn", "fhir-no-token", $"{Root}/fhir", "/api/openapi.json", "Idempotency-Key"]) answer.Text.ShouldContain(part);
        answer.Text.ShouldNotContain("ESSAI");                       // people are shown in demonstration only
    }

    [Fact]
    public async Task Another_address_below_is_a_problem_in_json()
    {
        var answer = await server.Get(null, $"{Root}/api/nowhere");
        answer.Status.ShouldBe(404);
        answer.Headers["Content-Type"].ShouldStartWith("application/problem+json");
    }

    [Fact]
    public async Task The_openapi_document_holds_together()
    {
        var answer = await server.Get(null, $"{Root}/api/openapi.json");
        answer.Status.ShouldBe(200, answer.Text);
        var root = answer.Json;
        root.GetProperty("openapi").GetString().ShouldBe("3.0.3");
        var ids = new HashSet<string>();
        foreach (var reference in Strings(root, "$ref")) Resolve(root, reference).ShouldBeTrue(reference);
        foreach (var id in Strings(root, "operationId")) ids.Add(id).ShouldBeTrue($"{id} stands twice");
        foreach (var path in root.GetProperty("paths").EnumerateObject())
        {
            var declared = path.Value.TryGetProperty("parameters", out var list)
                ? list.EnumerateArray().Select(one => one.GetProperty("$ref").GetString()!.Split("/path.")[^1]).ToList() : [];
            path.Name.Split('/').Where(part => part.StartsWith('{')).Select(part => part[1..^1]).ShouldBe(declared, path.Name);
            foreach (var operation in path.Value.EnumerateObject().Where(member => member.Name != "parameters"))
                operation.Value.GetProperty("responses").EnumerateObject().Count().ShouldBeGreaterThan(1, path.Name);
        }
        // Nothing of the tables is missing.
        var paths = root.GetProperty("paths");
        var routes = server.App.Services.GetRequiredService<FhirRoutes>();
        foreach (var operation in routes.Operations) paths.GetProperty("/" + operation.Route).TryGetProperty(operation.Method.ToLowerInvariant(), out _).ShouldBeTrue(operation.Route);
        foreach (var route in routes.All)
            paths.GetProperty(("/" + route.Pattern).Replace(route.Pattern is "{type}" or "{type}/_search" ? "{type}" : "\0", "Observation", StringComparison.Ordinal))
                .TryGetProperty(route.Method.ToLowerInvariant(), out _).ShouldBeTrue(route.Pattern);
        paths.GetProperty("/Observation").GetProperty("get").GetProperty("parameters").EnumerateArray()
            .ShouldContain(one => one.GetProperty("$ref").GetString()!.Contains("search.value-quantity.", StringComparison.Ordinal));

        var some = await server.Get(null, $"{Root}/api/openapi.json?type=Observation");
        some.Json.GetProperty("paths").TryGetProperty("/Patient", out _).ShouldBeFalse();
        some.Body.Length.ShouldBeLessThan(answer.Body.Length / 5);
        (await server.Get(null, $"{Root}/api/openapi.json?type=Doctor")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task The_openapi_document_tells_the_elements_of_resources()
    {
        var schemas = (await server.Get(null, $"{Root}/api/openapi.json")).Json.GetProperty("components").GetProperty("schemas");
        foreach (var type in Fhir.Definitions.ResourceTypes) schemas.GetProperty(type).GetProperty("properties").GetProperty("resourceType").GetProperty("enum")[0].GetString().ShouldBe(type);
        string Ref(string name) => $"#/components/schemas/{name}";
        var observation = schemas.GetProperty("Observation");
        observation.GetProperty("required").EnumerateArray().Select(one => one.GetString()).ShouldBe(["resourceType", "code"]);
        var elements = observation.GetProperty("properties");
        elements.GetProperty("valueQuantity").GetProperty("$ref").GetString().ShouldBe(Ref("Quantity"));
        elements.GetProperty("valueBoolean").GetProperty("type").GetString().ShouldBe("boolean");
        elements.GetProperty("status").GetProperty("enum").EnumerateArray().Select(one => one.GetString()).ShouldContain("entered-in-error");
        elements.GetProperty("_status").GetProperty("$ref").GetString().ShouldBe(Ref("Element"));
        elements.GetProperty("category").GetProperty("items").GetProperty("$ref").GetString().ShouldBe(Ref("CodeableConcept"));
        elements.GetProperty("component").GetProperty("items").GetProperty("$ref").GetString().ShouldBe(Ref("Observation_component"));
        elements.GetProperty("contained").GetProperty("items").GetProperty("$ref").GetString().ShouldBe(Ref("Resource"));
        elements.GetProperty("id").GetProperty("type").GetString().ShouldBe("string");
        elements.TryGetProperty("_id", out _).ShouldBeFalse();
        schemas.GetProperty("Observation_component").GetProperty("properties").GetProperty("referenceRange").GetProperty("items").GetProperty("$ref").GetString()
            .ShouldBe(Ref("Observation_referenceRange"));   // the same shape, told once
        schemas.GetProperty("Patient").GetProperty("properties").GetProperty("name").GetProperty("items").GetProperty("$ref").GetString().ShouldBe(Ref("HumanName"));
        schemas.GetProperty("Resource").GetProperty("oneOf").GetArrayLength().ShouldBe(Fhir.Definitions.ResourceTypes.Count);

        // Whatever a sample says, the schema knows by its name.
        var unknown = new List<string>();
        Walk(schemas, schemas.GetProperty("Patient"), JsonDocument.Parse("""
            {"resourceType":"Patient","id":"a","meta":{"versionId":"1","tag":[{"code":"x"}]},"extension":[{"url":"u","valueAddress":{"line":["1"],"_line":[{"extension":[{"url":"v","valueDecimal":1.50}]}]}}],
             "name":[{"family":"ESSAI","_family":{"id":"f"},"given":["Ana"]}],"birthDate":"1980","contact":[{"relationship":[{"coding":[{"system":"s"}]}]}],
             "contained":[{"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Observation","valueQuantity":{"value":1}}}]}]}
            """).RootElement, "Patient", unknown);
        unknown.ShouldBeEmpty();
        Walk(schemas, schemas.GetProperty("Patient"), JsonDocument.Parse("""{"resourceType":"Patient","nom":"x"}""").RootElement, "Patient", unknown);
        unknown.ShouldBe(["Patient.nom"]);
    }

    static void Walk(JsonElement schemas, JsonElement schema, JsonElement value, string path, List<string> unknown)
    {
        if (schema.TryGetProperty("allOf", out var all)) schema = all[0];
        if (schema.TryGetProperty("$ref", out var reference)) schema = schemas.GetProperty(reference.GetString()!.Split('/')[^1]);
        if (schema.TryGetProperty("oneOf", out _)) schema = schemas.GetProperty(value.GetProperty("resourceType").GetString()!);
        if (value.ValueKind == JsonValueKind.Array)
        {
            if (!schema.TryGetProperty("items", out var items)) unknown.Add(path + " is no list");
            else foreach (var item in value.EnumerateArray()) Walk(schemas, items, item, path, unknown);
            return;
        }
        if (value.ValueKind != JsonValueKind.Object) return;
        foreach (var member in value.EnumerateObject())
            if (schema.GetProperty("properties").TryGetProperty(member.Name, out var inner)) Walk(schemas, inner, member.Value, $"{path}.{member.Name}", unknown);
            else unknown.Add($"{path}.{member.Name}");
    }

    [Fact]
    public void The_texts_stand_in_both_languages() => Texts.Of(typeof(ApiModule).Assembly).Missing().ShouldBeEmpty();

    static bool Resolve(JsonElement root, string reference)
    {
        var at = root;
        foreach (var part in reference.Split('/').Skip(1))
            if (!at.TryGetProperty(part, out at)) return false;
        return true;
    }

    static IEnumerable<string> Strings(JsonElement element, string name) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member =>
            member.Name == name && member.Value.ValueKind == JsonValueKind.String ? [member.Value.GetString()!] : Strings(member.Value, name)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(item => Strings(item, name)),
        _ => []
    };
}
