using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Socle.Platform.Web;

/// <summary>Reads a form up to its first file, so that its token is checked before the handler runs, and lets the handler take the
/// file from the wire.</summary>
sealed class FormReader
{
    const int MostFields = 500;
    const int LongestField = 200_000;

    readonly Form form;
    readonly MultipartReader? multipart;
    MultipartSection? waiting;

    FormReader(Form form, MultipartReader? multipart) => (this.form, this.multipart) = (form, multipart);

    public Form Form => form;

    public static bool IsForm(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && (type.MediaType.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase)
            || type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase));

    /// <summary>Starts once per request: the guard of the forms and the handler share what was read.</summary>
    public static async Task<FormReader> Start(HttpRequest request, CancellationToken stop)
    {
        if (request.HttpContext.Features.Get<FormReader>() is { } started) return started;
        if (!IsForm(request)) throw PlatformRefusals.UnsupportedMedia.With();
        var type = MediaTypeHeaderValue.Parse(request.ContentType);
        FormReader reader;
        if (type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
        {
            var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).Value;
            if (boundary is not { Length: > 0 and <= 200 }) throw PlatformRefusals.BadRequest.With();
            reader = new(new(), new(boundary, request.Body) { HeadersCountLimit = 16, HeadersLengthLimit = 8_192 });
            await reader.ReadFields(stop);
        }
        else reader = new(await Encoded(request, stop), null);
        request.HttpContext.Features.Set(reader);
        return reader;
    }

    public static async Task<Form> Read(HttpRequest request, Func<FileSection, Task>? onFile, CancellationToken stop)
    {
        var reader = await Start(request, stop);
        while (reader.waiting is { } section)
        {
            if (onFile is not null) await onFile(File(section));
            await section.Body.DrainAsync(stop);
            reader.waiting = null;
            await reader.ReadFields(stop);
        }
        return reader.form;
    }

    static async Task<Form> Encoded(HttpRequest request, CancellationToken stop)
    {
        try
        {
            var reader = new FormPipeReader(request.BodyReader, Encoding.UTF8)
            {
                ValueCountLimit = MostFields, ValueLengthLimit = LongestField, KeyLengthLimit = 200
            };
            var read = await reader.ReadFormAsync(stop);
            return new(read.ToDictionary(f => f.Key, f => f.Value.Select(v => v ?? "").ToList(), StringComparer.Ordinal));
        }
        catch (InvalidDataException)
        {
            throw PlatformRefusals.BadRequest.With();
        }
    }

    async Task ReadFields(CancellationToken stop)
    {
        try
        {
            while (await multipart!.ReadNextSectionAsync(stop) is { } section)
            {
                if (section.GetContentDispositionHeader() is not { } disposition || !disposition.IsFormDisposition() && !disposition.IsFileDisposition())
                    throw PlatformRefusals.BadRequest.With();
                if (disposition.IsFileDisposition())
                {
                    waiting = section;
                    return;
                }
                form.Add(HeaderUtilities.RemoveQuotes(disposition.Name).Value ?? "", await Text(section.Body, stop));
                if (form.Fields.Count > MostFields) throw PlatformRefusals.BadRequest.With();
            }
        }
        catch (Exception error) when (error is InvalidDataException or DecoderFallbackException
            || (error is IOException && error is not BadHttpRequestException && !stop.IsCancellationRequested))
        {
            throw PlatformRefusals.BadRequest.With();   // a cut or badly framed multipart
        }
    }

    static async Task<string> Text(Stream body, CancellationToken stop)
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[4096];
        int read;
        while ((read = await body.ReadAsync(buffer, stop)) > 0)
        {
            bytes.Write(buffer, 0, read);
            if (bytes.Length > LongestField) throw PlatformRefusals.TooLarge.With();
        }
        return Strict.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    static FileSection File(MultipartSection section)
    {
        var disposition = section.GetContentDispositionHeader()!;
        var name = HeaderUtilities.RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName).Value ?? "";
        name = name[(name.LastIndexOfAny(['/', '\\']) + 1)..].Replace('\uFFFE', '\uFFFD').Normalize(NormalizationForm.FormC);
        name = string.Concat(name.Where(c => !char.IsControl(c)));
        return new(HeaderUtilities.RemoveQuotes(disposition.Name).Value ?? "", name, section.ContentType ?? "", section.Body);
    }

    static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);
}
