namespace Socle.Fhir.Tests.Core;

static class RealFiles
{
    /// <summary>The JSON files of folders beside the repository; none when they are absent at home.</summary>
    public static IEnumerable<string> In(params string[] folders) => folders.Where(SharedData.Exists)
        .SelectMany(f => Directory.EnumerateFiles(SharedData.At(f), "*.json", SearchOption.AllDirectories)).Order(StringComparer.Ordinal);
}
