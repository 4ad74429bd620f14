using System.Text;

namespace Socle.Directories;

/// <summary>What an extract is, and where its columns stand, read from its first line.</summary>
sealed class ExtractShape
{
    readonly string[] names;
    readonly byte[] section;

    ExtractShape(ExtractKind kind, char separator, string[] names, string section = "") =>
        (Kind, Separator, this.names, this.section) = (kind, separator, names, Encoding.ASCII.GetBytes(section));

    public ExtractKind Kind { get; }

    public char Separator { get; }

    /// <summary>A line ends with a separator, after which there is one empty field more.</summary>
    public int Fields => names.Length;

    public string NameOf(int column) => names[column];

    /// <summary>A file of FINESS may carry other sections (geolocalisation) between the structures.</summary>
    public bool IsData(ReadOnlySpan<byte> line) => line.StartsWith(section);

    public int Column(string[] name) => Array.FindIndex(names, column => Array.Exists(name, one => Same(column, one)));

    /// <summary>The column of FINESS by its own short name.</summary>
    public int Column(string name) => Array.FindIndex(names, column => string.Equals(column.Trim(), name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Null: this is no extract that is known here.</summary>
    public static ExtractShape? Of(string head)
    {
        if (head.StartsWith("finess;", StringComparison.OrdinalIgnoreCase) || head.StartsWith("section;", StringComparison.OrdinalIgnoreCase)) return Finess(head);
        var names = head.Split('|');
        if (names.Length < 3) return null;
        bool Has(string[] name) => Array.Exists(names, column => Array.Exists(name, one => Same(column, one)));
        if (!Has(ExtractColumns.NationalId)) return null;
        ExtractKind? kind = Has(ExtractColumns.FormerNationalId) ? ExtractKind.Passages
            : Has(ExtractColumns.Degree) ? ExtractKind.Degrees
            : Has(ExtractColumns.Mode) && Has(ExtractColumns.Family) && Has(ExtractColumns.Profession) ? ExtractKind.Activities
            : Has(ExtractColumns.Skill) && Has(ExtractColumns.SkillType) ? ExtractKind.Skills
            : null;
        return kind is { } known ? new(known, '|', names) : null;
    }

    // The edition of data.gouv.fr has no names; an edition with names in its first line is read by them, and legal entities only so.
    static ExtractShape? Finess(string head)
    {
        var names = head.Split(';');
        if (Array.IndexOf(names, "nofinesset") >= 0) return new(ExtractKind.Structures, ';', names, "structureet;");
        if (Array.IndexOf(names, "nofiness") >= 0) return new(ExtractKind.LegalEntities, ';', names, "structureej;");
        return names.Length is 4 or 5 && names[1] == "etalab" ? new(ExtractKind.Structures, ';', ExtractColumns.FinessPlaces, "structureet;") : null;
    }

    static bool Same(string one, string other) => Normal(one) == Normal(other);

    static string Normal(string name)
    {
        var text = new StringBuilder(name.Length);
        foreach (var c in name.Normalize(NormalizationForm.FormD))
            if (char.IsAsciiLetterOrDigit(c)) text.Append(char.ToLowerInvariant(c));
        return text.ToString().Replace("libelleciviliteexercice", "libellecivilitedexercice", StringComparison.Ordinal);
    }
}
