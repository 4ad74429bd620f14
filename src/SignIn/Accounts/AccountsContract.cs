using Socle.Platform;

namespace Socle.SignIn;

public enum AccountState { Active, Suspended, Revoked }

/// <summary>How sure a sign-in is, as `acr` says it.</summary>
public static class Levels
{
    /// <summary>A person chosen from the list of the demonstration.</summary>
    public const string Demo = "demo";

    /// <summary>A passkey with user verification, of somebody who was enrolled from a distance by two channels.</summary>
    public const string Low = "eidas1";

    /// <summary>A passkey or a phone's key with user verification, of somebody whom a registrar saw in person.</summary>
    public const string Substantial = "eidas2";

    /// <summary>Whether the level is at least the one that is asked for; demonstration counts as whatever a demonstration server is asked for.</summary>
    public static bool IsAtLeast(string level, string asked) => level == Demo || string.CompareOrdinal(level, asked) >= 0;
}

/// <summary>One human's means of signing in.</summary>
/// <param name="Id">26 letters and digits, random.</param>
/// <param name="Kind">Professional or citizen.</param>
/// <param name="AgentId">"rpps:…" or "patient:…", as <see cref="Agent.Id"/>.</param>
public sealed record Account(string Id, AgentKind Kind, string AgentId, string Name, AccountState State)
{
    /// <summary>What a sign-in with a means of this account is worth: how the person was seen when it was opened.</summary>
    public string Level { get; init; } = Levels.Low;

    /// <summary>Why it is not active.</summary>
    public string? Why { get; init; }

    public DateTimeOffset Since { get; init; }

    /// <summary>The 11 digits of a professional; null for a citizen.</summary>
    public string? Rpps => AgentId.StartsWith("rpps:", StringComparison.Ordinal) ? AgentId[5..] : null;
}

/// <summary>Somebody who just proved who they are.</summary>
/// <param name="Agent">Who, in the situation that was chosen.</param>
/// <param name="Method">By what: values of RFC 8176.</param>
/// <param name="Account">Null in demonstration.</param>
/// <param name="Means">The passkey or phone: when it is revoked, the session ends.</param>
public sealed record SignedIn(Agent Agent, string Level, IReadOnlyList<string> Method, string? Account = null, string? Means = null)
{
    /// <summary>When they proved it, where that was before this session (a change of situation); null: now.</summary>
    public DateTimeOffset? ProvedAt { get; init; }

    /// <summary>End of the contract of the situation: the session ends with it.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Of the session in whose place it comes: a change of situation makes none longer.</summary>
    public DateTimeOffset? EndsAt { get; init; }
}

/// <summary>A session that lives, or just ended.</summary>
/// <param name="Sid">Its public number.</param>
public sealed record LiveSession(
    string Sid, Agent Agent, string Level, IReadOnlyList<string> Method, DateTimeOffset SignedInAt, DateTimeOffset EndsAt, string? Account, string? Means);

/// <summary>
/// Who is told that a session ended before its time (sign-out, another sign-in in its place, suspension, revocation): what they add to the unit is
/// committed with the end.
/// </summary>
public sealed class SessionEnds
{
    readonly List<Action<Unit, LiveSession>> listeners = [];

    public void Add(Action<Unit, LiveSession> listener) => listeners.Add(listener);

    internal void Tell(Unit unit, LiveSession ended)
    {
        foreach (var listener in listeners) listener(unit, ended);
    }
}
