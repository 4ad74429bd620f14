using System.Text.RegularExpressions;
using Socle.Platform;

namespace Socle.SignIn;

/// <summary>What may be asked for, and what of it is given.</summary>
static partial class ProviderScopes
{
    public const string OpenId = "openid", All = "scope_all", Offline = "offline_access", Online = "online_access", Launch = "launch", LaunchPatient = "launch/patient",
        FhirUser = "fhirUser", Profile = "profile";

    static readonly string[] Words = [OpenId, All, Offline, Online, Launch, LaunchPatient, FhirUser, Profile];

    public static IReadOnlyList<string> Plain => Words;

    public static bool IsKnown(string scope) => Words.Contains(scope, StringComparer.Ordinal) || GrantedScopes.IsScope(scope);

    public static bool IsForSoftware(string scope) => scope.StartsWith("system/", StringComparison.Ordinal);

    public static IReadOnlyList<string> Split(string? text) => (text ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>
    /// What of the wish this software may have, for a person of this kind; what is beyond is left out, as SMART and RFC 6749 allow, and the answer says
    /// what was given. Nothing at all left is a refusal.
    /// </summary>
    public static string Given(Client client, string wished, AgentKind? kind)
    {
        var given = Split(wished).Distinct().Where(scope => client.Scopes.Any(allowed => Covers(allowed, scope)) && Fits(scope, kind)).ToList();
        return given.Count > 0 ? string.Join(' ', given) : throw ProviderRefusals.InvalidScope.With(Ascii(wished));
    }

    // A registered « user/*.rs » covers « user/Observation.r ».
    public static bool Covers(string allowed, string asked) => allowed == asked || GrantedScopes.Covers(allowed, asked);

    static bool Fits(string scope, AgentKind? kind) => scope.IndexOf('/', StringComparison.Ordinal) < 0 || scope == LaunchPatient || kind switch
    {
        null => true,
        AgentKind.System => scope.StartsWith("system/", StringComparison.Ordinal),
        AgentKind.Citizen => scope.StartsWith("patient/", StringComparison.Ordinal),
        _ => scope.StartsWith("user/", StringComparison.Ordinal) || scope.StartsWith("patient/", StringComparison.Ordinal)
    };

    static string Ascii(string text) => NotAscii().Replace(text.Length > 100 ? text[..100] : text, "?");

    [GeneratedRegex("[^ !#-\\[\\]-~]", RegexOptions.CultureInvariant)]
    private static partial Regex NotAscii();
}
