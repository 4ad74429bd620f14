using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;
using Socle.Fhir;

namespace Socle.Api;

/// <summary>An address under /fhir that no route answers: 405 with the methods that would be, or 404.</summary>
sealed class UnknownRoute(FhirRoutes routes, FhirDoor? door = null)
{
    readonly (string Method, TemplateMatcher Pattern)[] known =
    [
        .. routes.All.Select(route => (route.Method, route.Pattern))
            .Concat(routes.Operations.Select(operation => (operation.Method, Pattern: operation.Route)))
            .Append(("GET", "metadata"))
            .Select(route => (route.Item1, new TemplateMatcher(TemplateParser.Parse(route.Item2), [])))
    ];

    public Task Handle(HttpContext http)
    {
        var path = new PathString("/" + ((string?)http.Request.RouteValues["rest"])?.Trim('/'));
        var allowed = known.Where(route => route.Pattern.TryMatch(path, [])).SelectMany(route => route.Method == "GET" ? ["GET", "HEAD"] : new[] { route.Method }).Distinct().ToList();
        if (door is null && path == "/" && HttpMethods.IsGet(http.Request.Method)) throw ApiRefusals.NotSearchable.With();
        if (allowed.Count == 0) throw ApiRefusals.UnknownRoute.With();
        var type = path.Value!.Split('/', 3)[1];
        if (type.Length > 0 && !type.StartsWith('_') && type != "metadata") FhirCall.KnownType(type, door);
        http.Response.Headers.Allow = string.Join(", ", allowed);
        throw ApiRefusals.WrongMethod.With(http.Request.Method.Length <= 16 ? http.Request.Method : "demandée");
    }
}
