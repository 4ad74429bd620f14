using System.Xml;

namespace Socle.Fhir;

/// <summary>A table of the national nomenclature as IHE SVS XML publishes it (RetrieveValueSetResponse): a value set (JDV), or a code system (TRE).</summary>
public sealed record SvsTable(string Oid, string Name, string? Url, string? Description, string? Version, DateTimeOffset? Revised, Validity Validity)
{
    public IReadOnlyList<SvsConcept> Concepts { get; init; } = [];

    /// <summary>Concepts that cannot be kept, with their line; the others are.</summary>
    public IReadOnlyList<string> Faults { get; init; } = [];

    public bool IsCodeSystem { get; init; }
}

public sealed record SvsConcept(string Code, string System, string? Display, Validity Validity);

/// <summary>Reads IHE SVS XML; what is malformed is refused with its line.</summary>
public static class SvsReader
{
    public const string Namespace = "urn:ihe:iti:svs:2008";
    const int MostFaults = 20;

    public static SvsTable Read(ReadOnlyMemory<byte> xml)
    {
        if (xml.IsEmpty) throw Refused(null, "Le fichier est vide.");
        using var reader = SafeXml.Read(xml);
        try
        {
            return Response(reader);
        }
        catch (XmlException error)
        {
            throw new FhirException("structure", null, "XML: " + error.Message);
        }
    }

    static SvsTable Response(XmlReader reader)
    {
        if (!reader.Read() || reader.MoveToContent() != XmlNodeType.Element) throw Refused(reader, "Aucun élément dans ce fichier.");
        if (reader.LocalName != "RetrieveValueSetResponse" || reader.NamespaceURI != Namespace)
            throw Refused(reader, "Ce fichier n’est pas une réponse SVS (RetrieveValueSetResponse).");
        SvsTable? table = null;
        while (reader.Read())
        {
            if (reader.NodeType != XmlNodeType.Element || reader.NamespaceURI != Namespace || reader.LocalName != "ValueSet") continue;
            if (table is not null) throw Refused(reader, "Plusieurs tables dans un même fichier.");
            table = ValueSet(reader);
        }
        return table ?? throw Refused(reader, "Aucune table (ValueSet) dans ce fichier.");
    }

    static SvsTable ValueSet(XmlReader reader)
    {
        var oid = Attribute(reader, "id") ?? throw Refused(reader, "La table n’a pas d’identifiant (id).");
        if (!IsOid(oid)) throw Refused(reader, "L’identifiant de la table (id) n’est pas un OID.");
        var name = Attribute(reader, "displayName") ?? throw Refused(reader, "La table n’a pas de nom (displayName).");
        if (name.EndsWith(".tabs", StringComparison.OrdinalIgnoreCase)) name = name[..^5];
        var revised = Validity.Moment(Attribute(reader, "revisionDate") ?? Attribute(reader, "dateMaj"));
        var table = new SvsTable(
            oid, name, Attribute(reader, "urlFichier"), Attribute(reader, "description"), VersionOf(reader, revised), revised,
            new(Moment(reader, "dateValid"), Moment(reader, "dateFin")))
        {
            IsCodeSystem = Attribute(reader, "typeFichier") is { } kind
                ? kind.Equals("TRE", StringComparison.OrdinalIgnoreCase) : name.StartsWith("TRE", StringComparison.OrdinalIgnoreCase)
        };
        var (concepts, faults, seen) = (new List<SvsConcept>(), new List<string>(), new HashSet<(string, string)>());
        if (!reader.IsEmptyElement) Concepts(reader, concepts, faults, seen);
        if (concepts.Count == 0) throw Refused(reader, faults.Count == 0 ? "La table ne contient aucun code." : $"La table ne contient aucun code lisible : {faults[0]}");
        return table with { Concepts = concepts, Faults = faults };
    }

    static void Concepts(XmlReader reader, List<SvsConcept> concepts, List<string> faults, HashSet<(string, string)> seen)
    {
        var depth = reader.Depth;
        while (reader.Read() && reader.Depth > depth)
        {
            if (reader.NodeType != XmlNodeType.Element || reader.NamespaceURI != Namespace || reader.LocalName != "Concept") continue;
            var (code, system) = (Attribute(reader, "code"), Attribute(reader, "codeSystem"));
            var fault = code is null || code.Length > 200 || code.Any(char.IsControl) || code.Contains("  ", StringComparison.Ordinal) ? "code absent ou illisible"
                : system is null ? $"le code « {code} » n’a pas de codeSystem"
                : !IsSystem(system) ? $"le codeSystem du code « {code} » n’est pas un OID"
                : !seen.Add((system, code)) ? $"le code « {code} » figure deux fois"
                : null;
            if (fault is null) concepts.Add(new(code!, system!, Attribute(reader, "displayName"), new(Moment(reader, "dateValid"), Moment(reader, "dateFin"))));
            else if (faults.Count < MostFaults) faults.Add($"ligne {LineOf(reader)} : {fault}.");
        }
    }

    // « test » and the like say nothing: the day of the revision does, written as the nomenclature writes versions.
    static string? VersionOf(XmlReader reader, DateTimeOffset? revised) =>
        Attribute(reader, "version") is { } version && version.Any(char.IsAsciiDigit) && version.Length <= 40 ? version
        : revised?.ToString("yyyyMMddHHmmss", System.Globalization.CultureInfo.InvariantCulture);

    static DateTimeOffset? Moment(XmlReader reader, string name) =>
        Attribute(reader, name) is not { } text ? null
        : Validity.Moment(text) ?? throw Refused(reader, $"La date « {name} » n’est pas lisible.");

    static string? Attribute(XmlReader reader, string name) => reader.GetAttribute(name) is { } text && text.Trim() is { Length: > 0 } kept ? kept : null;

    static bool IsOid(string text) =>
        text.Length <= 128 && text.Split('.') is { Length: > 2 } arcs && arcs[0] is "0" or "1" or "2" && text.Split('.').All(a => a.Length > 0 && a.All(char.IsAsciiDigit) && (a == "0" || a[0] != '0'));

    // One type of document is of the « system » ASTM, in the nomenclature as in the documents: a name is kept where an OID should stand.
    static bool IsSystem(string text) => IsOid(text) || (text.Length <= 40 && text.All(char.IsAsciiLetterOrDigit) && char.IsAsciiLetter(text[0]));

    static int LineOf(XmlReader reader) => reader is IXmlLineInfo line && line.HasLineInfo() ? line.LineNumber : 0;

    static FhirException Refused(XmlReader? reader, string why) =>
        new("structure", null, reader is null ? why : $"{why[..^1]} (ligne {Math.Max(1, LineOf(reader))}).");
}
