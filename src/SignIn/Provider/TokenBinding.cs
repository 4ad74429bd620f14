using Microsoft.AspNetCore.Http;
using Socle.Platform;

namespace Socle.SignIn;

/// <summary>A route at which software proves who it is in its own ways: what it sends as Authorization is no token.</summary>
sealed record AuthenticatesSoftware;

/// <summary>What a token asks of the request that shows it: the proof of its key or certificate, a software that may still ask, a family that has not ended.</summary>
sealed class TokenBinding(Dpop dpop, Grants grants, Clients clients)
{
    public async ValueTask Check(HttpContext http, ReadToken read, string token, bool isBound)
    {
        Prove(http, read.Proof, token, isBound);
        if (read.Client is { } client && await clients.FindActive(client, http.RequestAborted) is null) throw SignInRefusals.TokenInvalid.With();
        if (read.Grant is { } grant && await grants.HasEnded(grant, http.RequestAborted)) throw SignInRefusals.TokenInvalid.With();
    }

    void Prove(HttpContext http, string? proof, string token, bool isBound)
    {
        if (proof is null)
        {
            // RFC 9449 §7.2: a token that is bound to nothing is not shown as one that is.
            if (isBound) throw SignInRefusals.TokenInvalid.With();
            return;
        }
        if (proof.StartsWith(Tokens.Certificate, StringComparison.Ordinal))
        {
            if (isBound || ClientAuthentication.CertificateOf(http) is not { } shown || proof != Tokens.Certificate + shown) throw SignInRefusals.TokenInvalid.With();
            return;
        }
        http.Response.Headers.WWWAuthenticate = Challenge("invalid_token");
        if (!isBound) throw ProviderRefusals.ProofRefused.With("elle manque");
        try
        {
            if (dpop.Check(http, token, ProviderRefusals.ProofRefused, ProviderRefusals.NonceWantedHere) is not { } key) throw ProviderRefusals.ProofRefused.With("elle manque");
            if (proof != Tokens.Key + key) throw ProviderRefusals.ProofRefused.With("une autre clé");
        }
        catch (Refusal refusal) when (refusal.Kind == ProviderRefusals.NonceWantedHere)
        {
            http.Response.Headers.WWWAuthenticate = Challenge("use_dpop_nonce");
            throw;
        }
    }

    static string Challenge(string error) => $"DPoP error=\"{error}\", algs=\"{string.Join(' ', Dpop.Algorithms)}\"";
}
