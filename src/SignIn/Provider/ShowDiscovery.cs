using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Socle.Platform;

namespace Socle.SignIn;

/// <summary>What an issuer says of itself (OpenID Connect Discovery, RFC 8414), and what SMART App Launch says of the FHIR API.</summary>
static class ShowDiscovery
{
    const string Ciba = "urn:openid:params:grant-type:ciba";

    public static IResult Handle(HttpContext http, ProviderAddress address, AskToken tokens)
    {
        var (root, paths) = (address.Base(http.Request), ProviderPaths.Of(http.Request));
        var isPsc = paths == ProviderPaths.Psc;
        var body = Common(root, paths, tokens, isPsc);
        body["issuer"] = root + paths.Issuer;
        body["userinfo_endpoint"] = root + paths.UserInfo;
        body["end_session_endpoint"] = root + paths.EndSession;
        body["subject_types_supported"] = List("public");
        body["id_token_signing_alg_values_supported"] = List("RS256");
        body["response_modes_supported"] = List("query");
        body["acr_values_supported"] = List("eidas1", "eidas2");
        body["claims_supported"] = List([.. UserInfoClaims.Names, "sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "azp", "sid", "at_hash"]);
        body["prompt_values_supported"] = List("none", "login", "consent", "select_account");
        (body["claims_parameter_supported"], body["request_parameter_supported"]) = (false, false);
        body["request_uri_parameter_supported"] = !isPsc;
        (body["backchannel_logout_supported"], body["backchannel_logout_session_supported"]) = (true, true);
        body["frontchannel_logout_supported"] = false;
        body["authorization_response_iss_parameter_supported"] = true;
        body["dpop_signing_alg_values_supported"] = List(Dpop.Algorithms);
        body["tls_client_certificate_bound_access_tokens"] = true;
        if (tokens.GrantTypes.Contains(Ciba))
        {
            body["backchannel_authentication_endpoint"] = root + paths.Ciba;
            body["backchannel_token_delivery_modes_supported"] = List("poll", "ping");
            body["backchannel_user_code_parameter_supported"] = false;
        }
        if (paths.Push is { } push) body["pushed_authorization_request_endpoint"] = root + push;
        return ProviderAnswer.Public(body);
    }

    /// <summary>/fhir/.well-known/smart-configuration.</summary>
    public static IResult Smart(HttpContext http, ProviderAddress address, AskToken tokens)
    {
        var root = address.Base(http.Request);
        var body = Common(root, ProviderPaths.Strict, tokens, isPsc: false);
        body["issuer"] = root;
        body["pushed_authorization_request_endpoint"] = root + ProviderPaths.Strict.Push;
        body["management_endpoint"] = root + "/";
        body["capabilities"] = List("launch-standalone", "authorize-post", "client-public", "client-confidential-symmetric", "client-confidential-asymmetric",
            "sso-openid-connect", "context-standalone-patient", "permission-patient", "permission-user", "permission-v2");
        return ProviderAnswer.Public(body);
    }

    public static async Task<IResult> Keys(SigningKeys keys, CancellationToken stop)
    {
        var all = new JsonArray();
        foreach (var key in await keys.Published(stop)) all.Add(new JsonObject(key.Jwk.Select(one => KeyValuePair.Create<string, JsonNode?>(one.Key, one.Value))));
        return ProviderAnswer.Public(new JsonObject { ["keys"] = all });
    }

    static JsonObject Common(string root, ProviderPaths paths, AskToken tokens, bool isPsc) => new()
    {
        ["issuer"] = root + paths.Issuer,
        ["authorization_endpoint"] = root + paths.Authorize,
        ["token_endpoint"] = root + paths.Token,
        ["jwks_uri"] = root + paths.Keys,
        ["introspection_endpoint"] = root + paths.Introspect,
        ["revocation_endpoint"] = root + paths.Revoke,
        ["response_types_supported"] = List("code"),
        ["grant_types_supported"] = List([.. tokens.GrantTypes]),
        ["scopes_supported"] = List([.. ProviderScopes.Plain, "patient/*.rs", "user/*.cruds", "system/*.rs"]),
        ["code_challenge_methods_supported"] = List("S256"),
        ["token_endpoint_auth_methods_supported"] = isPsc
            ? List("client_secret_basic", "client_secret_post", "private_key_jwt", "tls_client_auth", "self_signed_tls_client_auth")
            : List("private_key_jwt", "self_signed_tls_client_auth", "tls_client_auth", "client_secret_basic", "client_secret_post", "none"),
        ["token_endpoint_auth_signing_alg_values_supported"] = List(ClientAuthentication.Algorithms)
    };

    static JsonArray List(params string[] values) => [.. values.Select(value => JsonValue.Create(value))];
}
