using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;

namespace Socle.Platform.Web;

/// <summary>The three answers of a page's handler.</summary>
public static class Page
{
    /// <summary>Renders the component with its parameter <c>Model</c>.</summary>
    public static IResult Show<TPage, TModel>(TModel model, int status = StatusCodes.Status200OK) where TPage : IComponent =>
        new RazorComponentResult<TPage>(new Dictionary<string, object?> { ["Model"] = model }) { StatusCode = status, PreventStreamingRendering = true };

    /// <summary>Renders a component without a model.</summary>
    public static IResult Show<TPage>() where TPage : IComponent => new RazorComponentResult<TPage> { PreventStreamingRendering = true };

    /// <summary>The same page with what was typed and what is wrong.</summary>
    public static IResult Again<TPage, TModel>(TModel model, int status = StatusCodes.Status422UnprocessableEntity) where TPage : IComponent =>
        Show<TPage, TModel>(model, status);

    /// <summary>Post-Redirect-Get; the message is said in the live region of the next page.</summary>
    public static IResult SeeOther(string url, string? message = null) => new SeeOtherResult(url, message);

    /// <summary>Ids as they happen, for live.mjs; never content.</summary>
    public static IResult Events(IAsyncEnumerable<string> ids) => TypedResults.ServerSentEvents(ids, "changed");

    sealed class SeeOtherResult(string url, string? message) : IResult
    {
        public Task ExecuteAsync(HttpContext http)
        {
            if (message is not null)
                Flash.Leave(http, http.RequestServices.GetRequiredService<Memo>(), http.RequestServices.GetRequiredService<Chance>(), message);
            http.Response.StatusCode = StatusCodes.Status303SeeOther;
            http.Response.Headers.Location = url;
            return Task.CompletedTask;
        }
    }
}
