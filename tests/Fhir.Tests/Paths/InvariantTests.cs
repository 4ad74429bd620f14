using Socle.Fhir.Tests.Search;
using Xunit.Abstractions;

namespace Socle.Fhir.Tests.Paths;

/// <summary>The invariants of R4 are FHIRPath that others wrote: all must compile, and the official examples must hold them.</summary>
public sealed class InvariantTests(ITestOutputHelper output)
{
    static readonly FhirPathEnvironment Env = new() { Now = new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero) };

    static readonly Dictionary<string, (Constraint Constraint, FhirPath Path)[]> ByPath = TypeTable.Instance.All
        .SelectMany(t => t.Elements.Select(e => $"{t.Name}.{e.Name}").Prepend(t.Name)).Distinct()
        .ToDictionary(p => p, p => Constraints.Of(p).Select(c => (c, FhirPath.Compile(c.Expression))).ToArray(), StringComparer.Ordinal);

    [Fact]
    public void Every_invariant_of_R4_compiles() => ByPath.Values.Sum(c => c.Length).ShouldBeGreaterThan(300);

    [Theory, InlineData("fhir-r4-examples"), InlineData("synthea"), InlineData("mhd")]
    public void Real_resources_hold_the_invariants(string folder)
    {
        if (!SharedData.Exists(folder)) return;
        var (checks, broken) = (0, new SortedDictionary<string, string>(StringComparer.Ordinal));
        foreach (var file in Directory.EnumerateFiles(SharedData.At(folder), "*.json",
            SearchOption.AllDirectories).Order(StringComparer.Ordinal).Take(60))
        {
            foreach (var doc in IndexerTests.Resources(file))
            {
                using var _ = doc;
                if (doc.ResourceType != "Bundle") Check(doc.Root, file, ref checks, broken);
            }
        }
        foreach (var (key, where) in broken) output.WriteLine($"{key}: {where}");
        Console.WriteLine($"{folder}: {checks} invariants checked, {broken.Count} different ones broken: {string.Join(' ', broken.Keys)}");
        // The official example of CodeSystem lists one code twice.
        broken.Keys.Except(["csd-1"]).ShouldBeEmpty();
    }

    static void Check(FhirNode node, string file, ref int checks, SortedDictionary<string, string> broken)
    {
        foreach (var (constraint, path) in ByPath.GetValueOrDefault(node.Definition!.Name, []).Concat(OfElement(node)))
        {
            if (!constraint.IsError) continue;
            checks++;
            var found = path.Evaluate(node, Env);
            if (found is [var one] && one.Text == "false") broken.TryAdd(constraint.Key,
                $"{constraint.Expression} at {node.Path} in {Path.GetFileName(file)}: [{string.Join(", ", found)}]");
        }
        foreach (var child in node.Children) Check(child, file, ref checks, broken);
    }

    static (Constraint, FhirPath)[] OfElement(FhirNode node) =>
        node.Parent is { Exists: true } parent ? ByPath.GetValueOrDefault($"{parent.Definition!.Name}.{node.ElementName}", []) : [];
}
