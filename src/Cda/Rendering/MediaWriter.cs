namespace Socle.Cda.Rendering;

/// <summary>A picture in the page when its bytes are one; otherwise a line that says what the file is, with a link when the caller serves it.</summary>
sealed class MediaWriter(HtmlWriter html, CdaRenderOptions options, Labels labels)
{
    /// <param name="media">What to show.</param>
    /// <param name="caption">What the picture shows, for who cannot see it; the caller writes it under the picture too.</param>
    public void Write(CdaMedia media, string? caption)
    {
        if (media.IsPicture)
        {
            html.Open("img", ("src", $"data:{media.DetectedType};base64,{Convert.ToBase64String(media.Content)}"), ("alt", caption ?? labels.UndescribedPicture)).Line();
            return;
        }
        html.Open("p", ("class", "attachment")).Text(Words(media));
        if (options.AddressOf(media) is { } address) html.Text(" ").Leaf("a", labels.OpenAttachment, ("href", address));
        html.Close().Line();
    }

    string Words(CdaMedia media) => media.Content.Length == 0
        ? $"{labels.Attachment} ({labels.Unreadable})"
        : $"{labels.Attachment} ({Kind(media.DetectedType, media.DeclaredType, labels)}, {Size(media.Content.Length, labels)})";

    public static string Kind(string detected, string declared, Labels labels) => detected switch
    {
        "application/pdf" => "PDF",
        "image/png" => $"{labels.Picture} PNG",
        "image/jpeg" => $"{labels.Picture} JPEG",
        "image/gif" => $"{labels.Picture} GIF",
        "image/tiff" => $"{labels.Picture} TIFF",
        "text/rtf" => $"{labels.RichText} (RTF)",
        "text/plain" => labels.PlainText,
        _ => declared.Length is > 0 and < 60 ? $"{labels.File} {declared}" : labels.File,
    };

    public static string Size(long bytes, Labels labels) => bytes < 1_000_000
        ? string.Create(labels.Culture, $"{Math.Max(1, (bytes + 500) / 1000)}\u202f{labels.Kilobyte}")
        : string.Create(labels.Culture, $"{bytes / 1_000_000.0:0.0}\u202f{labels.Megabyte}");
}
