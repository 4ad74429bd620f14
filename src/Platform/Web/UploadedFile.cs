using Microsoft.AspNetCore.Http;

namespace Socle.Platform.Web;

/// <summary>The file of a form, held in memory: the route's body limit bounds it.</summary>
public sealed record UploadedFile(string Name, Stream Content)
{
    /// <summary>Reads the whole form; the file is null when the person chose none.</summary>
    public static async Task<(Form Form, UploadedFile? File)> Read(HttpRequest request, CancellationToken stop)
    {
        UploadedFile? file = null;
        var form = await Form.ReadWithFile(request, async section =>
        {
            if (section.FileName.Length == 0 || file is not null) return;
            var content = new MemoryStream();
            await section.Content.CopyToAsync(content, stop);
            content.Position = 0;
            file = new UploadedFile(section.FileName, content);
        }, stop);
        return (form, file);
    }
}
