using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Socle.Core.Tests;
using Socle.SignIn;
using Socle.Tests.Support;

namespace Socle.Modules.Tests.SignIn.Phones;

/// <summary>The table of the states, its picture, and what holds for every course that a request can take.</summary>
public sealed class RequestStatesTests
{
    static readonly RequestState[] States = Enum.GetValues<RequestState>();
    static readonly RequestEvent[] Events = Enum.GetValues<RequestEvent>();
    static readonly RequestEvent[] OfPhone = [RequestEvent.Approve, RequestEvent.WrongNumber, RequestEvent.Refuse, RequestEvent.NotMe];

    [Fact]
    public void Every_state_says_what_every_event_does() =>
        (from state in States from happened in Events select RequestStates.Table.ContainsKey((state, happened))).ShouldAllBe(known => known);

    [Fact]
    public void Tokens_are_given_once_and_only_after_one_phone_typed_the_right_number_in_time() => Every(courses =>
    {
        var given = courses.Count(step => step.Told == RequestAnswer.Tokens);
        if (given == 0) return true;
        var at = courses.FindIndex(step => step.Told == RequestAnswer.Tokens);
        var first = courses.FindIndex(step => OfPhone.Contains(step.Happened));
        return given == 1 && first >= 0 && first < at && courses[first].Happened == RequestEvent.Approve && courses.Take(at).All(step => step.Happened != RequestEvent.Expire);
    });

    [Fact]
    public void One_answer_of_a_phone_counts_and_none_after_it() =>
        Every(courses => courses.Count(step => OfPhone.Contains(step.Happened) && step.Told is RequestAnswer.Accepted or RequestAnswer.Closed or RequestAnswer.Alerted or RequestAnswer.WrongNumber) <= 1);

    [Fact]
    public void A_wrong_number_closes_for_good() => Every(courses =>
    {
        var at = courses.FindIndex(step => step.Told == RequestAnswer.WrongNumber);
        return at < 0 || courses.Skip(at + 1).All(step => step.Told is not (RequestAnswer.Accepted or RequestAnswer.Tokens));
    });

    [Fact]
    public void After_its_time_a_phone_is_told_so_and_a_client_too() => Every(courses =>
    {
        var at = courses.FindIndex(step => step.Happened == RequestEvent.Expire);
        return at < 0 || courses.Skip(at + 1).All(step => step.Told is RequestAnswer.TooLate or RequestAnswer.AnsweredBefore or RequestAnswer.Expired or RequestAnswer.Unknown or RequestAnswer.Nothing);
    });

    [Fact]
    public void What_is_closed_never_waits_again() => Every(courses =>
    {
        var at = courses.FindIndex(step => step.After != RequestState.Waiting);
        return at < 0 || courses.Skip(at).All(step => step.After != RequestState.Waiting);
    });

    [Fact]
    public void The_picture_is_written_from_the_table()
    {
        var text = new StringBuilder("# What may happen to a request on a phone\n\nWritten by a test from `RequestStates`; do not edit.\n\n```mermaid\nstateDiagram-v2\n  [*] --> Waiting\n");
        foreach (var group in RequestStates.Table.Where(row => row.Value.Next != row.Key.Item1).GroupBy(row => (From: row.Key.Item1, row.Value.Next)))
            text.Append(CultureInfo.InvariantCulture, $"  {group.Key.From} --> {group.Key.Next}: {string.Join(", ", group.Select(row => row.Key.Item2))}\n");
        text.Append("```\n\n| state | event | then | told |\n|---|---|---|---|\n");
        foreach (var ((state, happened), step) in RequestStates.Table.OrderBy(row => row.Key.Item1).ThenBy(row => row.Key.Item2))
            text.Append(CultureInfo.InvariantCulture, $"| {state} | {happened} | {step.Next} | {step.Told} |\n");
        GeneratedFile.MustEqual("docs/generated/phone-requests.md", text.ToString());
    }

    sealed record Step(RequestEvent Happened, RequestState After, RequestAnswer Told);

    static void Every(Func<List<Step>, bool> holds)
    {
        var seed = Seed.Of(20_260_711);
        Console.WriteLine($"seed {seed}");
        var config = Config.QuickThrowOnFailure.WithMaxTest(20_000).WithReplay((ulong)seed, 1);
        Prop.ForAll(Gen.Elements(Events).ListOf().Select(list => list.ToList()).ToArbitrary(), happened => holds(Run(happened))).Check(config);
    }

    static List<Step> Run(List<RequestEvent> happened)
    {
        var (state, steps) = (RequestState.Waiting, new List<Step>());
        foreach (var one in happened)
        {
            var step = RequestStates.Next(state, one);
            steps.Add(new(one, step.Next, step.Told));
            state = step.Next;
        }
        return steps;
    }
}
