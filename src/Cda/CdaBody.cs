using System.Xml.Linq;

namespace Socle.Cda;

/// <summary>The body of a level 1 document: one file. MediaType is what the header of the body says, DetectedType what its first bytes say.</summary>
public sealed record CdaAttachedBody(string MediaType, byte[] Content)
{
    /// <summary>Never HTML, SVG or script: application/octet-stream when the bytes are none of the kinds we know.</summary>
    public string DetectedType { get; } = MediaKinds.Detect(Content, MediaType);
    public bool Agrees => DetectedType == MediaKinds.Usual(MediaType);
}

/// <summary>A picture or a file carried by the entries of a structured document (observationMedia).</summary>
public sealed class CdaMedia
{
    internal CdaMedia(string id, string declaredType, byte[]? content) => (Id, DeclaredType, Content, DetectedType) =
        (id, declaredType, content ?? [], MediaKinds.Detect(content ?? [], declaredType));

    /// <summary>The XML ID that the narrative refers to; unique in the document, made by us when absent.</summary>
    public string Id { get; }
    public string DeclaredType { get; }
    /// <summary>Empty when the value could not be decoded.</summary>
    public byte[] Content { get; }
    public string DetectedType { get; }
    /// <summary>A picture that a page may show: PNG, JPEG or GIF by its first bytes.</summary>
    public bool IsPicture => DetectedType is "image/png" or "image/jpeg" or "image/gif";
}

/// <summary>One section; Text is the narrative as it stands in the document, never to be shown but through the renderer.</summary>
public sealed class CdaSection
{
    internal CdaSection(XElement section, IReadOnlyList<CdaSection> sections)
    {
        Title = section.One("title").Text();
        Code = ValueReader.Code(section.One("code"));
        Text = section.One("text");
        Language = section.One("languageCode").Value("code");
        TemplateIds = [.. section.All("templateId").Select(t => t.Value("root")).OfType<string>()];
        EntryCount = section.All("entry").Count();
        Sections = sections;
    }

    public string? Title { get; }
    public CdaCode? Code { get; }
    public string? Language { get; }
    public IReadOnlyList<string> TemplateIds { get; }
    public XElement? Text { get; }
    public int EntryCount { get; }
    public IReadOnlyList<CdaSection> Sections { get; }

    /// <summary>False for a section that only machines can read.</summary>
    public bool IsReadable => Text is not null && (Text.Text() is not null || Text.Descendants(CdaXml.V3 + "renderMultiMedia").Any());
}

/// <summary>What a file is by its first bytes: the declared type is only a wish.</summary>
static class MediaKinds
{
    public const string Unknown = "application/octet-stream";

    public static string Detect(ReadOnlySpan<byte> content, string declared)
    {
        if (content.StartsWith("%PDF-"u8)) return "application/pdf";
        if (content.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])) return "image/png";
        if (content.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF])) return "image/jpeg";
        if (content.StartsWith("GIF87a"u8) || content.StartsWith("GIF89a"u8)) return "image/gif";
        if (content.StartsWith((ReadOnlySpan<byte>)[0x49, 0x49, 0x2A, 0]) || content.StartsWith((ReadOnlySpan<byte>)[0x4D, 0x4D, 0, 0x2A])) return "image/tiff";
        if (content.StartsWith(@"{\rtf"u8)) return "text/rtf";
        return Usual(declared) == "text/plain" && IsText(content) ? "text/plain" : Unknown;
    }

    public static string Usual(string declared) => declared.Split(';')[0].Trim().ToLowerInvariant() switch
    {
        "application/rtf" or "application/x-rtf" => "text/rtf",
        "image/jpg" or "image/pjpeg" => "image/jpeg",
        "application/x-pdf" => "application/pdf",
        var other => other,
    };

    // No control character but tab, line feed, form feed and carriage return: then no browser takes it for anything else, served as text/plain with nosniff.
    static bool IsText(ReadOnlySpan<byte> content)
    {
        foreach (var b in content)
            if (b < 0x20 && b is not (0x09 or 0x0A or 0x0C or 0x0D)) return false;
        return content.Length > 0;
    }
}
