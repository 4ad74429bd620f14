namespace Socle.Fhir;

/// <summary>What is in a value set, worked out once.</summary>
public sealed class ValueSetContent
{
    readonly Dictionary<(string System, string Code), Member> members;
    readonly Dictionary<string, bool> systems;      // whether case counts in the codes of a system of the set
    readonly HashSet<string> open;
    readonly bool openToAny;

    internal ValueSetContent(Dictionary<(string, string), Member> members, HashSet<string> open, bool openToAny, Dictionary<string, bool> systems) =>
        (this.members, this.open, this.openToAny, this.systems) = (members, open, openToAny, systems);

    /// <summary>One code of the set. System is canonical.</summary>
    public sealed record Member(string System, string Code, string? Display, Concept? Concept, Validity Validity, IReadOnlyList<Designation> Designations)
    {
        public bool Abstract { get; init; }
        public bool Inactive { get; init; }

        public bool IsExpired(DateTimeOffset at) => Inactive || Validity.IsOver(at) || Concept?.IsExpired(at) == true;
        public bool HasBegun(DateTimeOffset at) => Validity.HasBegun(at) && Concept?.Validity.HasBegun(at) != false;
        public string? DisplayIn(string? language) =>
            Designation.In(Designations, language) ?? (language is not null && Concept is { } one ? Designation.In(one.Designations, language) : null) ?? Display;

        public DateTimeOffset? Until => Validity.Until ?? Concept?.Validity.Until;
    }

    internal IReadOnlyDictionary<(string System, string Code), Member> Keyed => members;
    internal bool IsOpenToAny => openToAny;

    public IReadOnlyCollection<Member> Members => members.Values;

    /// <summary>Systems of which more may be in the set than is known here.</summary>
    public IReadOnlyCollection<string> Open => open;

    public bool IsListable => open.Count == 0 && !openToAny;

    public Member? Find(string system, string code)
    {
        if (members.GetValueOrDefault((system, code)) is { } member) return member;
        return systems.TryGetValue(system, out var sensitive) && !sensitive ? members.GetValueOrDefault((system, code.ToLowerInvariant())) : null;
    }

    /// <param name="system">Canonical; null: any system will do.</param>
    public (CodeVerdict Verdict, Member? Member) Judge(string? system, string code, DateTimeOffset at)
    {
        var found = system is not null ? Find(system, code) : FindAnywhere(code, at);
        if (found is not null) return (found.IsExpired(at) ? CodeVerdict.Expired : found.HasBegun(at) ? CodeVerdict.Yes : CodeVerdict.No, found);
        var mayBe = openToAny || (system is null ? open.Count > 0 : open.Contains(system));
        return (mayBe ? CodeVerdict.Unknown : CodeVerdict.No, null);
    }

    Member? FindAnywhere(string code, DateTimeOffset at)
    {
        Member? found = null;
        foreach (var system in systems.Keys)
            if (Find(system, code) is { } member && (found is null || found.IsExpired(at))) found = member;
        return found;
    }
}
