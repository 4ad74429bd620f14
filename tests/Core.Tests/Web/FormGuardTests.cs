using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Socle.Platform.Web;

namespace Socle.Core.Tests.Web;

public sealed class FormGuardTests
{
    public static TheoryData<string?, string?, int> Origins => new()
    {   // Sec-Fetch-Site   Origin                   status
        { "same-origin",    null,                     303 },
        { "same-site",      null,                     403 },
        { "cross-site",     null,                     403 },
        { "none",           null,                     403 },
        { null,             "ours",                   303 },
        { null,             "null",                   403 },
        { null,             "http://evil.example",    403 },
        { null,             null,                     403 },
        { "cross-site",     "ours",                   403 }
    };

    [Theory, MemberData(nameof(Origins))]
    public async Task An_unsafe_request_comes_from_a_page_of_this_site(string? site, string? origin, int status)
    {
        await using var server = await WebServer.Start([new SampleModule()]);
        var (cookie, fields) = await Open(server);
        var request = server.Request(HttpMethod.Post, "/note");
        request.Content = new FormUrlEncodedContent(fields);
        request.Headers.TryAddWithoutValidation("Cookie", cookie);
        if (site is not null) request.Headers.TryAddWithoutValidation("Sec-Fetch-Site", site);
        if (origin is not null) request.Headers.TryAddWithoutValidation("Origin", origin == "ours" ? $"http://localhost:{server.Port}" : origin);
        ((int)(await server.Send(request)).StatusCode).ShouldBe(status);
    }

    [Theory]
    [InlineData("socle-token", "0000", 403)]
    [InlineData("socle-token", "", 403)]
    [InlineData("text", "bonjour", 303)]
    public async Task The_token_of_the_form_is_the_one_of_the_session(string field, string value, int status)
    {
        await using var server = await WebServer.Start([new SampleModule()]);
        var (cookie, fields) = await Open(server);
        fields[field] = value;
        ((int)(await server.Post("/note", cookie, fields)).StatusCode).ShouldBe(status);
        ((int)(await server.Post("/note", "", fields)).StatusCode).ShouldBe(403);
    }

    [Fact]
    public async Task The_api_ignores_cookies_and_needs_no_token()
    {
        await using var server = await WebServer.Start([new SampleModule()]);
        var request = server.Request(HttpMethod.Post, "/fhir/Patient");
        request.Content = new StringContent("{}", Encoding.UTF8, "application/fhir+json");
        (await server.Send(request)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_double_submit_acts_once_and_both_get_the_same_redirect()
    {
        var module = new SampleModule();
        await using var server = await WebServer.Start([module]);
        var (cookie, fields) = await Open(server);
        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => server.Post("/note", cookie, fields)));
        answers.ShouldAllBe(a => a.StatusCode == HttpStatusCode.SeeOther && a.Headers.Location!.ToString() == "/note?saved=1");
        module.Saved.ShouldBe(1);
    }

    [Fact]
    public async Task A_refused_form_shows_again_what_was_typed_and_can_be_sent_again()
    {
        var module = new SampleModule();
        await using var server = await WebServer.Start([module]);
        var (cookie, fields) = await Open(server);
        fields["day"] = "31/02/2026";
        fields["text"] = "L’été d’Élodie <b>";
        var refused = await server.Post("/note", cookie, fields);
        refused.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var html = await refused.Content.ReadAsStringAsync();
        WebUtility.HtmlDecode(html).ShouldContain("L’été d’Élodie <b>");
        html.ShouldContain("value=\"31/02/2026\"");
        html.ShouldContain("href=\"#f-day\"");
        html.ShouldContain("aria-describedby=\"f-day-hint f-day-error\"");
        html.ShouldContain("role=\"alert\"");
        fields["day"] = "28/02/2026";
        (await server.Post("/note", cookie, fields)).StatusCode.ShouldBe(HttpStatusCode.SeeOther);
    }

    [Fact]
    public async Task The_message_of_an_action_is_said_once_on_the_next_page()
    {
        await using var server = await WebServer.Start([new SampleModule()]);
        var (cookie, fields) = await Open(server);
        var flash = WebServer.Cookies(await server.Post("/note", cookie, fields));
        var first = await server.Get("/note", headers: ("Cookie", cookie + "; " + flash));
        (await first.Content.ReadAsStringAsync()).ShouldContain("La note est enregistrée.");
        first.Headers.GetValues("Set-Cookie").ShouldContain(c => c.StartsWith("__Host-flash=;") && c.Contains("expires=Thu, 01 Jan 1970"));
        (await (await server.Get("/note", headers: ("Cookie", cookie + "; " + flash))).Content.ReadAsStringAsync()).ShouldNotContain("La note est enregistrée.");
    }

