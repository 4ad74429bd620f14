using Socle.Platform;

namespace Socle.Access;

/// <summary>The closed list of purposes an actor may state. One that is not here opens nothing.</summary>
public static class Purposes
{
    public const string Care = "soins";
    public const string Personal = "consultation personnelle";
    public const string Deposit = "alimentation";
    public const string Operation = "exploitation";

    public static IReadOnlyList<string> All { get; } = [Care, Personal, Deposit, Operation];

    /// <summary>What an actor of this kind comes for when it says nothing.</summary>
    public static string Of(AgentKind kind) => kind switch
    {
        AgentKind.Citizen => Personal,
        AgentKind.Professional => Care,
        AgentKind.System => Deposit,
        AgentKind.Steward or AgentKind.Program => Operation,
        _ => ""
    };
}
