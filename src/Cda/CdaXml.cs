using System.Xml.Linq;
using Socle.Fhir;

namespace Socle.Cda;

/// <summary>Finds the document in the file and reads its elements: names only in the HL7 v3 namespace, blanks folded.</summary>
static class CdaXml
{
    public static readonly XNamespace V3 = "urn:hl7-org:v3";
    public static readonly XNamespace Sdtc = "urn:hl7-org:sdtc";

    /// <summary>The one ClinicalDocument of the file, wherever it stands: some files carry it inside their own stylesheet.</summary>
    public static XElement Load(ReadOnlyMemory<byte> xml)
    {
        if (xml.Length == 0) throw Refused("structure", null, "Le fichier est vide.");
        var root = Root(xml);
        var found = root.DescendantsAndSelf(V3 + "ClinicalDocument").Take(2).ToArray();
        return found switch
        {
            [var one] => one,
            [] => throw Refused("structure", null, $"Ce fichier XML n’est pas un document CDA\u202f: il ne contient pas d’élément ClinicalDocument sous « {Cut(root.Name.LocalName)} »."),
            [_, var second] => throw Refused("structure", null, $"Ce fichier contient plusieurs documents CDA\u202f: le deuxième est dans « {Cut(second.Parent?.Name.LocalName ?? "")} »."),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    static XElement Root(ReadOnlyMemory<byte> xml)
    {
        try
        {
            return SafeXml.Load(xml);
        }
        catch (FhirException error)
        {
            // The reader speaks English and names the line: kept after our sentence, for whoever made the file.
            throw new FhirException([.. error.Issues.Select(i => i with { Severity = "fatal", Diagnostics = "Ce fichier n’est pas un XML que nous acceptons. " + i.Diagnostics })]);
        }
    }

    static string Cut(string name) => name.Length <= 64 ? name : name[..64] + "…";

    public static FhirException Refused(string code, string? expression, string diagnostics) =>
        new([new Issue("error", code, expression, diagnostics)]);

    public static XElement? One(this XElement? parent, string name) => parent?.Element(V3 + name);

    public static IEnumerable<XElement> All(this XElement? parent, string name) => parent?.Elements(V3 + name) ?? [];

    public static string? Value(this XElement? element, string attribute) => Kept((string?)element?.Attribute(attribute));

    /// <summary>The text with its blanks folded; null when there is none.</summary>
    public static string? Text(this XElement? element) => element is null ? null : Kept(Fold(element.Value));

    public static bool IsNull(this XElement element) => element.Attribute("nullFlavor") is not null;

    public static string Fold(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    static string? Kept(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
