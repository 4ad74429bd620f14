using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;

namespace Socle.Platform.Web;

/// <summary>A refusal as a page: what happened, what to do now, and a reference.</summary>
static class RefusalPage
{
    public static Task Write(HttpContext http, NoAnswer no)
    {
        http.RequestServices.GetRequiredService<PageContext>().Fill(http);
        var result = new RazorComponentResult<RefusalView>(new Dictionary<string, object?> { ["Model"] = no })
        {
            StatusCode = no.Status,
            PreventStreamingRendering = true
        };
        return result.ExecuteAsync(http);
    }
}
