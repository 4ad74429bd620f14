using Socle.Identities;

namespace Socle.Rights;

/// <summary>What a line of the card is about.</summary>
public enum RightKind { Scheme, LongIllness, Complementary, Exemption }

/// <summary>One right of one person, as its source said it.</summary>
/// <param name="Code">Stable word: « general », « ald », « css »…</param>
/// <param name="French">As it stands on papers.</param>
/// <param name="Until">The last day; null: no end is known.</param>
/// <param name="KnownAt">When the source last said so.</param>
public sealed record Right(RightKind Kind, string Code, string French, DateOnly From, DateOnly? Until, DateTimeOffset KnownAt)
{
    static readonly TimeSpan Fresh = TimeSpan.FromDays(31);

    public bool Holds(DateOnly day) => From <= day && (Until is not { } last || day <= last);

    /// <summary>It was said so long ago that it may have changed since.</summary>
    public bool IsOld(DateTimeOffset now) => now - KnownAt > Fresh;
}

/// <summary>What the health insurance says of one person.</summary>
/// <param name="Source">Where it comes from, as people read it.</param>
/// <param name="Simulated">Invented: no page and no answer may leave that out.</param>
/// <param name="Insured">Whose insurance it is (« ouvrant droit »): the person's own name, or a parent's.</param>
public sealed record CardRights(string Source, bool Simulated, string Insured, bool IsInsured, IReadOnlyList<Right> Rights)
{
    public Right? Of(RightKind kind, DateOnly day) => Rights.FirstOrDefault(right => right.Kind == kind && right.Holds(day));

    /// <summary>The health insurance takes part in what is spent on this day.</summary>
    public bool IsCovered(DateOnly day) => Of(RightKind.Scheme, day) is not null;
}

/// <summary>About whom rights are asked: the person, and whose insurance a minor is under.</summary>
public sealed record RightsQuestion(PatientCard Person, IReadOnlyList<PatientCard> Parents, DateTimeOffset Now);

/// <summary>Where rights come from: one function. Another source than the simulator is another function here, chosen by <c>Rights:Source</c>.</summary>
public sealed class RightsSource(Func<RightsQuestion, CancellationToken, Task<CardRights>> ask)
{
    public Task<CardRights> Ask(RightsQuestion question, CancellationToken stop) => ask(question, stop);
}

/// <summary>By what right somebody shows a card.</summary>
public enum BearerLink { Self, Child, Delegated }

/// <summary>Somebody whose card a citizen may show.</summary>
/// <param name="Path">Opaque id of the Patient, as it stands in an address.</param>
/// <param name="Until">When a delegation ends; null for one's own card and a child's.</param>
public sealed record Bearer(long Key, string Path, PatientCard Card, BearerLink Link, DateTimeOffset? Until = null);

/// <summary>What a card that was read opens at the desk that read it.</summary>
/// <param name="Identity">The number with its traits; null unless the identity is qualified.</param>
/// <param name="OpenUntil">Until when the record is open to this professional.</param>
public sealed record CardContext(PatientCard Person, InsDatamatrix? Identity, CardRights Rights, DateTimeOffset ReadAt, DateTimeOffset OpenUntil);
