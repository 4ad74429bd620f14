using System.Globalization;
using System.Numerics;
using System.Text;
using Socle.Identities;

namespace Socle.Bench.Identity;

/// <summary>The answers held against the truth: the matrix, and the same by what went wrong and by what two people are to each other.</summary>
sealed class Confusion(Truth truth)
{
    const string Apart = "Nothing brought them near each other in the index";

    // By the two records: the outcome and the number of its reason.
    readonly Dictionary<long, (MatchOutcome Outcome, int Why)> found = [];
    readonly List<string> reasons = [Apart];
    readonly Dictionary<string, int> numberOf = new() { [Apart] = 0 };
    readonly Dictionary<(Slips, MatchOutcome), long> bySlip = [];
    readonly Dictionary<(Kin, MatchOutcome), long> byKin = [];
    readonly Dictionary<(int Why, MatchOutcome), long> byReason = [];
    readonly long[] same = new long[3], others = new long[3];
    long unknownToEach;

    public List<string> Wrong { get; } = [];

    /// <summary>Asked from either side the more careful answer counts.</summary>
    public void Add(int one, int other, Match match)
    {
        var isSame = truth.Records[one].Person == truth.Records[other].Person;
        if (!isSame && match.Outcome == MatchOutcome.Different) return;
        var key = (long)Math.Min(one, other) << 32 | (uint)Math.Max(one, other);
        if (found.TryGetValue(key, out var before) && Rank(before.Outcome) <= Rank(match.Outcome)) return;
        if (!numberOf.TryGetValue(match.Why, out var why))
        {
            numberOf[match.Why] = why = reasons.Count;
            reasons.Add(match.Why);
        }
        found[key] = (match.Outcome, why);
    }

    static int Rank(MatchOutcome outcome) => outcome switch { MatchOutcome.Review => 0, MatchOutcome.Link => 1, _ => 2 };

    /// <summary>All answers are in.</summary>
    public void Close()
    {
        foreach (var group in Enumerable.Range(0, truth.Records.Count).GroupBy(record => truth.Records[record].Person).Where(group => group.Skip(1).Any()))
        {
            int[] all = [.. group];
            for (var i = 0; i < all.Length; i++)
                for (var j = i + 1; j < all.Length; j++) OfOnePerson(all[i], all[j]);
        }
        foreach (var (pair, (outcome, why)) in found)
        {
            var (one, other) = (truth.Records[(int)(pair >> 32)], truth.Records[(int)pair]);
            if (one.Person == other.Person) continue;
            others[(int)outcome]++;
            Count(byKin, (truth.Between(one.Person, other.Person), outcome));
            if (truth.Between(one.Person, other.Person) == Kin.None && truth.HouseholdOf[one.Person] != truth.HouseholdOf[other.Person]) unknownToEach++;
            if (outcome == MatchOutcome.Link) Wrong.Add($"{one} ≠ {other}: {reasons[why]}");
        }
        Kept();
    }

    void OfOnePerson(int one, int other)
    {
        var key = (long)one << 32 | (uint)other;
        var (outcome, why) = found.GetValueOrDefault(key, (MatchOutcome.Different, 0));
        same[(int)outcome]++;
        var slips = truth.Records[one].Slips | truth.Records[other].Slips;
        if (slips == Slips.None) Count(bySlip, (Slips.None, outcome));
        foreach (var (slip, _) in Kinds.OfSlips)
            if (slips.HasFlag(slip)) Count(bySlip, (slip, outcome));
        if (BitOperations.PopCount((uint)(slips & ~Slips.Omissions)) > 1) Count(bySlip, (Slips.Omissions, outcome));
        if (outcome != MatchOutcome.Link) Count(byReason, (why, outcome));
    }

    // Of people who are hard to tell apart, all pairs of records that were neither linked nor given to anybody.
    void Kept()
    {
        var groups = truth.Records.Where(record => truth.Kin[record.Person].Group != 0).GroupBy(record => truth.Kin[record.Person].Group);
        foreach (var group in groups)
        {
            int[] each = [.. group.CountBy(record => record.Person).Select(person => person.Value)];
            var pairs = ((long)each.Sum() * each.Sum() - each.Sum(count => (long)count * count)) / 2;
            var key = (truth.Kin[group.First().Person].Kind, MatchOutcome.Different);
            byKin[key] = byKin.GetValueOrDefault(key) + pairs;
        }
        foreach (var kind in Kinds.Of.Keys) byKin[(kind, MatchOutcome.Different)] = Of(byKin, kind, MatchOutcome.Different) - Of(byKin, kind, MatchOutcome.Link) - Of(byKin, kind, MatchOutcome.Review);
    }

