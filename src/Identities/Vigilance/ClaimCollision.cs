using Socle.Access;
using Socle.Fhir;
using Socle.Platform;
using Socle.Store;

namespace Socle.Identities;

/// <summary>
/// A number of production names one person. Who brings it a second time with the same traits is told so, and nothing is written; with the traits of
/// somebody else it is a collision: the second record is kept as doubtful without a right to the number, no professional reads either of the two,
/// and the identity cell has a case.
/// </summary>
sealed class ClaimCollision(IdentitiesStore store, VigilanceStore vigilance, AccessDesk desk, CaseStore cases)
{
    /// <summary>The hashes that this record bears but may not claim.</summary>
    public async ValueTask<IReadOnlySet<long>> Find(WriteContext write, IReadOnlyList<CarriedIns> numbers, CancellationToken stop)
    {
        var found = new HashSet<long>();
        long[] hashes = [.. numbers.Where(ins => Ins.Systems.IsProduction(ins.System)).Select(ins => store.HashOf(ins.System, ins.Value))];
        if (hashes.Length == 0) return found;
        foreach (var (hash, holder) in await store.Holders(hashes, stop))
        {
            // A merge, or a decision of the cell, moves the number in one transaction.
            if (holder == write.Patient || write.Together.Any(other => other.Type == "Patient" && other.Patient == holder)) continue;
            var mine = vigilance.TraitsOf(write.Patient, write.Body!.Root, numbers.Select(ins => new IndexedIns(store.HashOf(ins.System, ins.Value), (int)IdentitiesStore.KindOf(ins.System), ins.IsOld)));
            if (await vigilance.Traits([holder], stop) is not [var theirs]) continue;
            var match = Matcher.Compare(mine, theirs);
            if (!AreTwoPeople(match)) throw IdentitiesRefusals.InsTaken.With();
            found.Add(hash);
            desk.Freeze(write.Unit, write.Patient, holder);
            cases.OpenAgain(write.Unit, CaseKind.Collision, write.Patient, holder, write.Scope.Agent.Name, "Deux personnes portent le même matricule INS.");
        }
        if (found.Count > 0)
        {
            var doubted = ReliabilityOfPatient.Read(write.Body!.Root, hasIns: true).With(IdentityAttributes.Doubtful);
            write.Replace(MergedPatient.WithReliability(write.Body.Bytes, doubted, null));
        }
        return found;
    }

    // A typing error, a married name or a list cut short is one person; another given name, birth date or sex is somebody else.
    static bool AreTwoPeople(Match match) =>
        match.Of(MatchField.FirstNames) == Agreement.Different || match.Of(MatchField.Sex) == Agreement.Different
        || match.Of(MatchField.BirthDate) is Agreement.Different or Agreement.SameYear;
}
