namespace Socle.Rights;

/// <summary>« rights »: for care and payment, with the number. « covered »: for anybody else, that somebody is covered and no more.</summary>
public enum CertificateKind { Rights, Covered }

/// <summary>What is written on a paper, kept as it was: it is printed again as it was, and compared by whoever checks it.</summary>
/// <param name="Matricule">Null on « covered », always; else where the identity is qualified.</param>
/// <param name="Insured">Null when it is the person.</param>
public sealed record CertificateBody(
    CertificateKind Kind, string Code, string CheckUrl, string Name, string BirthDate, string? Matricule, string Scheme, string? Insured,
    IReadOnlyList<Right> Rights, DateOnly From, DateOnly Until, DateTimeOffset IssuedAt, string Source, bool Simulated)
{
    public string ShownCode => $"{Code[..4]}-{Code[4..8]}-{Code[8..]}";

    /// <summary>Writes a paper from the rights of this day; none where nothing is open.</summary>
    public static CertificateBody? Of(
        CertificateKind kind, string code, string checkUrl, Identities.PatientCard person, string? matricule, CardRights rights, DateTimeOffset now, DateOnly today)
    {
        if (rights.Of(RightKind.Scheme, today) is not { } scheme) return null;
        var shown = kind == CertificateKind.Covered ? [] : rights.Rights.Where(right => right.Holds(today) && right.Kind != RightKind.Scheme).ToList();
        // A paper holds a year at the most, and no longer than the insurance.
        var until = today.AddYears(1).AddDays(-1);
        if (scheme.Until is { } end && end < until) until = end;
        return new(kind, code, checkUrl, person.ShownName, person.ShownBirthDate, kind == CertificateKind.Covered ? null : matricule, scheme.French,
            rights.IsInsured || kind == CertificateKind.Covered ? null : rights.Insured, shown, today, until, now, rights.Source, rights.Simulated);
    }
}

/// <summary>What a paper says today.</summary>
public enum CertificateState { Unknown, Valid, Superseded, Expired }
