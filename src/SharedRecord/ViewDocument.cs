using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Socle.Cda;
using Socle.Platform;
using Socle.Platform.Web;

namespace Socle.SharedRecord;

/// <summary>GET /d/{ticket} on the viewer origin: a CDA as our own page, a file as it is, or either as a download.</summary>
static class ViewDocument
{
    public const string StylesheetPath = "/d/cda.css";

    public static async Task<IResult> Handle(
        string ticket, HttpContext http, ViewTickets tickets, Blobs blobs, AuditLog audit, Db db, TimeProvider time, CancellationToken stop)
    {
        var opened = tickets.Open(ticket);
        await UseUp(opened, audit, db, time, stop);
        await using var content = await blobs.Open(opened.Target.Patient, opened.Target.Blob, stop);
        using var whole = new MemoryStream();
        await content.CopyToAsync(whole, stop);
        var bytes = whole.ToArray();
        return opened.Use switch
        {
            ViewUse.Download => Download(http, opened.Target, bytes),
            ViewUse.Body => Body(http, opened.Target, bytes),
            ViewUse.Media => Media(http, opened, bytes),
            _ => Show(http, tickets, opened, bytes)
        };
    }

    public static IResult Stylesheet(HttpContext http)
    {
        http.Response.Headers.CacheControl = "public, max-age=86400";
        return Results.Text(CdaRenderer.Stylesheet, "text/css", Encoding.UTF8);
    }

    // Showing was traced when the address was made; a copy that leaves is a trace of its own.
    static async Task UseUp(ViewTicket ticket, AuditLog audit, Db db, TimeProvider time, CancellationToken stop)
    {
        var unit = new Unit();
        SharedRecordStore.UseUp(unit, ticket.Nonce, time.GetUtcNow());
        if (ticket.Use == ViewUse.Download)
            audit.Append(unit, new()
            {
                Agent = ticket.Agent,
                Action = "read",
                Patient = ticket.Target.Patient,
                Target = ticket.Target.Reference,
                Label = $"Téléchargement\u202f: {ticket.Target.Title}",
                Purpose = ticket.Purpose,
                Why = ticket.Why
            });
        await db.Commit(unit, stop);
    }

    static IResult Show(HttpContext http, ViewTickets tickets, ViewTicket ticket, byte[] bytes)
    {
        if (!IsCda(ticket.Target.MediaType, bytes)) return File(http, ticket.Target.Title, bytes);
        CdaDocument document;
        try
        {
            document = CdaReader.Parse(bytes);
        }
        catch (Refusal)
        {
            return Download(http, ticket.Target, bytes);
        }
        http.ShowAs(ViewerKind.Html);
        var body = document.AttachedBody is null ? null : tickets.Path(ticket with { Use = ViewUse.Body });
        // One address for each file a section carries: the renderer may ask for it more than once.
        var media = document.Media.Values.ToDictionary(m => m.Id, m => tickets.Path(ticket with { Use = ViewUse.Media, Media = m.Id }));
        var page = CdaRenderer.Render(document,
            new(StylesheetPath) { Language = Language.Code, AttachedBodyUrl = body, MediaUrl = m => media.GetValueOrDefault(m.Id) });
        return Results.Content(page, "text/html", Encoding.UTF8);
    }

    static IResult Body(HttpContext http, ViewTarget target, byte[] bytes) => CdaReader.Parse(bytes).AttachedBody is { } body
        ? File(http, target.Title, body.Content)
        : throw SharedRecordRefusals.DocumentUnknown.With();

    static IResult Media(HttpContext http, ViewTicket ticket, byte[] bytes) =>
        ticket.Media is { } id && CdaReader.Parse(bytes).Media.GetValueOrDefault(id) is { } media
            ? File(http, ticket.Target.Title, media.Content)
            : throw SharedRecordRefusals.DocumentUnknown.With();

    // The bytes decide; what is not surely harmless leaves as a download, never as a page.
    static IResult File(HttpContext http, string title, byte[] bytes)
    {
        var kind = Harmless(bytes);
        if (kind is null) return Attachment(http, title, Extension(bytes), "application/octet-stream", bytes);
        http.ShowAs(ViewerKind.File);
        var type = FileSorter.MediaType(kind.Value);
        http.Response.Headers.ContentDisposition = Disposition("inline", $"{title}{Extension(bytes)}");
        return Results.Bytes(bytes, kind == FileKind.Text ? "text/plain; charset=utf-8" : type);
    }

    static FileKind? Harmless(byte[] bytes)
    {
        try
        {
            var kind = FileSorter.KindOf(bytes);
            if (kind == FileKind.Pdf) PdfInspector.Check(bytes);
            return kind == FileKind.Cda ? null : kind;
        }
        catch (Refusal)
        {
            return null;
        }
    }

    static IResult Download(HttpContext http, ViewTarget target, byte[] bytes) => Attachment(http, target.Title, Extension(bytes), "application/octet-stream", bytes);

    static IResult Attachment(HttpContext http, string title, string extension, string type, byte[] bytes)
    {
        http.ShowAs(ViewerKind.File);
        http.Response.Headers.ContentDisposition = Disposition("attachment", title + extension);
        return Results.Bytes(bytes, type);
    }

    static string Disposition(string how, string name)
    {
        var header = new ContentDispositionHeaderValue(how);
        header.SetHttpFileName(name);   // RFC 6266: accents go in filename*, an older reader gets plain letters
        return header.ToString();
    }

    static bool IsCda(string mediaType, byte[] bytes) =>
        mediaType is "text/xml" or "application/xml" or "application/hl7-v3+xml" or "application/cda+xml"
        || bytes.AsSpan(0, Math.Min(bytes.Length, 4096)).IndexOf("ClinicalDocument"u8) >= 0;

    static string Extension(byte[] bytes) => bytes switch
    {
        [0x25, 0x50, 0x44, 0x46, ..] => ".pdf",
        [0xFF, 0xD8, 0xFF, ..] => ".jpg",
        [0x89, 0x50, 0x4E, 0x47, ..] => ".png",
        [0x7B, 0x5C, 0x72, 0x74, ..] => ".rtf",
        _ => bytes.AsSpan(0, Math.Min(bytes.Length, 4096)).IndexOf("ClinicalDocument"u8) >= 0 ? ".xml" : ".txt"
    };
}
