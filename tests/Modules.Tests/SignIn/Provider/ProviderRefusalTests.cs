using System.Buffers.Text;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Primitives;
using Socle.Platform;
using Socle.SignIn;
using Socle.Support;

namespace Socle.Modules.Tests.SignIn.Provider;

/// <summary>What must not work, and what is said instead. Each has its control: the same without the fault works.</summary>
public sealed class ProviderRefusalTests(Xunit.Abstractions.ITestOutputHelper output)
{
    static readonly DateTimeOffset Now = new(2026, 3, 4, 8, 0, 0, TimeSpan.Zero);

    static AuthorizationRequest? Check(Client client, Dictionary<string, string> asked, out RefusedRequest? refused, bool pushed = true) =>
        AuthorizationRules.Check(client, "https://socle.example", "https://socle.example/fhir", asked, pushed, Now, out refused);

    static Dictionary<string, string> Whole(string redirect = ProviderWorld.Redirect) => new()
    {
        ["client_id"] = "c", ["redirect_uri"] = redirect, ["response_type"] = "code", ["scope"] = "openid", ["code_challenge"] = SoftwareKey.Challenge, ["code_challenge_method"] = "S256"
    };

    [Fact, Meets("core-redirect", "bcp-redirect")]
    public void Five_hundred_addresses_that_are_nearly_the_registered_one_are_refused()
    {
        using var key = new SoftwareKey();
        var client = ProviderWorld.Strict(key) with { Id = "c" };
        Check(client, Whole(), out _).ShouldNotBeNull();
        var seed = 20260304;
        var random = new Random(seed);
        var wrong = new HashSet<string>(StringComparer.Ordinal)
        {
            "", "https://software.example", "https://software.example/", "https://software.example/callback/", "https://software.example/callback?", "https://software.example/callback#",
            "https://software.example/callback#x", "https://software.example:443/callback", "https://software.example:444/callback", "http://software.example/callback",
            "HTTPS://software.example/callback", "https://SOFTWARE.example/callback", "https://software.example/Callback", "https://software.example/callback/../callback",
            "https://software.example//callback", "https://software.example/%63allback", "https://software.example/callback%00", "https://software.example/callback\n",
            "https://user@software.example/callback", "https://software.example@evil.example/callback", "https://evil.example/callback", "https://software.example.evil.example/callback",
            "https://evil.example/https://software.example/callback", "https://software.example\\@evil.example/callback", "https://software.example/callback?a=2", "javascript:alert(1)",
            "data:text/html,x", "//software.example/callback", "/callback", "https:software.example/callback", "https://software.example/callback?a=1&b=2", " https://software.example/callback",
            "https://software.example/callback ", "https://software.example/callback;x", "https://softwаre.example/callback", "https://software.example./callback", "https://[::1]/callback"
        };
        while (wrong.Count < 500)
        {
            var letters = ProviderWorld.Redirect.ToCharArray().ToList();
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                var at = random.Next(letters.Count);
                if (random.Next(3) == 0) letters.RemoveAt(at);
                else if (random.Next(2) == 0) letters.Insert(at, (char)random.Next(33, 127));
                else letters[at] = (char)(letters[at] ^ 1 << random.Next(6));
            }
            var text = new string([.. letters]);
            if (!client.ReturnsTo(text)) wrong.Add(text);
        }
        output.WriteLine($"seed {seed}");
        foreach (var address in wrong) Should.Throw<Refusal>(() => Check(client, Whole(address), out _), address).Kind.ShouldBe(ProviderRefusals.UnknownRedirect);
    }

    [Fact, Meets("core-no-redirect", "bcp-redirect")]
    public async Task A_wrong_software_or_address_is_told_on_a_page_and_goes_nowhere()
    {
        await using var world = await ProviderWorld.Open();
        var (client, _) = await world.Register(ProviderWorld.Psc());
        var cookie = await world.SignIn();
        foreach (var (name, value) in new[] { ("client_id", "nobody"), ("redirect_uri", "https://evil.example/"), ("redirect_uri", ProviderWorld.Redirect + "/") })
        {
            var answer = await world.Authorize(ProviderPaths.Psc.Authorize, new(ProviderFlowTests.Asked(client)) { [name] = value }, cookie);
            ((int)answer.StatusCode, answer.Headers.Location).ShouldBe((400, null));
            (await answer.Content.ReadAsStringAsync()).ShouldNotContain("\"https://evil.example");
        }
        // A software of one issuer is unknown to the other.
        (await world.Authorize("/oidc/authorize", ProviderFlowTests.Asked(client), cookie)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    public static TheoryData<string, string, string> WrongRequests => new()
    {   // of a Pro Santé Connect software: what is changed, to what, and the error that goes back to it
        { "response_type", "token", "unsupported_response_type" },
        { "response_type", "", "invalid_request" },
        { "response_mode", "fragment", "invalid_request" },
        { "scope", "scope_all", "invalid_scope" },
        { "scope", "", "invalid_scope" },
        { "acr_values", "", "invalid_request" },
        { "request", "eyJhbGciOiJub25lIn0.e30.", "request_not_supported" },
        { "code_challenge", "short", "invalid_request" },
        { "code_challenge_method", "S256", "invalid_request" },
        { "prompt", "none login", "invalid_request" },
        { "max_age", "-1", "invalid_request" },
        { "prompt", "hypnosis", "invalid_request" }
    };

    [Theory, MemberData(nameof(WrongRequests)), Meets("core-openid", "core-none", "core-state", "core-request", "iss")]
    public async Task A_wrong_request_is_refused_at_the_address_of_its_software(string name, string value, string error)
    {
        await using var world = await ProviderWorld.Open();
        var (client, _) = await world.Register(ProviderWorld.Psc());
        var asked = new Dictionary<string, string>(ProviderFlowTests.Asked(client)) { [name] = value };
        if (value.Length == 0) asked.Remove(name);
        var answer = await world.Authorize(ProviderPaths.Psc.Authorize, asked, await world.SignIn());
        var back = ProviderWorld.Query(answer.Headers.Location!.ToString());
        (back["error"], back["state"], back["iss"]).ShouldBe((error, "s", world.Base + ProviderPaths.Psc.Issuer));
        back.ShouldNotContainKey("code");
    }

    [Fact, Meets("pkce-s256", "pkce-downgrade", "par-required")]
    public async Task Without_PKCE_without_PAR_and_with_the_plain_method_a_strict_software_gets_nothing()
    {
        await using var world = await ProviderWorld.Open();
        using var key = new SoftwareKey();
        var (client, _) = await world.Register(ProviderWorld.Strict(key));
        var cookie = await world.SignIn();
        (await world.Push(client, key)).Status.ShouldBe(201);
        (await world.Push(client, key, new() { ["code_challenge_method"] = "plain" })).Body["error"]!.GetValue<string>().ShouldBe("invalid_request");
        (await world.Push(client, key, new() { ["code_challenge"] = "" })).Body["error"]!.GetValue<string>().ShouldBe("invalid_request");
        (await world.Push(client, key, new() { ["redirect_uri"] = "https://evil.example/" })).Status.ShouldBe(400);
        var direct = await world.Authorize("/oidc/authorize", new(Whole()) { ["client_id"] = client.Id }, cookie);
        ProviderWorld.Query(direct.Headers.Location!.ToString())["error"].ShouldBe("invalid_request");
        var code = await world.StrictCode(client, key, cookie);
        (await world.Token(client, key, ProviderWorld.Code(code, null))).Body["error"]!.GetValue<string>().ShouldBe("invalid_grant");
        code = await world.StrictCode(client, key, cookie);
        (await world.Token(client, key, ProviderWorld.Code(code, new string('a', 43)))).Body["error"]!.GetValue<string>().ShouldBe("invalid_grant");
        // The downgrade the other way round: a verifier of a code that was asked for without a challenge.
        RedeemCode.IsVerified(null, SoftwareKey.Verifier).ShouldBeFalse();
        RedeemCode.IsVerified(SoftwareKey.Challenge, null).ShouldBeFalse();
        RedeemCode.IsVerified(null, null).ShouldBeTrue();
        RedeemCode.IsVerified(SoftwareKey.Challenge, SoftwareKey.Verifier).ShouldBeTrue();
    }

    [Fact, Meets("par-bound")]
    public async Task A_pushed_request_serves_its_own_software_and_once()
    {
        await using var world = await ProviderWorld.Open();
        using var key = new SoftwareKey();
        using var other = new SoftwareKey();
        var (client, _) = await world.Register(ProviderWorld.Strict(key));
        var (stranger, _) = await world.Register(ProviderWorld.Strict(other));
        var cookie = await world.SignIn();
        var uri = (string)(await world.Push(client, key)).Body["request_uri"]!;
        Task<HttpResponseMessage> Open(Client who) => world.Authorize("/oidc/authorize", new() { ["client_id"] = who.Id, ["request_uri"] = uri }, cookie);
        (await Open(stranger)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await world.Through(await Open(client), cookie)).ShouldContainKey("code");
        (await Open(client)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        uri = (string)(await world.Push(client, key)).Body["request_uri"]!;
        world.Clock.Now += PushRequest.Life;
        (await Open(client)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact, Meets("core-code-once", "core-client", "bcp-replay", "pkce-downgrade")]
    public async Task A_code_serves_once_for_half_a_minute_and_its_replay_ends_the_family()
    {
        await using var world = await ProviderWorld.Open();
        var (client, secret) = await world.Register(ProviderWorld.Psc());
        var (stranger, hidden) = await world.Register(ProviderWorld.Psc());
        var cookie = await world.SignIn();
        async Task<string> Code() => (await world.Through(await world.Authorize(ProviderPaths.Psc.Authorize, ProviderFlowTests.Asked(client), cookie), cookie))["code"];
        async Task<(int, string?)> Redeem(string code, Client? who = null, Action<Dictionary<string, string>>? change = null)
        {
            var fields = ProviderWorld.Code(code, null);
            change?.Invoke(fields);
            var (status, body, _) = await world.Post(ProviderPaths.Psc.Token, fields, who is null ? ProviderFlowTests.Basic(client, secret!) : ProviderFlowTests.Basic(who, hidden!));
            return (status, (string?)body["error"]);
        }
        var code = await Code();
        (await Redeem(code, stranger)).ShouldBe((400, "invalid_grant"));
        (await Redeem(code)).ShouldBe((200, null));
        (await Redeem(code)).ShouldBe((400, "invalid_grant"));
        (await Redeem(await Code(), change: fields => fields["redirect_uri"] = ProviderWorld.Redirect + "?")).ShouldBe((400, "invalid_grant"));
        (await Redeem(await Code(), change: fields => fields["code_verifier"] = SoftwareKey.Verifier)).ShouldBe((400, "invalid_grant"));
        (await Redeem("made-up-code-that-nobody-gave-out")).ShouldBe((400, "invalid_grant"));
        code = await Code();
        world.Clock.Now += Grants.CodeLife;
        (await Redeem(code)).ShouldBe((400, "invalid_grant"));
        // After a replay what the first use brought is worth nothing either.
        var tokens = await ProviderFlowTests.PscTokens(world, client, secret!, cookie);
        (await world.Server.Get(ProviderPaths.Psc.UserInfo, headers: ("Authorization", "Bearer " + tokens["access_token"]))).StatusCode.ShouldBe(HttpStatusCode.OK);
        code = await Code();
        var (_, first, _) = await world.Post(ProviderPaths.Psc.Token, ProviderWorld.Code(code, null), ProviderFlowTests.Basic(client, secret!));
        await Redeem(code);
        (await world.Server.Get(ProviderPaths.Psc.UserInfo, headers: ("Authorization", "Bearer " + first["access_token"]))).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await world.Server.Get(ProviderPaths.Psc.UserInfo, headers: ("Authorization", "Bearer " + tokens["access_token"]))).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact, Meets("bcp-assertion", "jwt-size")]
    public async Task Sixty_four_sets_of_wrong_claims_prove_no_software()
    {
        await using var world = await ProviderWorld.Open();
        using var key = new SoftwareKey();
        var (client, _) = await world.Register(ProviderWorld.Strict(key));
        // Each bit is one claim that is wrong; the set of none is the control.
        Action<JsonObject>[] wrong =
        [
            claims => claims["iss"] = "another", claims => claims["sub"] = "another", claims => claims["aud"] = "https://another.example",
            claims => claims["exp"] = world.Clock.Now.ToUnixTimeSeconds() - 1, claims => claims["nbf"] = world.Clock.Now.ToUnixTimeSeconds() + 3600, claims => claims.Remove("jti")
        ];
        for (var set = 0; set < 64; set++)
        {
            var assertion = key.Assertion(client.Id, world.Base, world.Clock, claims =>
            {
                for (var bit = 0; bit < wrong.Length; bit++)
                    if ((set >> bit & 1) == 1) wrong[bit](claims);
            });
            var (status, body, _) = await Introspect(world, client, assertion);
            (status, (string?)body["error"]).ShouldBe(set == 0 ? (200, null) : (401, "invalid_client"), $"set {set}");
        }
        var once = key.Assertion(client.Id, world.Base + "/oidc/token", world.Clock);
        (await Introspect(world, client, once)).Status.ShouldBe(200);
        (await Introspect(world, client, once)).Status.ShouldBe(401, "an assertion serves once");
        (await Introspect(world, client, key.Assertion(client.Id, world.Base, world.Clock, claims => claims["exp"] = world.Clock.Now.ToUnixTimeSeconds() + 3600))).Status.ShouldBe(401);
        using var stranger = new SoftwareKey();
        (await Introspect(world, client, stranger.Assertion(client.Id, world.Base, world.Clock))).Status.ShouldBe(401);
        (await Introspect(world, client, key.Assertion(client.Id, world.Base, world.Clock, null, head => head["jwk"] = key.Jwk()))).Status.ShouldBe(401);
        (await Introspect(world, client, key.Assertion(client.Id, world.Base, world.Clock, null, head => head["kid"] = "k2"))).Status.ShouldBe(401);
        (await Introspect(world, client, new string('a', 9_000))).Status.ShouldBe(401);
    }

    static Task<(int Status, JsonObject Body, HttpResponseMessage Answer)> Introspect(ProviderWorld world, Client client, string assertion) => world.Post("/oidc/introspect", new()
    {
        ["token"] = "x", ["client_id"] = client.Id, ["client_assertion_type"] = ClientAuthentication.AssertionType, ["client_assertion"] = assertion
    });

    [Fact, Meets("dpop-proof", "dpop-nonce", "dpop-replay")]
    public async Task A_proof_serves_one_request_of_one_process_in_its_time()
    {
        await using var world = await ProviderWorld.Open();
        using var key = new SoftwareKey();
        using var other = new SoftwareKey();
        var (client, _) = await world.Register(ProviderWorld.Strict(key));
        var cookie = await world.SignIn();
        var at = world.Base + "/oidc/token";
        async Task<string?> With(string? proof)
        {
            var code = await world.StrictCode(client, key, cookie, new() { ["dpop_jkt"] = "" });
            var (_, body, _) = await world.Post("/oidc/token", world.Signed(client, key, ProviderWorld.Code(code)), proof is null ? [] : [("DPoP", proof)]);
            return (string?)body["error"];
        }
        string Proof(Action<JsonObject>? change = null, string? nonce = null) => key.Proof("POST", at, nonce ?? world.Nonce(), world.Clock, null, change);
        (await With(Proof())).ShouldBeNull();
        (await With(null)).ShouldBe("invalid_grant", "the code is bound to a key");
        var once = Proof();
        (await With(once)).ShouldBeNull();
        (await With(once)).ShouldBe("invalid_dpop_proof");
        (await With(Proof(claims => claims["htm"] = "GET"))).ShouldBe("invalid_dpop_proof");
        (await With(Proof(claims => claims["htu"] = world.Base + "/oidc/userinfo"))).ShouldBe("invalid_dpop_proof");
        (await With(Proof(claims => claims.Remove("jti")))).ShouldBe("invalid_dpop_proof");
        (await With(Proof(claims => claims["iat"] = world.Clock.Now.ToUnixTimeSeconds() - 600))).ShouldBe("invalid_dpop_proof");
        (await With(Proof(claims => claims["iat"] = world.Clock.Now.ToUnixTimeSeconds() + 600))).ShouldBe("invalid_dpop_proof");
        (await With(Proof(nonce: "made-up"))).ShouldBe("use_dpop_nonce");
        // The code was pushed with a proof of one key; another is no good.
        (await With(other.Proof("POST", at, world.Nonce(), world.Clock))).ShouldBe("invalid_grant");
        // A nonce of the time before a restart, and one from before the clock was moved back.
        var ofAnother = new Dpop(world.Get<Keys>(), world.Clock, new Chance()).Nonce();
        (await With(Proof(nonce: ofAnother))).ShouldBe("use_dpop_nonce");
        var ahead = world.Nonce();
        world.Clock.Now -= TimeSpan.FromMinutes(10);
        cookie = await world.SignIn();
        (await With(Proof(nonce: ahead))).ShouldBe("use_dpop_nonce");
        (await With(Proof())).ShouldBeNull();
    }

    [Fact, Meets("jwt-algorithms", "jwt-size")]
    public async Task Three_hundred_forged_tokens_and_a_hundred_thousand_changed_ones_open_nothing()
    {
        await using var world = await ProviderWorld.Open();
        var tokens = world.Get<Tokens>();
        var agent = Agents.Steward(world.Get<Keys>(), "régie");
        var good = tokens.Issue(new(agent, "system/*.cruds", TimeSpan.FromMinutes(5)));
        (await tokens.Read(good)).Agent.ShouldBe(agent);
        var vectors = ForgedTokens.Of(good).ToList();
        vectors.Count.ShouldBeGreaterThanOrEqualTo(300);
        foreach (var vector in vectors)
            (await Should.ThrowAsync<Refusal>(() => tokens.Read(vector), vector[..Math.Min(200, vector.Length)])).Kind.ShouldBe(SignInRefusals.TokenInvalid);

        const int Seed = 20260304;
        output.WriteLine($"seed {Seed}");
        using var key = new SoftwareKey();
        var signed = key.Assertion("c", "https://socle.example", world.Clock);
        var (random, mine) = (new Random(Seed), PublicKey.Of(System.Text.Json.JsonSerializer.SerializeToElement(key.Jwk()), out _)!);
        Jws.TryRead(signed, out var whole).ShouldBeTrue();
        whole.IsSignedBy(mine, ClientAuthentication.Algorithms).ShouldBeTrue();
        for (var i = 0; i < 100_000; i++)
        {
            var text = Changed(signed, random);
            if (text == signed) continue;
            (Jws.TryRead(text, out var read) && read.IsSignedBy(mine, ClientAuthentication.Algorithms)).ShouldBeFalse(text);
        }
        for (var i = 0; i < 2_000; i++)
        {
            var text = Changed(good, random);
            if (text != good) await Should.ThrowAsync<Refusal>(() => tokens.Read(text), text);
        }
    }

    static string Changed(string text, Random random)
    {
        var letters = text.ToCharArray();
        for (var change = random.Next(1, 4); change > 0; change--)
            letters[random.Next(letters.Length)] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.="[random.Next(66)];
        var changed = new string(letters);
        return random.Next(20) switch { 0 => changed[..random.Next(changed.Length)], 1 => changed + changed[random.Next(changed.Length)..], _ => changed };
    }

    [Fact, Meets("jwks-fetch")]
    public async Task Keys_that_cannot_be_fetched_are_a_refusal_with_its_reason()
    {
        await using var world = await ProviderWorld.Open("""{"Egress": {"Loopback": true, "Hosts": ["localhost"]}}""");
        using var key = new SoftwareKey();
        using var receiver = new Receiver();
        receiver.Answers["/jwks"] = (200, Encoding.UTF8.GetBytes(key.Set));
        var (good, _) = await world.Register(ProviderWorld.Strict(key) with { Keys = null, KeysAddress = receiver.Address + "/jwks" });
        (await Introspect(world, good, key.Assertion(good.Id, world.Base, world.Clock))).Status.ShouldBe(200);
        receiver.Answers["/none"] = (500, []);
        var (bad, _) = await world.Register(ProviderWorld.Strict(key) with { Keys = null, KeysAddress = receiver.Address + "/none" });
        var (status, body, _) = await Introspect(world, bad, key.Assertion(bad.Id, world.Base, world.Clock));
        (status, (string)body["error"]!).ShouldBe((401, "invalid_client"));
        ((string)body["error_description"]!).ShouldContain("reponse 500");
        var (nowhere, _) = await world.Register(ProviderWorld.Strict(key) with { Keys = null, KeysAddress = "https://keys.example/jwks" });
        ((string)(await Introspect(world, nowhere, key.Assertion(nowhere.Id, world.Base, world.Clock))).Body["error_description"]!).ShouldContain("egress");
    }

    [Fact, Meets("core-client", "introspect", "par-authenticate", "core-refresh", "revoke")]
    public async Task What_is_said_twice_or_proved_twice_is_refused_and_a_software_has_its_own_proof_only()
    {
        await using var world = await ProviderWorld.Open();
        var (client, secret) = await world.Register(ProviderWorld.Psc());
        var look = new Dictionary<string, string> { ["token"] = "x" };
        (await world.Post(ProviderPaths.Psc.Introspect, look, ProviderFlowTests.Basic(client, secret!))).Status.ShouldBe(200);
        (await world.Post(ProviderPaths.Psc.Introspect, look, ProviderFlowTests.Basic(client, secret + "x"))).Status.ShouldBe(401);
        (await world.Post(ProviderPaths.Psc.Introspect, new(look) { ["client_id"] = client.Id, ["client_secret"] = secret! })).Status.ShouldBe(200);
        (await world.Post(ProviderPaths.Psc.Introspect, new(look) { ["client_secret"] = secret! }, ProviderFlowTests.Basic(client, secret!))).Status.ShouldBe(400);
        (await world.Post(ProviderPaths.Psc.Introspect, new(look) { ["client_id"] = client.Id })).Status.ShouldBe(401);
        (await world.Post(ProviderPaths.Psc.Introspect, look)).Status.ShouldBe(401);
        (await world.Post("/oidc/introspect", look, ProviderFlowTests.Basic(client, secret!))).Status.ShouldBe(401, "unknown to the other issuer");
        Should.Throw<Refusal>(() => AuthorizationRules.Parameters([new("scope", new StringValues(["a", "b"]))])).Kind.ShouldBe(ProviderRefusals.InvalidRequest);
        // A refresh token is of its own software; revoking it takes the access token along, and of what is not there nothing is told.
        var tokens = await ProviderFlowTests.PscTokens(world, client, secret!, await world.SignIn());
        var (stranger, hidden) = await world.Register(ProviderWorld.Psc());
        (await world.Post(ProviderPaths.Psc.Token, ProviderWorld.Again(tokens), ProviderFlowTests.Basic(stranger, hidden!))).Body["error"]!.GetValue<string>().ShouldBe("invalid_grant");
        Task<(int Status, JsonObject Body, HttpResponseMessage Answer)> Revoke(string token, Client who, string secretOf) =>
            world.Post(ProviderPaths.Psc.Revoke, new() { ["token"] = token }, ProviderFlowTests.Basic(who, secretOf));
        async Task<bool> IsActive() => (bool)(await world.Post(ProviderPaths.Psc.Introspect, new() { ["token"] = (string)tokens["access_token"]! }, ProviderFlowTests.Basic(client, secret!))).Body["active"]!;
        (await Revoke("nothing", client, secret!)).Status.ShouldBe(200);
        (await Revoke((string)tokens["refresh_token"]!, stranger, hidden!)).Status.ShouldBe(200);
        (await IsActive()).ShouldBeTrue();
        (await Revoke((string)tokens["refresh_token"]!, client, secret!)).Status.ShouldBe(200);
        (await IsActive()).ShouldBeFalse();
        (await world.Post("/oidc/par", new() { ["client_id"] = client.Id, ["response_type"] = "code" })).Status.ShouldBe(401);
        await world.Get<Clients>().Change(client with { State = ClientState.Revoked }, ProviderWorld.Operator, "client-revoke", default);
        (await world.Post(ProviderPaths.Psc.Introspect, look, ProviderFlowTests.Basic(client, secret!))).Status.ShouldBe(401);
    }

    [Fact]
    public async Task A_professional_who_is_suspended_keeps_no_token()
    {
        await using var world = await ProviderWorld.Open();
        var (client, secret) = await world.Register(ProviderWorld.Psc());
        var tokens = await ProviderFlowTests.PscTokens(world, client, secret!, await world.SignIn());
        await world.Get<Socle.Access.Suspensions>().Suspend(ProviderWorld.Operator, ProviderWorld.Rpps, world.Clock.Now.AddMinutes(-1), "Décision", null, default);
        (await world.Post(ProviderPaths.Psc.Introspect, new() { ["token"] = (string)tokens["access_token"]! }, ProviderFlowTests.Basic(client, secret!))).Body["active"]!.GetValue<bool>().ShouldBeFalse();
        (await world.Server.Get(ProviderPaths.Psc.UserInfo, headers: ("Authorization", "Bearer " + tokens["access_token"]))).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await world.Post(ProviderPaths.Psc.Token, ProviderWorld.Again(tokens), ProviderFlowTests.Basic(client, secret!))).Body["error"]!.GetValue<string>().ShouldBe("invalid_grant");
    }
}

/// <summary>Tokens that nobody here signed, in the ways that have been found in others (RFC 8725).</summary>
static class ForgedTokens
{
    public static IEnumerable<string> Of(string good)
    {
        var parts = good.Split('.');
        var (header, body) = (JsonNode.Parse(Base64Url.DecodeFromChars(parts[0]))!.AsObject(), JsonNode.Parse(Base64Url.DecodeFromChars(parts[1]))!.AsObject());
        using var stranger = new SoftwareKey();
        foreach (var alg in (string[])["none", "None", "NONE", "nOnE", "", "HS256", "HS384", "HS512", "RS256", "RS384", "PS256", "ES384", "ES512", "EdDSA", "ES256K", "dir", "RSA-OAEP", "es256"])
            foreach (var tail in (string[])["", parts[2], "AA", new string('A', 86)])
                yield return $"{Encoded(With(header, "alg", alg))}.{parts[1]}.{tail}";
        foreach (var (name, value) in new (string, JsonNode)[]
        {
            ("jwk", stranger.Jwk()), ("jku", "https://evil.example/jwks"), ("x5u", "https://evil.example/c"), ("x5c", new JsonArray("AAAA")), ("kid", "../../../etc/passwd"),
            ("kid", "' or 1=1 --"), ("kid", ""), ("kid", "another"), ("crit", new JsonArray("exp")), ("b64", false), ("zip", "DEF"), ("enc", "A128GCM"), ("typ", "JWT"), ("typ", "dpop+jwt"),
            ("typ", "logout+jwt"), ("cty", "JWT"), ("alg", new JsonArray("ES256")), ("alg", 5)
        })
        {
            yield return stranger.Sign(With(header, name, value).ToJsonString(), body.ToJsonString());
            yield return $"{Encoded(With(header, name, value))}.{parts[1]}.{parts[2]}";
        }
        foreach (var claim in body.Select(one => one.Key).ToList())
        {
            foreach (var value in new JsonNode?[] { null, "", "x", 0, -1, 99999999999, true, new JsonArray(), new JsonObject() })
            {
                yield return $"{parts[0]}.{Encoded(With(body, claim, value?.DeepClone()))}.{parts[2]}";
                yield return stranger.Sign(header.ToJsonString(), With(body, claim, value?.DeepClone()).ToJsonString());
            }
        }
        foreach (var text in (string[])["", ".", "..", "...", "a", "a.b", "a.b.c.d", "a.b.c.d.e", good + ".", "." + good, good + "=", good + " x", good[..^1], parts[0] + "." + parts[2] + "." + parts[1],
            $"{parts[0]}.{parts[1]}.", $"{parts[0]}..{parts[2]}", $".{parts[1]}.{parts[2]}", new string('a', 9_216), $"{parts[0]}.{new string('A', 9_216)}.{parts[2]}",
            $"{parts[0]}.{parts[1]}.{parts[2]}{parts[2]}", good.Replace('.', ':'), "eyJhbGciOiJub25lIn0.e30.", Uri.EscapeDataString(good) + "%2E"]) yield return text;
    }

    static JsonObject With(JsonObject from, string name, JsonNode? value)
    {
        var copy = from.DeepClone().AsObject();
        copy[name] = value?.DeepClone();
        return copy;
    }

    static string Encoded(JsonObject part) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part.ToJsonString()));
}
