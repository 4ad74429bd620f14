using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Socle.Modules.Tests.Host;
using Socle.Modules.Tests.SignIn.Provider;
using Socle.Platform;
using Socle.SignIn;
using Socle.Support;

namespace Socle.Modules.Tests.SignIn.Phones;

using Phones = Socle.SignIn.Phones;

public sealed class CibaTests
{
    const string Hint = "8" + PhoneWorld.Rpps, Grant = RedeemCiba.Type;

    static readonly ProviderPaths Psc = ProviderPaths.Psc;

    [Meets("ciba-01", "ciba-02", "ciba-03", "ciba-04", "ciba-05", "ciba-06", "ciba-07")]
    [Theory, OnEachDatabase]
    public async Task A_software_of_the_Pro_Sante_Connect_kind_polls_until_the_phone_answered(DatabaseKind kind)
    {
        await using var world = await Open(kind);
        var (browser, device, phone) = await world.World.Phone();
        var asked = await world.Ask();
        (asked.Status, asked.Json.GetProperty("expires_in").GetInt32(), asked.Json.GetProperty("interval").GetInt32()).ShouldBe((200, 120, 5));
        asked.Json.GetProperty("auth_req_id").GetString()!.Length.ShouldBeGreaterThanOrEqualTo(27);   // §7.3: 160 bits
        (await world.Poll(asked)).Error.ShouldBe("authorization_pending");
        (await world.Poll(asked)).Error.ShouldBe("slow_down");
        await world.Answer(browser, device, phone, AnswerText.Approve, "42");

        var tokens = await world.Poll(asked);
        tokens.Status.ShouldBe(200, tokens.Text);
        var claims = JsonDocument.Parse(Microsoft.IdentityModel.Tokens.Base64UrlEncoder.Decode(tokens.Json.GetProperty("id_token").GetString()!.Split('.')[1])).RootElement;
        claims.GetProperty("preferred_username").GetString().ShouldBe(Hint);
        claims.GetProperty("acr").GetString().ShouldBe("eidas2");
        claims.GetProperty("aud").GetString().ShouldBe(world.Id);
        (await world.World.Get<Tokens>().Read(tokens.Json.GetProperty("access_token").GetString()!)).Agent.Id.ShouldBe("rpps:" + PhoneWorld.Rpps);
        (await world.Poll(asked)).Error.ShouldBe("invalid_grant");

        // A token ends with the phone that opened its session.
        await browser.Post("/telephone/retirer", await browser.Read("/telephone"), new() { ["phone"] = phone.Id });
        using var request = world.World.Server.Request(HttpMethod.Get, Psc.UserInfo);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", tokens.Json.GetProperty("access_token").GetString());
        (await world.World.Server.Send(request)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Meets("ciba-08", "ciba-09", "ciba-10")]
    [Theory, OnEachDatabase]
    public async Task Refusal_not_me_a_wrong_number_and_time_are_told_in_the_words_of_the_specification(DatabaseKind kind)
    {
        await using var world = await Open(kind);
        var (browser, device, phone) = await world.World.Phone();
        foreach (var (word, number) in new[] { (AnswerText.Refuse, ""), (AnswerText.Approve, "24"), (AnswerText.NotMe, "") })
        {
            var asked = await world.Ask();
            await world.Answer(browser, device, phone, word, number);
            (await world.Poll(asked)).Error.ShouldBe("access_denied", word);
        }
        world.World.Database.Clock.Move(TimeSpan.FromMinutes(11));
        var late = await world.Ask(more: ("requested_expiry", "30"));
        late.Json.GetProperty("expires_in").GetInt32().ShouldBe(30);
        world.World.Database.Clock.Move(TimeSpan.FromSeconds(31));
        (await world.Poll(late)).Error.ShouldBe("expired_token");
    }

    public static TheoryData<string, string?, int, string> Wrong => new()
    {
        { "binding_message", null, 400, "invalid_binding_message" }, { "binding_message", "4", 400, "invalid_binding_message" }, { "binding_message", "421", 400, "invalid_binding_message" },
        { "binding_message", "4a", 400, "invalid_binding_message" }, { "binding_message", "٤٢", 400, "invalid_binding_message" }, { "binding_message", "42 https://x.example", 400, "invalid_binding_message" },
        { "scope", null, 400, "invalid_scope" }, { "scope", "scope_all", 400, "invalid_scope" },
        { "login_hint", null, 400, "invalid_request" }, { "id_token_hint", "x", 400, "invalid_request" }, { "login_hint_token", "x", 400, "invalid_request" },
        { "request", "x.y.z", 400, "request_not_supported" }, { "requested_expiry", "0", 400, "invalid_request" }, { "requested_expiry", "-1", 400, "invalid_request" },
        { "requested_expiry", "demain", 400, "invalid_request" }, { "client_id", "autre", 400, "invalid_client" }
    };

    [Meets("ciba-11", "ciba-12", "ciba-13", "ciba-14", "ciba-15", "ciba-16", "ciba-17")]
    [Theory, MemberData(nameof(Wrong))]
    public async Task A_request_that_is_not_as_the_specification_says_is_refused_in_its_words(string name, string? value, int status, string error)
    {
        await using var world = await Open(DatabaseKind.Sqlite);
        await world.World.Phone();
        var refused = await world.Ask(more: (name, value));
        refused.Error.ShouldBe(error, refused.Text);
        refused.Status.ShouldBe(error == "invalid_client" ? 401 : status);
    }

    [Meets("ciba-18", "ciba-19")]
    [Theory, OnEachDatabase]
    public async Task A_thousand_requests_are_three_prompts_for_somebody_and_for_nobody_alike(DatabaseKind kind)
    {
        await using var world = await Open(kind);
        var (browser, device, phone) = await world.World.Phone();
        var (first, unknown) = (await world.Ask(), await world.Ask("8" + PhoneWorld.OtherRpps));
        Shape(unknown).ShouldBe(Shape(first));
        Shape(await world.Ask()).ShouldBe(Shape(await world.Ask("8" + PhoneWorld.OtherRpps)));
        await world.Answer(browser, device, phone, AnswerText.Refuse, "");
        var all = new List<Reply>();
        for (var wave = 0; wave < 10; wave++)
        {
            all.AddRange(await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => world.Ask())));
            if ((await browser.Read("/telephone")).Contains("/telephone/demandes/", StringComparison.Ordinal)) await world.Answer(browser, device, phone, AnswerText.Refuse, "");
        }
        (1 + all.Count(one => one.Status == 200)).ShouldBe(3);
        all.Where(one => one.Status != 200).ShouldAllBe(one => one.Status == 429 && one.Error == "access_denied");
        // Another software is not locked out by this one.
        var (other, secret) = await world.World.Get<Clients>().Register(Software() with { Name = "Autre logiciel" }, Steward, default);
        (await (world with { Id = other.Id, Secret = secret! }).Ask()).Status.ShouldBe(200);

