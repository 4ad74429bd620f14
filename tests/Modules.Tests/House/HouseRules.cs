using System.Text.RegularExpressions;

namespace Socle.Modules.Tests.House;

/// <summary>One source file of a project; the path is relative to the project, with forward slashes.</summary>
sealed record SourceFile(string Path, string Text)
{
    public int Lines => Text.AsSpan().Count('\n');
}

/// <summary>One folder of src as text: what the rules of the house look at.</summary>
sealed record ProjectSource(string Name, IReadOnlyList<SourceFile> Files)
{
    public IEnumerable<SourceFile> Code => Files.Where(f => f.Path.EndsWith(".cs", StringComparison.Ordinal));
    public IEnumerable<SourceFile> Sql => Files.Where(f => f.Path.EndsWith(".sql", StringComparison.Ordinal));
    public bool Has(string path) => Files.Any(f => f.Path == path);

    public static ProjectSource Read(string folder) => new(Path.GetFileName(folder),
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(f => (Full: f, Path: Path.GetRelativePath(folder, f).Replace('\\', '/')))
            .Where(f => !Regex.IsMatch(f.Path, "(^|/)(bin|obj)/", RegexOptions.NonBacktracking))
            .Where(f => Path.GetExtension(f.Path) is ".cs" or ".razor" or ".sql" or ".md" or ".css" or ".mjs" or ".csproj")
            .OrderBy(f => f.Path, StringComparer.Ordinal)
            .Select(f => new SourceFile(f.Path, File.ReadAllText(f.Full)))]);
}

/// <summary>The rules that the compiler cannot hold. Each answers the violations it finds, as sentences.</summary>
static partial class HouseRules
{
    static readonly string[] ForbiddenFolders = ["Controllers", "Services", "Models", "Helpers", "Common", "Utils", "Managers"];

    /// <summary>For every project of src.</summary>
    public static IEnumerable<string> Everywhere(ProjectSource project) =>
        [.. Readme(project), .. Folders(project), .. Sizes(project), .. BannedCalls(project), .. HalfDone(project), .. InterfacesBesideOneClass(project)];

    /// <summary>For a module.</summary>
    public static IEnumerable<string> OfModule(ProjectSource module, IReadOnlyList<string> allModules) =>
        [.. TableOfContents(module), .. PublicIsContract(module), .. TablePrefix(module), .. ForeignTables(module, allModules), .. ForeignPages(module, allModules)];

    public static IEnumerable<string> Readme(ProjectSource p)
    {
        var readme = p.Files.FirstOrDefault(f => f.Path == "README.md");
        if (p.Name == "Host") yield break;
        if (readme is null) yield return $"{p.Name} has no README.md";
        else if (readme.Lines is < 8 or > 60) yield return $"{p.Name}/README.md has {readme.Lines} lines: 8 to 60";
    }

    public static IEnumerable<string> Folders(ProjectSource p) =>
        from folder in p.Files.SelectMany(f => f.Path.Split('/')[..^1]).Distinct()
        where ForbiddenFolders.Contains(folder)
        select $"{p.Name} has a folder {folder}: name things by what they are about";

    public static IEnumerable<string> Sizes(ProjectSource p) =>
        from file in p.Code
        where file.Lines > 600
        select $"{p.Name}/{file.Path} has {file.Lines} lines: 600 at the most";

    // Time and chance are injected, XML has one door, and nothing waits by sleeping.
    static readonly (string Pattern, string Instead, string[] AllowedIn)[] Banned =
    [
        (@"\bDateTime(Offset)?\.(Utc)?Now\b", "TimeProvider", []),
        (@"\bGuid\.(NewGuid|CreateVersion7)\(", "Chance", []),
        (@"\bRandomNumberGenerator\b", "Chance", ["Chance.cs"]),
        (@"\bnew Random\(|\bRandom\.Shared\b", "Chance or a seed", ["Db.cs", "PostgresWriter.cs"]),
        (@"\bThread\.Sleep\(", "await Task.Delay with a TimeProvider", []),
        (@"\bXDocument\.(Parse|Load)\(|\bXElement\.(Parse|Load)\(|\bnew XmlDocument\b|\bXmlReader\.Create\(", "SafeXml", ["SafeXml.cs"]),
    ];

    public static IEnumerable<string> BannedCalls(ProjectSource p) =>
        from file in p.Code
        from rule in Banned
        where !rule.AllowedIn.Contains(Path.GetFileName(file.Path))
        let match = Regex.Match(WithoutComments(file.Text), rule.Pattern, RegexOptions.NonBacktracking)
        where match.Success
        select $"{p.Name}/{file.Path} calls {match.Value}: use {rule.Instead}";

