namespace Socle.Modules.Tests.House;

/// <summary>Where the sources are, found upward from the test's own folder.</summary>
static class Repository
{
    public static string Root { get; } = Find();

    static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Socle.slnx"))) return folder.FullName;
        throw new InvalidOperationException("The sources are not above the test's folder.");
    }
}
