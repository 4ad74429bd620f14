using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace Socle.Platform;

/// <summary>One forward step of a module's tables: one text for both databases, with the tokens of the Dialect.</summary>
public sealed record Migration(string Module, int Number, string Name, string Text)
{
    /// <summary>What the database remembers of it: a step that was changed after it ran is refused at start.</summary>
    public string Hash => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text.ReplaceLineEndings("\n"))));

    /// <summary>The files Sql/0001-name.sql embedded in the assembly, in order of their number.</summary>
    public static IReadOnlyList<Migration> Of(string module, Assembly assembly)
    {
        var found = new List<Migration>();
        foreach (var resource in assembly.GetManifestResourceNames().Where(n => n.StartsWith("Sql/", StringComparison.Ordinal)))
        {
            var file = resource["Sql/".Length..^".sql".Length];
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!, Encoding.UTF8);
            found.Add(new(module, int.Parse(file.AsSpan(0, 4), CultureInfo.InvariantCulture), file[5..], reader.ReadToEnd()));
        }
        return [.. found.OrderBy(m => m.Number)];
    }
}