    static void Count<T>(Dictionary<(T, MatchOutcome), long> counts, (T, MatchOutcome) key) => counts[key] = counts.GetValueOrDefault(key) + 1;

    static long Of<T>(Dictionary<(T, MatchOutcome), long> counts, T kind, MatchOutcome outcome) => counts.GetValueOrDefault((kind, outcome));

    /// <summary>Whether another database gave the same answers.</summary>
    public bool SaysTheSame(Confusion other) => found.Count == other.found.Count && found.All(pair =>
        other.found.TryGetValue(pair.Key, out var there) && there.Outcome == pair.Value.Outcome && other.reasons[there.Why] == reasons[pair.Value.Why]);

    public void Write(StringBuilder text)
    {
        const int Link = (int)MatchOutcome.Link, Review = (int)MatchOutcome.Review, Different = (int)MatchOutcome.Different;
        var (pairs, links, reviews) = (same.Sum(), same[Link] + others[Link], same[Review] + others[Review]);
        text.AppendLine("| pairs of records | one person | two people |").AppendLine("|---|---|---|");
        Line(text, "linked by itself", same[Link], others[Link]);
        Line(text, "given to a person to decide", same[Review], others[Review]);
        text.AppendLine(CultureInfo.InvariantCulture, $"| not brought together | {same[Different]:N0} | all others |").AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"- Precision of a link: {(links == 0 ? 1 : same[Link] / (double)links):0.0000000} of {links:N0}{Proof(links, others[Link])}.");
        text.AppendLine(CultureInfo.InvariantCulture, $"- Of the {pairs:N0} pairs of one person {Share(same[Link], pairs)} are linked, {Share(same[Link] + same[Review], pairs)} linked or given to a person; of what a person is given {Share(same[Review], reviews)} is one person. {unknownToEach:N0} pairs of people who have nothing to do with each other were linked or given to a person.").AppendLine();
        text.AppendLine("Pairs of one person, by what differs between their records or is missing (a pair counts in each row that it belongs to):").AppendLine();
        Table(text, "what an office wrote", bySlip, [(Slips.None, "nothing went wrong"), .. Kinds.OfSlips, (Slips.Omissions, "two mistakes or more beside what is missing")], "missed");
        text.AppendLine("Pairs of two people who are hard to tell apart:").AppendLine();
        Table(text, "who they are", byKin,
            [.. Kinds.Of.Select(kind => (kind.Key, string.Create(CultureInfo.InvariantCulture, $"{kind.Value} ({truth.Groups.GetValueOrDefault(kind.Key):N0} groups)"))), (Kin.None, "others, of the same household or not")], "kept apart");
        text.AppendLine("Why pairs of one person were not linked (the matcher's own words):").AppendLine().AppendLine("| reason | given to a person | missed |").AppendLine("|---|---|---|");
        foreach (var why in byReason.Keys.Select(key => key.Why).Distinct().OrderByDescending(why => Of(byReason, why, MatchOutcome.Review) + Of(byReason, why, MatchOutcome.Different)))
            Line(text, reasons[why], Of(byReason, why, MatchOutcome.Review), Of(byReason, why, MatchOutcome.Different));
        text.AppendLine();
    }

    // The rule of three: none in n says that the rate is below 3/n with 95 % confidence.
    static string Proof(long links, long wrong) => links == 0 || wrong > 0 ? "" : string.Create(CultureInfo.InvariantCulture,
        $"; no false one in so many says, with 95 % confidence, above {1 - 3.0 / links:0.0000000} ({(links >= 300_000 ? "0.99999 is shown" : "to show 0.99999 takes 300,000 links, which a population of a million has")})");

    static void Table<T>(StringBuilder text, string head, Dictionary<(T, MatchOutcome), long> counts, IEnumerable<(T Key, string Name)> rows, string last)
    {
        text.AppendLine(CultureInfo.InvariantCulture, $"| {head} | linked | given to a person | {last} |").AppendLine("|---|---|---|---|");
        foreach (var (key, name) in rows) Line(text, name, Of(counts, key, MatchOutcome.Link), Of(counts, key, MatchOutcome.Review), Of(counts, key, MatchOutcome.Different));
        text.AppendLine();
    }

    static void Line(StringBuilder text, string name, params long[] counts) =>
        text.AppendLine(CultureInfo.InvariantCulture, $"| {name} | {string.Join(" | ", counts.Select(count => count.ToString("N0", CultureInfo.InvariantCulture)))} |");

    static string Share(long part, long whole) => whole == 0 ? "–" : (part / (double)whole).ToString("P1", CultureInfo.InvariantCulture);
}
