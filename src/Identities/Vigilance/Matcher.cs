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
/// Compares two sets of traits. The score brings a pair before somebody's eyes; it never links by itself: a link has conditions of its own
/// (<see cref="LinkRule"/>), which twins, the triplets « Jean / Jean-Marie / Marie » and homonyms of one household do not meet.
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
        return LinkRule.Why(match, a, b) is { } linked
            ? match with { Outcome = MatchOutcome.Link, Why = linked }
            : match with { Outcome = MatchOutcome.Review, Why = WhyNotLinked(match) };
    }

    /// <summary>
    /// The same among all who were found for a person: while somebody else of the same birth name and birth date is near who may be a twin, only one number
    /// and the same given names link.
    /// </summary>
    public static IReadOnlyList<(MatchTraits Candidate, Match Match)> Rank(MatchTraits person, IReadOnlyList<MatchTraits> candidates)
    {
        var ranked = candidates.Where(other => other.Patient != person.Patient || person.Patient == 0)
            .Select(other => (Candidate: other, Match: Compare(person, other))).OrderByDescending(pair => pair.Match.Score).ToList();
        if (!ranked.Exists(pair => NeedsNobodyNear(pair.Match)) || !ranked.Exists(pair => IsSibling(person, pair.Candidate, pair.Match))) return ranked;
        return [.. ranked.Select(pair => NeedsNobodyNear(pair.Match)
            ? (pair.Candidate, pair.Match with
            {
                Outcome = MatchOutcome.Review, Why = "Une autre personne a le même nom et la même date de naissance\u202f: jumeaux possibles."
            })
            : pair)];
    }

    static bool NeedsNobodyNear(Match match) =>
        match.Outcome == MatchOutcome.Link && !(match.Of(MatchField.Ins) == Agreement.Same && match.Of(MatchField.FirstNames) == Agreement.Same);

    // A list of given names that begins the other is mostly the same person's, and « Jean » beside « Jean-Marie » where a compound begins so.
    static bool IsSibling(MatchTraits a, MatchTraits b, Match match) =>
        match.Outcome != MatchOutcome.Link
        && match.Of(MatchField.BirthName) is Agreement.Same or Agreement.Near
        && match.Of(MatchField.BirthDate) is Agreement.Same
        && (match.Of(MatchField.Ins) == Agreement.Different || match.Of(MatchField.BirthOrder) == Agreement.Different
            || match.Of(MatchField.Ins) != Agreement.Same
                && (match.Of(MatchField.FirstNames) is Agreement.Different or Agreement.Among
                    || match.Of(MatchField.FirstNames) is Agreement.Begins && !GivenLists.SamePerson(a, b)));

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

    static string WhyNotLinked(Match match) =>
        match.Of(MatchField.Ins) switch
        {
            Agreement.Same => match.Of(MatchField.FirstNames) is Agreement.Different or Agreement.Among or Agreement.Near or Agreement.Begins
                ? "Même matricule INS, mais d’autres prénoms\u202f: le matricule d’un jumeau ou d’un proche, peut-être."
                : "Même matricule INS, mais des traits qui ne suffisent pas à rapprocher sans un regard.",
            Agreement.Former => "L’un des matricules est un ancien matricule de l’autre.",
            Agreement.Different => "Tous les traits s’accordent, mais les matricules diffèrent.",
            _ when match.Of(MatchField.Contact) is Agreement.Unknown or Agreement.Different => AllTraitsSame(match)
                ? "Tous les traits s’accordent, ni matricule, ni téléphone, ni adresse ne le confirme\u202f: doublon ou homonyme parfait."
                : "Des traits s’accordent, ni matricule, ni téléphone, ni adresse ne le confirme.",
            _ => match.Of(MatchField.FirstNames) switch
            {
                Agreement.Begins => "Un prénom seul et une liste qu’il commence\u202f: la même personne, ou « Jean » et « Jean-Marie ».",
                Agreement.Near => "Prénoms presque pareils, sans matricule commun\u202f: une faute, ou des jumeaux.",
                Agreement.Among => "Un deuxième prénom d’usage, ou un jumeau\u202f: rien d’autre ne le dit.",
                _ => "Un trait diffère ou n’est pas entier, un autre aussi\u202f: trop pour rapprocher sans un regard."
            }
        };
}
