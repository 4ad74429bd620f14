using Socle.Platform;

namespace Socle.Access;

/// <summary>What the actor wants to do. <c>Unknown</c> is the default value, and is denied.</summary>
public enum Act { Unknown, Read, Write, Deposit, FindPatient, DeclareRelation, SeeTrace, SeeAgenda }

public enum TargetKind { Unknown, Record, AnyRecord, OwnDeposits, Shared }

/// <summary>What the act is about: one record, whatever record, the rows the actor's structure deposited, the shared space.</summary>
public readonly record struct Target(TargetKind Kind, long Patient = 0)
{
    public static Target Record(long patient) => new(TargetKind.Record, patient);
    public static Target AnyRecord { get; } = new(TargetKind.AnyRecord);
    public static Target OwnDeposits { get; } = new(TargetKind.OwnDeposits);
    public static Target Shared { get; } = new(TargetKind.Shared);
}

/// <summary>Yes or no, and why: for the actor, only from what the actor may know; in full for the trace, the patient and the auditor.</summary>
public sealed record Verdict(bool Allowed, string WhyForActor, string WhyInFull)
{
    /// <summary>It would be open, were its sharing not suspended.</summary>
    public bool Suspended { get; init; }
}

/// <summary>The one decision: pure, default deny, unknown = deny. The first rule of the table that holds says yes; nothing else does.</summary>
public static class Decision
{
    public static Verdict Decide(Agent agent, Act act, string purpose, Target target, Facts facts)
    {
        if (!IsKnown(agent, act, purpose, target)) return Denied(agent, target, facts);
        if (IsFrozen(agent, act, target, facts)) return Suspended;
        foreach (var rule in Rules)
        {
            if (!rule.Applies(agent.Kind, act, purpose, target.Kind)) continue;
            if (rule.Holds(agent, target, facts) is { } why) return new Verdict(true, rule.WhyForActor, $"{rule.ForTrace ?? rule.WhyForActor} {why}".Trim());
        }
        return Denied(agent, target, facts);
    }

    static bool IsKnown(Agent agent, Act act, string purpose, Target target) =>
        Enum.IsDefined(agent.Kind) && Enum.IsDefined(act) && act != Act.Unknown && Purposes.All.Contains(purpose)
        && Enum.IsDefined(target.Kind) && target.Kind != TargetKind.Unknown && (target.Kind != TargetKind.Record || target.Patient != 0);

    static readonly Act[] Everything = [Act.Read, Act.Write, Act.Deposit, Act.FindPatient, Act.SeeTrace];
    static readonly string[] ForPeople = [Purposes.Care, Purposes.Personal, Purposes.Deposit];
    static readonly string[] ForCare = [Purposes.Care, Purposes.Deposit];

    /// <summary>Each line: who, which acts, for which purposes, on what, under which fact, and the sentence that says so.</summary>
    static readonly Rule[] Rules =
    [
        new(AgentKind.Citizen, [Act.Read, Act.Write, Act.Deposit, Act.SeeTrace], ForPeople, TargetKind.Record, IsSelf,
            "C’est votre dossier.", ""),
        new(AgentKind.Citizen, [Act.Read, Act.Write, Act.Deposit, Act.SeeTrace], ForPeople, TargetKind.Record, IsParent,
            "C’est le dossier de votre enfant mineur.", ""),
        new(AgentKind.Citizen, [Act.Read], ForPeople, TargetKind.Shared, Always, "Information commune à tous."),

        new(AgentKind.Professional, [Act.Read, Act.Write, Act.Deposit], ForCare, TargetKind.Record, HasRelation,
            "Vous avez déclaré prendre part aux soins de cette personne.", "Prend part aux soins de la personne."),
        new(AgentKind.Professional, [Act.Read, Act.Write, Act.Deposit], ForCare, TargetKind.Record, WasPresent,
            "Cette personne vous a présenté sa carte Vitale.", "La personne a présenté sa carte Vitale."),
        new(AgentKind.Professional, [Act.DeclareRelation], [Purposes.Care], TargetKind.Record, Always,
            "Un professionnel peut déclarer qu’il prend part aux soins d’une personne\u202f; elle en est informée."),
        new(AgentKind.Professional, [Act.FindPatient], ForCare, TargetKind.AnyRecord, Always,
            "Un professionnel peut rechercher une personne\u202f; la recherche est comptée et tracée."),
        new(AgentKind.Professional, [Act.SeeAgenda], [Purposes.Care], TargetKind.AnyRecord, Always, "Un professionnel voit la liste de ses rendez-vous."),
        new(AgentKind.Professional, [Act.Read], ForCare, TargetKind.Shared, Always, "Information commune à tous."),

        new(AgentKind.System, [Act.Read, Act.Write, Act.Deposit], ForCare, TargetKind.OwnDeposits, HasOwner,
            "Votre structure a déposé cette information.", "La structure a déposé cette information."),
        new(AgentKind.System, [Act.Deposit], ForCare, TargetKind.AnyRecord, Always,
            "Un logiciel alimente le dossier de la personne qu’il désigne par son INS."),
        new(AgentKind.System, [Act.Deposit], ForCare, TargetKind.Record, Always,
            "Un logiciel alimente le dossier de la personne qu’il désigne par son INS."),
        new(AgentKind.System, [Act.FindPatient], ForCare, TargetKind.AnyRecord, Always,
            "Un logiciel peut demander si un dossier existe."),
        new(AgentKind.System, [Act.Read], ForCare, TargetKind.Shared, Always, "Information commune à tous."),

        new(AgentKind.Steward, Everything, Purposes.All, TargetKind.Record, Always, "Vous administrez les données de l’opérateur.", "Administration des données par l’opérateur."),
        new(AgentKind.Steward, Everything, Purposes.All, TargetKind.AnyRecord, Always, "Vous administrez les données de l’opérateur.", "Administration des données par l’opérateur."),
        new(AgentKind.Steward, Everything, Purposes.All, TargetKind.OwnDeposits, Always, "Vous administrez les données de l’opérateur.", "Administration des données par l’opérateur."),
        new(AgentKind.Steward, Everything, Purposes.All, TargetKind.Shared, Always, "Vous administrez les données de l’opérateur.", "Administration des données par l’opérateur."),

        new(AgentKind.Program, Everything, [Purposes.Operation], TargetKind.Record, Always, "Traitement automatique de la plateforme."),
        new(AgentKind.Program, Everything, [Purposes.Operation], TargetKind.AnyRecord, Always, "Traitement automatique de la plateforme."),
        new(AgentKind.Program, Everything, [Purposes.Operation], TargetKind.Shared, Always, "Traitement automatique de la plateforme.")
    ];

