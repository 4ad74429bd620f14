using System.Text.RegularExpressions;

namespace Socle.Platform;

/// <summary>SMART App Launch v2 scopes of a bearer token: <c>system/*.cruds</c>, <c>patient/Observation.rs</c>.</summary>
public sealed partial class GrantedScopes
{
    readonly List<(string Context, string Type, string Rights)> scopes = [];

    GrantedScopes(string text) => Text = text;

    /// <summary>As written in the token, separated by blanks.</summary>
    public string Text { get; }

    /// <summary>Nothing allowed.</summary>
    public static GrantedScopes None { get; } = new("");

    /// <summary>Scopes that are not about resources (openid, launch…) are kept in the text and allow nothing; v1 forms and search
    /// restrictions (<c>?category=…</c>) are not understood and so allow nothing.</summary>
    public static GrantedScopes Parse(string? text)
    {
        var granted = new GrantedScopes(text ?? "");
        foreach (var word in granted.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            if (Form().Match(word) is { Success: true } match && match.Groups[3].Length > 0)
                granted.scopes.Add((match.Groups[1].Value, match.Groups[2].Value, match.Groups[3].Value));
        return granted;
    }

    /// <summary>Whether this is a scope about resources that is understood here.</summary>
    public static bool IsScope(string word) => Form().Match(word) is { Success: true } match && match.Groups[3].Length > 0;

    /// <summary>Whether what the second grants is within what the first grants.</summary>
    public static bool Covers(string allowed, string asked) =>
        Form().Match(allowed) is { Success: true } wide && Form().Match(asked) is { Success: true } narrow && narrow.Groups[3].Length > 0
        && wide.Groups[1].Value == narrow.Groups[1].Value && (wide.Groups[2].Value == "*" || wide.Groups[2].Value == narrow.Groups[2].Value)
        && narrow.Groups[3].Value.All(letter => wide.Groups[3].Value.Contains(letter, StringComparison.Ordinal));

    /// <summary>Is this right granted on the type? One letter of c r u d s; the context is patient, user or system.</summary>
    public bool Allows(string resourceType, char right) =>
        scopes.Any(s => (s.Type == "*" || s.Type == resourceType) && s.Rights.Contains(right, StringComparison.Ordinal));

    public bool Allows(string context, string resourceType, char right) =>
        scopes.Any(s => s.Context == context && (s.Type == "*" || s.Type == resourceType) && s.Rights.Contains(right, StringComparison.Ordinal));

    // SMART App Launch 2.2 §3.0.2: the letters stand in the order c r u d s, at least one.
    [GeneratedRegex("^(patient|user|system)/(\\*|[A-Z][A-Za-z]{1,63})\\.(c?r?u?d?s?)$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
