using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Socle.Platform;
using Socle.Store;

namespace Socle.Access;

/// <summary>Where an actor asks for a scope, and where care relations are declared and ended.</summary>
public sealed class AccessDesk
{
    readonly Db db;
    readonly AccessStore store;
    readonly AuditLog audit;
    readonly Keys keys;
    readonly TimeProvider clock;
    readonly Suspensions suspensions;
    readonly MergedRecords merged;
    readonly FactsMemory memory;
    readonly ConditionalWeakTable<GrantedScopes, Scope> entered = [];

    internal AccessDesk(Db db, AccessStore store, AuditLog audit, Keys keys, TimeProvider clock, Suspensions suspensions, MergedRecords merged)
    {
        (this.db, this.store, this.audit, this.keys, this.clock, this.suspensions, this.merged) = (db, store, audit, keys, clock, suspensions, merged);
        memory = new FactsMemory(clock);
        db.Changes.Hear(MergedRecords.Kind, memory.ForgetAll);
    }

    /// <summary>The actor's whole scope: each record in it was decided one by one.</summary>
    public Task<Scope> Enter(Agent agent, string purpose, CancellationToken stop) =>
        Enter(agent, purpose, null, stop);

    /// <summary>The same, narrowed by the scopes of a token.</summary>
    public async Task<Scope> Enter(Agent agent, string purpose, GrantedScopes? granted, CancellationToken stop)
    {
        if (!Purposes.All.Contains(purpose)) throw AccessRefusals.UnknownPurpose.With();
        if (granted is not null && entered.TryGetValue(granted, out var before) && before.Agent == agent && before.Purpose == purpose) return before;
        var scope = ScopeBuilder.Build(agent, purpose, await FactsOf(agent, stop), granted);
        // What depends on no fact holds as long as the token it was made for is remembered.
        if (granted is not null && agent.Kind is AgentKind.System or AgentKind.Steward) entered.AddOrUpdate(granted, scope);
        return scope;
    }

    /// <summary>
    /// Whether a record exists and which: the identities of everybody, to be searched and nothing else. The caller spends
    /// the budget of <see cref="AccessBudget"/> and shows name, birth date and sex only.
    /// </summary>
    public async Task<Scope> EnterToFindPatient(Agent agent, string purpose, GrantedScopes? granted, CancellationToken stop)
    {
        var verdict = Decision.Decide(agent, Act.FindPatient, purpose, Target.AnyRecord, await FactsOf(agent, stop));
        return verdict.Allowed ? ScopeBuilder.FindPatient(agent, purpose, verdict, granted) : throw AccessRefusals.Denied.With();
    }

    /// <summary>
    /// The appointments that name the professional, for the list of the day. The caller asks for those of this professional only, and
    /// shows no more of a person than name, birth date and sex.
    /// </summary>
    public async Task<Scope> EnterOwnAgenda(Agent professional, CancellationToken stop)
    {
        var verdict = Decision.Decide(professional, Act.SeeAgenda, Purposes.Care, Target.AnyRecord, await FactsOf(professional, stop));
        return verdict.Allowed ? ScopeBuilder.Agenda(professional, verdict) : throw AccessRefusals.Denied.With();
    }

    /// <summary>« Pourquoi ? »: why this record is open to the actor, or is not.</summary>
    public async Task<Verdict> Explain(Agent agent, long patient, CancellationToken stop)
    {
        var facts = await FactsAbout(agent, patient, stop);
        return Decision.Decide(agent, Act.Read, Purposes.Of(agent.Kind), Target.Record(patient), facts);
    }

    /// <summary>One act on one record, for modules that do something else than read the Store.</summary>
    public async Task<Verdict> Decide(Agent agent, Act act, string purpose, long patient, CancellationToken stop) =>
        Decision.Decide(agent, act, purpose, Target.Record(patient), await FactsAbout(agent, patient, stop));

    /// <summary>The professional says that they take part in this person's care; the person sees it in their trace.</summary>
    public async Task DeclareRelation(Agent professional, long patient, string reason, CancellationToken stop)
    {
        patient = await merged.SurvivorOf(patient, stop);
        if (professional.Kind != AgentKind.Professional) throw AccessRefusals.NotProfessional.With();
        if (await suspensions.Holds(professional, stop)) throw AccessRefusals.Suspended.With();
        var why = RelationReason.All.FirstOrDefault(known => known.Code == reason) ?? throw AccessRefusals.UnknownReason.With();
        var facts = Facts.None(clock.GetUtcNow());
        if (!Decision.Decide(professional, Act.DeclareRelation, Purposes.Care, Target.Record(patient), facts).Allowed)
            throw AccessRefusals.Denied.With();

        var unit = new Unit();
        Open(unit, professional, patient, why, facts.Now);
        audit.Append(unit, Trace(professional, patient, "relation", "Relation de soins déclarée", why.French));
        await db.Commit(unit, stop);
    }

