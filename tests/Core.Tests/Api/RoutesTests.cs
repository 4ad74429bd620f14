using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Socle.Platform;

namespace Socle.Core.Tests.Api;

public class RoutesTests
{
    /// <summary>Written by hand: a route that is not here was added without a thought for who may use it.</summary>
    static readonly string[] Expected =
    [
        "GET /fhir/metadata open",
        "GET /fhir/{type}/{id} signed-in",
        "GET /fhir/{type}/{id}/_history/{version} signed-in",
        "PUT /fhir/{type}/{id} signed-in",
        "PUT /fhir/{type} signed-in",
        "PATCH /fhir/{type}/{id} signed-in",
        "PATCH /fhir/{type} signed-in",
        "DELETE /fhir/{type}/{id} signed-in",
        "DELETE /fhir/{type} signed-in",
        "GET /fhir/{type}/{id}/_history signed-in",
        "GET /fhir/{type}/_history signed-in",
        "POST /fhir/{type} signed-in",
        "GET /fhir/{type} signed-in",
        "POST /fhir/{type}/_search signed-in",
        "GET /fhir/{compartment}/{id}/{child} signed-in",
        "POST /fhir/{compartment}/{id}/{child}/_search signed-in",
        "GET /fhir signed-in",
        "POST /fhir/_search signed-in",
        "POST /fhir signed-in",
        "GET /fhir/_history signed-in",
        "GET /fhir/$meta signed-in", "POST /fhir/$meta signed-in",
        "GET /fhir/{type}/$meta signed-in", "POST /fhir/{type}/$meta signed-in",
        "GET /fhir/{type}/{id}/$meta signed-in", "POST /fhir/{type}/{id}/$meta signed-in",
        "GET /fhir/{type}/{id}/_history/{version}/$meta signed-in", "POST /fhir/{type}/{id}/_history/{version}/$meta signed-in",
        "POST /fhir/{type}/{id}/$meta-add signed-in", "POST /fhir/{type}/{id}/$meta-delete signed-in",
        "GET /fhir/Patient/$everything signed-in", "POST /fhir/Patient/$everything signed-in",
        "GET /fhir/Patient/{id}/$everything signed-in", "POST /fhir/Patient/{id}/$everything signed-in",
        "GET /fhir/Encounter/{id}/$everything signed-in", "POST /fhir/Encounter/{id}/$everything signed-in",
        "GET /fhir/Observation/$lastn signed-in", "POST /fhir/Observation/$lastn signed-in",
        "GET /fhir/Composition/{id}/$document signed-in", "POST /fhir/Composition/{id}/$document signed-in",
        "POST /fhir/$fhirpath signed-in", "POST /fhir/$convert signed-in",
        "* /fhir/{**rest} signed-in"
    ];

    [Fact]
    public async Task The_routes_are_those_the_tests_know()
    {
        await using var server = await ApiServer.Start();
        var found = server.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(route => route.RoutePattern.RawText!.StartsWith("/fhir", StringComparison.Ordinal))
            .Select(route =>
                $"{route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods[0] ?? "*"} {route.RoutePattern.RawText} {route.Metadata.GetMetadata<RoutePolicy>()!.Name}");
        found.Order().ShouldBe(Expected.Order());
    }

    [Fact]
    public async Task Everything_but_metadata_asks_for_a_token()
    {
        await using var server = await ApiServer.Start();
        foreach (var (method, path) in Requests)
        {
            var answer = await server.Send(null, method, path, method == HttpMethod.Get || method == HttpMethod.Head ? null : ApiServer.Json("{}"));
            answer.Status.ShouldBe(401, $"{method} {path}");
            answer.Headers["WWW-Authenticate"].ShouldStartWith("Bearer");
            if (method != HttpMethod.Head) answer.Json.GetProperty("resourceType").GetString().ShouldBe("OperationOutcome");
        }
        (await server.Get(null, "metadata")).Status.ShouldBe(200);
    }

    static (HttpMethod, string)[] Requests =>
    [
        (HttpMethod.Get, "Patient/a"), (HttpMethod.Get, "Patient/a/_history/1"), (HttpMethod.Put, "Patient/a"), (HttpMethod.Put, "Patient?_id=a"),
        (HttpMethod.Patch, "Patient/a"), (HttpMethod.Patch, "Patient?_id=a"), (HttpMethod.Delete, "Patient/a"), (HttpMethod.Delete, "Patient?_id=a"),
        (HttpMethod.Get, "Patient/a/_history"), (HttpMethod.Get, "Patient/_history"), (HttpMethod.Post, "Patient"), (HttpMethod.Get, "Patient"),
        (HttpMethod.Post, "Patient/_search"), (HttpMethod.Post, ""), (HttpMethod.Get, "_history"), (HttpMethod.Get, "nowhere/at/all"),
        (HttpMethod.Head, "Patient/a"), (HttpMethod.Get, "Patient/a/$everything"), (HttpMethod.Get, "Observation/$lastn"), (HttpMethod.Get, "$meta"),
        (HttpMethod.Post, "Patient/a/$meta-add"), (HttpMethod.Get, "Composition/a/$document"), (HttpMethod.Options, "Patient/a")
    ];

    [Fact]
    public async Task An_unknown_address_and_a_wrong_method_are_told_in_an_outcome()
    {
        await using var server = await ApiServer.Start();
        var token = server.Token(server.Steward);
        Told(await server.Get(token, "Patient/a/b/c"), 404, "fhir-unknown-route");
        Told(await server.Get(token, "Doctor/a"), 404, "fhir-unknown-type");
        Told(await server.Get(token, "patient"), 404, "fhir-unknown-type");
        Told(await server.Get(token, ""), 400, "fhir-system-search");
        var wrong = await server.Delete(token, "Patient/a/_history/1");
        Told(wrong, 405, "fhir-method");
        wrong.Headers["Allow"].ShouldBe("GET, HEAD");
    }

    static void Told(Answer answer, int status, string code)
    {
        answer.Status.ShouldBe(status, answer.Text);
        answer.Text.ShouldContain($"\"{code}\"");
        answer.Headers["Content-Type"].ShouldBe("application/fhir+json; charset=utf-8");
    }

    [Fact]
    public async Task The_capabilities_come_from_the_tables()
    {
        await using var server = await ApiServer.Start();
        var answer = await server.Get(null, "metadata");
        using var statement = Socle.Fhir.FhirDocument.Parse(answer.Body);       // it is itself a resource without fault
        var rest = answer.Json.GetProperty("rest")[0];
        rest.GetProperty("resource").GetArrayLength().ShouldBe(146);
        answer.Json.GetProperty("implementation").GetProperty("url").GetString().ShouldBe($"http://localhost:{server.Port}/fhir");
        rest.GetProperty("interaction").EnumerateArray().Select(i => i.GetProperty("code").GetString()).ShouldBe(["search-system", "transaction", "history-system", "batch"], ignoreOrder: true);
        // One resource type on a line: what changes is then seen at a glance.
        var text = answer.Text.Replace(",{\"type\":", ",\n{\"type\":", StringComparison.Ordinal)
            .Replace($"localhost:{server.Port}", "localhost:5080", StringComparison.Ordinal);
        GeneratedFile.MustEqual("docs/generated/capability-statement.json", text + "\n");
    }
}
