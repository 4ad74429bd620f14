using Socle.Platform;
using Socle.SignIn;

namespace Socle.Modules.Tests.SignIn;

/// <summary>A search over the very table by which the program goes: every way that exists, from every beginning.</summary>
public sealed class JourneyRuleTests
{
    static readonly AgentKind[] Kinds = [AgentKind.Professional, AgentKind.Citizen];

    /// <summary>Every way from the beginning to the end, by its proofs; no stage twice.</summary>
    static IEnumerable<IReadOnlyList<Proof>> Ways(JourneyGoal goal, AgentKind kind)
    {
        var waiting = new Queue<(Stage At, IReadOnlyList<Proof> Proofs, IReadOnlyList<Stage> Seen)>([(Stage.Begun, [], [Stage.Begun])]);
        while (waiting.TryDequeue(out var here))
        {
            if (here.At == Stage.Proved) yield return here.Proofs;
            foreach (var proof in Enum.GetValues<Proof>())
                if (JourneyRule.Next(goal, kind, here.At, proof) is { } next && !here.Seen.Contains(next))
                    waiting.Enqueue((next, [.. here.Proofs, proof], [.. here.Seen, next]));
        }
    }

    [Fact]
    public void No_way_back_ends_above_the_level_it_began_with()
    {
        foreach (var kind in Kinds)
        foreach (var level in new[] { Levels.Low, Levels.Substantial })
        foreach (var way in Ways(JourneyGoal.Recover, kind))
            string.CompareOrdinal(JourneyRule.Level(JourneyGoal.Recover, way, level), level).ShouldBeLessThanOrEqualTo(0, string.Join(", ", way));
    }

    [Fact]
    public void Nobody_comes_back_by_a_channel_alone_or_by_two_or_by_one_device_or_by_paper_without_delay()
    {
        Proof[] stolen = [Proof.MailboxCode, Proof.PhoneCode, Proof.Card, Proof.Device, Proof.Paper];
        foreach (var kind in Kinds)
        foreach (var way in Ways(JourneyGoal.Recover, kind))
            way.Except(stolen).ShouldNotBeEmpty(string.Join(", ", way));
        // The negative control: the three ways that there are, for both.
        foreach (var kind in Kinds)
            Ways(JourneyGoal.Recover, kind).Select(way => string.Join('+', way)).ShouldBe(["Registrar", "Device+OtherDevice", "Paper+Delay"], ignoreOrder: true);
    }

    [Fact]
    public void From_a_distance_an_account_opens_low_and_by_two_proofs()
    {
        foreach (var kind in Kinds)
        foreach (var way in Ways(JourneyGoal.Open, kind))
        {
            var seen = way.Contains(Proof.Registrar);
            JourneyRule.Level(JourneyGoal.Open, way, null).ShouldBe(seen ? Levels.Substantial : Levels.Low);
            if (!seen) way.Distinct().Count().ShouldBe(2);
        }
        Ways(JourneyGoal.Open, AgentKind.Professional).Count().ShouldBe(3);
        Ways(JourneyGoal.Open, AgentKind.Citizen).Count().ShouldBe(2);
    }

    [Fact]
    public void What_is_proved_leads_nowhere_else() => JourneyRule.Table.ShouldAllBe(one => one.From != Stage.Proved && one.To != Stage.Begun);
}
