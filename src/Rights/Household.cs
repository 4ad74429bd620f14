using Socle.Access;
using Socle.Identities;
using Socle.Platform;

namespace Socle.Rights;

/// <summary>Whose cards a citizen has: their own, their minor children's, and those that a trusted person was given for a time.</summary>
sealed class Household(AccessDesk desk, IdentitySearch identities, RightsStore store, RightsSource source, TimeProvider clock, Keys keys)
{
    const long PatientNumber = 1;

    public string PathOf(long patient) => keys.ExternalId(patient, PatientNumber);

    public async Task<IReadOnlyList<Bearer>> Of(Agent citizen, CancellationToken stop)
    {
        if (citizen.PatientKey == 0) return [];
        var children = await desk.ChildrenOf(citizen, stop);
        var given = await store.HeldBy(citizen.PatientKey, clock.GetUtcNow(), stop);
        var all = new List<(long Key, BearerLink Link, DateTimeOffset? Until)> { (citizen.PatientKey, BearerLink.Self, null) };
        all.AddRange(children.Select(child => (child.Child, BearerLink.Child, (DateTimeOffset?)null)));
        foreach (var one in given)
            if (await StandsBehind(one, stop)) all.Add((one.Giver, BearerLink.Delegated, one.Until));
        var cards = await identities.Cards([.. all.Select(one => one.Key)], stop);
        return [.. all.Where(one => cards.ContainsKey(one.Key)).DistinctBy(one => one.Key)
            .Select(one => new Bearer(one.Key, PathOf(one.Key), cards[one.Key], one.Link, one.Until))];
    }

    // What a parent gave ends with the parent's authority.
    async Task<bool> StandsBehind(Delegation one, CancellationToken stop) =>
        one.Maker == one.Giver || (await desk.GuardiansOf(one.Giver, stop)).Any(link => link.Guardian == one.Maker && link.Holds(clock.GetUtcNow()));

    /// <summary>A card of the citizen's, by its address. Another's answers like an unknown one.</summary>
    public async Task<(Bearer Bearer, IReadOnlyList<Bearer> All)> Open(Agent citizen, string path, CancellationToken stop)
    {
        var all = await Of(citizen, stop);
        return (all.FirstOrDefault(one => one.Path == path) ?? throw RightsRefusals.NoSuchCard.With(), all);
    }

    /// <summary>The same for what is written: who only carries a card for another makes no papers with it.</summary>
    public async Task<Bearer> OpenOwn(Agent citizen, string path, CancellationToken stop) =>
        (await Open(citizen, path, stop)).Bearer is { Link: not BearerLink.Delegated } own ? own : throw RightsRefusals.NoSuchCard.With();

    public async Task<CardRights> RightsOf(PatientCard person, CancellationToken stop)
    {
        var parents = await desk.GuardiansOf(person.PatientKey, stop);
        var cards = parents.Count == 0 ? [] : (await identities.Cards([.. parents.Select(one => one.Guardian)], stop)).Values.ToList();
        return await source.Ask(new(person, cards, clock.GetUtcNow()), stop);
    }
}
