namespace Socle.Fhir.Tests.Core;

/// <summary>Real files that stand beside the repository. Absent: the test says so and passes at home, fails in CI.</summary>
static class SharedData
{
    public static IReadOnlyList<string> Files(params string[] folders)
    {
        var root = Root();
        if (root is null)
        {
            if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail("../shared/data is missing.");
            return [];
        }
        return [.. folders.Select(f => Path.Combine(root, f)).Where(Directory.Exists)
            .SelectMany(f => Directory.EnumerateFiles(f, "*.json", SearchOption.AllDirectories)).Order(StringComparer.Ordinal)];
    }

    static string? Root()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (!File.Exists(Path.Combine(at.FullName, "Socle.slnx"))) continue;
            var data = Path.Combine(at.Parent!.FullName, "shared", "data");
            return Directory.Exists(data) ? data : null;
        }
        return null;
    }
}