    static string? Always(Agent agent, Target target, Facts facts) => "";

    // What is written goes on being taken in; it leaves to nobody but who wrote it. Who may not read it anyway does not hear of it.
    static bool IsFrozen(Agent agent, Act act, Target target, Facts facts) =>
        agent.Kind == AgentKind.Professional && act == Act.Read && target.Kind == TargetKind.Record && facts.Frozen.Contains(target.Patient)
        && (HasRelation(agent, target, facts) ?? WasPresent(agent, target, facts)) is not null;

    static string? IsSelf(Agent agent, Target target, Facts facts) =>
        agent.PatientKey != 0 && (agent.PatientKey == target.Patient || facts.OwnRecords.Contains(target.Patient)) ? "Titulaire du dossier." : null;

    static string? IsParent(Agent agent, Target target, Facts facts) =>
        agent.PatientKey != 0
        && facts.Children.FirstOrDefault(link => link.Guardian == agent.PatientKey && link.Child == target.Patient && link.Holds(facts.Now)) is { } link
            ? $"Titulaire de l’autorité parentale jusqu’au {Day(link.Majority)}."
            : null;

    static string? HasRelation(Agent agent, Target target, Facts facts) =>
        facts.Relations.FirstOrDefault(
            relation => !relation.IsOfPresence && IsOf(relation, agent, target) && relation.Holds(facts.Now)) is { } relation
            ? $"Motif\u202f: {relation.ReasonText}, déclaré le {Day(relation.Since)}, valable jusqu’au {Day(relation.Until)}."
            : null;

    static string? WasPresent(Agent agent, Target target, Facts facts) =>
        facts.Relations.FirstOrDefault(relation => relation.IsOfPresence && IsOf(relation, agent, target) && relation.Holds(facts.Now)) is { } relation
            ? $"Preuve de présence du {Day(relation.Since)}, valable jusqu’au {Day(relation.Until)}."
            : null;

    static bool IsOf(Relation relation, Agent agent, Target target) => relation.Patient == target.Patient && relation.ProfessionalId == agent.Id;

    static string? HasOwner(Agent agent, Target target, Facts facts) => agent.OwnerKey != 0 ? agent.StructureName ?? agent.Name : null;

    internal static readonly Verdict Suspended = new(false, AccessRefusals.SharingSuspended.French, "Partage suspendu\u202f: deux personnes revendiquent le même INS.") { Suspended = true };

    /// <summary>The actor hears the same words whether the record is closed to them or does not exist.</summary>
    static Verdict Denied(Agent agent, Target target, Facts facts)
    {
        var forActor = agent.Kind == AgentKind.Professional
            ? "Vous n’avez pas déclaré prendre part aux soins de cette personne, ou cette déclaration n’est plus valable."
            : "Rien ne vous ouvre cette information.";
        var former = facts.Relations.LastOrDefault(relation => relation.Patient == target.Patient && relation.ProfessionalId == agent.Id);
        var grown = facts.Children.FirstOrDefault(link => link.Guardian == agent.PatientKey && link.Child == target.Patient);
        var inFull = (former, grown) switch
        {
            ({ Ended: { } ended }, _) when ended <= facts.Now => $"La relation de soins a pris fin le {Day(ended)}.",
            ({ } relation, _) => $"La relation de soins a expiré le {Day(relation.Until)}.",
            (_, { Ended: { } over }) when over <= facts.Now => $"L’autorité parentale a pris fin le {Day(over)}.",
            (_, { } link) when !link.Holds(facts.Now) => $"L’enfant est majeur depuis le {Day(link.Majority)}.",
            _ => "Aucun fait connu n’ouvre cet accès."
        };
        return new Verdict(false, forActor, inFull);
    }

    static string Day(DateTimeOffset moment) => FrenchDay.Write(moment);

    sealed record Rule(
        AgentKind Who, Act[] Acts, IReadOnlyList<string> ForPurposes, TargetKind On, Func<Agent, Target, Facts, string?> Holds, string WhyForActor,
        string? ForTrace = null)
    {
        public bool Applies(AgentKind who, Act act, string purpose, TargetKind on) =>
            Who == who && On == on && Acts.Contains(act) && ForPurposes.Contains(purpose);
    }
}
