using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Socle.Core.Tests;
using Socle.Platform;

namespace Socle.Modules.Tests.House;

/// <summary>docs/generated/refusals.md is written from the fields: each way of saying no, with the code that stays the same for good.</summary>
public sealed partial class RefusalsDocumentTests
{
    static readonly IReadOnlyList<(string Project, RefusalKind Kind)> All =
        [.. Directory.EnumerateFiles(AppContext.BaseDirectory, "Socle.*.dll").Append(Path.Combine(AppContext.BaseDirectory, "socle.dll"))
            .Where(f => !f.EndsWith(".Tests.dll", StringComparison.Ordinal)).Order(StringComparer.Ordinal)
            .Select(Assembly.LoadFrom).SelectMany(Kinds)];

    [Fact]
    public void The_document_of_the_refusals_is_up_to_date() => GeneratedFile.MustEqual("docs/generated/refusals.md", Write());

    [Fact]
    public void Each_code_names_one_refusal() =>
        All.GroupBy(r => r.Kind.Code).Where(g => g.Count() > 1)
            .Select(g => $"{g.Key}: {string.Join(", ", g.Select(r => r.Project))}").ShouldBeEmpty();

    [Fact]
    public void Each_code_is_kebab_case_and_each_message_a_sentence()
    {
        All.Where(r => !Code().IsMatch(r.Kind.Code)).Select(r => r.Kind.Code).ShouldBeEmpty();
        All.Where(r => !char.IsUpper(r.Kind.French[0]) && r.Kind.French[0] is not ('«' or '{')).Select(r => $"{r.Kind.Code}: {r.Kind.French}").ShouldBeEmpty();
    }

    [Fact]
    public void Every_layer_has_its_refusals() =>
        All.Select(r => r.Project).Distinct().ShouldBe(
            ["Access", "Api", "Bouquet", "Bulk", "Directories", "Identities", "Platform", "Profiles", "Rights", "SharedRecord", "SignIn", "Space", "Store", "Subscriptions", "Terminology"], ignoreOrder: true);

    static IEnumerable<(string Project, RefusalKind Kind)> Kinds(Assembly assembly) =>
        from type in assembly.GetTypes()
        from field in type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
        where field.FieldType == typeof(RefusalKind)
        select (assembly.GetName().Name!["Socle.".Length..], (RefusalKind)field.GetValue(null)!);

    static string Write()
    {
        var text = new StringBuilder("# Refusals\n\nWritten by a test from the code; do not edit. A code never changes its meaning. It stands in `issue.details.coding` of the OperationOutcome\n")
            .Append("on `/fhir`, in `code` of problem+json on `/api`, and on a page that says no; `{0}` are what the case fills in.\n");
        foreach (var project in All.GroupBy(r => r.Project).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {project.Key}\n\n| code | HTTP | message |\n|---|---|---|\n");
            foreach (var (_, kind) in project.OrderBy(r => r.Kind.Code, StringComparer.Ordinal))
                text.Append(CultureInfo.InvariantCulture, $"| `{kind.Code}` | {(int)kind.Reason} | {kind.French.Replace("|", "\\|", StringComparison.Ordinal)} |\n");
        }
        return text.ToString();
    }

    [GeneratedRegex("^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]
    private static partial Regex Code();
}
