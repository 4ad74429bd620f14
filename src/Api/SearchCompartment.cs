using Socle.Fhir;
using Socle.Platform;
using Socle.Store;

namespace Socle.Api;

/// <summary>GET Patient/[id]/Observation?…, Patient/[id]/*, and the same as a form; for each compartment that R4 defines.</summary>
static class SearchCompartment
{
    static readonly string[] Compartments = ["Patient", "Encounter", "Practitioner", "RelatedPerson", "Device"];

    public static Task<FhirAnswer> Handle(FhirCall call, CancellationToken stop) =>
        Answer(call, call.RouteValue("compartment"), call.Id, call.RouteValue("child"), Criteria.Read(call.Http.Request.QueryString.Value), stop);

    public static async Task<FhirAnswer> HandleForm(FhirCall call, CancellationToken stop) =>
        await Answer(call, call.RouteValue("compartment"), call.Id, call.RouteValue("child"), await Criteria.ReadForm(call, stop), stop);

    public static async Task<FhirAnswer> Answer(
        FhirCall call, string type, string id, string child, List<KeyValuePair<string, string>> parameters, CancellationToken stop)
    {
        if (!Compartments.Contains(type) || child.StartsWith('$') || child.StartsWith('_')) throw ApiRefusals.UnknownRoute.With();
        var (path, inside) = ($"{type}/{id}/{child}", new Compartment(type, id));
        if (child != "*") FhirCall.KnownType(child);
        var asked = SearchPages.Open(call, path, parameters);
        var named = SearchSystem.TypesNamed(asked);
        var types = child == "*" ? await Members(call, type, named, stop) : [child];
        // A software finds a person by identifier, one at a time, and by no other door.
        if (call.Agent.Kind == AgentKind.System && types.Remove("Patient") && child != "*") throw ApiRefusals.IdentifierNeeded.With();
        var queries = SearchSystem.Parse(call, types.Count == 0 ? ["Basic"] : types, asked);
        var found = types.Count == 0 ? SearchPage.None : await call.Store.Search(call.Scope, queries, inside, stop);
        return SearchAnswer.Of(call, path, queries, found, child == "*" ? named : null);
    }

    static async Task<List<string>> Members(FhirCall call, string compartment, List<string> named, CancellationToken stop) =>
        [.. (await call.Store.TypesPresent(stop)).Where(type => (named.Count == 0 || named.Contains(type))
            && (type == compartment || Definitions.Compartment(compartment, type).Count > 0) && call.Scope.Types.Allows(type, Interaction.Search))];
}
