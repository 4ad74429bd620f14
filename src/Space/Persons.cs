using Socle.Access;
using Socle.Identities;
using Socle.Platform;
using Socle.Store;

namespace Socle.Space;

/// <summary>Finds whose record a page is about. Another person's id answers like an unknown one.</summary>
sealed class Persons(AccessDesk desk, IdentitySearch identities, Keys keys)
{
    /// <summary>The Patient resource is the first of its record.</summary>
    public const long PatientNumber = 1;

    public async Task<IReadOnlyList<Person>> Of(Agent citizen, CancellationToken stop)
    {
        var children = await desk.ChildrenOf(citizen, stop);
        long[] all = [citizen.PatientKey, .. children.Select(c => c.Child)];
        var cards = await identities.Cards(all, stop);
        return [.. all.Where(cards.ContainsKey).Select(key =>
            new Person(key, keys.ExternalId(key, PatientNumber), cards[key], key == citizen.PatientKey))];
    }

    public async Task<(Person Person, IReadOnlyList<Person> All, Scope Scope)> Open(Agent citizen, string path, string correlation, CancellationToken stop)
    {
        var all = await Of(citizen, stop);
        var person = all.FirstOrDefault(p => p.Path == path) ?? throw SpaceRefusals.NoSuchRecord.With();
        var scope = await desk.Enter(citizen, Purposes.Personal, stop);
        return (person, all, scope.WithCorrelation(correlation));
    }
}
