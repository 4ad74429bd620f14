namespace Socle.Identities;

/// <summary>What is compared of two identities.</summary>
enum MatchField { BirthName, FirstNames, BirthDate, Sex, BirthPlace, Ins, Contact, BirthOrder }

/// <summary>How a field agrees. Each field knows some of these.</summary>
enum Agreement { Same, Begins, Former, Swapped, Near, Part, Among, Compatible, SameYear, Different, Unknown }

/// <summary>
/// One line of the published table: how often pairs of one person agree so (m), how often pairs of two people do (u). The weight is log2(m/u)
/// (Fellegi and Sunter). The figures are our own: counted in the population that <c>./socle bench identity --only memory --weights --seed 1</c> generates,
/// among pairs of one person and pairs drawn by chance. The u of an agreeing place, contact and date that is not whole is set higher by hand, where chance
/// says too little of who is compared: many are born where the maternity wards are, relatives share an address, « 1 January » is many people's day.
/// Exchanged names are one event seen in two fields and count less in each than a name that agrees. What the population has none of (a former number, one that
/// waits) is estimated.
/// </summary>
/// <param name="French">As the explanation says it.</param>
sealed record MatchWeight(MatchField Field, Agreement Agreement, string French, double M, double U)
{
    public double Weight { get; } = Agreement == Agreement.Unknown ? 0 : Math.Round(Math.Log2(M / U), 1);
}

static class MatchWeights
{
    /// <summary>Below it two records that were brought together are two people.</summary>
    public const double Review = 18;

    /// <summary>Without a common INS, what a link needs beside its conditions.</summary>
    public const double Link = 30;

    public static readonly IReadOnlyList<MatchWeight> All =
    [
        new(MatchField.BirthName, Agreement.Same, "même nom de naissance", 0.905, 0.0018),
        new(MatchField.BirthName, Agreement.Former, "nom d’usage ou ancien nom de l’autre", 0.011, 0.0005),
        new(MatchField.BirthName, Agreement.Swapped, "nom et prénom intervertis", 0.0041, 0.000056),
        new(MatchField.BirthName, Agreement.Near, "nom écrit presque de même", 0.059, 0.0014),
        new(MatchField.BirthName, Agreement.Part, "une partie d’un nom double", 0.006, 0.0003),
        new(MatchField.BirthName, Agreement.Different, "noms différents", 0.0146, 0.996),

        new(MatchField.FirstNames, Agreement.Same, "mêmes prénoms", 0.62, 0.007),
        new(MatchField.FirstNames, Agreement.Begins, "l’une des listes commence l’autre", 0.32, 0.015),
        new(MatchField.FirstNames, Agreement.Near, "prénom écrit presque de même", 0.038, 0.0096),
        new(MatchField.FirstNames, Agreement.Among, "le prénom de l’un est parmi ceux de l’autre", 0.009, 0.04),
        new(MatchField.FirstNames, Agreement.Swapped, "nom et prénom intervertis", 0.0041, 0.000056),
        new(MatchField.FirstNames, Agreement.Different, "aucun prénom commun", 0.01, 0.928),

        new(MatchField.BirthDate, Agreement.Same, "même date de naissance", 0.97, 0.00003),
        new(MatchField.BirthDate, Agreement.Swapped, "jour et mois intervertis", 0.0046, 0.000013),
        new(MatchField.BirthDate, Agreement.Near, "un chiffre de la date diffère", 0.012, 0.001),
        new(MatchField.BirthDate, Agreement.Compatible, "date incomplète, compatible", 0.011, 0.0007),
        new(MatchField.BirthDate, Agreement.SameYear, "même année seulement", 0.00015, 0.01),
        new(MatchField.BirthDate, Agreement.Different, "dates de naissance différentes", 0.0002, 0.989),

        new(MatchField.Sex, Agreement.Same, "même sexe", 0.994, 0.5),
        new(MatchField.Sex, Agreement.Different, "sexes différents", 0.006, 0.5),

        new(MatchField.BirthPlace, Agreement.Same, "même lieu de naissance", 0.98, 0.006),
        new(MatchField.BirthPlace, Agreement.Part, "même département de naissance", 0.03, 0.03),
        new(MatchField.BirthPlace, Agreement.Different, "lieux de naissance différents", 0.016, 0.96),

        new(MatchField.Ins, Agreement.Same, "même matricule INS", 0.999, 0.0000005),
        new(MatchField.Ins, Agreement.Former, "l’un est l’ancien matricule de l’autre", 0.01, 0.00000001),
        new(MatchField.Ins, Agreement.Compatible, "matricule d’attente et matricule définitif", 0.02, 0.02),
        new(MatchField.Ins, Agreement.Different, "matricules INS différents", 0.0009, 0.99),

        new(MatchField.Contact, Agreement.Same, "même téléphone et même adresse", 0.31, 0.01),
        new(MatchField.Contact, Agreement.Part, "même téléphone ou même adresse", 0.56, 0.02),
        new(MatchField.Contact, Agreement.Different, "téléphone et adresse différents", 0.13, 0.97),

        new(MatchField.BirthOrder, Agreement.Same, "même rang de naissance (jumeaux)", 0.95, 0.43),
        new(MatchField.BirthOrder, Agreement.Different, "rangs de naissance différents (jumeaux)", 0.001, 0.57)
    ];

    static readonly Dictionary<(MatchField, Agreement), MatchWeight> ByLevel = All.ToDictionary(line => (line.Field, line.Agreement));

    public static MatchWeight Of(MatchField field, Agreement agreement) =>
        ByLevel.TryGetValue((field, agreement), out var line) ? line : new(field, Agreement.Unknown, "non comparé\u202f: inconnu d’un côté", 1, 1);
}
