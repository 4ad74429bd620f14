namespace Socle.Access;

/// <summary>A care relation a professional declared: from its moment, until it expires or is ended.</summary>
/// <param name="Professional">Keyed hash of the professional's id.</param>
/// <param name="Until">The first moment at which it no longer holds.</param>
public sealed record Relation(
    long Patient, long Professional, string ProfessionalId, string ProfessionalName, string? Role, string? StructureName,
    string Reason, DateTimeOffset Since, DateTimeOffset Until, DateTimeOffset? Ended)
{
    public bool Holds(DateTimeOffset now) => Since <= now && now < Until && (Ended is null || now < Ended);

    /// <summary>The reason as people read it.</summary>
    public string ReasonText => RelationReason.Find(Reason)?.French ?? Reason;

    /// <summary>The person was there and showed their card: nobody had to declare anything.</summary>
    public bool IsOfPresence => Reason == RelationReason.Presence.Code;
}

/// <summary>A parent and a child. Holds until the child's eighteenth birthday begins in France, or until the authority was taken from the parent.</summary>
public sealed record Guardianship(long Guardian, long Child, DateOnly BirthDate)
{
    static readonly TimeZoneInfo Paris = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");

    /// <summary>The moment from which the parent has no authority any more; null while it goes on.</summary>
    public DateTimeOffset? Ended { get; init; }

    public DateTimeOffset Majority
    {
        get
        {
            // Born on a 29 February, eighteen full years are over when 1 March begins.
            var day = BirthDate is { Month: 2, Day: 29 } && !DateTime.IsLeapYear(BirthDate.Year + 18)
                ? new DateTime(BirthDate.Year + 18, 3, 1)
                : BirthDate.AddYears(18).ToDateTime(TimeOnly.MinValue);
            return new DateTimeOffset(day, Paris.GetUtcOffset(day));
        }
    }

    public bool Holds(DateTimeOffset now) => now < Majority && (Ended is not { } ended || now < ended);
}

/// <summary>All that is known when a decision is made. What is not here does not open anything.</summary>
public sealed record Facts(DateTimeOffset Now, IReadOnlyList<Relation> Relations, IReadOnlyList<Guardianship> Children)
{
    public static Facts None(DateTimeOffset now) => new(now, [], []);

    /// <summary>The other records of a citizen, where one was merged into the other.</summary>
    public IReadOnlySet<long> OwnRecords { get; init; } = System.Collections.Frozen.FrozenSet<long>.Empty;

    /// <summary>Records whose sharing is suspended, among those the facts name.</summary>
    public IReadOnlySet<long> Frozen { get; init; } = System.Collections.Frozen.FrozenSet<long>.Empty;
}
