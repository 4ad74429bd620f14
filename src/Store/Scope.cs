using System.Collections.Frozen;
using Socle.Fhir;
using Socle.Platform;

namespace Socle.Store;

public enum Interaction { Read, Vread, Search, History, Create, Update, Patch, Delete }

/// <summary>
/// Which rows: the union of what each member names; nothing named, nothing reached. The quarantine of the actor's own deposits is
/// always added by the Store.
/// </summary>
/// <param name="Everyone">Every patient and the shared space (the operator's steward).</param>
/// <param name="Patients">Patient keys.</param>
/// <param name="Shared">The shared space: directories, terminology.</param>
/// <param name="Owner">Rows that were deposited under this owner key, whoever the patient is.</param>
public sealed record Reach(bool Everyone, IReadOnlySet<long> Patients, bool Shared, long? Owner)
{
    public static readonly Reach Nothing = new(false, FrozenSet<long>.Empty, false, null);

    /// <summary>Resource types that are reached for every patient: a laboratory finds the Patient of an INS before it deposits.</summary>
    public IReadOnlySet<string> TypesOfEveryone { get; init; } = FrozenSet<string>.Empty;

    /// <summary>Rows that carry one of these labels are out of reach (<see cref="Labels"/>).</summary>
    public Labels Hidden { get; init; }
}

/// <summary>What a resource's security labels say, in the bits of one column.</summary>
[Flags]
public enum Labels
{
    None = 0,
    Restricted = 1,
    VeryRestricted = 2,
    HiddenFromProfessionals = 4,
    HiddenFromPatient = 8,
    HiddenFromRepresentatives = 16
}

/// <summary>The policy table: which interactions with which resource types, before any row is looked at.</summary>
public sealed class TypeRules
{
    readonly Func<string, Interaction, bool> allows;

    internal TypeRules(Func<string, Interaction, bool> allows) => this.allows = allows;

    internal static readonly TypeRules All = new((_, _) => true);
    internal static readonly TypeRules None = new((_, _) => false);

    public bool Allows(string resourceType, Interaction interaction) => allows(resourceType, interaction);

    /// <summary>These rules and one more condition, as the scopes of a token say it: only ever narrower.</summary>
    public TypeRules Narrowed(Func<string, Interaction, bool> condition) =>
        new((type, interaction) => allows(type, interaction) && condition(type, interaction));

    internal long[] ReadableTypes(Interaction interaction) =>
        [.. Definitions.ResourceTypes.Where(type => allows(type, interaction)).Select(type => (long)Definitions.TypeNumber(type))];
}

/// <summary>A decision of Access, in the form in which the Store needs it. Only Access builds one.</summary>
public sealed class Scope
{
    internal Scope(Agent agent, string purpose, string why, Reach read, Reach write, TypeRules types) =>
        (Agent, Purpose, Why, ReadReach, WriteReach, Types) = (agent, purpose, why, read, write, types);

    public Agent Agent { get; }
    public string Purpose { get; }

    /// <summary>French: the reason that stands in the trace.</summary>
    public string Why { get; }

    /// <summary>Where each record has its own reason (the relation declared to this person, not to another).</summary>
    internal IReadOnlyDictionary<long, string> Reasons { get; init; } = FrozenDictionary<long, string>.Empty;

    /// <summary>Records that would be read, were their sharing not suspended: only to this actor that may be told.</summary>
    public IReadOnlySet<long> Suspended { get; internal init; } = FrozenSet<long>.Empty;

    public string WhyOf(long patient) => Reasons.GetValueOrDefault(patient, Why);

    public TypeRules Types { get; }
    public string? Correlation { get; private init; }
    internal Reach ReadReach { get; }
    internal Reach WriteReach { get; }

    /// <summary>False for work of the platform itself that answers nobody: what it reads is not released.</summary>
    internal bool Traced { get; private init; } = true;

    public Scope WithCorrelation(string? correlation) =>
        new(Agent, Purpose, Why, ReadReach, WriteReach, Types) { Correlation = correlation, Traced = Traced, Reasons = Reasons, Suspended = Suspended };

    public Scope Narrowed(Func<string, Interaction, bool> condition) =>
        new(Agent, Purpose, Why, ReadReach, WriteReach, Types.Narrowed(condition)) { Correlation = Correlation, Traced = Traced, Reasons = Reasons, Suspended = Suspended };

    /// <summary>To be kept with what is made ready under this scope.</summary>
    public ReachMark Mark() => new(ReadReach.Everyone, ReadReach.Shared, ReadReach.Owner, (long)ReadReach.Hidden,
        [.. ReadReach.Patients], [.. ReadReach.TypesOfEveryone]);

    /// <summary>True while this scope still reaches what another of the same actor reached, as far as these patients are concerned.</summary>
    public bool StillReaches(ReachMark then, IReadOnlyCollection<long> patients)
    {
        if (((long)ReadReach.Hidden & ~then.Hidden) != 0) return false;
        if (ReadReach.Everyone) return true;
        if (then.Everyone || then.Shared && !ReadReach.Shared || then.Owner is not null && then.Owner != ReadReach.Owner) return false;
        if (!then.TypesOfEveryone.All(ReadReach.TypesOfEveryone.Contains)) return false;
        var reached = then.Patients.ToHashSet();
        return patients.All(patient => !reached.Contains(patient) || ReadReach.Patients.Contains(patient));
    }

    /// <summary>The one scope in which Access reads its own facts (relations, consents) to decide.</summary>
    internal static Scope ForDecision { get; } = new(
        new Agent(AgentKind.Program, "socle:access", "Socle", null, null, null, 0, 0),
        "decision", "Décision d’accès",
        new Reach(true, FrozenSet<long>.Empty, true, null), Reach.Nothing,
        new TypeRules((_, interaction) => interaction is Interaction.Read or Interaction.Search)) { Traced = false };

    /// <summary>Where a type of everybody is asked for by name only, not found by what it refers to.</summary>
    internal Scope WithoutTypesOfEveryone() => ReadReach.TypesOfEveryone.Count == 0 ? this
        : new(Agent, Purpose, Why, ReadReach with { TypesOfEveryone = FrozenSet<string>.Empty }, WriteReach, Types)
        {
            Correlation = Correlation, Traced = Traced, Reasons = Reasons, Suspended = Suspended
        };

    internal Scope ForRules() => new(Agent, Purpose, Why, new Reach(true, FrozenSet<long>.Empty, true, null),
        new Reach(true, FrozenSet<long>.Empty, true, null), TypeRules.All) { Correlation = Correlation, Traced = false, Reasons = Reasons };
}
