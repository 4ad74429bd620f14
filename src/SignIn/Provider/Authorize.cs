using Microsoft.AspNetCore.Http;
using Socle.Platform;
using Socle.Platform.Web;

namespace Socle.SignIn;

/// <summary>
/// The authorization endpoint of both issuers. What is asked for is looked at, kept under a random name, and answered at once where somebody is signed in and
/// nothing is left to say; otherwise by <see cref="AnswerRequest"/>, once they are.
/// </summary>
static class Authorize
{
    public static async Task<IResult> Handle(
        HttpContext http, AuthorizationDesk desk, Clients clients, ProviderAddress address, ProviderStore store, CancellationToken stop)
    {
        var asked = AuthorizationRules.Parameters(HttpMethods.IsPost(http.Request.Method) ? await PostedForm(http, stop) : http.Request.Query);
        var client = asked.GetValueOrDefault("client_id") is { } id ? await clients.FindActive(id, stop) : null;
        if (client is null || ProviderPaths.Of(client.Profile) != ProviderPaths.Of(http.Request)) throw ProviderRefusals.UnknownClient.With();
        string name;
        if (asked.TryGetValue("request_uri", out var pushed))
        {
            name = PushRequest.NameOf(pushed) ?? throw ProviderRefusals.RequestUri.With();
            if (await store.Request(name, desk.Now, stop) is not { } request || request.Client != client.Id) throw ProviderRefusals.RequestUri.With();
            // What was pushed is opened once: what somebody then answers has another name.
            name = await desk.Reopen(name, request, stop);
        }
        else
        {
            var request = AuthorizationRules.Check(client, address.Issuer(http.Request), desk.FhirBase(http.Request), asked, pushed: false, desk.Now, out var refused);
            if (request is null) return new Away(refused!.Location);
            name = await desk.Keep(request, stop);
        }
        // The session's cookie does not come along from another site: the request is answered from a page of this one.
        return HttpMethods.IsPost(http.Request.Method) || http.Request.Headers["Sec-Fetch-Site"] == "cross-site"
            ? AuthorizationDesk.Onward(name, client) : await desk.Answer(http, name, justAsked: true, stop);
    }

    static async Task<IEnumerable<KeyValuePair<string, Microsoft.Extensions.Primitives.StringValues>>> PostedForm(HttpContext http, CancellationToken stop)
    {
        var form = await Form.Read(http.Request, stop);
        return form.Names.Select(name => KeyValuePair.Create(name, new Microsoft.Extensions.Primitives.StringValues([.. form.AllTyped(name)])));
    }
}

/// <summary>The page on which somebody, signed in by now, answers what a software asked for.</summary>
static class AnswerRequest
{
    public const string Path = "/connexion/demande";

    public static Task<IResult> Show(HttpContext http, string name, AuthorizationDesk desk, CancellationToken stop) => desk.Answer(http, name, justAsked: false, stop);

    public static async Task<IResult> Handle(HttpContext http, string name, AuthorizationDesk desk, CancellationToken stop)
    {
        var form = await Form.Read(http.Request, stop);
        return form.Choice("answer", "yes", "no") == "yes" ? await desk.Agree(http, name, stop) : await desk.Decline(name, stop);
    }
}

/// <summary>To an address of another site, from the address that this site was asked at.</summary>
sealed class Away(string location) : IResult
{
    public Task ExecuteAsync(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status303SeeOther;
        http.Response.Headers.Location = location;
        http.Response.Headers.CacheControl = "no-store";
        // The address before this one tells a request; the software gets its answer, not that.
        http.Response.Headers["Referrer-Policy"] = "no-referrer";
        return Task.CompletedTask;
    }
}

/// <summary>A page that goes on by itself, with a link for whose browser does not.</summary>
sealed class Onward(Pages.OnwardModel model) : IResult
{
    public Task ExecuteAsync(HttpContext http)
    {
        http.Response.Headers["Refresh"] = "0; url=" + model.Url;
        http.Response.Headers.CacheControl = "no-store";
        return Page.Show<Pages.OnwardPage, Pages.OnwardModel>(model).ExecuteAsync(http);
    }
}
