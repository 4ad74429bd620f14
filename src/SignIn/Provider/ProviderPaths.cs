using System.Net;
using Microsoft.AspNetCore.Http;

namespace Socle.SignIn;

/// <summary>How strictly a software is spoken with. Psc: as Pro Santé Connect does. Smart: SMART App Launch 2.2. Strict: PAR, PKCE and bound tokens.</summary>
enum ClientProfile { Strict, Psc, Smart }

/// <summary>The addresses of one issuer. Strict and Smart share one; the installed software of Pro Santé Connect has its own.</summary>
/// <param name="Issuer">What follows the base address in the issuer's name.</param>
sealed record ProviderPaths(
    string Issuer, string Authorize, string Token, string UserInfo, string EndSession, string Keys, string Introspect, string Revoke, string Ciba, string? Push)
{
    const string Realm = "/auth/realms/esante-wallet", Connect = Realm + "/protocol/openid-connect";

    public static readonly ProviderPaths Strict = new("", "/oidc/authorize", "/oidc/token", "/oidc/userinfo", "/oidc/logout", "/oidc/jwks",
        "/oidc/introspect", "/oidc/revoke", "/oidc/ciba", "/oidc/par");

    public static readonly ProviderPaths Psc = new(Realm, Connect + "/auth", Connect + "/token", Connect + "/userinfo", Connect + "/logout",
        Connect + "/certs", Connect + "/token/introspect", Connect + "/revoke", Connect + "/ext/ciba/auth", null);

    public static IReadOnlyList<ProviderPaths> All { get; } = [Strict, Psc];

    /// <summary>Where the programs of both issuers ask: no cookie, no form of a page, errors as RFC 6749 says them.</summary>
    public static IReadOnlyList<string> OfPrograms { get; } =
    [
        .. All.SelectMany(paths => new[] { paths.Token, paths.UserInfo, paths.Keys, paths.Introspect, paths.Revoke, paths.Ciba, paths.Push }).OfType<string>(),
        "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server", Realm + "/.well-known"
    ];

    public static ProviderPaths Of(ClientProfile profile) => profile == ClientProfile.Psc ? Psc : Strict;

    /// <summary>Whose address was asked.</summary>
    public static ProviderPaths Of(HttpRequest request) => request.Path.StartsWithSegments(Realm) ? Psc : Strict;
}

/// <summary>The public address of this server, as issuers and endpoints are told.</summary>
sealed class ProviderAddress(SignInSettings settings)
{
    // At home a server answers under whichever port it was given: there the address that was asked is the address.
    readonly bool isHome = settings.Issuer == new SignInSettings().Issuer;

    public string Base(HttpRequest request) => isHome && IsLoopback(request.Host.Host) ? $"{request.Scheme}://{request.Host}" : settings.Issuer.TrimEnd('/');

    public string Issuer(HttpRequest request) => Base(request) + ProviderPaths.Of(request).Issuer;

    static bool IsLoopback(string host) => host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
