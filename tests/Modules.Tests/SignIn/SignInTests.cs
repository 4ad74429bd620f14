using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Socle.Access;
using Socle.Core.Tests.Web;
using Socle.Platform;
using Socle.Platform.Web;
using Socle.SignIn;
using Socle.Store;

namespace Socle.Modules.Tests.SignIn;

public sealed class SignInTests
{
    [Fact]
    public async Task The_first_page_names_the_two_spaces_and_the_fhir_base()
    {
        await using var server = await Start();
        var html = WebUtility.HtmlDecode(await (await server.Get("/")).Content.ReadAsStringAsync());
        html.ShouldContain("href=\"/espace\"");
        html.ShouldContain("href=\"/bouquet\"");
        html.ShouldContain($"http://localhost:{server.Port}/fhir");
        html.ShouldContain("Démonstration\u202F:");
    }

    [Fact]
    public async Task A_person_is_chosen_and_one_goes_back_to_where_one_was()
    {
        await using var server = await Start();
        (await server.Get("/inside?x=1")).Headers.Location!.ToString().ShouldBe("/connexion?back=%2Finside%3Fx%3D1");
        var (answer, cookie) = await SignIn(server, "nurse", "/connexion?back=%2Finside%3Fx%3D1");
        answer.Headers.Location!.ToString().ShouldBe("/inside?x=1");
        var set = answer.Headers.GetValues("Set-Cookie").Single(c => c.StartsWith("__Host-sid=", StringComparison.Ordinal));
        set.ShouldContain("path=/");
        set.ShouldContain("secure");
        set.ShouldContain("httponly");
        set.ShouldContain("samesite=strict");
        set.ShouldNotContain("domain");
        (await (await server.Get("/inside", headers: ("Cookie", cookie))).Content.ReadAsStringAsync()).ShouldBe("Inès VAUBAN");
        (await server.Get("/inside")).StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        (await server.Get("/inside", headers: ("Cookie", "__Host-sid=" + new string('0', 64)))).StatusCode.ShouldBe(HttpStatusCode.SeeOther);
    }

    [Theory]
    [InlineData("//evil.example/")]
    [InlineData("https://evil.example/")]
    public async Task One_never_goes_back_to_another_site(string back)
    {
        await using var server = await Start();
        var (answer, _) = await SignIn(server, "citizen", "/connexion?back=" + Uri.EscapeDataString(back));
        answer.Headers.Location!.ToString().ShouldBe("/espace");
    }

