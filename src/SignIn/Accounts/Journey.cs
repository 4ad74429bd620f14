using System.Text.Json.Serialization;
using Socle.Platform;

namespace Socle.SignIn;

/// <summary>What somebody typed to open a means of signing in. Kept sealed, and for help with its progress.</summary>
sealed record Asked(string? Rpps, string? Family, string? Given, string? BirthDate, string? Card)
{
    /// <summary>By what tries are counted: the same for a number we know and one we do not.</summary>
    [JsonIgnore]
    public string Who => Rpps is not null ? "rpps:" + Rpps : $"card:{Card}";
}

/// <summary>Where somebody stands who opens or recovers a means of signing in.</summary>
/// <param name="Account">Number of the account: of the one that stands, or of the one to come.</param>
/// <param name="AgentId">Null as long as nobody was found, or for ever: it cannot be told from outside.</param>
sealed record Journey(JourneyGoal Goal, AgentKind Kind, Stage Stage, string Account, string? AgentId, string Name)
{
    public Asked? Asked { get; init; }
    public IReadOnlyList<Proof> Proofs { get; init; } = [];

    /// <summary>Keyed hashes of the codes that were sent.</summary>
    public long? MailboxCode { get; init; }

    public long? PhoneCode { get; init; }
    public int Wrong { get; init; }

    /// <summary>Of the account that stands.</summary>
    public string? Level { get; init; }

    /// <summary>The first device that said yes.</summary>
    public string? Device { get; init; }

    public Journey? With(Proof proof) =>
        JourneyRule.Next(Goal, Kind, Stage, proof) is { } next ? this with { Stage = next, Proofs = [.. Proofs, proof] } : null;
}

/// <summary>A journey as the table holds it.</summary>
sealed record JourneyRow(byte[] Hash, string Number, Journey Body, long Version, DateTimeOffset Until);
