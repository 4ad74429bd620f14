using System.Security.Cryptography;
using System.Text;
using Socle.Identities;

namespace Socle.Rights;

/// <summary>Invented rights: the same person has the same ones on every server, a child those of the parent whose insurance it is under.</summary>
static class SimulatedRights
{
    public const string Name = "Simulateur de droits (démonstration)";

    const int Majority = 16;   // art. L.160-2 CSS: a minor is under a parent's insurance, from sixteen on whoever asks for it has their own

    static readonly TimeZoneInfo Paris = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");

    static readonly (int Share, string Code, string French)[] Schemes =
    [
        (78, "general", "Régime général"), (90, "agricole", "Régime agricole (MSA)"), (95, "local", "Régime général et régime local d’Alsace-Moselle"), (100, "militaire", "Régime militaire (CNMSS)")
    ];

    public static Task<CardRights> Ask(RightsQuestion question, CancellationToken stop) => Task.FromResult(Of(question));

    public static CardRights Of(RightsQuestion question)
    {
        var (person, local) = (question.Person, TimeZoneInfo.ConvertTime(question.Now, Paris));
        var today = DateOnly.FromDateTime(local.Date);
        // The night's update, at 3 o'clock.
        var night = new DateTimeOffset(local.Date, local.Offset).AddHours(local.Hour >= 3 ? 3 : -21);
        var insured = person.Age(today) is < Majority && question.Parents.Count > 0
            ? question.Parents.OrderBy(parent => parent.BirthDate, StringComparer.Ordinal).ThenBy(parent => parent.Id, StringComparer.Ordinal).First()
            : person;
        var (own, theirs) = (new Draw(person), new Draw(insured));
        var rights = new List<Right> { Scheme(theirs, insured, today, night) };
        if (Illness(own, person, today, night) is { } illness) rights.Add(illness);
        if (Complementary(theirs, today, night) is { } complementary) rights.Add(complementary);
        if (Exemption.Of(person, rights, today, night) is { } exemption) rights.Add(exemption);
        return new(Name, true, insured.ShownName, insured.Id == person.Id, rights);
    }

    static Right Scheme(Draw draw, PatientCard insured, DateOnly today, DateTimeOffset night)
    {
        var scheme = Array.Find(Schemes, one => draw.Of("scheme", 100) < one.Share);
        var from = insured.BirthDay is { } born && born.AddYears(18) < today ? born.AddYears(18) : today.AddYears(-1);
        return new(RightKind.Scheme, scheme.Code, scheme.French, from, null, night);
    }

    static Right? Illness(Draw draw, PatientCard person, DateOnly today, DateTimeOffset night)
    {
        var likely = person.Age(today) switch { null => 10, >= 60 => 45, >= 18 => 8, _ => 4 };
        if (draw.Of("illness", 100) >= likely) return null;
        var from = new DateOnly(today.Year - 1 - draw.Of("illness-year", 3), 1 + draw.Of("illness-month", 12), 1);
        return new(RightKind.LongIllness, "ald", "Affection de longue durée reconnue", from, from.AddYears(5).AddDays(-1), night);
    }

    // The complementary's own news come less often than the insurance's.
    static Right? Complementary(Draw draw, DateOnly today, DateTimeOffset night)
    {
        var (from, until, known) = (new DateOnly(today.Year, 1, 1), new DateOnly(today.Year, 12, 31), night.AddDays(-draw.Of("known", 45)));
        return draw.Of("complementary", 100) switch
        {
            < 10 => new(RightKind.Complementary, "css", "Complémentaire santé solidaire, sans participation financière", from, until, night),
            < 90 => new(RightKind.Complementary, "amc", $"Mutuelle d’essai n° {99_000_000 + draw.Of("number", 999_999)}", from, until, known),
            _ => null
        };
    }

    /// <summary>A number that depends on the person and on what it is for, and on nothing else.</summary>
    sealed class Draw(PatientCard person)
    {
        public int Of(string what, int sides)
        {
            var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{what}|{person.BirthName}|{person.FirstName}|{person.BirthDate}|{person.Sex}|{person.BirthPlaceCode}"));
            return (int)(BitConverter.ToUInt32(hash) % (uint)sides);
        }
    }
}

/// <summary>Who pays no share of the cost (« exonération du ticket modérateur »), from what else is known. The first line that holds says it.</summary>
static class Exemption
{
    static readonly (Func<PatientCard, IReadOnlyList<Right>, DateOnly, Right?> Reason, string Code, string French)[] Table =
    [
        ((_, rights, day) => rights.FirstOrDefault(right => right.Code == "css" && right.Holds(day)), "css", "Pas de part à votre charge, tiers payant intégral"),
        ((_, rights, day) => rights.FirstOrDefault(right => right.Code == "ald" && right.Holds(day)), "ald", "Soins en rapport avec l’affection de longue durée pris en charge à 100 %"),
        ((person, rights, day) => Newborn(person, rights, day), "naissance", "Soins du nouveau-né pris en charge à 100 %")
    ];

    public static Right? Of(PatientCard person, IReadOnlyList<Right> rights, DateOnly today, DateTimeOffset knownAt)
    {
        foreach (var line in Table)
            if (line.Reason(person, rights, today) is { } because) return new(RightKind.Exemption, line.Code, line.French, because.From, because.Until, knownAt);
        return null;
    }

    // The thirty days that follow the birth.
    static Right? Newborn(PatientCard person, IReadOnlyList<Right> rights, DateOnly today) =>
        person.BirthDay is { } born && today >= born && today.DayNumber - born.DayNumber <= 30 && rights.Count > 0
            ? rights[0] with { From = born, Until = born.AddDays(30) }
            : null;
}
