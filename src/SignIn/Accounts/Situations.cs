using Socle.Platform;

namespace Socle.SignIn;

/// <summary>One way in which a professional acts: a profession at a place.</summary>
/// <param name="Key">The same as long as the situation stands.</param>
/// <param name="Until">When it is over whatever the person does: the end of the contract.</param>
public sealed record Situation(string Key, string Title, string? Place, Agent Agent, DateTimeOffset? Until);

/// <summary>The situations that the directory knows of a professional at this moment.</summary>
sealed class Situations(Practitioners practitioners, Keys keys, TimeProvider clock)
{
    static readonly TimeZoneInfo Paris = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");

    public async Task<IReadOnlyList<Situation>> Of(string rpps, CancellationToken stop)
    {
        if (await practitioners.Facts(rpps, stop) is not { } facts) return [];
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(clock.GetUtcNow(), Paris).DateTime);
        return [.. facts.Situations(today).Select(one => Of(facts, one.Exercise, one.Activity)).DistinctBy(one => one.Key)];
    }

    Situation Of(PractitionerFacts facts, Exercise exercise, PracticeActivity? activity)
    {
        var finess = activity is { Finess.Length: > 0 } ? activity.Finess : null;
        var place = activity is { StructureName.Length: > 0 } ? activity.StructureName : null;
        var title = exercise.ProfessionText.Length > 0 ? exercise.ProfessionText : exercise.Profession;
        return new($"{exercise.Profession}|{exercise.Category}|{activity?.Id}", title, place is null ? null : activity is { Town.Length: > 0 } ? $"{place}, {activity.Town}" : place,
            Agents.Professional(keys, facts.Rpps, facts.Name, title, finess, place), EndOf(activity?.Until));
    }

    // The last day counts to its end, as the clocks of the place show it.
    static DateTimeOffset? EndOf(DateOnly? last)
    {
        if (last is not { } day) return null;
        var midnight = day.AddDays(1).ToDateTime(TimeOnly.MinValue);
        return new DateTimeOffset(midnight, Paris.GetUtcOffset(midnight));
    }
}

/// <summary>Ends the sessions of professionals who no longer exercise as they signed in: left, struck off, dead, suspended, or at the end of a contract.</summary>
sealed class EndedPractice(Sessions sessions, Situations situations, Access.Suspensions suspensions, Db db)
{
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    public async Task Apply(CancellationToken stop)
    {
        var theirs = (await sessions.All(stop)).Where(one => one.Agent.Kind == AgentKind.Professional && one.Account is not null).ToLookup(one => one.Agent.Id);
        foreach (var person in theirs)
        {
            var held = await suspensions.Holds(person.First().Agent, stop) ? [] : await situations.Of(person.Key["rpps:".Length..], stop);
            var over = person.Where(one => !held.Any(situation => situation.Agent.Structure == one.Agent.Structure && situation.Agent.Role == one.Agent.Role)).ToList();
            if (over.Count == 0) continue;
            var unit = new Unit();
            foreach (var one in over) await sessions.End(unit, one.Sid, stop);
            await db.Commit(unit, stop);
        }
    }
}
