using Socle.Access;
using Socle.Fhir;
using Socle.Platform;
using Socle.Store;

namespace Socle.Identities;

/// <summary>
/// The register that the teleservice asks: the qualified identities of our own index, in the place of the national one. Whoever is answered, or
/// whose traits were held against others, sees it in their trace before the answer leaves.
/// </summary>
sealed class InsiRegister(IdentitiesStore store, RecordStore records, AccessDesk desk, AccessBudget budget)
{
    /// <summary>
    /// A professional in a situation of practice, a software that may search for people, the operator. It is decided before anything is looked
    /// up, so that a refusal says nothing of who is known.
    /// </summary>
    public async Task<Scope> Enter(Agent agent, GrantedScopes? granted, string? correlation, CancellationToken stop)
    {
        if (agent is { Kind: AgentKind.Professional, Structure: null }) throw IdentitiesRefusals.InsiNotForYou.With();
        var scope = await desk.EnterToFindPatient(agent, Purposes.Of(agent.Kind), granted, stop);
        return scope.Types.Allows("Patient", Interaction.Search) ? scope.WithCorrelation(correlation) : throw IdentitiesRefusals.InsiNotForYou.With();
    }

    public async Task<InsiAnswer> Search(Scope scope, InsiQuestion question, CancellationToken stop)
    {
        await budget.SpendSearch(scope.Agent, stop);
        var rows = await store.Qualified(Traits.Key(question.BirthName), question.BirthDate, question.Sex, stop);
        var found = rows.FindAll(question.Selects);
        if (found.Count > 1 || rows.Count >= IdentitiesStore.MostNamesakes) return new(InsiCode.Several, null, question.Next);
        if (found.Count == 1 && (await Read(scope, [found[0]], stop)).GetValueOrDefault(found[0].PatientKey) is { } identity)
            return new(InsiCode.One, identity, InsiNext.Nothing);
        await budget.SpendUnknown(scope.Agent, stop);
        return InsiAnswer.None;
    }

    /// <summary>By number alone, for a card that was presented: it is the number in force of one qualified identity, or of nobody.</summary>
    public async Task<InsiAnswer> Find(Scope scope, string system, string matricule, CancellationToken stop)
    {
        await budget.SpendSearch(scope.Agent, stop);
        var found = await Numbered(scope, [(system, matricule)], stop);
        if (found[0].Count > 1) return new(InsiCode.Several, null, InsiNext.Nothing);
        if (found[0].Count == 1) return new(InsiCode.One, found[0][0], InsiNext.Nothing);
        await budget.SpendUnknown(scope.Agent, stop);
        return InsiAnswer.None;
    }

    public async Task<InsiVerdict> Verify(Scope scope, InsiClaim claim, CancellationToken stop)
    {
        await budget.SpendSearch(scope.Agent, stop);
        var verdict = (await VerifyAll(scope, [claim], stop))[0];
        if (verdict.Identity is null) await budget.SpendUnknown(scope.Agent, stop);
        return verdict;
    }

    /// <summary>Each claim's verdict in its place; two reads and one commit for all of them.</summary>
    public async Task<IReadOnlyList<InsiVerdict>> VerifyAll(Scope scope, IReadOnlyList<InsiClaim> claims, CancellationToken stop)
    {
        var found = await Numbered(scope, [.. claims.Select(claim => (claim.System, claim.Matricule))], stop);
        return [.. claims.Zip(found, Judge)];
    }

    static InsiVerdict Judge(InsiClaim claim, IReadOnlyList<InsiIdentity> identities)
    {
        // Test numbers may be on several records: one of them that agrees is enough, and of several that do not, none is told of.
        var judged = identities.Select(identity => new InsiVerdict(false, claim.Traits.Differences(identity), identity)).ToList();
        if (judged.Find(verdict => verdict.Differences.Count == 0) is { } right) return right with { Right = true };
        return judged.Count == 1 ? judged[0] : InsiVerdict.Unknown;
    }

    async Task<IReadOnlyList<IReadOnlyList<InsiIdentity>>> Numbered(Scope scope, IReadOnlyList<(string System, string Matricule)> numbers, CancellationToken stop)
    {
        var rows = await store.QualifiedByHashes([.. numbers.Select(number => store.HashOf(number.System, number.Matricule))], stop);
        var read = await Read(scope, [.. rows.DistinctBy(card => card.PatientKey)], stop);
        var byNumber = read.Values.ToLookup(identity => (identity.Ins.System, identity.Ins.Value));
        return [.. numbers.Select(number => byNumber[number].ToList())];
    }

    // The whole identity stands in the record only; reading it leaves the trace.
    async Task<Dictionary<long, InsiIdentity>> Read(Scope scope, IReadOnlyList<PatientCard> cards, CancellationToken stop)
    {
        var found = new Dictionary<long, InsiIdentity>();
        if (cards is [var only])
        {
            if (await records.FindById(scope, "Patient", only.Id, stop) is { } stored) Keep(found, stored);
            return found;
        }
        foreach (var some in cards.Chunk(RecordStore.MostCount))
        {
            var asked = SearchQuery.Parse("Patient",
                [new("_id", string.Join(',', some.Select(card => card.Id))), new("_count", $"{RecordStore.MostCount}")], strict: true, records.SearchEnvironment());
            foreach (var stored in (await records.Search(scope, asked, stop)).Matches) Keep(found, stored);
        }
        return found;
    }

    static void Keep(Dictionary<long, InsiIdentity> found, Stored stored)
    {
        using var body = FhirDocument.Parse(stored.Bytes);
        if (InsiIdentity.Of(stored.Id, body.Root) is { } identity) found[stored.PatientKey] = identity;
    }
}
