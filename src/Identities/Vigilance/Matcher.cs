namespace Socle.Identities;

enum MatchOutcome { Different, Review, Link }

/// <summary>One field of the explanation.</summary>
sealed record FieldScore(MatchField Field, Agreement Agreement, double Weight, string French);

/// <summary>What two identities are to each other, with the score and its reasons field by field.</summary>
/// <param name="Why">French: what settled it.</param>
sealed record Match(MatchOutcome Outcome, double Score, IReadOnlyList<FieldScore> Fields, string Why)
{
    public Agreement Of(MatchField field) => Fields[(int)field].Agreement;
}

/// <summary>
/// Compares two sets of traits. The score brings a pair before somebody's eyes; it never links by itself: a link has conditions of its own, which twins, the
/// triplets « Jean / Jean-Marie / Marie » and homonyms of one household do not meet.
/// </summary>
static class Matcher
{
    static readonly MatchField[] Fields = Enum.GetValues<MatchField>();

    public static Match Compare(MatchTraits a, MatchTraits b)
    {
        var scores = new FieldScore[Fields.Length];
        var total = 0.0;
        foreach (var field in Fields)
        {
            var line = MatchWeights.Of(field, Comparison.Of(field, a, b));
            scores[(int)field] = new(field, line.Agreement, line.Weight, line.French);
            total += line.Weight;
        }
        var match = new Match(MatchOutcome.Different, Math.Round(total, 1), scores, "");
        if (WhyDifferent(match) is { } why) return match with { Why = why };
        if (match.Score < MatchWeights.Review) return match with { Why = "Le score reste sous le seuil de revue." };
        return WhyLinked(match, a, b) is { } linked
            ? match with { Outcome = MatchOutcome.Link, Why = linked }
            : match with { Outcome = MatchOutcome.Review, Why = WhyNotLinked(match, a, b) };
    }

    /// <summary>
    /// The same among all who were found for a person: nobody is linked while somebody else of the same birth name and birth date bears other first names.
    /// A twin whose number was typed with the other's name would be.
    /// </summary>
    public static IReadOnlyList<(MatchTraits Candidate, Match Match)> Rank(MatchTraits person, IReadOnlyList<MatchTraits> candidates)
    {
        var ranked = candidates.Where(other => other.Patient != person.Patient || person.Patient == 0)
            .Select(other => (Candidate: other, Match: Compare(person, other))).OrderByDescending(pair => pair.Match.Score).ToList();
        var links = ranked.Count(pair => pair.Match.Outcome == MatchOutcome.Link);
        if (links == 0) return ranked;
        var why = ranked.Exists(pair => IsSibling(pair.Match)) ? "Une autre personne a le même nom et la même date de naissance\u202f: jumeaux possibles." : null;
        if (why is null) return ranked;
        return [.. ranked.Select(pair => pair.Match.Outcome == MatchOutcome.Link
            ? (pair.Candidate, pair.Match with { Outcome = MatchOutcome.Review, Why = why })
            : pair)];
    }

    static bool IsSibling(Match match) =>
        match.Outcome != MatchOutcome.Link
        && match.Of(MatchField.BirthName) is Agreement.Same or Agreement.Near
        && match.Of(MatchField.BirthDate) is Agreement.Same
        && (match.Of(MatchField.FirstNames) is Agreement.Different or Agreement.Among or Agreement.Begins
            || match.Of(MatchField.Ins) == Agreement.Different || match.Of(MatchField.BirthOrder) == Agreement.Different);

    static string? WhyDifferent(Match match)
    {
        if (match.Of(MatchField.Ins) is Agreement.Same or Agreement.Former) return null;
        if (match.Of(MatchField.FirstNames) == Agreement.Different) return "Aucun prénom commun\u202f: frères, sœurs ou jumeaux ne sont pas la même personne.";
        if (match.Of(MatchField.BirthOrder) == Agreement.Different) return "Rangs de naissance différents\u202f: ce sont des jumeaux.";
        if (match.Of(MatchField.BirthDate) == Agreement.Different) return "Dates de naissance différentes\u202f: homonymes, parfois d’un même foyer.";
        return match.Of(MatchField.Ins) == Agreement.Different && !AllTraitsSame(match) ? "Deux matricules INS différents et des traits qui diffèrent." : null;
    }

    static bool AllTraitsSame(Match match) =>
        match.Of(MatchField.BirthName) == Agreement.Same && match.Of(MatchField.FirstNames) == Agreement.Same
        && match.Of(MatchField.BirthDate) == Agreement.Same && match.Of(MatchField.Sex) != Agreement.Different
        && match.Of(MatchField.BirthPlace) != Agreement.Different;

    static string? WhyLinked(Match match, MatchTraits a, MatchTraits b)
    {
        if (match.Of(MatchField.Sex) == Agreement.Different || match.Of(MatchField.BirthOrder) == Agreement.Different) return null;
        if (match.Of(MatchField.Ins) == Agreement.Same) return SameNumber(match, a, b) ? "Même matricule INS, et des traits qui s’accordent." : null;
        return SameTraits(match, a) ? "Mêmes traits, au complet, et même téléphone ou même adresse." : null;
    }

    static bool SameNumber(Match match, MatchTraits a, MatchTraits b) =>
        match.Of(MatchField.BirthName) is Agreement.Same or Agreement.Near or Agreement.Former or Agreement.Part
        && match.Of(MatchField.BirthDate) is Agreement.Same
        && (match.Of(MatchField.FirstNames) == Agreement.Same
            || match.Of(MatchField.FirstNames) is Agreement.Begins or Agreement.Near && a.BirthOrder == 0 && b.BirthOrder == 0
                && match.Of(MatchField.BirthPlace) != Agreement.Different);

    // Two people may share every trait of birth: they do not also share a telephone or an address.
    static bool SameTraits(Match match, MatchTraits a) =>
        match.Of(MatchField.Ins) is Agreement.Unknown && match.Score >= MatchWeights.Link
        && AllTraitsSame(match) && match.Of(MatchField.Sex) == Agreement.Same && match.Of(MatchField.BirthPlace) == Agreement.Same
        && (a.FirstNames.Contains(' ', StringComparison.Ordinal)
            ? match.Of(MatchField.Contact) is Agreement.Same or Agreement.Part
            : match.Of(MatchField.Contact) == Agreement.Same);

    static string WhyNotLinked(Match match, MatchTraits a, MatchTraits b) =>
        match.Of(MatchField.Ins) switch
        {
            Agreement.Same => "Même matricule INS, mais des traits qui ne suffisent pas à rapprocher sans un regard.",
            Agreement.Former => "L’un des matricules est un ancien matricule de l’autre.",
            Agreement.Different => "Tous les traits s’accordent, mais les matricules diffèrent.",
            Agreement.Compatible => "Un matricule d’attente et un matricule définitif\u202f: peut-être la même personne.",
            _ when AllTraitsSame(match) => "Tous les traits s’accordent\u202f: doublon ou homonyme parfait, rien d’autre ne le dit.",
            _ => "Des traits s’accordent, d’autres diffèrent ou manquent."
        };
}
