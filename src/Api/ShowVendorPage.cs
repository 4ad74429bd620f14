using System.Reflection;
using Microsoft.AspNetCore.Http;
using Socle.Access;
using Socle.Fhir;
using Socle.Platform;
using Socle.Platform.Web;
using Socle.Store;

namespace Socle.Api;

/// <summary>GET /api: what a vendor needs to begin, from the same tables as the interface itself.</summary>
sealed class ShowVendorPage(FhirRoutes routes, SandboxPeople people, SocleOptions options, IReadOnlyList<Platform.Module> modules, IEnumerable<ApiExample> ofModules,
    IEnumerable<VendorSource> sources)
{
    // Each refusal is a field of some layer; docs/generated/refusals.md is the same list.
    readonly Lazy<IReadOnlyList<Pages.RefusalRow>> refusals = new(() => [.. modules.Select(module => module.Assembly).Append(typeof(Refusal).Assembly).Distinct()
        .SelectMany(assembly => assembly.GetTypes())
        .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
        .Where(field => field.FieldType == typeof(RefusalKind)).Select(field => (RefusalKind)field.GetValue(null)!)
        .Select(kind => new Pages.RefusalRow(kind.Code, (int)kind.Reason, kind.French)).OrderBy(row => row.Code, StringComparer.Ordinal)]);

    public async Task<IResult> Handle(HttpContext http)
    {
        var shown = routes.All.Select(route => new Pages.InteractionRow(route.Code, route.Method, "/fhir/" + route.Pattern))
            .Prepend(new("capabilities", "GET", "/fhir/metadata")).ToList();
        var operations = routes.Operations.GroupBy(operation => (operation.Name, operation.Route))
            .Select(same => new Pages.OperationRow("$" + same.Key.Name, string.Join(", ", same.Select(one => one.Method)), "/fhir/" + same.Key.Route, same.First().Definition))
            .OrderBy(row => row.Name, StringComparer.Ordinal).ToList();
        var examples = ApiExamples.All.Concat(ofModules).Select(example => new Pages.ExampleRow(example.Code, example.Curl(), example.Status)).ToList();
        var sandbox = options.Demo ? await people.List(http.RequestAborted) : [];
        return Page.Show<Pages.VendorPage, Pages.VendorModel>(
            new(FhirCall.BaseOf(http.Request).TrimEnd('/'), options.Demo, shown, operations, examples, sandbox, refusals.Value,
                [.. sources.Select(source => source.Make(http)).OfType<VendorSection>()]));
    }
}

/// <summary>What a module has to say on the vendors' page: an interface of its own, and how to try it.</summary>
/// <param name="Make">In the language of the request; null where there is nothing to say here.</param>
public sealed record VendorSource(Func<HttpContext, VendorSection?> Make);

/// <param name="Samples">Commands to copy, each by what it shows.</param>
public sealed record VendorSection(string Title, string Text, IReadOnlyList<KeyValuePair<string, string>> Samples);

/// <summary>A few invented people for a first request, in demonstration only; looked up once an hour.</summary>
sealed class SandboxPeople(RecordStore store, AccessDesk desk, Memo memo)
{
    const string Key = "api:sandbox";
    static readonly Agent Reader = new(AgentKind.Program, "program:vendor-page", "Page des éditeurs (démonstration)", null, null, null, 0, 0);

    public async Task<IReadOnlyList<Pages.PersonRow>> List(CancellationToken stop)
    {
        if (memo.Find<IReadOnlyList<Pages.PersonRow>>(Key) is { } known) return known;
        var scope = await desk.Enter(Reader, Purposes.Operation, stop);
        var found = new List<Pages.PersonRow>();
        foreach (var type in (string[])["Patient", "Practitioner"])
        {
            var page = await store.Search(scope, SearchQuery.Parse(type, "_count=5&_sort=_lastUpdated", strict: true), stop);
            foreach (var stored in page.Matches) found.Add(RowOf(stored));
        }
        if (found.Count > 0) memo.Keep(Key, found, TimeSpan.FromHours(1));
        return found;
    }

    static Pages.PersonRow RowOf(Stored stored)
    {
        using var document = FhirDocument.Parse(stored.Bytes);
        var (name, identifier) = (document.Root["name"], document.Root["identifier"]);
        return new(stored.Type, $"{name["given"].Text} {name["family"].Text}".Trim(), identifier["system"].Text ?? "", identifier["value"].Text ?? "");
    }
}
