using System.Collections.Frozen;
using Socle.Platform;
using Socle.Store;

namespace Socle.Access;

/// <summary>From decisions to a scope: the only place of the program that makes one.</summary>
static class ScopeBuilder
{
    static readonly FrozenSet<string> PatientOnly = FrozenSet.Create("Patient");
    static readonly FrozenSet<string> AppointmentOnly = FrozenSet.Create("Appointment");

    /// <param name="granted">The scopes of a token narrow the policy table; null for a person in a page.</param>
    public static Scope Build(Agent agent, string purpose, Facts facts, GrantedScopes? granted)
    {
        var why = "";
        var reasons = new Dictionary<long, string>();
        var suspended = new HashSet<long>();
        bool Decide(Act act, Target target)
        {
            var verdict = Decision.Decide(agent, act, purpose, target, facts);
            if (verdict.Suspended) suspended.Add(target.Patient);
            if (!verdict.Allowed) return false;
            if (target.Kind == TargetKind.Record) reasons.TryAdd(target.Patient, verdict.WhyInFull);
            else if (why.Length == 0 && target.Kind != TargetKind.Shared) why = verdict.WhyInFull;
            return true;
        }

        var candidates = Candidates(agent, facts);
        var read = new Reach(
            Decide(Act.Read, Target.AnyRecord),
            candidates.Where(patient => Decide(Act.Read, Target.Record(patient))).ToHashSet(),
            Decide(Act.Read, Target.Shared),
            Decide(Act.Read, Target.OwnDeposits) ? agent.OwnerKey : null)
        {
            // A software names the person by INS in what it deposits: the reference must resolve. A professional's search goes
            // through FindPatient, which counts it.
            TypesOfEveryone = agent.Kind == AgentKind.System && Decide(Act.FindPatient, Target.AnyRecord) ? PatientOnly : FrozenSet<string>.Empty
        };
        // An owner may add to any record and change what is its own.
        var write = new Reach(
            Decide(Act.Write, Target.AnyRecord),
            candidates.Where(patient => Decide(Act.Write, Target.Record(patient))).ToHashSet(),
            Decide(Act.Write, Target.Shared),
            Decide(Act.Write, Target.OwnDeposits) && Decide(Act.Deposit, Target.AnyRecord) ? agent.OwnerKey : null);
        return new Scope(agent, purpose, why, read, write, Types(agent.Kind, granted)) { Reasons = reasons, Suspended = suspended };
    }

    /// <summary>Patients of everybody, to be searched and nothing else: no include, no chain, no read follows from it.</summary>
    public static Scope FindPatient(Agent agent, string purpose, Verdict verdict, GrantedScopes? granted) => new(
        agent, purpose, verdict.WhyInFull, Reach.Nothing with { TypesOfEveryone = PatientOnly }, Reach.Nothing,
        new TypeRules((type, interaction) =>
            type == "Patient" && interaction == Interaction.Search && NarrowedBy(granted, agent.Kind, type, interaction)));

    /// <summary>Appointments, and the directory in which the professional's own entry stands; to be searched and nothing else.</summary>
    public static Scope Agenda(Agent agent, Verdict verdict) => new(
        agent, Purposes.Care, verdict.WhyInFull, Reach.Nothing with { Shared = true, TypesOfEveryone = AppointmentOnly }, Reach.Nothing,
        new TypeRules((type, interaction) => type is "Appointment" or "Practitioner" && interaction == Interaction.Search));

    // A fact names the records it may open; the decision then says yes or no to each.
    static HashSet<long> Candidates(Agent agent, Facts facts)
    {
        var patients = facts.Relations.Select(relation => relation.Patient).ToHashSet();
        patients.UnionWith(facts.Children.Select(link => link.Child));
        patients.UnionWith(facts.OwnRecords);
        if (agent.PatientKey != 0) patients.Add(agent.PatientKey);
        return patients;
    }

    static TypeRules Types(AgentKind kind, GrantedScopes? granted) => new((type, interaction) =>
        PolicyTable.Allows(kind, type, interaction) && NarrowedBy(granted, kind, type, interaction));

    /// <summary>SMART 2 letters; a prefix that is not the actor's own (patient/ for a laboratory) grants nothing.</summary>
    internal static bool NarrowedBy(GrantedScopes? granted, AgentKind kind, string type, Interaction interaction)
    {
        if (granted is null) return true;
        if (Letter(interaction) is not { } letter) return false;
        return Contexts(kind).Any(context => granted.Allows(context, type, letter));
    }

    static string[] Contexts(AgentKind kind) => kind switch
    {
        AgentKind.Citizen => ["patient", "user"],
        AgentKind.Professional => ["user"],
        AgentKind.System or AgentKind.Steward => ["system"],
        _ => []
    };

    // SMART App Launch 2.2 §3.0.2: r is read, vread and instance history; s is search and the histories of types.
    static char? Letter(Interaction interaction) => interaction switch
    {
        Interaction.Create => 'c',
        Interaction.Read or Interaction.Vread or Interaction.History => 'r',
        Interaction.Update or Interaction.Patch => 'u',
        Interaction.Delete => 'd',
        Interaction.Search => 's',
        _ => null
    };
}
