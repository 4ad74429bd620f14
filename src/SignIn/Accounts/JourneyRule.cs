using Socle.Platform;

namespace Socle.SignIn;

/// <summary>To open a first means of signing in, or to come back to one's account without any.</summary>
enum JourneyGoal { Open, Recover }

/// <summary>What somebody showed.</summary>
enum Proof { MailboxCode, PhoneCode, Card, Registrar, Device, OtherDevice, Paper, Delay }

enum Stage { Begun, Mailbox, Phone, Card, OneDevice, Paper, Proved }

/// <summary>One step: at this stage, this proof leads there.</summary>
sealed record Passage(JourneyGoal Goal, AgentKind Kind, Stage From, Proof By, Stage To);

/// <summary>
/// The steps, all of them. A professional opens by two channels of the directory, a citizen by their traits with their card and a code; both in person.
/// Nobody comes back by a channel: in person, by two devices, or by the paper code and 48 hours in which any device can say no.
/// </summary>
static class JourneyRule
{
    const AgentKind Professional = AgentKind.Professional, Citizen = AgentKind.Citizen;

    public static readonly TimeSpan Delay = TimeSpan.FromHours(48);

    public static IReadOnlyList<Passage> Table { get; } =
    [
        new(JourneyGoal.Open, Professional, Stage.Begun, Proof.MailboxCode, Stage.Mailbox),
        new(JourneyGoal.Open, Professional, Stage.Begun, Proof.PhoneCode, Stage.Phone),
        new(JourneyGoal.Open, Professional, Stage.Mailbox, Proof.PhoneCode, Stage.Proved),
        new(JourneyGoal.Open, Professional, Stage.Phone, Proof.MailboxCode, Stage.Proved),
        new(JourneyGoal.Open, Professional, Stage.Begun, Proof.Registrar, Stage.Proved),
        new(JourneyGoal.Open, Citizen, Stage.Begun, Proof.Card, Stage.Card),
        new(JourneyGoal.Open, Citizen, Stage.Card, Proof.PhoneCode, Stage.Proved),
        new(JourneyGoal.Open, Citizen, Stage.Begun, Proof.Registrar, Stage.Proved),
        .. new[] { Professional, Citizen }.SelectMany(kind => new Passage[]
        {
            new(JourneyGoal.Recover, kind, Stage.Begun, Proof.Registrar, Stage.Proved),
            new(JourneyGoal.Recover, kind, Stage.Begun, Proof.Device, Stage.OneDevice),
            new(JourneyGoal.Recover, kind, Stage.OneDevice, Proof.OtherDevice, Stage.Proved),
            new(JourneyGoal.Recover, kind, Stage.Begun, Proof.Paper, Stage.Paper),
            new(JourneyGoal.Recover, kind, Stage.Paper, Proof.Delay, Stage.Proved)
        })
    ];

    /// <summary>Where a proof leads; null: nowhere from here.</summary>
    public static Stage? Next(JourneyGoal goal, AgentKind kind, Stage from, Proof by) =>
        Table.FirstOrDefault(one => one.Goal == goal && one.Kind == kind && one.From == from && one.By == by)?.To;

    /// <summary>What sign-in is worth afterwards. Coming back raises nothing; only who opens in person begins higher.</summary>
    public static string Level(JourneyGoal goal, IReadOnlyCollection<Proof> proofs, string? before) =>
        goal == JourneyGoal.Recover ? before ?? Levels.Low : proofs.Contains(Proof.Registrar) ? Levels.Substantial : Levels.Low;
}
