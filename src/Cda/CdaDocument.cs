using System.Text;
using System.Xml.Linq;
using Socle.Fhir;

namespace Socle.Cda;

/// <summary>A CDA R2 document of the CI-SIS: its header, and either a file (level 1) or sections (levels 2 and 3).</summary>
public sealed class CdaDocument
{
    CdaDocument(XElement document)
    {
        Header = new HeaderReader(document).Read();
        var body = document.One("component");
        var sections = body.One("structuredBody");
        IsStructured = sections is not null;
        if (sections is not null)
        {
            Sections = SectionsOf(sections);
            Media = MediaOf(sections);
        }
        else if (body.One("nonXMLBody") is { } file)
            AttachedBody = Attached(file);
        else
            throw CdaXml.Refused("required", "ClinicalDocument.component", "Le document n’a pas de corps (structuredBody ou nonXMLBody).");
    }

    public CdaHeader Header { get; }
    public bool IsStructured { get; }
    /// <summary>Null for a structured document.</summary>
    public CdaAttachedBody? AttachedBody { get; }
    public IReadOnlyList<CdaSection> Sections { get; } = [];
    /// <summary>The pictures and files of the entries, by XML ID.</summary>
    public IReadOnlyDictionary<string, CdaMedia> Media { get; } = new Dictionary<string, CdaMedia>();

    /// <summary>FhirException with every fault of the header, or the first of the XML or of the body.</summary>
    public static CdaDocument Parse(ReadOnlyMemory<byte> xml) => new(CdaXml.Load(xml));

    static CdaSection[] SectionsOf(XElement parent) =>
        [.. parent.All("component").SelectMany(c => c.All("section")).Select(s => new CdaSection(s, SectionsOf(s)))];

    static Dictionary<string, CdaMedia> MediaOf(XElement body)
    {
        Dictionary<string, CdaMedia> found = [];
        foreach (var media in body.Descendants(CdaXml.V3 + "observationMedia"))
        {
            var value = media.One("value");
            // The narrative may point to the media or to a region of interest around it.
            var id = media.Value("ID") ?? media.Ancestors(CdaXml.V3 + "regionOfInterest").FirstOrDefault().Value("ID") ?? $"media-{found.Count + 1}";
            found.TryAdd(id, new CdaMedia(id, value.Value("mediaType") ?? "", value is null ? null : Decode(value)));
        }
        return found;
    }

    static CdaAttachedBody Attached(XElement body)
    {
        const string path = "ClinicalDocument.component.nonXMLBody.text";
        var text = body.One("text") ?? throw CdaXml.Refused("required", path, "Le corps du document est vide (nonXMLBody sans text).");
        if (text.One("reference") is not null)
            throw CdaXml.Refused("not-supported", path, "Le corps du document est ailleurs (reference)\u202f: il doit être dans le fichier.");
        if (text.Value("compression") is not null)
            throw CdaXml.Refused("not-supported", path, "Le corps du document est compressé\u202f: ce n’est pas admis.");
        var content = Decode(text) ?? throw CdaXml.Refused("value", path, "Le corps du document n’est pas du base64 lisible.");
        if (content.Length == 0) throw CdaXml.Refused("required", path, "Le corps du document est vide.");
        return new CdaAttachedBody(text.Value("mediaType") ?? "text/plain", content);
    }

    // Base64 with any blanks, or the text itself; null when it is not base64.
    static byte[]? Decode(XElement value)
    {
        var text = value.Value;
        if (value.Value("representation") != "B64") return Encoding.UTF8.GetBytes(text);
        var bytes = new byte[text.Length / 4 * 3 + 3];
        return Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : null;
    }
}
