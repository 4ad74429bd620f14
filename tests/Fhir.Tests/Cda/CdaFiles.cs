using System.Runtime.CompilerServices;

namespace Socle.Cda.Tests;

/// <summary>The official sample documents beside the repository: skipped at home when absent, a failure in CI.</summary>
static class CdaFiles
{
    public static string Folder { get; } = Path.GetFullPath(Path.Combine(Here(), "..", "..", "..", "..", "shared", "data"));

    public static bool Absent => !Directory.Exists(Path.Combine(Folder, "cda"));

    public static byte[] Read(string path) => File.ReadAllBytes(Path.Combine(Folder, path));

    public static TheoryData<string> All => [.. In("cda").Concat(In("dui-cda"))];

    public static IEnumerable<string> In(string folder) => Absent
        ? []
        : Directory.GetFiles(Path.Combine(Folder, folder), "*.xml").Select(f => Path.GetRelativePath(Folder, f)).Order(StringComparer.Ordinal);

    /// <summary>The CDA documents inside the HL7 v2 messages: a base64 part of an OBX field, or the file beside.</summary>
    public static IEnumerable<(string Name, byte[] Bytes)> InMessages()
    {
        foreach (var path in Directory.GetFiles(Path.Combine(Folder, "hl7v2"), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var text = File.ReadAllText(path);
            if (Path.GetExtension(path).Equals(".xml", StringComparison.OrdinalIgnoreCase)) yield return (path, File.ReadAllBytes(path));
            else if (text.StartsWith("MSH|", StringComparison.Ordinal))
                foreach (var part in text.Split('^', '|', '\r', '\n').Where(p => p.Length > 1000))
                    if (Convert.TryFromBase64String(part, new byte[part.Length], out _)) yield return (path, Convert.FromBase64String(part));
        }
    }

    static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;

    public static string? Skip => Absent && Environment.GetEnvironmentVariable("CI") != "true" ? "The sample documents (../shared/data/cda) are not here." : null;
}

sealed class CdaFilesFactAttribute : FactAttribute
{
    public CdaFilesFactAttribute() => Skip = CdaFiles.Skip;
}

sealed class CdaFilesTheoryAttribute : TheoryAttribute
{
    public CdaFilesTheoryAttribute() => Skip = CdaFiles.Skip;
}
