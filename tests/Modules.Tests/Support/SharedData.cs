namespace Socle.Support;

/// <summary>Material beside the repository that is never part of it; absent at home, required in CI.</summary>
static class SharedData
{
    public static string? Repository { get; } = Find();

    static readonly string? Root = Repository is null ? null : Path.GetFullPath(Path.Combine(Repository, "..", "shared", "data"));

    public static string At(params string[] parts) => Path.Combine([Root!, .. parts]);

    public static string? WhyAbsent(string folder) =>
        Root is not null && Directory.Exists(Path.Combine(Root, folder)) ? null : $"../shared/data/{folder} is not here.";

    static string? Find()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "Socle.slnx"))) return at.FullName;
        return null;
    }
}

/// <summary>A theory on each database that needs a folder of ../shared/data: skipped with the reason at home, run (and failing) in CI.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class SharedDataTheoryAttribute : TheoryAttribute
{
    public SharedDataTheoryAttribute(params string[] folders)
    {
        if (Environment.GetEnvironmentVariable("CI") == "true") return;
        Skip = folders.Select(SharedData.WhyAbsent).FirstOrDefault(reason => reason is not null);
    }
}