    [Fact]
    public async Task Without_demonstration_nobody_is_chosen()
    {
        await using var server = await Start(demo: false);
        var page = await server.Get("/connexion");
        (await page.Content.ReadAsStringAsync()).ShouldNotContain("VAUBAN");
        var answer = await server.Post("/connexion", WebServer.Cookies(page), new() { ["person"] = "nurse" });
        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden, "no form was given, so no token");
    }

    [Fact]
    public async Task A_session_changes_at_each_sign_in_and_ends_at_sign_out()
    {
        await using var server = await Start();
        var (_, first) = await SignIn(server, "nurse");
        var (_, second) = await SignIn(server, "nurse", cookie: first);
        second.ShouldNotBe(first);
        (await server.Get("/inside", headers: ("Cookie", first))).StatusCode.ShouldBe(HttpStatusCode.SeeOther);

        var html = await (await server.Get("/page", headers: ("Cookie", second))).Content.ReadAsStringAsync();
        html.ShouldContain("Inès VAUBAN");
        var answer = await server.Post("/deconnexion", second, new() { ["socle-token"] = WebServer.Hidden(html, "socle-token") });
        answer.Headers.Location!.ToString().ShouldBe("/");
        answer.Headers.GetValues("Clear-Site-Data").Single().ShouldBe("\"cache\", \"cookies\", \"storage\"");
        (await server.Get("/inside", headers: ("Cookie", second))).StatusCode.ShouldBe(HttpStatusCode.SeeOther);
    }

    public static TheoryData<string, int, int, bool> Lifetimes => new()
    {   // who       minutes between requests, requests → still signed in
        { "nurse",   29, 4, true },
        { "nurse",   31, 1, false },
        { "nurse",   29, 9, false },      // 4 h 21
        { "citizen", 29, 9, true },
        { "citizen", 29, 17, false },     // 8 h 13
        { "citizen", 31, 1, false }
    };

    [Theory, MemberData(nameof(Lifetimes))]
    public async Task A_session_ends_when_idle_and_at_its_longest(string who, int minutes, int requests, bool signedIn)
    {
        var clock = new MovedClock();
        await using var server = await Start(clock: clock);
        var (_, cookie) = await SignIn(server, who);
        HttpResponseMessage? last = null;
        for (var i = 0; i < requests; i++)
        {
            clock.Now += TimeSpan.FromMinutes(minutes);
            last = await server.Get("/inside", headers: ("Cookie", cookie));
        }
        (last!.StatusCode == HttpStatusCode.OK).ShouldBe(signedIn);
    }

    [Fact]
    public async Task Who_is_suspended_is_signed_out_and_may_not_sign_in_until_it_is_lifted()
    {
        await using var server = await Start();
        var (_, cookie) = await SignIn(server, "nurse");
        (await server.Get("/inside", headers: ("Cookie", cookie))).StatusCode.ShouldBe(HttpStatusCode.OK);
        var suspensions = server.App.Services.GetRequiredService<Suspensions>();
        var order = new Agent(AgentKind.Steward, "steward:ordre", "Ordre", null, null, null, 1, 0);
        await suspensions.Suspend(order, "99999000014", DateTimeOffset.UtcNow.AddMinutes(-1), "Décision", null, default);
        (await server.Get("/inside", headers: ("Cookie", cookie))).StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        var page = await server.Get("/connexion");
        var token = WebServer.Hidden(await page.Content.ReadAsStringAsync(), "socle-token");
        (await server.Post("/connexion", WebServer.Cookies(page), new() { ["socle-token"] = token, ["person"] = "nurse" })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        await suspensions.Lift(order, "99999000014", "Décision levée", null, default);
        (await server.Get("/inside", headers: ("Cookie", cookie))).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Text_typed_in_an_ended_session_comes_back_after_sign_in()
    {
        var clock = new MovedClock();
        await using var server = await Start(clock: clock);
        var (_, cookie) = await SignIn(server, "nurse");
        clock.Now += TimeSpan.FromMinutes(31);
        var refused = await server.Post("/inside", cookie, new() { ["text"] = "à garder" }, ("Referer", $"http://localhost:{server.Port}/page"));
        var signIn = refused.Headers.Location!.ToString();
        signIn.ShouldStartWith("/connexion?back=%2Fpage%3Freprise%3D");
        WebUtility.HtmlDecode(await (await server.Get(signIn, headers: ("Cookie", cookie))).Content.ReadAsStringAsync()).ShouldContain("Votre texte est gardé");
        var (answer, fresh) = await SignIn(server, "nurse", signIn, cookie);
        var page = await (await server.Get(answer.Headers.Location!.ToString(), headers: ("Cookie", fresh))).Content.ReadAsStringAsync();
        page.ShouldContain("à garder");
    }

    [Fact]
    public async Task Sign_in_and_sign_out_are_traced()
    {
        await using var server = await Start();
        await SignIn(server, "nurse");
        var lines = await server.App.Services.GetRequiredService<AuditLog>().Latest(null, 10, default);
        lines.ShouldContain(l => l.Entry.Action == "sign-in" && l.Entry.Agent.Id == "rpps:99999000014");
    }

    [Fact]
    public async Task The_table_holds_neither_the_cookie_nor_a_name()
    {
        await using var server = await Start();
        var (_, cookie) = await SignIn(server, "nurse");
        var db = server.App.Services.GetRequiredService<Db>();
        var rows = await db.Query($"select hash, agent from signin_session", r => Convert.ToHexStringLower(r.Bytes(0)) + r.Text(1), default);
        rows.ShouldHaveSingleItem().ShouldNotContain(cookie["__Host-sid=".Length..]);
        rows[0].ShouldNotContain("VAUBAN");
    }

    [Fact]
    public async Task A_cookie_says_nothing_to_the_api_and_a_token_nothing_to_a_page()
    {
        await using var server = await Start();
        var (_, cookie) = await SignIn(server, "nurse");
        var refused = await server.Get("/fhir/who", headers: ("Cookie", cookie));
        refused.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        refused.Headers.WwwAuthenticate.ToString().ShouldBe("Bearer");

        var services = server.App.Services;
        var agent = Agents.System(services.GetRequiredService<Keys>(), "labo", "990000049", "Laboratoire");
        var token = services.GetRequiredService<Tokens>().Issue(new(agent, "system/*.cruds", TimeSpan.FromMinutes(5)));
        (await (await server.Get("/fhir/who", headers: ("Authorization", "Bearer " + token))).Content.ReadAsStringAsync()).ShouldBe("labo True");
        (await server.Get("/inside", headers: ("Authorization", "Bearer " + token))).StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        (await server.Get("/fhir/who", headers: ("Authorization", "Bearer " + token[..^4] + "AAAA"))).Headers.WwwAuthenticate.ToString().ShouldContain("invalid_token");
    }

    static Task<WebServer> Start(bool demo = true, TimeProvider? clock = null) => WebServer.Start([new StoreModule(), new AccessModule(), new SignInModule(), new Rooms()], e =>
    {
        e.WithStorage = true;
        e.Options = e.Options with { Demo = demo, Clock = clock ?? TimeProvider.System };
    });

    static async Task<(HttpResponseMessage Answer, string Cookie)> SignIn(WebServer server, string person, string path = "/connexion", string cookie = "")
    {
        var page = await server.Get(path, headers: ("Cookie", cookie));
        var html = await page.Content.ReadAsStringAsync();
        var cookies = string.Join("; ", new[] { cookie, WebServer.Cookies(page) }.Where(c => c.Length > 0));
        var answer = await server.Post("/connexion", cookies, new()
        {
            ["socle-token"] = WebServer.Hidden(html, "socle-token"), ["person"] = person, ["back"] = WebUtility.HtmlDecode(WebServer.Hidden(html, "back"))
        });
        answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther, await answer.Content.ReadAsStringAsync());
        return (answer, WebServer.Cookies(answer));
    }

    /// <summary>Two people and a few doors.</summary>
    sealed class Rooms : Module
    {
        public override IEnumerable<Migration> Migrations => [];

        public override void AddServices(IServiceCollection services, IConfiguration configuration) =>
            services.AddSingleton(new RefusalFormatter("/fhir", (http, no) => http.Response.WriteAsync(no.Code)));

        public override async Task Start(IServiceProvider services, CancellationToken stop)
        {
            var keys = services.GetRequiredService<Keys>();
            var unit = new Unit();
            keys.NewPatient(unit, 12);
            await services.GetRequiredService<Db>().Commit(unit, stop);
            var nurse = Agents.Professional(keys, "99999000014", "Inès VAUBAN", "Infirmière", "990000015", "Cabinet");
            var citizen = Agents.Citizen(keys, 12, keys.ExternalId(12, 1), "Zoé LENOIR");
            services.GetRequiredService<DemoPeople>().Add(_ => Task.FromResult<IReadOnlyList<DemoPerson>>(
            [
                new("nurse", nurse.Name, DemoPerson.Professional, "Elle suit trois patients.", nurse),
                new("citizen", citizen.Name, DemoPerson.Citizen, "Elle a deux documents.", citizen)
            ]));
        }

        public override void MapRoutes(IEndpointRouteBuilder app)
        {
            app.MapGet("/inside", (HttpContext http) => http.Agent().Name).RequirePolicy(Policy.SignedIn);
            app.MapPost("/inside", () => "done").RequirePolicy(Policy.SignedIn);
            app.MapGet("/page", () => Page.Show<FormPage>()).RequirePolicy(Policy.SignedIn);
            app.MapGet("/fhir/who", (HttpContext http) => $"{http.Agent().Name} {http.Scopes()!.Allows("Patient", 'r')}").RequirePolicy(Policy.SignedIn);
        }
    }

    sealed class MovedClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 3, 4, 8, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
