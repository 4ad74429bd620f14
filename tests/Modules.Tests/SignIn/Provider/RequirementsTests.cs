using System.Reflection;
using System.Text;
using Socle.Support;

namespace Socle.Modules.Tests.SignIn.Provider;

/// <summary>Which lines of the specifications a test is about.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class MeetsAttribute(params string[] requirements) : Attribute
{
    public IReadOnlyList<string> Requirements { get; } = requirements;
}

/// <summary>docs/generated/openid-requirements.md: what the specifications ask of a provider, and the tests that hold it. A line without a test is a failure.</summary>
public sealed class RequirementsTests
{
    static readonly (string Id, string Place, string Text)[] All =
    [
        ("core-get-post", "OIDC Core 3.1.2.1", "The authorization endpoint supports GET and POST"),
        ("core-redirect", "OIDC Core 3.1.2.1", "redirect_uri matches a registered value exactly, by simple string comparison"),
        ("core-openid", "OIDC Core 3.1.2.1", "The request carries the scope openid"),
        ("core-none", "OIDC Core 3.1.2.1", "prompt=none shows no page and is refused with login_required; with any other value it is an error"),
        ("core-login", "OIDC Core 3.1.2.1", "prompt=login asks for a new sign-in"),
        ("core-max-age", "OIDC Core 3.1.2.1", "max_age asks for a new sign-in when the last is older, and auth_time is in the id token"),
        ("core-nonce", "OIDC Core 3.1.2.1", "nonce is passed unmodified into the id token"),
        ("core-no-redirect", "OIDC Core 3.1.2.6", "A wrong client or redirect_uri is told on a page; the browser is not sent there"),
        ("core-state", "OIDC Core 3.1.2.6", "state comes back in answers and errors"),
        ("core-client", "OIDC Core 3.1.3.2", "The token endpoint authenticates the client, and the code was issued to it"),
        ("core-code-once", "OIDC Core 3.1.3.2", "A code is used once; its redirect_uri is the one of the request"),
        ("core-no-store", "OIDC Core 3.1.3.3", "Token answers are not stored (Cache-Control: no-store)"),
        ("core-id-token", "OIDC Core 2, 3.1.3.7", "The id token carries iss, sub, aud, exp, iat and is validated by the published keys"),
        ("core-at-hash", "OIDC Core 3.1.3.6", "at_hash is the left half of the hash of the access token"),
        ("core-userinfo", "OIDC Core 5.3", "UserInfo answers with the same sub, to a token of scope openid only"),
        ("core-request", "OIDC Core 6.1", "request_not_supported is told where request objects are not supported"),
        ("core-rotation", "OIDC Core 10.1.1", "A key is published before it signs, and stays while what it signed is worth something"),
        ("core-refresh", "OIDC Core 12", "A refresh token is bound to its client"),
        ("discovery", "OIDC Discovery 4", "The configuration names the issuer it was asked for"),
        ("logout-hint", "OIDC RP-Initiated Logout 2, 3", "The browser goes back only to a registered post_logout_redirect_uri, with the state"),
        ("logout-back", "OIDC Back-Channel Logout 2.4, 2.5", "A logout token with sid and events, without nonce, is posted to the registered address"),
        ("pkce-s256", "RFC 7636 4.4.1, 4.6", "A challenge is compared with S256 of the verifier; plain is refused"),
        ("pkce-downgrade", "RFC 9700 2.1.1", "A verifier without a challenge is refused like a challenge without its verifier"),
        ("par-authenticate", "RFC 9126 2", "The client authenticates; a request_uri is not pushed"),
        ("par-bound", "RFC 9126 2.2, 4", "A request_uri belongs to its client, is short-lived and served once"),
        ("par-required", "RFC 9126 5", "Where PAR is required another request is refused"),
        ("iss", "RFC 9207 2", "iss is in every authorization answer, errors included"),
        ("bcp-redirect", "RFC 9700 2.1, 4.1.3", "Exact string matching of redirect addresses; no open redirector"),
        ("bcp-replay", "RFC 9700 4.2.4 (RFC 6749 4.1.2)", "A code presented twice is refused, and the tokens it brought are revoked"),
        ("bcp-rotation", "RFC 9700 4.14.2", "Refresh tokens rotate, and reuse ends the family"),
        ("bcp-bound", "RFC 9700 2.2.1", "Access tokens are bound to a key"),
        ("bcp-assertion", "RFC 7523 3, RFC 9700 2.5", "An assertion has iss, sub, aud, exp and jti, is signed by a registered key, and serves once"),
        ("dpop-proof", "RFC 9449 4.3", "A proof has the right typ, algorithm, key, htm, htu, iat, jti and, with a token, ath"),
        ("dpop-nonce", "RFC 9449 8, 9", "A proof without the server's nonce is refused with use_dpop_nonce and the nonce"),
        ("dpop-replay", "RFC 9449 11.1", "A proof serves once"),
        ("dpop-scheme", "RFC 9449 7.1, 7.2", "A bound token is refused as a bearer token, and without its proof"),
        ("introspect", "RFC 7662 2.1, 2.2", "The client authenticates; of what is not worth anything only active=false is told"),
        ("revoke", "RFC 7009 2.1, 2.2", "Revoking a refresh token revokes the access tokens of its grant; an unknown token is answered 200"),
        ("jwt-algorithms", "RFC 8725 3.1, 3.2", "Algorithm and key are fixed: none, confusion, embedded and foreign keys are refused"),
        ("jwt-size", "RFC 8725 (house rule)", "A token of more than 8 KB is refused"),
        ("smart-configuration", "SMART 2.2 conformance", ".well-known/smart-configuration names endpoints, grants, scopes, methods and capabilities"),
        ("smart-backend", "SMART 2.2 backend services", "client_credentials with private_key_jwt, system/ scopes only, five minutes at most, no refresh token"),
        ("smart-launch", "SMART 2.2 launch", "launch is bound to who opened it and short-lived; patient is in the token answer"),
        ("smart-scopes", "SMART 2.2 scopes", "What is granted is told in scope; more than registered is never granted"),
        ("jwks-fetch", "OIDC Core 10, house rule", "A key set that cannot be fetched is refused with its reason"),
        ("ciba-01", "CIBA Core 1.0 7.3", "auth_req_id is unique and has 128 bits of chance at least, 160 recommended"),
        ("ciba-02", "CIBA Core 1.0 7.3", "expires_in is a positive number of seconds"),
        ("ciba-03", "CIBA Core 1.0 7.3", "interval is told in the poll mode"),
        ("ciba-04", "CIBA Core 1.0 10.1", "The grant type is urn:openid:params:grant-type:ciba, with auth_req_id"),
        ("ciba-05", "CIBA Core 1.0 10.1.1", "Once it was answered with tokens, an auth_req_id is no longer worth anything"),
        ("ciba-06", "CIBA Core 1.0 11", "authorization_pending while nobody answered"),
        ("ciba-07", "CIBA Core 1.0 11", "slow_down adds at least five seconds to the interval"),
        ("ciba-08", "CIBA Core 1.0 7.1", "requested_expiry is honoured"),
        ("ciba-09", "CIBA Core 1.0 11", "access_denied where the person refused"),
        ("ciba-10", "CIBA Core 1.0 11", "expired_token once the time is over"),
        ("ciba-11", "CIBA Core 1.0 7.1", "The client proves who it is"),
        ("ciba-12", "CIBA Core 1.0 7.1", "scope is there and has openid"),
        ("ciba-13", "CIBA Core 1.0 7.1", "One and only one hint"),
        ("ciba-14", "CIBA Core 1.0 7.1", "requested_expiry is a positive integer"),
        ("ciba-15", "CIBA Core 1.0 7.2", "A request is validated before it is put to anybody"),
        ("ciba-16", "CIBA Core 1.0 13", "invalid_binding_message for one that is not to be shown"),
        ("ciba-17", "CIBA Core 1.0 13", "invalid_request, invalid_scope and invalid_client with their status"),
        ("ciba-18", "CIBA Core 1.0 7.2", "Whom a hint names is not to be told from the answer"),
        ("ciba-19", "CIBA Core 1.0 14", "Whoever asks often does not flood a person"),
        ("ciba-20", "CIBA Core 1.0 10.1", "An auth_req_id is worth something to the client that it was given to only"),
        ("ciba-21", "CIBA Core 1.0 13", "unauthorized_client where the client is not registered for the flow"),
        ("ciba-22", "CIBA Core 1.0 7.1", "client_notification_token is there in the ping mode, of 1024 signs at the most, in the syntax of bearer tokens"),
        ("ciba-23", "CIBA Core 1.0 10.2", "The ping is a POST of JSON with auth_req_id, under the client's notification token"),
        ("ciba-24", "CIBA Core 1.0 10.2", "A ping has no tokens and no word about the answer")
    ];

