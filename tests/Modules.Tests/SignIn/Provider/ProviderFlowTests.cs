using System.Buffers.Text;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Socle.Platform;
using Socle.SignIn;

namespace Socle.Modules.Tests.SignIn.Provider;

/// <summary>What a software of each profile does from the first address to the logout.</summary>
public sealed class ProviderFlowTests
{
    [Fact, Meets("bcp-bound", "dpop-scheme", "dpop-nonce", "dpop-proof", "dpop-replay", "iss", "core-no-store", "core-userinfo")]
    public async Task A_strict_software_pushes_its_request_and_gets_bound_tokens()
    {
        await using var world = await ProviderWorld.Open();
        using var key = new SoftwareKey();
        var (client, _) = await world.Register(ProviderWorld.Strict(key));
        var cookie = await world.SignIn();
        var code = await world.StrictCode(client, key, cookie);
        var (status, tokens, answer) = await world.Token(client, key, ProviderWorld.Code(code));
        status.ShouldBe(200, tokens.ToJsonString());
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        ((string)tokens["token_type"]!, (int)tokens["expires_in"]!).ShouldBe(("DPoP", 120));

        var access = (string)tokens["access_token"]!;
        async Task<HttpResponseMessage> UserInfo(string scheme, string? proof) => await world.Server.Get("/oidc/userinfo",
            headers: [("Authorization", $"{scheme} {access}"), .. proof is null ? Array.Empty<(string, string)>() : [("DPoP", proof)]]);
        string Proof(string? nonce, string? token) => key.Proof("GET", world.Base + "/oidc/userinfo", nonce, world.Clock, token);

        var told = await UserInfo("DPoP", Proof(world.Nonce(), access));
        told.StatusCode.ShouldBe(HttpStatusCode.OK, await told.Content.ReadAsStringAsync());
        JsonNode.Parse(await told.Content.ReadAsStringAsync())!["sub"]!.GetValue<string>().ShouldBe("rpps:" + ProviderWorld.Rpps);
        (await UserInfo("Bearer", null)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await UserInfo("Bearer", Proof(world.Nonce(), access))).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await UserInfo("DPoP", null)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await UserInfo("DPoP", Proof(world.Nonce(), "another"))).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        var asked = await UserInfo("DPoP", Proof(null, access));
        asked.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        asked.Headers.WwwAuthenticate.ToString().ShouldContain("use_dpop_nonce");
        asked.Headers.GetValues("DPoP-Nonce").Single().ShouldBe(world.Nonce());
        // The same on the API itself.
        string Api(string? nonce) => key.Proof("GET", world.Base + "/fhir/who", nonce, world.Clock, access);
        (await (await world.Server.Get("/fhir/who", headers: [("Authorization", "DPoP " + access), ("DPoP", Api(world.Nonce()))])).Content.ReadAsStringAsync()).ShouldBe("Inès VAUBAN");
        var once = Api(world.Nonce());
        (await world.Server.Get("/fhir/who", headers: [("Authorization", "DPoP " + access), ("DPoP", once)])).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await world.Server.Get("/fhir/who", headers: [("Authorization", "DPoP " + access), ("DPoP", once)])).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        world.Clock.Now += TimeSpan.FromSeconds(30);
        (await world.Server.Get("/fhir/who", headers: [("Authorization", "DPoP " + access), ("DPoP", once)])).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact, Meets("core-state", "core-userinfo")]
    public async Task Installed_software_of_Pro_Sante_Connect_works_by_changing_an_address()
    {
        await using var world = await ProviderWorld.Open();
        var (client, secret) = await world.Register(ProviderWorld.Psc());
        var cookie = await world.SignIn();
        var tokens = await PscTokens(world, client, secret!, cookie);
        ((string)tokens["token_type"]!, tokens["session_state"] is not null, (int)tokens["refresh_expires_in"]!).ShouldBe(("Bearer", true, 1800));
        var told = await world.Server.Get(ProviderPaths.Psc.UserInfo, headers: ("Authorization", "Bearer " + tokens["access_token"]));
        var claims = JsonNode.Parse(await told.Content.ReadAsStringAsync())!.AsObject();
        ((string)claims["SubjectNameID"]!, (string)claims["Secteur_Activite"]!, (string)claims["Acces_Regulation_Medicale"]!, (string)claims["SubjectOrganizationID"]!)
            .ShouldBe(("8" + ProviderWorld.Rpps, "SA07^1.2.250.1.71.4.2.4", "FAUX", "1990000015"));
        ((string)claims["sub"]!).ShouldMatch("^f:[0-9a-f-]{36}:8" + ProviderWorld.Rpps + "$");
        claims["SubjectRefPro"]!["exercices"]!.AsArray().Select(one => (string)one!["codeProfession"]!).ShouldBe(["60", "10"]);
        ((bool)claims["email_verified"]!).ShouldBeFalse();
        ((string)claims["SubjectRole"]![0]!).ShouldBe("60^1.2.250.1.213.1.1.5.5");
        // Its claims are those of the published sample, name by name.
        UserInfoClaims.Names.ShouldBeSubsetOf(claims.Select(one => one.Key));
    }

    [Fact, Meets("core-id-token", "core-nonce", "core-at-hash", "core-max-age")]
    public async Task The_id_token_is_validated_from_the_published_keys()
    {
        await using var world = await ProviderWorld.Open();
        var (client, secret) = await world.Register(ProviderWorld.Psc());
        var cookie = await world.SignIn();
        var tokens = await PscTokens(world, client, secret!, cookie);
        var discovery = JsonNode.Parse(await (await world.Server.Get(ProviderPaths.Psc.Issuer + "/.well-known/wallet-openid-configuration")).Content.ReadAsStringAsync())!;
        var keys = new JsonWebKeySet(await (await world.Server.Get(new Uri((string)discovery["jwks_uri"]!).AbsolutePath)).Content.ReadAsStringAsync());
        var result = await new JsonWebTokenHandler { MapInboundClaims = false }.ValidateTokenAsync((string)tokens["id_token"]!, new()
        {
            ValidIssuer = (string)discovery["issuer"]!, ValidAudience = client.Id, IssuerSigningKeys = keys.GetSigningKeys(), ValidAlgorithms = ["RS256"],
            LifetimeValidator = (from, until, _, _) => until > world.Clock.Now.UtcDateTime
        });
        result.IsValid.ShouldBeTrue(result.Exception?.Message);
        var token = (JsonWebToken)result.SecurityToken;
        (token.GetPayloadValue<string>("nonce"), token.GetPayloadValue<string>("azp"), token.GetPayloadValue<string>("acr")).ShouldBe(("n", client.Id, "demo"));
        token.GetPayloadValue<long>("auth_time").ShouldBe(world.Clock.Now.ToUnixTimeSeconds());
        var half = System.Security.Cryptography.SHA256.HashData(Encoding.ASCII.GetBytes((string)tokens["access_token"]!)).AsSpan(0, 16);
        token.GetPayloadValue<string>("at_hash").ShouldBe(Base64Url.EncodeToString(half));
    }

    [Fact, Meets("core-rotation")]
    public async Task A_key_is_published_before_it_signs_and_after_it_signed_last()
    {
        await using var world = await ProviderWorld.Open();
        var keys = world.Get<SigningKeys>();
        var first = (await keys.Published(default)).ShouldHaveSingleItem().Id;
        world.Clock.Now += SigningKeys.Signs - SigningKeys.Ahead + TimeSpan.FromHours(1);
        await keys.Rotate(default);
        (await keys.Published(default)).Select(key => key.Id).Count().ShouldBe(2);
        (await keys.Current(default)).Key.KeyId.ShouldBe(first);
        world.Clock.Now += SigningKeys.Ahead;
        var second = (await keys.Current(default)).Key.KeyId;
        second.ShouldNotBe(first);
        (await keys.Published(default)).Select(key => key.Id).ShouldBe([first, second]);
        world.Clock.Now += SigningKeys.After;
        (await keys.Published(default)).Select(key => key.Id).ShouldBe([second]);
    }

    [Fact, Meets("bcp-rotation", "introspect")]
    public async Task A_refresh_token_serves_once_and_its_reuse_ends_the_family()
    {
        await using var world = await ProviderWorld.Open();
        var (client, secret) = await world.Register(ProviderWorld.Psc());
        var cookie = await world.SignIn();
        var first = await PscTokens(world, client, secret!, cookie);
        var (status, second, _) = await world.Post(ProviderPaths.Psc.Token, ProviderWorld.Again(first), Basic(client, secret!));
        status.ShouldBe(200, second.ToJsonString());
        (await Look(world, client, secret!, second)).ShouldBeTrue();
        var (again, error, _) = await world.Post(ProviderPaths.Psc.Token, ProviderWorld.Again(first), Basic(client, secret!));
        (again, (string)error["error"]!).ShouldBe((400, "invalid_grant"));
        (await world.Post(ProviderPaths.Psc.Token, ProviderWorld.Again(second), Basic(client, secret!))).Status.ShouldBe(400);
        (await Look(world, client, secret!, second)).ShouldBeFalse();
        (await world.Server.Get(ProviderPaths.Psc.UserInfo, headers: ("Authorization", "Bearer " + second["access_token"]))).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact, Meets("logout-hint", "introspect")]
    public async Task A_session_that_ends_takes_its_tokens_with_it()
    {
        await using var world = await ProviderWorld.Open();
        var (client, secret) = await world.Register(ProviderWorld.Psc());
        var cookie = await world.SignIn();
        var tokens = await PscTokens(world, client, secret!, cookie);
        var logout = ProviderPaths.Psc.EndSession + $"?id_token_hint={tokens["id_token"]}&state=x&post_logout_redirect_uri=";
        (await world.Server.Get(logout + Uri.EscapeDataString("https://evil.example/"))).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await Look(world, client, secret!, tokens)).ShouldBeTrue();
        var answer = await world.Server.Get(logout + Uri.EscapeDataString(ProviderWorld.Out), headers: ("Cookie", cookie));
        answer.Headers.Location!.ToString().ShouldBe(ProviderWorld.Out + "?state=x");
        (await Look(world, client, secret!, tokens)).ShouldBeFalse();
        (await world.Post(ProviderPaths.Psc.Token, ProviderWorld.Again(tokens), Basic(client, secret!))).Status.ShouldBe(400);
        (await world.Server.Get(ProviderPaths.Psc.UserInfo, headers: ("Authorization", "Bearer " + tokens["access_token"]))).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact, Meets("smart-backend", "smart-scopes")]
    public async Task Software_without_a_person_gets_a_token_for_its_structure()
    {
        await using var world = await ProviderWorld.Open();
        using var key = new SoftwareKey();
        var (client, _) = await world.Register(ProviderWorld.Strict(key) with { Profile = ClientProfile.Smart, Scopes = ["system/*.rs"], Structure = "990000010", RedirectUris = [] });
        var (status, tokens, _) = await world.Post("/oidc/token", world.Signed(client, key, new() { ["grant_type"] = "client_credentials", ["scope"] = "system/Observation.rs" }));
        status.ShouldBe(200, tokens.ToJsonString());
        ((string)tokens["scope"]!, (int)tokens["expires_in"]!, tokens.ContainsKey("refresh_token")).ShouldBe(("system/Observation.rs", 300, false));
        (await (await world.Server.Get("/fhir/who", headers: ("Authorization", "Bearer " + tokens["access_token"]))).Content.ReadAsStringAsync()).ShouldBe("Logiciel strict");
        (await world.Post("/oidc/token", world.Signed(client, key, new() { ["grant_type"] = "client_credentials", ["scope"] = "user/*.cruds" }))).Body["error"]!.GetValue<string>().ShouldBe("invalid_scope");
    }

    [Fact, Meets("core-none", "core-login", "core-max-age", "core-state")]
    public async Task Somebody_who_is_not_signed_in_signs_in_and_comes_back()
    {
        await using var world = await ProviderWorld.Open();
        var (client, _) = await world.Register(ProviderWorld.Psc());
        var asked = Asked(client);
        var answer = await world.Authorize(ProviderPaths.Psc.Authorize, asked, "");
        var place = Uri.UnescapeDataString(answer.Headers.Location!.ToString());
        place.ShouldStartWith("/connexion?back=/connexion/demande/");
        var cookie = await world.SignIn();
        var back = await world.Server.Get(place["/connexion?back=".Length..], headers: ("Cookie", cookie));
        (await world.Through(back, cookie))["state"].ShouldBe("s");
        // From another site the cookie does not come along: a page of this site goes on.
        var cross = await world.Server.Get(ProviderPaths.Psc.Authorize + "?" + string.Join('&', asked.Select(one => $"{one.Key}={Uri.EscapeDataString(one.Value)}")), headers: ("Sec-Fetch-Site", "cross-site"));
        cross.StatusCode.ShouldBe(HttpStatusCode.OK);
        cross.Headers.GetValues("Refresh").Single().ShouldStartWith("0; url=/connexion/demande/");
        (await world.Through(await world.Authorize(ProviderPaths.Psc.Authorize, new(asked) { ["prompt"] = "none" }, ""), ""))["error"].ShouldBe("login_required");
        world.Clock.Now += TimeSpan.FromMinutes(2);
        (await world.Authorize(ProviderPaths.Psc.Authorize, new(asked) { ["prompt"] = "login" }, cookie)).Headers.Location!.ToString().ShouldStartWith("/connexion?back=");
        (await world.Authorize(ProviderPaths.Psc.Authorize, new(asked) { ["max_age"] = "60" }, cookie)).Headers.Location!.ToString().ShouldStartWith("/connexion?back=");
        (await world.Through(await world.Authorize(ProviderPaths.Psc.Authorize, new(asked) { ["max_age"] = "600" }, cookie), cookie)).ShouldContainKey("code");
    }

    internal static Dictionary<string, string> Asked(Client client) => new()
    {
        ["client_id"] = client.Id, ["redirect_uri"] = ProviderWorld.Redirect, ["response_type"] = "code", ["scope"] = "openid scope_all", ["acr_values"] = "eidas1",
        ["state"] = "s", ["nonce"] = "n"
    };

    internal static async Task<JsonObject> PscTokens(ProviderWorld world, Client client, string secret, string cookie)
    {
        var back = await world.Through(await world.Authorize(ProviderPaths.Psc.Authorize, Asked(client), cookie), cookie);
        back["state"].ShouldBe("s");
        var (status, tokens, _) = await world.Post(ProviderPaths.Psc.Token, ProviderWorld.Code(back["code"], null), Basic(client, secret));
        status.ShouldBe(200, tokens.ToJsonString());
        return tokens;
    }

    internal static (string, string) Basic(Client client, string secret) =>
        ("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{client.Id}:{secret}")));

    static async Task<bool> Look(ProviderWorld world, Client client, string secret, JsonObject tokens) =>
        (bool)(await world.Post(ProviderPaths.Psc.Introspect, new() { ["token"] = (string)tokens["access_token"]! }, Basic(client, secret))).Body["active"]!;
}
