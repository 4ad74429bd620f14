using System.Text;

namespace Socle.Fhir;

/// <summary>Canonical URLs as profiles and resources write them: with or without « |version », and, in France, by an old or a new name.</summary>
static class Canonical
{
    public const string Core = "http://hl7.org/fhir/StructureDefinition/";

    // HL7 France moved its profiles and changed the names with it: FrPatient became fr-core-patient. Those of ANS' measures moved as well.
    static readonly string[] OldRoots = ["http://interopsante.org/fhir/StructureDefinition/", "http://esante.gouv.fr/ci-sis/fhir/StructureDefinition/"];

    static readonly string[] NewRoots =
    [
        "https://hl7.fr/ig/fhir/core/StructureDefinition/", "http://hl7.fr/ig/fhir/core/StructureDefinition/",
        "https://interop.esante.gouv.fr/ig/fhir/mesures/StructureDefinition/"
    ];

    static readonly string[] Prefixes = ["fr-core-", "mesures-fr-", "mesures-", "ens-fr-", "ens-", "fr-"];

    public static string WithoutVersion(string canonical)
    {
        var bar = canonical.IndexOf('|', StringComparison.Ordinal);
        return bar < 0 ? canonical : canonical[..bar];
    }

    public static (string Url, string? Version) Split(string canonical)
    {
        var bar = canonical.IndexOf('|', StringComparison.Ordinal);
        return bar < 0 ? (canonical, null) : (canonical[..bar], canonical[(bar + 1)..]);
    }

    /// <summary>The type of R4 that this is the definition of; null for anything else.</summary>
    public static string? CoreType(string url)
    {
        var name = url.StartsWith(Core, StringComparison.Ordinal) ? url[Core.Length..] : url;
        return Definitions.IsType(name) ? name : null;
    }

    public static string Full(string profile) => profile.Contains(':', StringComparison.Ordinal) ? profile : Core + profile;

    /// <summary>The same for the old and the new name of one French profile; null for what is not one of them.</summary>
    public static string? FrenchName(string url)
    {
        foreach (var root in OldRoots)
            if (url.StartsWith(root, StringComparison.Ordinal)) return Bare(Kebab(url[root.Length..]));
        foreach (var root in NewRoots)
            if (url.StartsWith(root, StringComparison.Ordinal)) return Bare(url[root.Length..].ToLowerInvariant());
        return null;
    }

    static string Bare(string name)
    {
        foreach (var prefix in Prefixes)
            if (name.StartsWith(prefix, StringComparison.Ordinal)) return name[prefix.Length..];
        return name;
    }

    // FrObservationBodyHeight → fr-observation-body-height
    static string Kebab(string name)
    {
        var text = new StringBuilder(name.Length + 8);
        for (var i = 0; i < name.Length; i++)
        {
            if (name[i] is '_' or '-') text.Append('-');
            else if (char.IsAsciiLetterUpper(name[i]))
            {
                if (i > 0 && name[i - 1] is not ('_' or '-') && !char.IsAsciiLetterUpper(name[i - 1])) text.Append('-');
                text.Append(char.ToLowerInvariant(name[i]));
            }
            else text.Append(name[i]);
        }
        return text.ToString();
    }

    /// <summary>Newest last: numbers by value, a label (-ballot) before the version without one.</summary>
    public static int CompareVersions(string? a, string? b)
    {
        if (a is null || b is null) return a is null ? b is null ? 0 : -1 : 1;
        var (left, right) = (a.Split('-', 2), b.Split('-', 2));
        var (x, y) = (left[0].Split('.'), right[0].Split('.'));
        for (var i = 0; i < Math.Max(x.Length, y.Length); i++)
        {
            var by = Part(x, i).CompareTo(Part(y, i));
            if (by != 0) return by;
        }
        if (left.Length != right.Length) return left.Length == 1 ? 1 : -1;
        return string.CompareOrdinal(a, b);
    }

    static long Part(string[] parts, int i) =>
        i < parts.Length && long.TryParse(parts[i], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var n)
            ? n : i < parts.Length ? -1 : 0;
}
