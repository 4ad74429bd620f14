using Socle.Platform;

namespace Socle.Identities;

/// <summary>
/// Who was written lately is compared with whom the index brings near, many at a time: what may be one person opens a case for the identity cell. It
/// bears to be run twice, and to be interrupted.
/// </summary>
sealed class FindDuplicates(VigilanceStore store, CaseStore cases, Db db)
{
    const int AtOnce = 250, RoundsAtMost = 40;

    public async Task Run(CancellationToken stop)
    {
        for (var round = 0; round < RoundsAtMost && await Some(stop) == AtOnce; round++) stop.ThrowIfCancellationRequested();
    }

    async Task<int> Some(CancellationToken stop)
    {
        long[] pending = [.. await store.PendingPeople(AtOnce, stop)];
        if (pending.Length == 0) return 0;
        var people = await store.Traits(pending, stop);
        var standing = new Unit();
        foreach (var person in people) store.SaveBlocks(standing, person);
        await db.Commit(standing, stop);   // first: two who came together find each other

        var unit = new Unit();
        await Compare(unit, people, stop);
        VigilanceStore.Done(unit, pending);
        await db.Commit(unit, stop);
        return pending.Length;
    }

    async Task Compare(Unit unit, List<MatchTraits> people, CancellationToken stop)
    {
        var keysOf = people.ToDictionary(person => person.Patient, person => BlockingKeys.ToFind(person).Select(store.HashOf).ToArray());
        var standing = await store.Standing(
            [.. keysOf.Values.SelectMany(keys => keys).Distinct()], [.. people.SelectMany(person => person.Ins).Select(ins => ins.Hash).Distinct()], stop);
        var near = people.ToDictionary(person => person.Patient,
            person => keysOf[person.Patient].Concat(person.Ins.Select(ins => ins.Hash)).SelectMany(hash => standing[hash]).Where(other => other != person.Patient).ToHashSet());
        var known = new Dictionary<long, MatchTraits>();
        foreach (var some in near.Values.SelectMany(others => others).Distinct().Chunk(500))
            foreach (var other in await store.Traits(some, stop)) known[other.Patient] = other;
        foreach (var person in people)
        {
            var others = near[person.Patient].Where(known.ContainsKey).Select(other => known[other]).ToList();
            foreach (var (candidate, match) in Matcher.Rank(person, others))
                if (match.Outcome != MatchOutcome.Different) cases.Open(unit, CaseKind.Duplicate, person.Patient, candidate.Patient, match.Score, "Socle", match.Why);
        }
    }
}
