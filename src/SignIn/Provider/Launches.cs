using System.Text;
using Microsoft.AspNetCore.Http;
using Socle.Platform;

namespace Socle.SignIn;

/// <summary>
/// Which person's record a SMART launch is about: a citizen's own, the one a page of ours opened the application for (EHR launch), or, standing alone, the one
/// the professional names.
/// </summary>
sealed class Launches(Keys keys, TimeProvider clock)
{
    const string Sealed = "smart-launch";
    static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    /// <summary>What an EHR launch is opened with: bound to who opens it, for five minutes.</summary>
    public string Open(Agent agent, string patientId) =>
        keys.SealToken(Sealed, Encoding.UTF8.GetBytes($"{clock.GetUtcNow().ToUnixTimeSeconds()} {patientId}"), agent.Id);

    public string? Read(Agent agent, string? launch)
    {
        if (launch is null || launch.Length > 500 || !keys.TryOpenToken(Sealed, launch, out var plain, agent.Id)) return null;
        if (Encoding.UTF8.GetString(plain).Split(' ') is not [var at, var patient]) return null;
        var made = DateTimeOffset.FromUnixTimeSeconds(long.Parse(at, System.Globalization.CultureInfo.InvariantCulture));
        return clock.GetUtcNow() is var now && now >= made.AddSeconds(-1) && now - made < Life ? patient : null;
    }

    /// <summary>The record that the tokens name.</summary>
    public (string? Id, string? Fault) Patient(Agent agent, AuthorizationRequest request, string scope)
    {
        var scopes = ProviderScopes.Split(scope);
        if (agent.Kind == AgentKind.Citizen)
            return (scopes.Any(one => one.StartsWith("patient/", StringComparison.Ordinal) || one is ProviderScopes.LaunchPatient or ProviderScopes.Launch) ? agent.Id["patient:".Length..] : null, null);
        if (request.Launch is not null)
            return Read(agent, request.Launch) is { } patient ? (patient, null) : (null, "launch n’a pas été donné par ce serveur à cette personne, ou a expiré.");
        return scopes.Contains(ProviderScopes.Launch) ? (null, "launch manque.")
            : scopes.Any(one => one.StartsWith("patient/", StringComparison.Ordinal)) || scopes.Contains(ProviderScopes.LaunchPatient)
                ? (null, "Ouvrez le logiciel depuis le dossier de la personne : un professionnel n’a pas de dossier à lui.") : (null, null);
    }
}