    public static IEnumerable<string> HalfDone(ProjectSource p) =>
        from file in p.Code
        let match = Regex.Match(file.Text, @"\b(TODO|FIXME|HACK)\b|NotImplementedException|#region", RegexOptions.NonBacktracking)
        where match.Success
        select $"{p.Name}/{file.Path} holds « {match.Value} »";

    public static IEnumerable<string> InterfacesBesideOneClass(ProjectSource p)
    {
        var all = string.Join('\n', p.Code.Select(f => f.Text));
        foreach (Match match in Regex.Matches(all, @"\binterface I([A-Z]\w+)", RegexOptions.NonBacktracking))
            if (Regex.IsMatch(all, $@"\bclass {match.Groups[1].Value}\b", RegexOptions.NonBacktracking))
                yield return $"{p.Name} has I{match.Groups[1].Value} beside {match.Groups[1].Value}: one class needs no interface";
    }

    public static IEnumerable<string> TableOfContents(ProjectSource m)
    {
        if (!m.Has($"{m.Name}Module.cs")) yield return $"{m.Name} has no {m.Name}Module.cs";
    }

    // A class with a long body (a service, a builder) may stand in a file of its own when the contract names it: who reads XContract.cs
    // still sees all that is public. Refusals are contract by nature: their codes are promised to callers.
    public static IEnumerable<string> PublicIsContract(ProjectSource m)
    {
        var contract = m.Files.FirstOrDefault(f => f.Path == $"{m.Name}Contract.cs")?.Text ?? "";
        foreach (var file in m.Code.Where(f => !IsContract(m, f.Path)))
            foreach (Match match in PublicType().Matches(file.Text))
                if (!match.Value.Contains("Settings", StringComparison.Ordinal) && !Regex.IsMatch(contract, $@"\b{match.Groups[1].Value}\b"))
                    yield return $"{m.Name}/{file.Path} has a public type that {m.Name}Contract.cs does not name: {match.Value.Trim()}";
    }

    static bool IsContract(ProjectSource m, string path) =>
        path.EndsWith("Contract.cs", StringComparison.Ordinal) || path == $"{m.Name}Module.cs" || path == $"{m.Name}Refusals.cs"
        || path.StartsWith("Pages/", StringComparison.Ordinal);

    [GeneratedRegex(@"^public .*\b(?:class|record struct|record|interface|enum|struct|delegate)\b\s+(\w+).*$", RegexOptions.Multiline)]
    private static partial Regex PublicType();

    public static IEnumerable<string> TablePrefix(ProjectSource m) =>
        from file in m.Sql
        from Match match in Regex.Matches(file.Text, @"(?i)create table (if not exists )?(\w+)", RegexOptions.NonBacktracking)
        where !match.Groups[2].Value.StartsWith(Prefix(m.Name), StringComparison.Ordinal)
        select $"{m.Name}/{file.Path} creates {match.Groups[2].Value}: its tables start with {Prefix(m.Name)}";

    public static IEnumerable<string> ForeignTables(ProjectSource m, IReadOnlyList<string> all) =>
        from file in m.Code
        from Match match in TableInSql().Matches(file.Text)
        from other in all.Concat(["Store", "Platform"]).Distinct()
        where other != m.Name && match.Groups[1].Value.StartsWith(Prefix(other), StringComparison.OrdinalIgnoreCase)
        select $"{m.Name}/{file.Path} reaches a table of {other}: « {match.Value} »";

    [GeneratedRegex(@"\b(?:from|join|into|update)\s+(\w+)", RegexOptions.IgnoreCase)]
    private static partial Regex TableInSql();

    public static IEnumerable<string> ForeignPages(ProjectSource m, IReadOnlyList<string> all) =>
        from file in m.Files.Where(f => f.Path.EndsWith(".cs", StringComparison.Ordinal) || f.Path.EndsWith(".razor", StringComparison.Ordinal))
        from other in all
        where other != m.Name && Regex.IsMatch(file.Text, $@"\bSocle\.{other}\.Pages\b", RegexOptions.NonBacktracking)
        select $"{m.Name}/{file.Path} uses the pages of {other}";

    static string Prefix(string module) => module.ToLowerInvariant() + "_";

    static string WithoutComments(string text) => Regex.Replace(text, "(?m)//.*$", "", RegexOptions.NonBacktracking);
}
