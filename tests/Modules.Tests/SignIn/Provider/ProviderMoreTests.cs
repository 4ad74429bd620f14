using System.Net;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;
using Socle.Platform;
using Socle.SignIn;
using Socle.Support;

namespace Socle.Modules.Tests.SignIn.Provider;

/// <summary>Discovery, back-channel logout, launches, registration.</summary>
public sealed class ProviderMoreTests
{
    [Fact, Meets("logout-back")]
    public async Task A_software_is_told_that_a_session_of_its_ended()
    {
        using var receiver = new Receiver();
        await using var world = await ProviderWorld.Open("""{"Egress": {"Loopback": true, "Hosts": ["localhost"]}}""");
        var (client, secret) = await world.Register(ProviderWorld.Psc() with { BackchannelLogout = receiver.Address + "/logout" });
        var tokens = await ProviderFlowTests.PscTokens(world, client, secret!, await world.SignIn());
        var sid = new JsonWebToken((string)tokens["id_token"]!).GetPayloadValue<string>("sid");
        await world.Server.Get(ProviderPaths.Psc.EndSession + "?id_token_hint=" + tokens["id_token"]);
        var got = await receiver.Next();
        var form = got.Body;
        form.ShouldStartWith("logout_token=");
        var token = new JsonWebToken(form["logout_token=".Length..]);
        (token.Typ, token.GetPayloadValue<string>("sid"), token.Issuer, token.Audiences.Single()).ShouldBe(("logout+jwt", sid, world.Base + ProviderPaths.Psc.Issuer, client.Id));
        token.GetPayloadValue<System.Text.Json.JsonElement>("events").TryGetProperty("http://schemas.openid.net/event/backchannel-logout", out _).ShouldBeTrue();
        token.TryGetPayloadValue<string>("nonce", out _).ShouldBeFalse();
    }

    [Fact, Meets("discovery", "smart-configuration")]
    public async Task Each_issuer_says_its_own_name_and_addresses_that_are_there()
    {
        await using var world = await ProviderWorld.Open();
        foreach (var (path, issuer) in new[] { ("/.well-known/openid-configuration", ""), (ProviderPaths.Psc.Issuer + "/.well-known/openid-configuration", ProviderPaths.Psc.Issuer),
            (ProviderPaths.Psc.Issuer + "/.well-known/wallet-openid-configuration", ProviderPaths.Psc.Issuer) })
        {
            var told = JsonNode.Parse(await (await world.Server.Get(path)).Content.ReadAsStringAsync())!.AsObject();
            ((string)told["issuer"]!).ShouldBe(world.Base + issuer);
            foreach (var (name, address) in told.Where(one => one.Key.EndsWith("_endpoint", StringComparison.Ordinal) && !one.Key.StartsWith("backchannel", StringComparison.Ordinal)))
                (await world.Server.Get(new Uri((string)address!).AbsolutePath)).StatusCode.ShouldNotBe(HttpStatusCode.NotFound, name);
        }
        var smart = JsonNode.Parse(await (await world.Server.Get("/fhir/.well-known/smart-configuration")).Content.ReadAsStringAsync())!;
        foreach (var name in (string[])["authorization_endpoint", "token_endpoint", "introspection_endpoint", "revocation_endpoint", "jwks_uri", "issuer"]) smart[name].ShouldNotBeNull(name);
        smart["capabilities"]!.AsArray().Select(one => (string)one!).ShouldContain("permission-v2");
        smart["grant_types_supported"]!.AsArray().Select(one => (string)one!).ShouldContain("client_credentials");
        smart["code_challenge_methods_supported"]!.AsArray().Select(one => (string)one!).ShouldBe(["S256"]);
    }

