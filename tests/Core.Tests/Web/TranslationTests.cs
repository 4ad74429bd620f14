using System.Net;

namespace Socle.Core.Tests.Web;

public sealed class TranslationTests
{
    [Fact]
    public async Task A_refusal_speaks_the_language_of_its_surface()
    {
        await using var server = await WebServer.Start([new SampleModule()]);
        var fhir = await server.Get("/fhir/refused");
        fhir.Content.Headers.ContentType!.MediaType.ShouldBe("application/fhir+json");
        (await fhir.Content.ReadAsStringAsync()).ShouldBe("outcome:sample-refused");

        var api = await server.Get("/api/refused");
        api.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        (await api.Content.ReadAsStringAsync()).ShouldContain("\"code\":\"sample-refused\"");

        var page = await server.Get("/pages/refused");
        page.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
        WebUtility.HtmlDecode(await page.Content.ReadAsStringAsync()).ShouldContain("Le document 12 a changé entre-temps.");
        new[] { fhir, api, page }.ShouldAllBe(a => a.StatusCode == HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task A_bug_of_ours_says_a_reference_and_nothing_else()
    {
        await using var server = await WebServer.Start([new SampleModule()]);
        foreach (var path in new[] { "/bug", "/fhir/bug" })
        {
            var answer = await server.Get(path, headers: ("X-Correlation-Id", "abc-1"));
            answer.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
            var body = await answer.Content.ReadAsStringAsync();
            body.ShouldNotContain("patient dans un message");
            body.ShouldNotContain("InvalidOperation");
            if (path == "/bug") body.ShouldContain("abc-1");
        }
    }

    [Fact]
    public async Task Pages_of_errors_are_french_or_english()
    {
        await using var server = await WebServer.Start([new SampleModule()]);
        WebUtility.HtmlDecode(await (await server.Get("/rien")).Content.ReadAsStringAsync()).ShouldContain("Page introuvable");
        (await (await server.Get("/rien?lang=en")).Content.ReadAsStringAsync()).ShouldContain("Page not found");
        (await (await server.Get("/rien", headers: ("Cookie", "lang=en"))).Content.ReadAsStringAsync()).ShouldContain("Page not found");
        var wrong = await server.Send(server.Request(HttpMethod.Delete, "/open"));
        wrong.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
        wrong.Content.Headers.Allow.ShouldContain("GET");
        WebUtility.HtmlDecode(await wrong.Content.ReadAsStringAsync()).ShouldContain("Demande impossible ici");
    }

    [Fact]
    public async Task An_anonymous_request_is_sent_to_sign_in_on_pages_and_refused_on_the_api()
    {
        await using var server = await WebServer.Start([new SampleModule()]);
        (await server.Get("/inside?a=b")).Headers.Location!.ToString().ShouldBe("/connexion?back=%2Finside%3Fa%3Db");
        (await server.Get("/fhir/secret")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }
}