    /// <summary>
    /// The person showed their card to this professional: a relation of its own reason, without a declaration. The caller has proved it and commits the unit, in
    /// which what was shown is used up. A relation that holds longer stays as it is.
    /// </summary>
    public async Task ProvePresence(Unit unit, Agent professional, long patient, CancellationToken stop)
    {
        patient = await merged.SurvivorOf(patient, stop);
        if (professional.Kind != AgentKind.Professional) throw AccessRefusals.NotProfessional.With();
        if (await suspensions.Holds(professional, stop)) throw AccessRefusals.Suspended.With();
        var (now, why) = (clock.GetUtcNow(), RelationReason.Presence);
        var longer = (await Between(patient, KeyOf(professional), stop)).Any(known => known.Holds(now) && known.Until >= now.AddDays(why.Days));
        if (!longer) Open(unit, professional, patient, why, now);
        audit.Append(unit, Trace(professional, patient, "card-read", "Carte Vitale présentée", longer ? null : $"{why.French}\u202f: le dossier s’ouvre pour {why.Days} jours."));
    }

    void Open(Unit unit, Agent professional, long patient, RelationReason why, DateTimeOffset now)
    {
        AccessStore.Declare(unit, new Relation(
            patient, KeyOf(professional), professional.Id, professional.Name, professional.Role, professional.StructureName, why.Code, now, now.AddDays(why.Days), null));
        unit.AfterCommit(() => memory.Forget(professional.Id));
    }

    /// <summary>The professional ends the relation, or the patient (a parent, a steward) does.</summary>
    public async Task EndRelation(Agent actor, long patient, long professional, CancellationToken stop)
    {
        var facts = await FactsAbout(actor, patient, stop);
        var mine = actor.Kind == AgentKind.Professional && KeyOf(actor) == professional;
        var theirs = actor.Kind is AgentKind.Citizen or AgentKind.Steward
            && Decision.Decide(actor, Act.Write, Purposes.Of(actor.Kind), Target.Record(patient), facts).Allowed;
        if (!mine && !theirs) throw AccessRefusals.Denied.With();

        var unit = new Unit();
        foreach (var record in await merged.OfPerson(patient, stop)) AccessStore.End(unit, record, professional, facts.Now);
        audit.Append(unit, Trace(actor, patient, "relation-end", "Relation de soins terminée", null));
        unit.AfterCommit(memory.ForgetAll);
        await db.Commit(unit, stop);
    }

    /// <summary>The relations of a professional that hold now.</summary>
    public async Task<IReadOnlyList<Relation>> RelationsOf(Agent professional, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        return [.. (await Everywhere(await store.RelationsOf(KeyOf(professional), now, stop), stop)).Where(relation => relation.Holds(now))];
    }

    /// <summary>Everybody who declared a relation to this record, past ones too, newest first.</summary>
    public async Task<IReadOnlyList<Relation>> OfPatient(long patient, CancellationToken stop)
    {
        var all = new List<Relation>();
        foreach (var record in await merged.OfPerson(patient, stop)) all.AddRange(await store.RelationsWith(record, stop));
        return [.. all.OrderByDescending(relation => relation.Since)];
    }

    /// <summary>Two people claim one INS: no professional reads either record until it is settled. The caller commits the unit.</summary>
    public void Freeze(Unit unit, long one, long other)
    {
        AccessStore.Freeze(unit, one, other, clock.GetUtcNow());
        db.Changes.Tell(unit, MergedRecords.Kind);
    }

    /// <summary>It is settled between these two; what either has with a third remains.</summary>
    public void Thaw(Unit unit, long one, long other)
    {
        AccessStore.Thaw(unit, one, other);
        db.Changes.Tell(unit, MergedRecords.Kind);
    }

    /// <summary>A parent's fact, written with the child's record: the caller commits the unit.</summary>
    public void AddGuardian(Unit unit, long guardian, long child, DateOnly birthDate)
    {
        AccessStore.AddGuardian(unit, new Guardianship(guardian, child, birthDate));
        unit.AfterCommit(memory.ForgetAll);
    }

    /// <summary>The parents of a child, those whose authority ended too.</summary>
    public async Task<IReadOnlyList<Guardianship>> GuardiansOf(long child, CancellationToken stop)
    {
        var all = new List<Guardianship>();
        foreach (var record in await merged.OfPerson(child, stop)) all.AddRange(await store.GuardiansOf(record, stop));
        return [.. all.DistinctBy(link => link.Guardian)];
    }

    /// <summary>A parent has no authority any more, by a decision that the operator was shown: the child's record and card close to them at once.</summary>
    public async Task EndGuardian(Agent steward, long guardian, long child, string why, CancellationToken stop)
    {
        if (steward.Kind != AgentKind.Steward) throw AccessRefusals.Denied.With();
        var held = (await GuardiansOf(child, stop)).FirstOrDefault(link => link.Guardian == guardian && link.Ended is null) ?? throw AccessRefusals.NoSuchGuardian.With();
        var unit = new Unit();
        AccessStore.EndGuardian(unit, guardian, held.Child, clock.GetUtcNow(), () => AccessRefusals.NoSuchGuardian.With());
        audit.Append(unit, Trace(steward, held.Child, "guardian-end", "Fin de l’autorité parentale d’un parent", why));
        db.Changes.Tell(unit, MergedRecords.Kind);
        unit.AfterCommit(memory.ForgetAll);
        await db.Commit(unit, stop);
    }

