using System.Globalization;
using Socle.Identities;

namespace Socle.Bench.Identity;

/// <summary>How often a field agrees in pairs of one person (m) and in pairs of two drawn by chance (u): what the published table is made from.</summary>
static class Estimate
{
    const int Drawn = 4_000_000;

    public static void Print(Truth truth, List<MatchTraits> people)
    {
        var (m, u) = (new Dictionary<(MatchField, Agreement), long>(), new Dictionary<(MatchField, Agreement), long>());
        var dice = new Dice(0);
        foreach (var group in people.GroupBy(person => truth.Records[(int)person.Patient - 1].Person))
        {
            MatchTraits[] all = [.. group];
            for (var i = 0; i < all.Length; i++)
                for (var j = i + 1; j < all.Length; j++) Count(m, all[i], all[j]);
        }
        for (var i = 0; i < Drawn; i++)
        {
            var (one, other) = (dice.Below(people.Count), dice.Below(people.Count));
            if (truth.Records[one].Person != truth.Records[other].Person) Count(u, people[one], people[other]);
        }
        Console.WriteLine("| field | agreement | m | u | log2(m/u) | published |");
        foreach (var field in Enum.GetValues<MatchField>())
        {
            double Of(Dictionary<(MatchField, Agreement), long> counts, Agreement agreement) => counts.GetValueOrDefault((field, agreement))
                / (double)Math.Max(1, counts.Where(line => line.Key.Item1 == field && line.Key.Item2 != Agreement.Unknown).Sum(line => line.Value));
            foreach (var line in MatchWeights.All.Where(line => line.Field == field))
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"| {field} | {line.Agreement} | {Of(m, line.Agreement):0.#######} | {Of(u, line.Agreement):0.#########} | {Math.Log2(Of(m, line.Agreement) / Of(u, line.Agreement)):0.0} | {line.Weight:0.0} |"));
        }
    }

    static void Count(Dictionary<(MatchField, Agreement), long> counts, MatchTraits a, MatchTraits b)
    {
        foreach (var field in Enum.GetValues<MatchField>())
        {
            var key = (field, Comparison.Of(field, a, b));
            counts[key] = counts.GetValueOrDefault(key) + 1;
        }
    }
}
