using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Socle.Platform;
using Socle.Platform.Web;

namespace Socle.SignIn;

/// <summary>Which software asks: its secret, its signed assertion (RFC 7523) or its certificate (RFC 8705). Each has one way, the one it registered.</summary>
sealed class ClientAuthentication(Clients clients, ClientKeys keys, ProviderAddress address, Db db, TimeProvider clock)
{
    public const string AssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    /// <summary>RS384 and ES384 are SMART's; ES256 and PS256 those of FAPI 2.</summary>
    public static readonly string[] Algorithms = ["ES256", "ES384", "PS256", "RS384"];

    static readonly TimeSpan Longest = TimeSpan.FromMinutes(5), Skew = TimeSpan.FromSeconds(30);

    /// <summary>The software of this request; refuses with « invalid_client » who is none, or is asked for at the address of another profile.</summary>
    public async Task<Client> Authenticate(HttpContext http, Form form, CancellationToken stop)
    {
        var (id, secret) = Basic(http.Request);
        var assertion = form.Optional("client_assertion");
        var typed = form.Optional("client_secret");
        if (new[] { secret, assertion, typed }.Count(one => one is not null) > 1) throw ProviderRefusals.InvalidRequest.With("deux preuves à la fois");
        var signed = assertion is null ? null : Read(form, assertion);
        id ??= form.Optional("client_id") ?? signed?["sub"];
        if (id is null) throw ProviderRefusals.InvalidClient.With("personne n’est nommé");
        if (form.Optional("client_id") is { } named && named != id) throw ProviderRefusals.InvalidClient.With("deux noms différents");
        if (await clients.FindActive(id, stop) is not { } client || ProviderPaths.Of(client.Profile) != ProviderPaths.Of(http.Request))
            throw ProviderRefusals.InvalidClient.With("inconnu ici");
        await Prove(http, client, secret ?? typed, signed, stop);
        return client;
    }

    async Task Prove(HttpContext http, Client client, string? secret, Jws? signed, CancellationToken stop)
    {
        switch (client.Proof)
        {
            case ClientProof.Secret when signed is null && secret is not null && client.HasSecret(secret):
            case ClientProof.None when signed is null && secret is null:
            case ClientProof.Certificate when signed is null && secret is null && CertificateOf(http) is { } shown && shown == client.Certificate:
                return;
            case ClientProof.Key when signed is not null:
                await Verify(http, client, signed, stop);
                return;
            default:
                throw ProviderRefusals.InvalidClient.With("sa preuve ne va pas");
        }
    }

    /// <summary>SHA-256 of the certificate of the connection (x5t#S256); null without one.</summary>
    public static string? CertificateOf(HttpContext http) =>
        http.Connection.ClientCertificate is { } certificate ? Base64Url.EncodeToString(SHA256.HashData(certificate.RawData)) : null;

    static Jws Read(Form form, string assertion)
    {
        if (form.Optional("client_assertion_type") != AssertionType) throw ProviderRefusals.InvalidClient.With("client_assertion_type");
        if (!Jws.TryRead(assertion, out var signed)) throw ProviderRefusals.InvalidClient.With("l’assertion ne se lit pas");
        if (signed.Header.TryGetProperty("jwk", out _)) throw ProviderRefusals.InvalidClient.With("l’assertion apporte sa propre clé");
        if (signed.Type is not (null or "JWT" or "client-authentication+jwt")) throw ProviderRefusals.InvalidClient.With("typ");
        return signed;
    }

    async Task Verify(HttpContext http, Client client, Jws signed, CancellationToken stop)
    {
        if (Fault(http.Request, client, signed) is { } claim) throw ProviderRefusals.InvalidClient.With(claim);
        var known = await keys.Of(client, signed.KeyId, stop);
        if (!known.Any(key => signed.IsSignedBy(key, Algorithms))) throw ProviderRefusals.InvalidClient.With("la signature");
        var unit = new Unit();
        ProviderStore.Once(unit, $"{client.Id} {signed["jti"]}", signed.Time("exp")!.Value + Skew, () => ProviderRefusals.InvalidClient.With("l’assertion a déjà servi"));
        await db.Commit(unit, stop);
    }

    string? Fault(HttpRequest request, Client client, Jws signed)
    {
        var now = clock.GetUtcNow();
        if (signed["iss"] != client.Id || signed["sub"] != client.Id) return "iss et sub sont le nom du logiciel";
        var (root, paths) = (address.Base(request), ProviderPaths.Of(client.Profile));
        string[] ours = [root + paths.Issuer, root + paths.Token, .. paths.Push is { } push ? [root + push] : Array.Empty<string>()];
        if (!signed.Audience.Any(one => ours.Contains(one, StringComparer.Ordinal))) return "aud";
        if (signed.Time("exp") is not { } end || end <= now || end > now + Longest + Skew) return "exp";
        if (signed.Claims.TryGetProperty("nbf", out _) && (signed.Time("nbf") is not { } from || from > now + Skew)) return "nbf";
        if (signed.Claims.TryGetProperty("iat", out _) && (signed.Time("iat") is not { } made || made > now + Skew)) return "iat";
        return signed["jti"] is { Length: > 0 and <= 200 } ? null : "jti";
    }

    // RFC 6749 §2.3.1: both are encoded as in a form before they are put together.
    static (string? Id, string? Secret) Basic(HttpRequest request)
    {
        var sent = request.Headers.Authorization.ToString();
        if (!sent.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase)) return (null, null);
        try
        {
            var pair = Encoding.UTF8.GetString(Convert.FromBase64String(sent[6..].Trim()));
            var colon = pair.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0) return (Decode(pair[..colon]), Decode(pair[(colon + 1)..]));
        }
        catch (FormatException)
        {
            // Said below.
        }
        throw ProviderRefusals.InvalidClient.With("l’en-tête Authorization ne se lit pas");
    }

    static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