    [Fact, Meets("smart-launch", "smart-scopes")]
    public async Task A_launch_opens_one_record_for_who_opened_it_and_a_citizen_their_own()
    {
        await using var world = await ProviderWorld.Open();
        var (client, secret) = await world.Register(new("", "Courbes", ClientProfile.Smart, ClientProof.Secret, ClientState.Active, null, null, null, null, [ProviderWorld.Redirect], [], null,
            ["openid", "launch", "launch/patient", "patient/*.rs"], false, null, null));
        var nurse = await world.SignIn();
        var agent = Agents.Professional(world.Get<Keys>(), ProviderWorld.Rpps, "Inès VAUBAN", "Infirmière", "990000015", "Cabinet des Tilleuls");
        async Task<Dictionary<string, string>> Ask(string cookie, string scope, string? launch)
        {
            var asked = new Dictionary<string, string>(ProviderFlowTests.Asked(client)) { ["scope"] = scope, ["code_challenge"] = SoftwareKey.Challenge, ["code_challenge_method"] = "S256" };
            if (launch is not null) asked["launch"] = launch;
            return await world.Through(await world.Authorize("/oidc/authorize", asked, cookie), cookie);
        }
        async Task<JsonObject> Tokens(Dictionary<string, string> back) => (await world.Post("/oidc/token", ProviderWorld.Code(back["code"]), ProviderFlowTests.Basic(client, secret!))).Body;

        var launch = world.Get<Launches>().Open(agent, "abc");
        var tokens = await Tokens(await Ask(nurse, "launch patient/Observation.rs user/*.cruds", launch));
        ((string)tokens["patient"]!, (string)tokens["scope"]!).ShouldBe(("abc", "launch patient/Observation.rs"));
        (await Ask(nurse, "launch patient/Observation.rs", null))["error"].ShouldBe("invalid_request");
        (await Ask(nurse, "launch patient/Observation.rs", world.Get<Launches>().Open(ProviderWorld.Operator, "abc")))["error"].ShouldBe("invalid_request");
        world.Clock.Now += TimeSpan.FromMinutes(5);
        (await Ask(nurse, "launch patient/Observation.rs", launch))["error"].ShouldBe("invalid_request");
        var citizen = await world.SignIn("citizen");
        var own = await Tokens(await Ask(citizen, "launch/patient patient/Observation.rs", null));
        ((string)own["patient"]!).ShouldBe(world.Get<Keys>().ExternalId(12, 1));
    }

    [Fact]
    public async Task A_software_that_a_vendor_registers_waits_for_the_operator()
    {
        await using var world = await ProviderWorld.Open();
        var page = await world.Server.Get(RegisterSoftware.Path);
        var html = await page.Content.ReadAsStringAsync();
        async Task<string> Post(string returns)
        {
            var answer = await world.Server.Post(RegisterSoftware.Path, WebServerCookies(page), new()
            {
                ["socle-token"] = Core.Tests.Web.WebServer.Hidden(html, "socle-token"), ["nom"] = "Logiciel de cabinet", ["profil"] = "psc", ["retours"] = returns,
                ["etendues"] = "openid scope_all", ["contact"] = "editeur@example.org"
            });
            return WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
        }
        (await Post("http://software.example/callback")).ShouldContain("n’est pas une adresse de retour");
        (await Post(ProviderWorld.Redirect)).ShouldContain("client_secret");
        var registry = world.Get<SoftwareRegistry>();
        var one = (await registry.All(default)).ShouldHaveSingleItem();
        (one.State, one.Name).ShouldBe(("waiting", "Logiciel de cabinet"));
        var client = (await world.Get<Clients>().Find(one.Id, default))!;
        var cookie = await world.SignIn();
        (await world.Authorize(ProviderPaths.Psc.Authorize, ProviderFlowTests.Asked(client), cookie)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        await registry.Validate(one.Id, ProviderWorld.Operator, default);
        (await world.Through(await world.Authorize(ProviderPaths.Psc.Authorize, ProviderFlowTests.Asked(client), cookie), cookie)).ShouldContainKey("code");
        await registry.Revoke(one.Id, ProviderWorld.Operator, default);
        (await world.Authorize(ProviderPaths.Psc.Authorize, ProviderFlowTests.Asked(client), cookie)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await world.Server.Get(DecideSoftware.Path, headers: ("Cookie", cookie))).StatusCode.ShouldBe(HttpStatusCode.Forbidden, "the operator's page");
    }

    static string WebServerCookies(HttpResponseMessage page) => Core.Tests.Web.WebServer.Cookies(page);

    [Fact, Meets("core-get-post")]
    public async Task The_authorization_endpoint_takes_a_form_of_another_site_and_looks_at_no_cookie()
    {
        await using var world = await ProviderWorld.Open();
        var (client, _) = await world.Register(ProviderWorld.Psc());
        var cookie = await world.SignIn();
        var request = world.Server.Request(HttpMethod.Post, ProviderPaths.Psc.Authorize);
        request.Content = new FormUrlEncodedContent(ProviderFlowTests.Asked(client));
        var answer = await world.Server.Send(request, ("Sec-Fetch-Site", "cross-site"), ("Cookie", cookie));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await world.Through(answer, cookie)).ShouldContainKey("code");
    }
}
