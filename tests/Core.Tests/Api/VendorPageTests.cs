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