        static string Shape(Reply reply) => $"{reply.Status} {Regex.Replace(reply.Text, "[A-Za-z0-9_-]{43}", "ID")} {reply.Headers}";
    }

    [Meets("ciba-20", "ciba-21")]
    [Theory, OnEachDatabase]
    public async Task What_one_software_asked_is_nothing_to_another_and_a_phone_that_was_revoked_since_opens_nothing(DatabaseKind kind)
    {
        await using var world = await Open(kind);
        var (browser, device, phone) = await world.World.Phone();
        var asked = await world.Ask();
        await world.Answer(browser, device, phone, AnswerText.Approve, "42");
        var (other, secret) = await world.World.Get<Clients>().Register(Software() with { Name = "Autre logiciel" }, Steward, default);
        (await (world with { Id = other.Id, Secret = secret! }).Poll(asked)).Error.ShouldBe("invalid_grant");
        var (closed, closedSecret) = await world.World.Get<Clients>().Register(Software() with { Ciba = false }, Steward, default);
        var shut = world with { Id = closed.Id, Secret = closedSecret! };
        (await shut.Ask()).Error.ShouldBe("unauthorized_client");
        (await shut.Poll(asked)).Error.ShouldBe("unauthorized_client");
        await browser.Post("/telephone/retirer", await browser.Read("/telephone"), new() { ["phone"] = phone.Id });
        (await world.Poll(asked)).Error.ShouldBe("invalid_grant");
        (await world.Send(Psc.Token, new() { ["grant_type"] = Grant })).Error.ShouldBe("invalid_request");
    }

    [Meets("ciba-22", "ciba-23", "ciba-24")]
    [Theory, OnEachDatabase]
    public async Task In_the_ping_mode_the_software_is_told_that_an_answer_is_there_and_nothing_else(DatabaseKind kind)
    {
        using var receiver = new Receiver();
        await using var world = await Open(kind, Software() with { CibaNotice = receiver.Address + "/ciba" });
        var (browser, device, phone) = await world.World.Phone();
        foreach (var token in new[] { null, "", "deux mots", new string('a', 1_025) }) (await world.Ask(more: ("client_notification_token", token))).Error.ShouldBe("invalid_request");
        var asked = await world.Ask(more: ("client_notification_token", "jeton-du.logiciel_1"));
        await world.Answer(browser, device, phone, AnswerText.Approve, "42");
        await world.World.Get<Outbox>().Deliver(default);
        var got = await receiver.Next();
        (got.Method, got.Path, got.Headers["Authorization"]).ShouldBe(("POST", "/ciba", "Bearer jeton-du.logiciel_1"));
        got.Headers["Content-Type"].ShouldBe("application/json");
        got.Body.ShouldBe($$"""{"auth_req_id":"{{asked.Json.GetProperty("auth_req_id").GetString()}}"}""");
        (await world.Poll(asked)).Status.ShouldBe(200);
        // A refusal is told as well; what was fetched already is not.
        asked = await world.Ask(more: ("client_notification_token", "jeton2"));
        await world.Answer(browser, device, phone, AnswerText.Refuse, "");
        await world.World.Get<Outbox>().Deliver(default);
        (await receiver.Next()).Headers["Authorization"].ShouldBe("Bearer jeton2");
        (await world.Poll(asked)).Error.ShouldBe("access_denied");
    }

    [WithNode]
    public async Task The_certified_library_openid_client_completes_it_unchanged()
    {
        await using var world = await Open(DatabaseKind.Sqlite);
        var (browser, device, phone) = await world.World.Phone();
        using var node = new Process
        {
            StartInfo = new("node", ["ciba.mjs", $"http://localhost:{world.World.Server.Port}{Psc.Issuer}", world.Id, world.Secret, Hint, "42"])
            {
                WorkingDirectory = WithNodeAttribute.Folder, RedirectStandardOutput = true, RedirectStandardError = true
            }
        };
        node.Start();
        var errors = node.StandardError.ReadToEndAsync();
        var line = await node.StandardOutput.ReadLineAsync();
        if (line != "asked") Assert.Fail(line + await errors);
        await world.Answer(browser, device, phone, AnswerText.Approve, "42");
        var output = await node.StandardOutput.ReadToEndAsync();
        await node.WaitForExitAsync();
        node.ExitCode.ShouldBe(0, output + await errors);
        output.ShouldContain(Hint);
    }

    static readonly Agent Steward = new(AgentKind.Steward, "steward:a", "Opérateur", null, null, null, 900, 0);

    static Client Software() => new("", "Logiciel installé", ClientProfile.Psc, ClientProof.Secret, ClientState.Active, null, null, null, null, ["https://software.example/back"], [], null,
        ["openid", "scope_all"], true, null, null);

    static async Task<Caller> Open(DatabaseKind kind, Client? software = null)
    {
        var world = await PhoneWorld.Open(kind, """{"Egress": {"Hosts": ["localhost"], "Loopback": true}}""");
        var (client, secret) = await world.Get<Clients>().Register(software ?? Software(), Steward, default);
        return new(world, client.Id, secret!);
    }

    sealed record Reply(int Status, string Text, JsonElement Json, string Headers)
    {
        public string? Error => Json.ValueKind == JsonValueKind.Object && Json.TryGetProperty("error", out var error) ? error.GetString() : null;
    }

    sealed record Caller(PhoneWorld World, string Id, string Secret) : IAsyncDisposable
    {
        public Task<Reply> Ask(string hint = Hint, params (string Name, string? Value)[] more)
        {
            var fields = new Dictionary<string, string> { ["scope"] = "openid scope_all", ["login_hint"] = hint, ["binding_message"] = "42", ["acr_values"] = "eidas1" };
            foreach (var (name, value) in more)
                if (value is null) fields.Remove(name);
                else fields[name] = value;
            return Send(Psc.Ciba, fields);
        }

        public Task<Reply> Poll(Reply asked) => Send(Psc.Token, new() { ["grant_type"] = Grant, ["auth_req_id"] = asked.Json.GetProperty("auth_req_id").GetString()! });

        public async Task<Reply> Send(string path, Dictionary<string, string> fields)
        {
            using var request = World.Server.Request(HttpMethod.Post, path);
            request.Content = new FormUrlEncodedContent(fields);
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Id}:{Secret}")));
            using var answer = await World.Server.Send(request);
            var text = await answer.Content.ReadAsStringAsync();
            var headers = string.Join(' ', answer.Headers.Where(h => h.Key is not ("X-Correlation-Id" or "Date")).Select(h => h.Key + "=" + string.Join(',', h.Value)));
            return new((int)answer.StatusCode, text, text.StartsWith('{') ? JsonDocument.Parse(text).RootElement : default, headers);
        }

        public async Task Answer(TestBrowser browser, TestDevice device, Phone phone, string word, string number)
        {
            var page = await browser.Read(Regex.Match(await browser.Read("/telephone"), "href=\"(/telephone/demandes/[a-z2-7]{26})\"").Groups[1].Value);
            page.ShouldContain("Logiciel install");   // from the register
            await browser.Post(Regex.Match(page, "action=\"(/telephone/demandes/[a-z2-7]{26})\"").Groups[1].Value, page, World.Reply(page, phone, device, word, number));
        }

        public ValueTask DisposeAsync() => World.DisposeAsync();
    }
}
