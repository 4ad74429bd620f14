using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;
using Socle.Access;
using Socle.Core.Tests.Web;
using Socle.Platform;
using Socle.SignIn;
using Socle.Store;
using Socle.Support;

namespace Socle.Modules.Tests.SignIn.Phones;

/// <summary>The pages of phones on a server of their own; who is signed in is said by this test, on which device too.</summary>
sealed class PhoneWorld : IAsyncDisposable
{
    public const string Rpps = "99900000029", OtherRpps = "99900000037";

    public required TestDatabase Database { get; init; }
    public required WebServer Server { get; init; }

    public T Get<T>() where T : notnull => Server.App.Services.GetRequiredService<T>();

    public static async Task<PhoneWorld> Open(DatabaseKind kind, string? settings = null)
    {
        Module[] modules = [new StoreModule(), new AccessModule(), new SignInModule(), new Gate()];
        var database = await TestDatabase.Open(kind, [.. modules.SelectMany(module => module.Migrations)]);
        try
        {
            return new() { Database = database, Server = await WebServer.Start(modules, database, settings) };
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    /// <summary>A browser in which this professional is signed in; their account is opened the first time.</summary>
    public async Task<TestBrowser> Enter(string rpps = Rpps)
    {
        using var answer = await Server.Get("/test/enter/" + rpps);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return new(Server, WebServer.Cookies(answer));
    }

    public TestBrowser Stranger() => new(Server, "");

    public async Task<(TestBrowser Browser, TestDevice Device, Phone Phone)> Phone(string rpps = Rpps)
    {
        var (browser, device) = (await Enter(rpps), new TestDevice());
        var html = await browser.Read("/telephone/enregistrer");
        var answer = await browser.Post("/telephone/enregistrer", html, Enrolment(html, device));
        answer.Status.ShouldBe(HttpStatusCode.SeeOther, answer.Html);
        var account = (await Get<Accounts>().Of("rpps:" + rpps, default))!;
        return (browser, device, (await Get<Socle.SignIn.Phones>().Of(account.Id, default)).Single(one => one.Jwk == DeviceKey.Canonical(device.Jwk)));
    }

    public static Dictionary<string, string> Enrolment(string html, TestDevice device, string? nonce = null)
    {
        nonce ??= WebUtility.HtmlDecode(WebServer.Hidden(html, "nonce"));
        var thumbprint = DeviceKey.Thumbprint(DeviceKey.Canonical(device.Jwk));
        return new() { ["nonce"] = nonce, ["cle"] = device.Jwk, ["preuve"] = Base64UrlEncoder.Encode(device.Sign(EnrolPhone.Text(nonce, thumbprint))), ["nom"] = "Téléphone de garde" };
    }

    /// <summary>What the script of the page fills in.</summary>
    public Dictionary<string, string> Reply(string html, Phone phone, TestDevice device, string word, string number = "")
    {
        var at = Database.Clock.GetUtcNow().ToUnixTimeSeconds();
        var text = string.Join('\n', "socle-phone-answer/1", Data(html, "request"), Data(html, "nonce"), Data(html, "requester"), word, number,
            at.ToString(CultureInfo.InvariantCulture), Data(html, "digest"));
        var fields = new Dictionary<string, string>
        {
            ["phone"] = phone.Id, ["heure"] = at.ToString(CultureInfo.InvariantCulture), ["preuve"] = Base64UrlEncoder.Encode(device.Sign(Encoding.UTF8.GetBytes(text))),
            ["numero"] = number, ["reponse"] = word
        };
        if (Data(html, "payload") is { Length: > 0 } payload && word == AnswerText.Approve)
        {
            var header = Base64UrlEncoder.Encode(DetachedSignature.Header(phone.Thumbprint, Database.Clock.GetUtcNow()));
            fields["jws"] = $"{header}..{Base64UrlEncoder.Encode(device.Sign(Encoding.UTF8.GetBytes($"{header}.{payload}")))}";
        }
        return fields;
    }

    static string Data(string html, string name) =>
        WebUtility.HtmlDecode(Regex.Match(html, $"<div[^>]* data-{name}=\"([^\"]*)\"").Groups[1].Value);

    public async ValueTask DisposeAsync()
    {
        await Server.App.StopAsync();
        await Server.DisposeAsync();
        await Database.DisposeAsync();
    }

    /// <summary>Signs in whom the test names, as a passkey would.</summary>
    sealed class Gate : Module
    {
        public override IEnumerable<Migration> Migrations => [];

        public override void MapRoutes(IEndpointRouteBuilder app) => app.MapGet("/test/enter/{rpps}", Enter).RequirePolicy(Policy.Open);

        public override Task Start(IServiceProvider services, CancellationToken stop)
        {
            services.GetRequiredService<Practitioners>().Fill((rpps, _) => Task.FromResult<PractitionerFacts?>(Facts(rpps)));
            return Task.CompletedTask;
        }

        static PractitionerFacts Facts(string rpps) => new(rpps, "VAUBAN", "Inès", "MME", true, [new("10", "Médecin", "C", "DR", "S", "SM54", [])], []);

        static async Task<string> Enter(string rpps, HttpContext http, Accounts accounts, Sessions sessions, Keys keys, Db db, CancellationToken stop)
        {
            if (await accounts.Of("rpps:" + rpps, stop) is not { } account)
            {
                var unit = new Unit();
                account = accounts.Open(unit, AgentKind.Professional, "rpps:" + rpps, "Inès VAUBAN", Levels.Substantial);
                await db.Commit(unit, stop);
            }
            await sessions.SignIn(http, new(Agents.Professional(keys, rpps, account.Name, "Médecin", null, null), Levels.Substantial, ["user"], account.Id), stop);
            return account.Id;
        }
    }
}

/// <summary>One device with its cookies.</summary>
sealed class TestBrowser(WebServer server, string cookies)
{
    string cookies = cookies;

    public async Task<(HttpStatusCode Status, string Html, string? Location)> Open(string path)
    {
        using var answer = await server.Get(path, headers: ("Cookie", cookies));
        Keep(answer);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(), answer.Headers.Location?.ToString());
    }

    public async Task<string> Read(string path)
    {
        var (status, html, _) = await Open(path);
        status.ShouldBe(HttpStatusCode.OK, html);
        return html;
    }

    /// <param name="path">Where.</param>
    /// <param name="page">The page that the form stands on.</param>
    /// <param name="fields">What is filled in.</param>
    public async Task<(HttpStatusCode Status, string Html, string? Location)> Post(string path, string page, Dictionary<string, string> fields)
    {
        var all = new Dictionary<string, string>(fields) { ["socle-token"] = WebServer.Hidden(page, "socle-token") };
        using var answer = await server.Post(path, cookies, all);
        Keep(answer);
        return (answer.StatusCode, WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync()), answer.Headers.Location?.ToString());
    }

    void Keep(HttpResponseMessage answer)
    {
        if (!answer.Headers.TryGetValues("Set-Cookie", out var set)) return;
        var jar = cookies.Split("; ", StringSplitOptions.RemoveEmptyEntries).ToDictionary(one => one[..one.IndexOf('=', StringComparison.Ordinal)], StringComparer.Ordinal);
        foreach (var one in set.Select(text => text[..text.IndexOf(';', StringComparison.Ordinal)])) jar[one[..one.IndexOf('=', StringComparison.Ordinal)]] = one;
        cookies = string.Join("; ", jar.Values.Where(one => !one.EndsWith('=')));
    }
}
