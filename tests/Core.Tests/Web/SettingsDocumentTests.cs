using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;

namespace Socle.Core.Tests.Web;

/// <summary>docs/generated/settings.md is written from the records: a setting without its sentence is a failure.</summary>
public sealed partial class SettingsDocumentTests
{
    static readonly string Root = FindRoot();

    [Fact]
    public void The_document_of_the_settings_is_up_to_date()
    {
        var file = Path.Combine(Root, "docs/generated/settings.md");
        var text = Write();
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        if (Environment.GetEnvironmentVariable("CI") != "true") File.WriteAllText(file, text);
        File.ReadAllText(file).ShouldBe(text, "run the tests once without CI=true and commit docs/generated/settings.md");
    }

    [Fact]
    public void A_setting_without_a_sentence_is_seen() =>
        Properties("record XSettings { public int Days { get; init; } = 3; }").ShouldHaveSingleItem().Sentence.ShouldBe("");

    static string Write()
    {
        var sources = Directory.EnumerateFiles(Path.Combine(Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains("/obj/") && !f.Contains("/bin/")).Order(StringComparer.Ordinal).Select(File.ReadAllText).ToList();
        var records = sources.SelectMany(s => Record().Matches(s).Select(m => (Name: m.Groups[1].Value, Source: s[m.Index..])))
            .ToDictionary(r => r.Name, r => r.Source, StringComparer.Ordinal);
        var sections = sources.SelectMany(s => Section().Matches(s).Select(m => (Name: m.Groups[2].Value, Type: m.Groups[1].Value)))
            .Distinct().OrderBy(s => s.Name, StringComparer.Ordinal);
        var text = new StringBuilder("# Settings\n\nWritten by a test from the records; do not edit. They stand in `socle.json` in the data folder, one object per section;\n")
            .Append("an unknown key or a wrong value stops the program with one sentence.\n");
        foreach (var (name, type) in sections)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"\n## {name}\n\n| setting | default | meaning |\n|---|---|---|\n");
            foreach (var (property, sentence, value) in Properties(records[type]))
            {
                sentence.ShouldNotBeEmpty($"{type}.{property} has no sentence");
                text.Append(System.Globalization.CultureInfo.InvariantCulture, $"| `{property}` | {(value.Length == 0 ? "" : $"`{value}`")} | {sentence.Replace("|", "\\|", StringComparison.Ordinal)} |\n");
            }
        }
        return text.ToString();
    }

    static List<(string Name, string Sentence, string Default)> Properties(string source)
    {
        var end = Record().Matches(source).Skip(1).FirstOrDefault()?.Index ?? source.Length;
        return [.. Property().Matches(source[..end]).Select(m => (m.Groups[3].Value, Blanks().Replace(m.Groups[1].Value + m.Groups[2].Value, " ").Trim(), m.Groups[4].Value))];
    }

    static string FindRoot([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../.."));

    [GeneratedRegex("record (\\w+Settings)\\b")]
    private static partial Regex Record();

    [GeneratedRegex("AddSettings<(\\w+)>\\(\\s*\\w+,\\s*\"(\\w+)\"")]
    private static partial Regex Section();

    [GeneratedRegex("(?:/// <summary>((?:(?!</summary>)[\\s\\S])*)</summary>\\s*)?(?:\\[Description\\(\"([^\"]*)\"\\)\\]\\s*)?(?:\\[[^\\]]*\\]\\s*)*public [\\w<>?\\[\\]]+ (\\w+) \\{ get; init; \\}(?: = (.*);)?")]
    private static partial Regex Property();

    [GeneratedRegex("\\s*\\n\\s*///\\s*|\\s+")]
    private static partial Regex Blanks();
}