    /// <summary>The minors whose record this citizen may open today.</summary>
    public async Task<IReadOnlyList<Guardianship>> ChildrenOf(Agent citizen, CancellationToken stop)
    {
        var facts = await FactsOf(citizen, stop);
        var links = await merged.Now(stop);
        return [.. facts.Children.Where(link => link.Holds(facts.Now) && !links.IsMerged(link.Child))];
    }

    /// <summary>The key under which a professional's relations stand.</summary>
    public long KeyOf(Agent professional) => keys.Hash("access-professional", professional.Id);

    async Task<Facts> FactsOf(Agent agent, CancellationToken stop)
    {
        // Every decision reads the facts: who is suspended gets no further, by whatever door (page, API, job, notice).
        if (await suspensions.Holds(agent, stop)) throw AccessRefusals.Suspended.With();
        var now = clock.GetUtcNow();
        if (memory.Find(agent.Id) is { } known) return known with { Now = now };
        var facts = agent.Kind switch
        {
            AgentKind.Professional => await OfProfessional(now, await Everywhere(await store.RelationsOf(KeyOf(agent), now, stop), stop), stop),
            AgentKind.Citizen when agent.PatientKey != 0 => await OfCitizen(agent, now, stop),
            _ => Facts.None(now)
        };
        memory.Keep(agent.Id, facts);
        return facts;
    }

    // Former relations too: an auditor reads why a door is closed.
    async Task<Facts> FactsAbout(Agent agent, long patient, CancellationToken stop)
    {
        if (agent.Kind != AgentKind.Professional) return await FactsOf(agent, stop);
        if (await suspensions.Holds(agent, stop)) throw AccessRefusals.Suspended.With();
        return await OfProfessional(clock.GetUtcNow(), await Between(patient, KeyOf(agent), stop), stop);
    }

    async Task<IReadOnlyList<Relation>> Between(long patient, long professional, CancellationToken stop)
    {
        var all = new List<Relation>();
        foreach (var record in await merged.OfPerson(patient, stop)) all.AddRange(await store.Between(record, professional, stop));
        return all.ConvertAll(relation => relation with { Patient = patient });
    }

    // A relation to one record of a person is a relation to that person.
    async Task<IReadOnlyList<Relation>> Everywhere(List<Relation> relations, CancellationToken stop)
    {
        var links = await merged.Now(stop);
        return links.IsEmpty ? relations : [.. relations.SelectMany(relation => links.OfPerson(relation.Patient).Select(record => relation with { Patient = record }))];
    }

    async Task<Facts> OfProfessional(DateTimeOffset now, IReadOnlyList<Relation> relations, CancellationToken stop)
    {
        var links = await merged.Now(stop);
        var frozen = await store.FrozenAmong([.. relations.SelectMany(relation => links.OfPerson(relation.Patient)).Distinct()], stop);
        return new(now, relations, []) { Frozen = frozen.SelectMany(links.OfPerson).ToHashSet() };
    }

    async Task<Facts> OfCitizen(Agent agent, DateTimeOffset now, CancellationToken stop)
    {
        var own = await merged.OfPerson(agent.PatientKey, stop);
        var children = new List<Guardianship>();
        foreach (var record in own)
            foreach (var link in await store.ChildrenOf(record, stop))
                foreach (var child in await merged.OfPerson(link.Child, stop)) children.Add(link with { Guardian = agent.PatientKey, Child = child });
        return new(now, [], [.. children.DistinctBy(link => link.Child)]) { OwnRecords = own.ToHashSet() };
    }

    static AuditEntry Trace(Agent agent, long patient, string action, string label, string? why) => new()
    {
        Agent = agent,
        Action = action,
        Patient = patient,
        Target = "",
        Label = label,
        Purpose = Purposes.Of(agent.Kind),
        Why = why,
        Outcome = "ok"
    };
}

/// <summary>
/// Facts read a moment ago. Expiry and majority are judged at each decision, and this process forgets on each change;
/// a relation ended by another process of the same database closes within a second.
/// </summary>
sealed class FactsMemory(TimeProvider clock)
{
    static readonly TimeSpan Span = TimeSpan.FromSeconds(1);
    const int Most = 10_000;

    readonly ConcurrentDictionary<string, (long At, Facts Facts)> known = new(StringComparer.Ordinal);

    public Facts? Find(string agent) =>
        known.TryGetValue(agent, out var entry) && clock.GetElapsedTime(entry.At) < Span ? entry.Facts : null;

    public void Keep(string agent, Facts facts)
    {
        if (known.Count >= Most) known.Clear();
        known[agent] = (clock.GetTimestamp(), facts);
    }

    public void Forget(string agent) => known.TryRemove(agent, out _);

    public void ForgetAll() => known.Clear();
}
