using System.Buffers;

namespace Socle.Fhir;

/// <summary>FHIR XML (R4 §2.6.1) from and to FHIR JSON, by the definitions: nothing of a resource is lost. Comments and processing
/// instructions go, properties take the order of the definition, digits of decimals stay.</summary>
public static class FhirXml
{
    public const string Namespace = "http://hl7.org/fhir";

    /// <summary>JSON bytes for <see cref="FhirDocument.Parse"/>, which checks the structure: here only what JSON could not express is
    /// refused.</summary>
    public static byte[] ToJson(ReadOnlyMemory<byte> xml)
    {
        using var reader = SafeXml.Read(xml);
        return new XmlToJson(reader).Run();
    }

    public static byte[] ToJson(Stream xml)
    {
        using var reader = SafeXml.Read(xml);
        return new XmlToJson(reader).Run();
    }

    /// <summary>In UTF-8. Refuses a narrative that is no well-formed XHTML and the two characters that XML does not have.</summary>
    public static void Write(FhirDocument doc, IBufferWriter<byte> output, bool indented = false) =>
        output.Write(new JsonToXml(doc, indented).Run());

    public static byte[] OfJson(ReadOnlyMemory<byte> json, bool indented = false)
    {
        using var doc = FhirDocument.Parse(json);
        return new JsonToXml(doc, indented).Run().ToArray();
    }
}
