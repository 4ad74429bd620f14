namespace Socle.Identities;

/// <summary>Who in the index may be this person: by the index alone, whatever its size.</summary>
sealed class IdentityMatches(VigilanceStore store)
{
    public async Task<IReadOnlyList<(MatchTraits Candidate, Match Match)>> Find(MatchTraits person, CancellationToken stop) =>
        Matcher.Rank(person, await store.Traits(await store.Candidates(person, stop), stop));

    public async Task<(MatchTraits One, MatchTraits Other, Match Match)?> Compare(long one, long other, CancellationToken stop)
    {
        var both = (await store.Traits([one, other], stop)).ToDictionary(person => person.Patient);
        return both.TryGetValue(one, out var a) && both.TryGetValue(other, out var b) ? (a, b, Matcher.Compare(a, b)) : null;
    }
}
