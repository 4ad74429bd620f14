using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;
using Socle.Platform;

namespace Socle.Api;

/// <summary>One line of the table: what is asked, by whom at all, and who answers.</summary>
/// <param name="Code">FHIR's word for the interaction, as the CapabilityStatement says it.</param>
/// <param name="Raw">The handler chooses the format of its answer itself (a Binary is answered as its own content).</param>
sealed record FhirRoute(
    string Method, string Pattern, string Code, bool OfSystem, Func<FhirCall, CancellationToken, Task<FhirAnswer>> Handle, bool Raw = false);

static class ApiPolicy
{
    /// <summary>Any holder of a token; what they see is decided object by object.</summary>
    public const string Name = Platform.Policy.SignedIn;
}

/// <summary>
/// An operation a module adds under /fhir (« $match »). It gets the caller's scope like any interaction, and stands in the CapabilityStatement.
/// </summary>
/// <param name="Route">Relative to the base: « Patient/$match », « {type}/{id}/$everything ».</param>
/// <param name="Definition">Empty for an address that is no operation of its own (the status of a job): it is not announced.</param>
/// <param name="Body">The most bytes of body it takes; null is the limit of a Bundle.</param>
/// <param name="Raw">Its answer has a content type of its own (NDJSON): Accept is the handler's business.</param>
public sealed record FhirOperation(
    string Name, string Method, string Route, string Definition, Func<FhirCall, CancellationToken, Task<FhirAnswer>> Handle, long? Body = null,
    bool Raw = false);

/// <summary>The routes of /fhir: the whole interface on one screen.</summary>
sealed class FhirRoutes
{
    public IReadOnlyList<FhirRoute> All { get; private init; } =
    [
        new("GET", "{type}/{id}", "read", false, ReadResource.Handle, Raw: true),
        new("GET", "{type}/{id}/_history/{version}", "vread", false, ReadVersion.Handle, Raw: true),
        new("PUT", "{type}/{id}", "update", false, UpdateResource.Handle),
        new("PUT", "{type}", "update", false, UpdateResource.HandleConditional),
        new("PATCH", "{type}/{id}", "patch", false, PatchResource.Handle),
        new("PATCH", "{type}", "patch", false, PatchResource.HandleConditional),
        new("DELETE", "{type}/{id}", "delete", false, DeleteResource.Handle),
        new("DELETE", "{type}", "delete", false, DeleteResource.HandleConditional),
        new("GET", "{type}/{id}/_history", "history-instance", false, ListHistory.OfInstance),
        new("GET", "{type}/_history", "history-type", false, ListHistory.OfType),
        new("POST", "{type}", "create", false, CreateResource.Handle),
        new("GET", "{type}", "search-type", false, SearchType.Handle),
        new("POST", "{type}/_search", "search-type", false, SearchType.HandleForm),
        new("GET", "{compartment}/{id}/{child}", "search-type", false, SearchCompartment.Handle),
        new("POST", "{compartment}/{id}/{child}/_search", "search-type", false, SearchCompartment.HandleForm),
        new("GET", "", "search-system", true, SearchSystem.Handle),
        new("POST", "_search", "search-system", true, SearchSystem.HandleForm),
        new("POST", "", "transaction", true, SubmitBundle.Handle),
        new("GET", "_history", "history-system", true, ListHistory.OfSystem)
    ];

    readonly List<(FhirOperation Operation, TemplateMatcher Pattern)> matchers;

    /// <summary>Ours and those modules added.</summary>
    public IReadOnlyList<FhirOperation> Operations { get; }

    public FhirRoutes(IEnumerable<FhirOperation> operations) : this([.. Api.Operations.All, .. operations])
    {
    }

    FhirRoutes(IReadOnlyList<FhirOperation> operations)
    {
        Operations = operations;
        // A name in the address goes before a hole: Patient/$match before {type}/$match.
        matchers = [.. Operations.OrderBy(operation => operation.Route.Count(c => c == '{'))
            .Select(operation => (operation, new TemplateMatcher(TemplateParser.Parse(operation.Route), [])))];
    }

    /// <summary>Those of one type or one resource that a door answers: no search over all types, no compartment, no transaction.</summary>
    public FhirRoutes Behind(FhirDoor door) => new(door.Operations)
    {
        All = [.. All.Where(route => route.Pattern.StartsWith("{type}", StringComparison.Ordinal) && door.Interactions.Contains(route.Code))]
    };

    /// <summary>The operation an address names, for an entry of a batch.</summary>
    public FhirOperation? Find(string method, string path, RouteValueDictionary values)
    {
        foreach (var (operation, pattern) in matchers)
        {
            values.Clear();
            if (operation.Method == method && pattern.TryMatch("/" + path.Trim('/'), values)) return operation;
        }
        return null;
    }
}
