using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Socle.Platform;

namespace Socle.Core.Tests.Web;

public sealed class HeadersTests
{
    public static TheoryData<string, int> Answers => new()
    {
        { "/open", 200 }, { "/note", 200 }, { "/no-such-page", 404 }, { "/inside", 303 }, { "/bug", 500 }, { "/fhir/refused", 409 },
        { "/api/refused", 409 }, { "/pages/refused", 409 }, { "/health/live", 200 }, { "/health/ready", 200 }
    };

    [Theory, MemberData(nameof(Answers))]
    public async Task Every_answer_carries_the_security_headers(string path, int status)
    {
        await using var server = await WebServer.Start([new SampleModule()]);
        var answer = await server.Get(path);
        ((int)answer.StatusCode).ShouldBe(status, await answer.Content.ReadAsStringAsync());
        Header(answer, "Content-Security-Policy").ShouldContain("default-src 'none'; script-src 'self'");
        Header(answer, "Content-Security-Policy").ShouldContain($"frame-src http://viewer.localhost:{server.Port};");
        Header(answer, "X-Content-Type-Options").ShouldBe("nosniff");
        Header(answer, "Referrer-Policy").ShouldBe("same-origin");
        Header(answer, "Cross-Origin-Opener-Policy").ShouldBe("same-origin");
        Header(answer, "Cross-Origin-Embedder-Policy").ShouldBe("require-corp");
        Header(answer, "Cross-Origin-Resource-Policy").ShouldBe("same-origin");
        Header(answer, "Permissions-Policy").ShouldStartWith("camera=(), microphone=(), geolocation=()");
        Header(answer, "X-Correlation-Id").Length.ShouldBe(32);
        answer.Headers.Contains("Server").ShouldBeFalse();
        answer.Headers.Contains("Strict-Transport-Security").ShouldBeFalse("the test speaks plain http");
    }

    [Fact]
    public async Task Assets_have_the_headers_and_a_long_cache()
    {
        await using var server = await WebServer.Start([new SampleModule()]);
        var html = await (await server.Get("/note")).Content.ReadAsStringAsync();
        var url = System.Text.RegularExpressions.Regex.Match(html, "/assets/socle\\.[0-9a-f]{16}\\.css").Value;
        var answer = await server.Get(url, headers: ("X-Test-Session", "s"));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        Header(answer, "Cache-Control").ShouldBe("public, max-age=31536000, immutable");
        Header(answer, "X-Content-Type-Options").ShouldBe("nosniff");
        (await server.Get("/assets/socle.0000000000000000.css")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_signed_in_answer_is_not_stored()
    {
        await using var server = await WebServer.Start([new SampleModule()]);
        Header(await server.Get("/inside", headers: ("X-Test-Session", "s")), "Cache-Control").ShouldBe("no-store");
    }

    [Fact]
    public async Task The_viewer_origin_answers_viewer_routes_only_and_the_app_origin_the_others()
    {
        await using var server = await WebServer.Start([new SampleModule()]);
        (await server.Get("/open", "viewer.localhost")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await server.Get("/d/x")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await server.Get("/open", "elsewhere.example")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);

        var narrative = await server.Get("/d/x", "viewer.localhost");
        narrative.StatusCode.ShouldBe(HttpStatusCode.OK);
        Header(narrative, "Content-Security-Policy").ShouldStartWith("sandbox; default-src 'none'");
        Header(narrative, "Content-Security-Policy").ShouldContain($"frame-ancestors http://localhost:{server.Port}");
        Header(narrative, "Cache-Control").ShouldBe("no-store");
        narrative.Headers.Contains("Set-Cookie").ShouldBeFalse();
        Header(await server.Get("/pdf/x", "viewer.localhost"), "Content-Security-Policy").ShouldNotContain("sandbox");
    }

    [Theory]
    [InlineData("abc-123", true)]
    [InlineData("a b", false)]
    [InlineData("<script>", false)]
    public async Task A_well_formed_correlation_id_is_echoed(string given, bool echoed)
    {
        await using var server = await WebServer.Start([new SampleModule()]);
        (Header(await server.Get("/open", headers: ("X-Correlation-Id", given)), "X-Correlation-Id") == given).ShouldBe(echoed);
    }

    [Fact]
    public void A_route_without_a_policy_stops_the_program()
    {
        var error = Should.Throw<UnguardedRouteException>(() => WebServer.Start([new Violator(null)]).GetAwaiter().GetResult());
        error.Message.ShouldContain("/forgotten");
        Should.Throw<UnguardedRouteException>(() => WebServer.Start([new Violator("no-such-policy")]).GetAwaiter().GetResult())
            .Message.ShouldContain("no-such-policy");
    }

    [Theory]
    [InlineData("http://0.0.0.0:0")]
    [InlineData("http://*:0")]
    public void The_demonstration_listens_on_this_machine_only(string url) =>
        Should.Throw<SettingsException>(() => WebServer.Start([], e => e.Options = e.Options with { Demo = true, Urls = [url] }).GetAwaiter().GetResult())
            .Message.ShouldContain("adresse locale");

    static string Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) || answer.Content.Headers.TryGetValues(name, out values) ? string.Join(", ", values) : "";

    sealed class Violator(string? policy) : Module
    {
        public override IEnumerable<Migration> Migrations => [];

        public override void MapRoutes(IEndpointRouteBuilder app)
        {
            var route = app.MapGet("/forgotten", () => "open to all");
            if (policy is not null) route.RequirePolicy(policy);
        }
    }
}
