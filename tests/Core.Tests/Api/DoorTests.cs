using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Socle.Access;
using Socle.Api;
using Socle.Platform;
using Socle.Store;
using Socle.Support;

namespace Socle.Core.Tests.Api;

/// <summary>A module serves some types under an address of its own: links, pages, words and refusals are that address's.</summary>
public sealed class DoorTests
{
    const string Root = "/essai/fhir/v1";

    [Theory, OnEachDatabase]
    public async Task Types_are_served_under_another_address_and_by_another_key(DatabaseKind kind)
    {
        await using var server = await ApiServer.Start(kind, null, new SomeDoor());
        var steward = server.Token(server.Steward);
        for (var i = 0; i < 5; i++)
            (await server.Post(steward, "Organization", $$"""{"resourceType":"Organization","name":"Clinique {{i}}","alias":["caché {{i}}"]}""")).Status.ShouldBe(201);
        var basis = $"http://localhost:{server.Port}{Root}";

        Task<Answer> Ask(string path) => Asked(server.Client, basis + path);
        var page = await Ask("/Organization?name=Clinique&_count=2&_sort=name&_total=accurate");
        page.Status.ShouldBe(200, page.Text);
        page.Json.GetProperty("total").GetInt32().ShouldBe(5);
        var names = new List<string>();
        for (var next = page; ;)
        {
            next.Link("self")!.ShouldStartWith($"{basis}/Organization?");
            next.Text.ShouldNotContain("caché");
            next.Text.ShouldNotContain($"{server.Port}/fhir/");
            foreach (var entry in next.Entries)
            {
                entry.GetProperty("fullUrl").GetString()!.ShouldStartWith($"{basis}/Organization/");
                names.Add(entry.GetProperty("resource").GetProperty("name").GetString()!);
            }
            if (next.Link("next") is not { } link) break;
            link.ShouldStartWith($"{basis}/Organization?_page=");
            next = await Ask(link[basis.Length..]);
            next.Status.ShouldBe(200, next.Text);
        }
        names.ShouldBe(["Clinique 0", "Clinique 1", "Clinique 2", "Clinique 3", "Clinique 4"]);

        var id = page.Entries[0].GetProperty("resource").GetProperty("id").GetString();
        var read = await Ask($"/Organization/{id}");
        read.Status.ShouldBe(200, read.Text);
        read.Text.ShouldNotContain("caché");
        (await server.Get(steward, $"Organization/{id}")).Text.ShouldContain("caché");
        var form = await server.Send(null, HttpMethod.Post, $"{basis}/Organization/_search", ApiServer.Bytes("name=Clinique"u8.ToArray(), "application/x-www-form-urlencoded"), ("X-Key", "k"));
        form.Entries.Count.ShouldBe(5);

        // A page of one address is none of the other.
        var token = page.Link("next")!.Split("_page=")[1];
        (await server.Get(steward, $"Organization?_page={token}")).Status.ShouldBe(400);
    }

    [Fact]
    public async Task Nothing_else_is_behind_it()
    {
        await using var server = await ApiServer.Start(new SomeDoor());
        var basis = $"http://localhost:{server.Port}{Root}";
        async Task<Answer> Send(string method, string path, string? body = null) =>
            await server.Send(null, new HttpMethod(method), basis + path, body is null ? null : ApiServer.Json(body), ("X-Key", "k"));

        foreach (var (method, path, status) in new[]
        {
            ("GET", "/Patient", 404), ("GET", "/Patient/x", 404), ("GET", "/Nonsense", 404), ("GET", "/Organization/x/_history", 404), ("GET", "", 404),
            ("GET", "/Organization/absent", 404), ("GET", "/nowhere/at/all/here", 404),
            ("POST", "/Organization", 405), ("PUT", "/Organization/x", 405), ("DELETE", "/Organization/x", 405), ("PATCH", "/Organization/x", 405)
        })
        {
            var answer = await Send(method, path, method is "POST" or "PUT" or "PATCH" ? """{"resourceType":"Organization"}""" : null);
            answer.Status.ShouldBe(status, $"{method} {path}: {answer.Text}");
            answer.Json.GetProperty("resourceType").GetString().ShouldBe("OperationOutcome", $"{method} {path}");
            answer.Headers["Content-Type"].ShouldStartWith("application/fhir+json");
        }
        (await Send("PUT", "/Organization/x", "{}")).Headers["Allow"].ShouldBe("GET, HEAD");

        var stranger = await server.Get(null, $"{basis}/Organization");
        stranger.Status.ShouldBe(401);
        stranger.Headers["WWW-Authenticate"].ShouldBe("Key");
        (await server.Get(null, "metadata")).Json.GetProperty("rest")[0].GetProperty("resource").GetArrayLength().ShouldBe(Fhir.Definitions.ResourceTypes.Count);

        var said = (await server.Get(null, $"{basis}/metadata")).Json;
        said.GetProperty("implementation").GetProperty("url").GetString().ShouldBe(basis);
        var rest = said.GetProperty("rest")[0];
        rest.GetProperty("resource").GetArrayLength().ShouldBe(1);
        rest.GetProperty("resource")[0].GetProperty("interaction").EnumerateArray().Select(one => one.GetProperty("code").GetString()).ShouldBe(["read", "search-type"]);
    }

    static async Task<Answer> Asked(HttpClient client, string url)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Add("X-Key", "k");
        using var response = await client.SendAsync(request);
        var headers = new SortedDictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in response.Headers.Concat(response.Content.Headers)) headers[name] = string.Join(", ", values);
        return new Answer((int)response.StatusCode, headers, await response.Content.ReadAsByteArrayAsync());
    }

    sealed class SomeDoor : Module
    {
        static readonly Agent Visitor = new(AgentKind.System, "system:essai", "Essai", null, null, null, 950, 0);

        public override void AddServices(IServiceCollection services, IConfiguration configuration) => services.AddFhirDoor(Root, "Key", provider =>
        {
            var desk = provider.GetRequiredService<AccessDesk>();
            return new FhirDoor(Root, ["Organization"], async (http, stop) =>
            {
                if (http.Request.Headers["X-Key"] != "k") throw ApiRefusals.NoToken.With();
                return new(await desk.Enter(Visitor, Purposes.Of(Visitor.Kind), stop), new WithoutAlias());
            });
        });
    }

    sealed class WithoutAlias : FhirView
    {
        public override Stored Show(Stored stored)
        {
            using var document = Fhir.FhirDocument.Parse(stored.Bytes);
            var splice = new Fhir.Splice(document);
            foreach (var alias in document.Root.All("alias")) splice.Remove(alias);
            return stored with { Bytes = splice.Apply() };
        }
    }
}
