namespace Socle.Fhir.Tests;

/// <summary>Material beside the repository that is never part of it; absent at home, required in CI.</summary>
static class SharedData
{
    static readonly string? Root = Find();

    public static bool Exists(string folder)
    {
        if (Root is not null && Directory.Exists(Path.Combine(Root, folder))) return true;
        if (Environment.GetEnvironmentVariable("CI") == "true") throw new InvalidOperationException($"../shared/data/{folder} is required in CI.");
        Console.WriteLine($"Skipped: ../shared/data/{folder} is not here.");
        return false;
    }

    public static string At(params string[] parts) => Path.Combine([Root!, .. parts]);

    static string? Find()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "Socle.slnx")))
                return Path.GetFullPath(Path.Combine(at.FullName, "..", "shared", "data"));
        return null;
    }
}
