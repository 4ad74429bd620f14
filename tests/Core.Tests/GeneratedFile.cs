namespace Socle.Core.Tests;

/// <summary>
/// A document that is written from the code. At home the file is brought up to date; in CI one that was not committed is a failure.
/// </summary>
static class GeneratedFile
{
    public static void MustEqual(string path, string text)
    {
        var file = Path.Combine(Root(), path);
        var before = File.Exists(file) ? File.ReadAllText(file) : "";
        if (before == text) return;
        if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail($"{path} is not what the code says: run the tests at home and commit it.");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    public static string Root()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "Socle.slnx"))) return at.FullName;
        throw new InvalidOperationException("The tests do not run inside the repository.");
    }
}