    [Fact]
    public async Task A_form_sent_after_the_session_ended_comes_back_after_sign_in_to_the_same_person_only()
    {
        await using var server = await WebServer.Start([new SampleModule()]);
        var page = $"http://localhost:{server.Port}/inside";
        var refused = await server.Post("/inside", "", new() { ["text"] = "trois lignes à garder" }, ("X-Test-Ended", "1"), ("Referer", page));
        refused.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        var back = Uri.UnescapeDataString(refused.Headers.Location!.ToString()["/connexion?back=".Length..]);
        back.ShouldStartWith("/inside?reprise=");

        (await (await server.Get(back)).Content.ReadAsStringAsync()).ShouldNotContain("trois lignes");
        var shown = WebUtility.HtmlDecode(await (await server.Get(back, headers: ("X-Test-Session", "new"))).Content.ReadAsStringAsync());
        shown.ShouldContain("trois lignes à garder");
        shown.ShouldContain("rien n’a encore été envoyé");
        (await (await server.Get(back, headers: ("X-Test-Session", "new"))).Content.ReadAsStringAsync()).ShouldNotContain("trois lignes");
    }

    [Fact]
    public async Task A_form_of_another_session_of_the_same_person_is_shown_again_unsent()
    {
        await using var server = await WebServer.Start([new SampleModule()]);
        var answer = await server.Post("/inside", "", new() { ["text"] = "gardé", ["socle-token"] = "old" },
            ("X-Test-Session", "new"), ("Referer", $"http://localhost:{server.Port}/inside"));
        answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        answer.Headers.Location!.ToString().ShouldStartWith("/inside?reprise=");
    }

    [Fact]
    public async Task A_file_is_handed_over_as_a_stream_with_its_french_name()
    {
        await using var server = await WebServer.Start([new SampleModule()]);
        var (cookie, fields) = await Open(server);
        var content = new MultipartFormDataContent
        {
            { new StringContent(fields["socle-token"]), "socle-token" },
            { new ByteArrayContent(new byte[2_000_000]), "file", "Résultats d'Élodie.pdf" },
            { new StringContent("après"), "after" }
        };
        var request = server.Request(HttpMethod.Post, "/file");
        request.Content = content;
        var answer = await server.Send(request, ("Sec-Fetch-Site", "same-origin"), ("Cookie", cookie));
        (await answer.Content.ReadAsStringAsync()).ShouldBe("file:Résultats d'Élodie.pdf:2000000;après");
    }

    [Theory]
    [InlineData("/file", 4_000_000, 413)]
    [InlineData("/file", 80_000_000, 413)]   // more than sockets buffer: the sender must be let finish to see the answer
    [InlineData("/note", 1_200_000, 413)]
    public async Task A_body_above_the_limit_is_refused(string path, int size, int status)
    {
        await using var server = await WebServer.Start([new SampleModule()]);
        var (cookie, fields) = await Open(server);
        var request = server.Request(HttpMethod.Post, path);
        request.Content = new MultipartFormDataContent
        {
            { new StringContent(fields["socle-token"]), "socle-token" },
            { new ByteArrayContent(new byte[size]), "file", "x.pdf" }
        };
        ((int)(await server.Send(request, ("Sec-Fetch-Site", "same-origin"), ("Cookie", cookie))).StatusCode).ShouldBe(status);
        (await server.Get("/health/live")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("multipart/form-data; boundary=x", "--x\r\nnothing", 400)]
    [InlineData("multipart/form-data", "", 400)]
    [InlineData("application/json", "{}", 403)]
    [InlineData("application/x-www-form-urlencoded", "a=%FF", 403)]
    public async Task A_malformed_form_is_refused(string type, string body, int status)
    {
        await using var server = await WebServer.Start([new SampleModule()]);
        var request = server.Request(HttpMethod.Post, "/note");
        request.Content = new StringContent(body);
        request.Content.Headers.Remove("Content-Type");
        request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        ((int)(await server.Send(request, ("Sec-Fetch-Site", "same-origin"))).StatusCode).ShouldBe(status);
    }

    internal static async Task<(string Cookie, Dictionary<string, string> Fields)> Open(WebServer server)
    {
        var answer = await server.Get("/note");
        var html = await answer.Content.ReadAsStringAsync();
        return (WebServer.Cookies(answer), new()
        {
            ["socle-token"] = WebServer.Hidden(html, "socle-token"),
            ["socle-form"] = WebServer.Hidden(html, "socle-form"),
            ["text"] = "bonjour"
        });
    }
}