    [Fact]
    public void Every_line_has_its_test_and_every_test_its_line()
    {
        var tests = typeof(RequirementsTests).Assembly.GetTypes().SelectMany(type => type.GetMethods())
            .Select(method => (Method: method, Meets: method.GetCustomAttribute<MeetsAttribute>())).Where(one => one.Meets is not null).ToList();
        tests.SelectMany(one => one.Meets!.Requirements).Except(All.Select(one => one.Id)).ShouldBeEmpty();
        tests.Where(one => one.Method.GetCustomAttribute<FactAttribute>() is null).ShouldBeEmpty();
        var text = new StringBuilder("# What the specifications ask of the OpenID provider\n\nWritten by `RequirementsTests`: each line and the tests that hold it.\n\n| where | what | tests |\n|---|---|---|\n");
        foreach (var (id, place, what) in All)
        {
            var names = tests.Where(one => one.Meets!.Requirements.Contains(id)).Select(one => $"`{one.Method.DeclaringType!.Name}.{one.Method.Name}`").Order(StringComparer.Ordinal).ToList();
            names.ShouldNotBeEmpty($"{place}: {what}");
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"| {place} | {what} | {string.Join("<br>", names)} |\n");
        }
        Core.Tests.GeneratedFile.MustEqual("docs/generated/openid-requirements.md", text.ToString());
    }
}
