using System.Globalization;

namespace Socle.Support;

/// <summary>Parameters of one's own and what they find, money, sampled data.</summary>
public sealed partial class SearchWorld
{
    /// <summary>The first three stand before anything that they find, the rest come after it.</summary>
    static readonly (string Code, string Base, string Type, string? Target)[] Parameters =
    [
        ("mood", "Observation", "token", null), ("nick", "Patient", "string", null), ("friend", "Condition", "reference", "Practitioner"),
        ("dose", "Observation", "quantity", null), ("seen", "Encounter", "date", null),
    ];

    void Parameter(int i)
    {
        var (code, on, type, target) = Parameters[i];
        Add($"SearchParameter{i}", "SearchParameter",
            [$"\"url\":\"urn:own:{code}\"", $"\"name\":\"{code}\"", "\"status\":\"active\"", "\"description\":\"essai\"", $"\"code\":\"{code}\"", $"\"base\":[\"{on}\"]",
                $"\"type\":\"{type}\"", $"\"expression\":\"{on}.extension.where(url = 'urn:own:{code}').value\"", target is null ? "" : $"\"target\":[\"{target}\"]"]);
    }

    static string Extension(string name, string type, string value) => $"{{\"url\":\"urn:own:{name}\",\"value{type}\":{value}}}";

    static string Extensions(params string[] all) => all.All(one => one.Length == 0) ? "" : $"\"extension\":[{string.Join(',', all.Where(one => one.Length > 0))}]";

    string Money(string property) => string.Create(CultureInfo.InvariantCulture,
        $"\"{property}\":{{\"value\":{random.Next(1, 40) * 2.5m:F2},\"currency\":\"{Any<string>(["EUR", "EUR", "XPF"])}\"}}");

    // Points of a curve, some of them beyond what could be measured or lost.
    string SampledData()
    {
        var points = Enumerable.Range(0, random.Next(1, 6)).Select(_ => random.Next(9) switch
        {
            0 => "E", 1 => "L", 2 => "U", _ => random.Next(-9, 30).ToString(CultureInfo.InvariantCulture),
        });
        var data = Chance(4) ? "" : $",\"data\":\"{string.Join(' ', points)}\"";
        var (code, _) = Any(Units);
        return $"{{\"origin\":{{\"value\":{random.Next(5)},\"unit\":\"{code}\",\"system\":\"http://unitsofmeasure.org\",\"code\":\"{code}\"}},\"period\":10,"
            + $"{(Chance(2) ? "\"factor\":0.5," : "")}\"dimensions\":1,\"lowerLimit\":-12.5,\"upperLimit\":80{data}}}";
    }

    void Invoice(int i) => Add($"Invoice{i}", "Invoice",
        [Identifiers("F"), $"\"status\":\"{Any<string>(["issued", "balanced"])}\"", Subject(), Chance(5) ? "" : Date("date"), Chance(4) ? "" : Money("totalNet"),
            Chance(3) ? "" : Money("totalGross"), Chance(2) ? Reference("issuer", Of("Organization")) : ""]);
}
