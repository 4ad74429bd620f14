using System.Xml;
using System.Xml.Linq;

namespace Socle.Fhir;

/// <summary>The only maker of XML readers: no DTD, nothing fetched, and every budget counted while reading.</summary>
public static class SafeXml
{
    public const int MaxDepth = 128;
    public const int MaxElements = 500_000;
    public const int MaxAttributes = 64;
    public const long MaxCharacters = 20_000_000;

    public static XmlReader Read(Stream xml) => new BoundedXmlReader(Guarded(() => XmlReader.Create(xml, Settings())));

    public static XmlReader Read(ReadOnlyMemory<byte> xml) => Read(StreamOf(xml));

    public static XElement Load(Stream xml, LoadOptions options = LoadOptions.PreserveWhitespace)
    {
        using var reader = Read(xml);
        try
        {
            return XElement.Load(reader, options);
        }
        catch (Exception error) when (error is XmlException or InvalidOperationException)
        {
            throw Refused(error, reader as IXmlLineInfo);
        }
    }

    public static XElement Load(ReadOnlyMemory<byte> xml, LoadOptions options = LoadOptions.PreserveWhitespace) =>
        Load(StreamOf(xml), options);

    internal static FhirException Refused(string why) => new("structure", null, "XML: " + (why.Length <= 600 ? why : why[..500] + "…" + why[^100..]));

    /// <summary>What the reader says, and where: some of its messages name no line.</summary>
    internal static FhirException Refused(Exception error, IXmlLineInfo? reader)
    {
        var (line, column) = error is XmlException { LineNumber: > 0 } xml ? (xml.LineNumber, xml.LinePosition)
            : reader?.HasLineInfo() == true ? (reader.LineNumber, reader.LinePosition) : (0, 0);
        var place = string.Create(System.Globalization.CultureInfo.InvariantCulture, $" (line {Math.Max(line, 1)}, column {Math.Max(column, 1)})");
        return Refused(error is XmlException { LineNumber: > 0 } && error.Message.Any(char.IsAsciiDigit) ? error.Message : error.Message.TrimEnd('.') + place);
    }

    internal static T Guarded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is XmlException or ArgumentException or System.Text.DecoderFallbackException)
        {
            throw Refused(error, null);
        }
    }

    static MemoryStream StreamOf(ReadOnlyMemory<byte> xml) =>
        System.Runtime.InteropServices.MemoryMarshal.TryGetArray(xml, out var part)
            ? new MemoryStream(part.Array!, part.Offset, part.Count, writable: false)
            : new MemoryStream(xml.ToArray(), writable: false);

    static XmlReaderSettings Settings() => new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = MaxCharacters,
        MaxCharactersFromEntities = 1,
        CloseInput = false,
        IgnoreComments = true,
    };
}
