using System.Globalization;
using Socle.Api;
using Socle.Fhir;

namespace Socle.Bulk;

/// <summary>The parameters of $export, of an address or a Parameters resource. What is not understood is named, and never widens.</summary>
sealed class ExportParameters
{
    static readonly string[] Formats = ["application/fhir+ndjson", "application/ndjson", "ndjson", "application/fhir ndjson"];

    // Of the specification, but not done here: saying so is better than an export that lacks what was asked for.
    static readonly string[] Refused = ["includeAssociatedData", "organizeOutputBy", "allowPartialManifests"];

    readonly List<string> ignored = [];

    public DateTimeOffset? Since { get; private set; }
    public DateTimeOffset? Until { get; private set; }
    public IReadOnlyList<string>? Types { get; private set; }
    public Dictionary<string, IReadOnlyList<string>> Filters { get; } = new(StringComparer.Ordinal);
    public string? Elements { get; private set; }

    /// <summary>References, as they were written.</summary>
    public List<string> Patients { get; } = [];

    /// <summary>Unknown parameters that a lenient caller lets us pass over.</summary>
    public IReadOnlyList<string> Ignored => ignored;

    public static async Task<ExportParameters> Read(FhirCall call, bool patientsAllowed, CancellationToken stop)
    {
        var lenient = call.Http.Request.Headers["Prefer"].Any(value => value?.Contains("handling=lenient", StringComparison.OrdinalIgnoreCase) == true);
        var given = call.Http.Request.Method == "POST" ? await FromBody(call, stop) : call.Query;
        var read = new ExportParameters();
        foreach (var (name, value) in given) read.Take(name, value, patientsAllowed && call.Http.Request.Method == "POST", lenient, call.SearchEnvironment);
        return read;
    }

    static async Task<List<KeyValuePair<string, string>>> FromBody(FhirCall call, CancellationToken stop)
    {
        var given = call.Query.ToList();
        using var body = await call.ReadBody(stop);
        if (body is null) return given;
        if (body.ResourceType != "Parameters") throw BulkRefusals.BadValue.With("Parameters", "le corps attendu est une ressource Parameters.");
        foreach (var parameter in body.Root.All("parameter"))
        {
            var value = parameter["value"];
            var text = value.IsPrimitive ? value.Text : value["reference"].Text;
            given.Add(new(parameter["name"].Text ?? "", text ?? throw BulkRefusals.BadValue.With(parameter["name"].Text, "elle manque.")));
        }
        return given;
    }

    void Take(string name, string value, bool patientsAllowed, bool lenient, SearchEnvironment environment)
    {
        switch (name)
        {
            case "_since": Since = Instant(name, value); break;
            case "_until": Until = Instant(name, value); break;
            case "_type": Types = [.. (Types ?? []).Concat(Split(value).Select(Known)).Distinct()]; break;
            case "_typeFilter": foreach (var filter in Queries(value)) AddFilter(filter, environment); break;
            case "_elements": Elements = Elements is null ? value : $"{Elements},{value}"; break;
            case "_outputFormat" or "_format" when Formats.Contains(value.Split(';')[0].Trim()): break;
            case "_outputFormat": throw BulkRefusals.BadValue.With(name, "seul application/fhir+ndjson est produit.");
            case "patient" when patientsAllowed: Patients.AddRange(Split(value)); break;
            default:
                if (!lenient || Refused.Contains(name) || name == "patient") throw BulkRefusals.Parameter.With(name.Length <= 64 ? name : name[..64]);
                ignored.Add(name);
                break;
        }
    }

    void AddFilter(string text, SearchEnvironment environment)
    {
        var mark = text.IndexOf('?', StringComparison.Ordinal);
        if (mark <= 0) throw BulkRefusals.BadValue.With("_typeFilter", "une recherche s’écrit «\u202fType?critères\u202f».");
        var (type, query) = (Known(text[..mark]), text[(mark + 1)..]);
        var parsed = SearchQuery.Parse(type, query, strict: true, environment);
        if (parsed.Sort.Count > 0 || parsed.Count is not null || parsed.Includes.Count > 0 || parsed.RevIncludes.Count > 0
            || parsed.Summary is not null || parsed.Total is not null || parsed.Elements is not null || parsed.PageToken is not null)
            throw BulkRefusals.BadValue.With("_typeFilter", "_sort, _count, _include et les autres paramètres de présentation n’y ont pas de sens.");
        Filters[type] = [.. Filters.GetValueOrDefault(type, []), query];
    }

    // « Observation?code=a,b,Condition?clinical-status=active »: a comma parts two searches only where a type and a question mark follow it.
    static IEnumerable<string> Queries(string value)
    {
        var start = 0;
        for (var comma = value.IndexOf(',', StringComparison.Ordinal); comma >= 0; comma = value.IndexOf(',', comma + 1))
        {
            var mark = value.IndexOf('?', comma);
            if (mark < 0 || !Definitions.IsResourceType(value[(comma + 1)..mark].Trim())) continue;
            yield return value[start..comma].Trim();
            start = comma + 1;
        }
        yield return value[start..].Trim();
    }

    static string Known(string type) =>
        Definitions.IsResourceType(type) ? type : throw BulkRefusals.BadValue.With("_type", $"«\u202f{(type.Length <= 64 ? type : type[..64])}\u202f» n’est pas un type de ressource.");

    static string[] Split(string value) => value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    // A plus sign that was not escaped arrives as a blank.
    static DateTimeOffset Instant(string name, string value) =>
        DateTimeOffset.TryParse(value.Replace(' ', '+'), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : throw BulkRefusals.BadValue.With(name, "c’est un instant, par exemple 2026-01-31T08:00:00Z.");
}
