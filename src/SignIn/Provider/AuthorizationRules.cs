using System.Globalization;
using Socle.Platform;

namespace Socle.SignIn;

/// <summary>An authorization request that is refused after its redirect address was found to be the software's own: the refusal goes there (RFC 6749 §4.1.2.1).</summary>
sealed class RefusedRequest(string redirect, string? state, string issuer, string error, string why)
{
    public string Location => Answers.To(redirect, state, issuer, [new("error", error), new("error_description", ProviderAnswer.Plain(why))]);

    /// <summary>The same to a program.</summary>
    public Refusal AsRefusal() => error switch
    {
        "request_not_supported" => ProviderRefusals.RequestObject.With(),
        "unsupported_response_type" => ProviderRefusals.UnsupportedResponse.With(),
        "invalid_scope" => ProviderRefusals.InvalidScope.With(why),
        _ => ProviderRefusals.InvalidRequest.With(why)
    };
}

/// <summary>What comes back to the software: in the query, with state and issuer (RFC 9207).</summary>
static class Answers
{
    public static string To(string redirect, string? state, string issuer, IEnumerable<KeyValuePair<string, string>> values)
    {
        var all = values.ToList();
        if (state is not null) all.Add(new("state", state));
        all.Add(new("iss", issuer));
        var query = string.Join('&', all.Select(one => $"{Uri.EscapeDataString(one.Key)}={Uri.EscapeDataString(one.Value)}"));
        return redirect + (redirect.Contains('?', StringComparison.Ordinal) ? "&" : "?") + query;
    }
}

/// <summary>Reads what a software asks for. Pure: who the software is was found before.</summary>
static class AuthorizationRules
{
    const int LongestText = 2_000, LongestScope = 1_000;

    static readonly string[] Read =
        ["client_id", "redirect_uri", "response_type", "scope", "state", "nonce", "code_challenge", "code_challenge_method", "prompt", "max_age", "acr_values", "dpop_jkt",
         "launch", "aud", "response_mode", "request", "request_uri"];

    /// <summary>The parameters that are known, each said once.</summary>
    public static Dictionary<string, string> Parameters(IEnumerable<KeyValuePair<string, Microsoft.Extensions.Primitives.StringValues>> sent)
    {
        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, values) in sent.Where(one => Read.Contains(one.Key, StringComparer.Ordinal)))
        {
            if (values.Count != 1) throw ProviderRefusals.InvalidRequest.With($"« {name} » est dit deux fois");
            if (values[0] is { Length: > 0 } value) known[name] = value.Length <= LongestText ? value : throw ProviderRefusals.InvalidRequest.With($"« {name} » est trop long");
        }
        return known;
    }

    /// <summary>Null: refused, as <paramref name="refused"/> says. A wrong redirect address is thrown: nothing may go there.</summary>
    public static AuthorizationRequest? Check(Client client, string issuer, string fhirBase, Dictionary<string, string> asked, bool pushed, DateTimeOffset now, out RefusedRequest? refused)
    {
        // One registered address needs not be told (RFC 6749 §3.1.2.3), but OpenID Connect wants it told always.
        if (asked.GetValueOrDefault("redirect_uri") is not { } redirect || !client.ReturnsTo(redirect)) throw ProviderRefusals.UnknownRedirect.With();
        var state = asked.GetValueOrDefault("state");
        refused = Fault(client, fhirBase, asked, pushed) is var (error, why) ? new(redirect, state, issuer, error, why) : null;
        if (refused is not null) return null;
        return new(client.Id, issuer, redirect, asked["scope"], state, asked.GetValueOrDefault("nonce"), asked.GetValueOrDefault("code_challenge"),
            asked.GetValueOrDefault("prompt"), asked.TryGetValue("max_age", out var age) ? long.Parse(age, CultureInfo.InvariantCulture) : null,
            ProviderScopes.Split(asked.GetValueOrDefault("acr_values")), asked.GetValueOrDefault("dpop_jkt"), asked.GetValueOrDefault("launch"), now, pushed);
    }

    static (string Error, string Why)? Fault(Client client, string fhirBase, Dictionary<string, string> asked, bool pushed)
    {
        if (asked.ContainsKey("request")) return ("request_not_supported", ProviderRefusals.RequestObject.French);
        if (client.NeedsPushed && !pushed) return ("invalid_request", "Ce logiciel pousse ses demandes (RFC 9126) : request_uri manque.");
        if (!asked.TryGetValue("response_type", out var response)) return ("invalid_request", "response_type manque.");
        if (response != "code") return ("unsupported_response_type", ProviderRefusals.UnsupportedResponse.French);
        if (asked.GetValueOrDefault("response_mode") is not (null or "query")) return ("invalid_request", "Seul response_mode=query existe ici.");
        if (ChallengeFault(client, asked) is { } challenge) return ("invalid_request", challenge);
        if (asked.GetValueOrDefault("scope") is not { Length: <= LongestScope } scope) return ("invalid_scope", "scope manque ou est trop long.");
        var scopes = ProviderScopes.Split(scope);
        if (client.Profile == ClientProfile.Psc && !scopes.Contains(ProviderScopes.OpenId)) return ("invalid_scope", "openid manque.");
        if (scopes.Any(ProviderScopes.IsForSoftware)) return ("invalid_scope", "« system/ » se demande sans personne.");
        if (!scopes.Any(one => client.Scopes.Any(allowed => ProviderScopes.Covers(allowed, one)))) return ("invalid_scope", "Aucune de ces étendues n’est ouverte à ce logiciel.");
        if (client.Profile == ClientProfile.Psc && !asked.ContainsKey("acr_values")) return ("invalid_request", "acr_values=eidas1 manque.");
        if (scopes.Any(one => one.Contains('/', StringComparison.Ordinal)) && asked.GetValueOrDefault("aud") is { } aud && aud.TrimEnd('/') != fhirBase.TrimEnd('/'))
            return ("invalid_request", "aud n’est pas l’adresse de cette interface FHIR.");
        return PromptFault(asked) is { } prompt ? ("invalid_request", prompt) : null;
    }

    static string? ChallengeFault(Client client, Dictionary<string, string> asked)
    {
        var (challenge, method) = (asked.GetValueOrDefault("code_challenge"), asked.GetValueOrDefault("code_challenge_method"));
        if (challenge is null) return client.NeedsPkce || method is not null ? "code_challenge manque (PKCE)." : null;
        // Without a method RFC 7636 means « plain », which is refused.
        if (method != "S256") return "Seul code_challenge_method=S256 existe ici.";
        return challenge.Length == 43 && challenge.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_') ? null : "code_challenge n’est pas un SHA-256 en base64url.";
    }

    static string? PromptFault(Dictionary<string, string> asked)
    {
        if (asked.TryGetValue("max_age", out var age) && (!long.TryParse(age, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds > int.MaxValue))
            return "max_age est un nombre de secondes.";
        var prompts = ProviderScopes.Split(asked.GetValueOrDefault("prompt"));
        if (prompts.Any(prompt => prompt is not ("none" or "login" or "consent" or "select_account"))) return "prompt n’est pas connu.";
        return prompts.Contains("none") && prompts.Count > 1 ? "prompt=none va seul." : null;
    }
}
