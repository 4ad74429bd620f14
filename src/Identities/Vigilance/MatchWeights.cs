namespace Socle.Identities;

/// <summary>What is compared of two identities.</summary>
enum MatchField { BirthName, FirstNames, BirthDate, Sex, BirthPlace, Ins, Contact, BirthOrder }

/// <summary>How a field agrees. Each field knows some of these.</summary>
enum Agreement { Same, Begins, Former, Swapped, Near, Part, Among, Compatible, SameYear, Different, Unknown }

/// <summary>
/// One line of the published table: how often pairs of one person agree so (m), how often pairs of two people do (u). The weight is log2(m/u)
/// (Fellegi and Sunter). The figures are our own, tuned on the population that <c>./socle bench identity</c> generates from one seed and
/// measured on another.
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
    public const double Link = 40;

    public static readonly IReadOnlyList<MatchWeight> All =
    [
        new(MatchField.BirthName, Agreement.Same, "même nom de naissance", 0.88, 0.0006),
        new(MatchField.BirthName, Agreement.Former, "nom d’usage ou ancien nom de l’autre", 0.04, 0.0008),
        new(MatchField.BirthName, Agreement.Swapped, "nom et prénom intervertis", 0.01, 0.00002),
        new(MatchField.BirthName, Agreement.Near, "nom écrit presque de même", 0.04, 0.002),
        new(MatchField.BirthName, Agreement.Part, "une partie d’un nom double", 0.01, 0.002),
        new(MatchField.BirthName, Agreement.Different, "noms différents", 0.02, 0.99),

        new(MatchField.FirstNames, Agreement.Same, "mêmes prénoms", 0.75, 0.003),
        new(MatchField.FirstNames, Agreement.Begins, "l’une des listes commence l’autre", 0.18, 0.008),
        new(MatchField.FirstNames, Agreement.Near, "prénom écrit presque de même", 0.03, 0.003),
        new(MatchField.FirstNames, Agreement.Among, "le prénom de l’un est parmi ceux de l’autre", 0.02, 0.01),
        new(MatchField.FirstNames, Agreement.Swapped, "nom et prénom intervertis", 0.01, 0.00002),
        new(MatchField.FirstNames, Agreement.Different, "aucun prénom commun", 0.001, 0.97),

        new(MatchField.BirthDate, Agreement.Same, "même date de naissance", 0.93, 0.00003),
        new(MatchField.BirthDate, Agreement.Swapped, "jour et mois intervertis", 0.01, 0.00003),
        new(MatchField.BirthDate, Agreement.Near, "un chiffre de la date diffère", 0.02, 0.0005),
        new(MatchField.BirthDate, Agreement.Compatible, "date incomplète, compatible", 0.02, 0.012),
        new(MatchField.BirthDate, Agreement.SameYear, "même année seulement", 0.005, 0.013),
        new(MatchField.BirthDate, Agreement.Different, "dates de naissance différentes", 0.002, 0.97),

        new(MatchField.Sex, Agreement.Same, "même sexe", 0.99, 0.5),
        new(MatchField.Sex, Agreement.Different, "sexes différents", 0.005, 0.5),

        new(MatchField.BirthPlace, Agreement.Same, "même lieu de naissance", 0.92, 0.006),
        new(MatchField.BirthPlace, Agreement.Part, "même département de naissance", 0.03, 0.03),
        new(MatchField.BirthPlace, Agreement.Different, "lieux de naissance différents", 0.03, 0.96),

        new(MatchField.Ins, Agreement.Same, "même matricule INS", 0.98, 0.0000005),
        new(MatchField.Ins, Agreement.Former, "l’un est l’ancien matricule de l’autre", 0.01, 0.00000001),
        new(MatchField.Ins, Agreement.Compatible, "matricule d’attente et matricule définitif", 0.02, 0.02),
        new(MatchField.Ins, Agreement.Different, "matricules INS différents", 0.00002, 0.99),

        new(MatchField.Contact, Agreement.Same, "même téléphone et même adresse", 0.4, 0.01),
        new(MatchField.Contact, Agreement.Part, "même téléphone ou même adresse", 0.4, 0.02),
        new(MatchField.Contact, Agreement.Different, "téléphone et adresse différents", 0.2, 0.3),

        new(MatchField.BirthOrder, Agreement.Same, "même rang de naissance (jumeaux)", 0.95, 0.4),
        new(MatchField.BirthOrder, Agreement.Different, "rangs de naissance différents (jumeaux)", 0.001, 0.6)
    ];

    static readonly Dictionary<(MatchField, Agreement), MatchWeight> ByLevel = All.ToDictionary(line => (line.Field, line.Agreement));

    public static MatchWeight Of(MatchField field, Agreement agreement) =>
        ByLevel.TryGetValue((field, agreement), out var line) ? line : new(field, Agreement.Unknown, "non comparé\u202f: inconnu d’un côté", 1, 1);
}
