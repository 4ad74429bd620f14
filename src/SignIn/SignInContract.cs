using Socle.Platform;

namespace Socle.SignIn;

// Also of the contract, in files of their own: Tokens, which issues and reads the bearer tokens of the API; Sessions, which begins and ends those of people;
// Accounts, who can sign in with means of their own; and what they speak of, in Accounts/AccountsContract.cs; Practitioners with
// PractitionerFacts, Exercise, PracticeActivity and PractitionerContact, which the directory fills;
// CardNumbers, filled by whoever knows the cards; Situation and DemoMessage, which pages show.
// Phones/PhonesContract.cs and Phones/SigningContract.cs say what of phones and signatures others use; SignatureVerifier judges one offline.

/// <summary>Somebody to choose on the demonstration's sign-in page.</summary>
/// <param name="Key">Stable and without meaning outside the page.</param>
/// <param name="Kind">"citizen" or "professional".</param>
/// <param name="Description">What there is to see as this person.</param>
public sealed record DemoPerson(string Key, string Name, string Kind, string Description, Agent Agent)
{
    public const string Citizen = "citizen";
    public const string Professional = "professional";
}

/// <summary>Who can be chosen: each module that invents people adds its own.</summary>
public sealed class DemoPeople
{
    readonly List<Func<CancellationToken, Task<IReadOnlyList<DemoPerson>>>> sources = [];

    public void Add(Func<CancellationToken, Task<IReadOnlyList<DemoPerson>>> source) => sources.Add(source);

    public async Task<IReadOnlyList<DemoPerson>> List(CancellationToken stop)
    {
        var all = new List<DemoPerson>();
        foreach (var source in sources) all.AddRange(await source(stop));
        return all;
    }
}

/// <summary>Makes agents of one form everywhere: their id, and the key under which what they deposit is theirs.</summary>
public static class Agents
{
    public static Agent Citizen(Keys keys, long patient, string patientId, string name) =>
        Make(keys, AgentKind.Citizen, "patient:" + patientId, name, null, null, null, patient);

    public static Agent Professional(Keys keys, string rpps, string name, string role, string? finess, string? structureName) =>
        Make(keys, AgentKind.Professional, "rpps:" + rpps, name, role, finess, structureName, 0);

    public static Agent System(Keys keys, string name, string? finess, string? structureName) =>
        Make(keys, AgentKind.System, "system:" + name, name, null, finess, structureName, 0);

    /// <summary>The operator's data steward; in demonstration a software that acts for the operator.</summary>
    public static Agent Steward(Keys keys, string name) => Make(keys, AgentKind.Steward, "steward:" + name, name, null, null, null, 0);

    internal static Agent Make(
        Keys keys, AgentKind kind, string id, string name, string? role, string? structure, string? structureName, long patient) =>
        new(kind, id, name, role, structure, structureName, keys.Hash("owner", structure is null ? id : "finess:" + structure), patient);
}

/// <summary>What a token says besides who: its scopes, how sure the sign-in was, for what purpose and how long.</summary>
/// <param name="Scopes">SMART App Launch v2, separated by blanks.</param>
/// <param name="Profession">Code of the profession (TRE_G15), for a professional.</param>
public sealed record TokenRequest(Agent Agent, string Scopes, TimeSpan Lifetime, string Purpose = "soins", string Level = "demo", string? Profession = null)
{
    /// <summary>Number of the session it was given out in (claim `sid`): it ends with it. Null outlives every session.</summary>
    public string? Session { get; init; }

    /// <summary>The software it is given to (claim `client_id`).</summary>
    public string? Client { get; init; }

    /// <summary>The family it belongs to (claim `grant`): it ends with it.</summary>
    public string? Grant { get; init; }

    /// <summary>What must be proved by whoever shows it (claim `cnf`): « jkt:… » a key, « x5t:… » a certificate. Null: whoever bears it.</summary>
    public string? Proof { get; init; }
}

/// <summary>A token that was read and found right.</summary>
/// <param name="Session">Number of its session; whoever reads tokens asks <see cref="Sessions.Lives(string, CancellationToken)"/>.</param>
public sealed record ReadToken(Agent Agent, GrantedScopes Scopes, string Purpose, string Level, string? Session = null)
{
    /// <summary>The software it was given to; null: to none, by the command line.</summary>
    public string? Client { get; init; }

    /// <summary>The family it belongs to.</summary>
    public string? Grant { get; init; }

    /// <summary>As in <see cref="TokenRequest.Proof"/>.</summary>
    public string? Proof { get; init; }

    public DateTimeOffset EndsAt { get; init; }
}
