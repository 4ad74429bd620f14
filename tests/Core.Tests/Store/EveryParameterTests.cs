using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Socle.Fhir;
using Socle.Platform;
using Socle.Store;
using Socle.Support;
using Xunit.Abstractions;

namespace Socle.Core.Tests.Store;

/// <summary>
/// Every resource of other makers is found by a search on every parameter that has a value in it (issue 3, done when 2). How many files of
/// each kind: SOCLE_TEST_SAMPLES, 12 by default.
/// </summary>
public sealed partial class EveryParameterTests(ITestOutputHelper output)
{
    static readonly string? Folder = Above("shared/data");
    static readonly int Samples = int.Parse(Environment.GetEnvironmentVariable("SOCLE_TEST_SAMPLES") ?? "12", CultureInfo.InvariantCulture);

    // Of one type: once this often, a parameter is known to work.
    static readonly int Often = Samples <= 12 ? 4 : int.MaxValue;

    readonly List<string> missed = [];
    readonly Dictionary<string, int> asked = [];
    int found, resources;

    [Theory, OnEachDatabase]
    public async Task A_resource_is_found_by_every_parameter_that_has_a_value_in_it(DatabaseKind kind)
    {
        if (Folder is null)
        {
            (Environment.GetEnvironmentVariable("CI") == "true").ShouldBeFalse("CI needs ../shared/data");
            output.WriteLine("skipped: ../shared/data is not here");
            return;
        }
        await using var on = await TestStore.Open(kind);
        foreach (var (folder, most) in new[] { ("fhir-r4-examples", 1_000), ("mhd", Samples), ("eprescription", Samples), ("synthea", Samples / 3) })
        {
            foreach (var file in Files(folder).Take(most)) await File(on, file);
        }
        output.WriteLine($"{kind}: {resources} resources, {found} searches on {asked.Count} parameters");
        missed.ShouldBeEmpty();
        asked.Count.ShouldBeGreaterThan(200);
    }

    async Task File(TestStore on, string file)
    {
        foreach (var json in Resources(file))
        {
            if (!FhirDocument.TryParse(json, out var document, out _)) continue;
            using (document)
            {
                var kind = document.ResourceType == "Bundle" ? document.Root["type"].Text : null;
                if (kind is "transaction" or "batch") await Transaction(on, document, Path.GetFileName(file));
                else if (document.ResourceType != "Parameters")
                {
                    foreach (var whole in (byte[][])[document.Bytes.ToArray(), .. kind is "collection" or "document" ? Entries(document) : []])
                        await Resource(on, whole, Path.GetFileName(file));
                }
            }
        }
    }

    async Task Transaction(TestStore on, FhirDocument document, string file)
    {
        foreach (Match link in Conditional().Matches(Encoding.UTF8.GetString(document.Bytes.Span)))
            await Ensure(on, link.Groups["type"].Value, link.Groups["system"].Value, link.Groups["value"].Value);
        using var bundle = Bundles.Parse(document);
        try
        {
            var results = await on.Records.Process(on.Steward, bundle, WriteOptions.Default with { KeepIds = true }, default);
            foreach (var result in results)
            {
                if (result.Write is { Stored: { Deleted: false } stored }) await FoundByAll(on, stored, file);
                else if (result.Failure is { } failure) missed.Add($"{file}: an entry is refused: {failure.Message}");
            }
        }
        catch (Refusal refusal) when (refusal.Code == "resource-not-found")
        {
            output.WriteLine($"{file} speaks of what another server holds");
        }
        catch (Exception error) when (error is Refusal or FhirException)
        {
            missed.Add($"{file}: refused: {error.Message}");
        }
    }

    // Synthea's patients refer by condition to practitioners that come in a file of their own, which is not kept here.
    static async Task Ensure(TestStore on, string type, string system, string value)
    {
        if ((await on.Found(on.Steward, $"{type}?identifier={Uri.EscapeDataString($"{system}|{value}")}")).Count > 0) return;
        await on.Create(on.Steward, $$$"""{"resourceType":"{{{type}}}","identifier":[{"system":"{{{system}}}","value":"{{{value}}}"}]}""");
    }

    [GeneratedRegex("\"reference\"\\s*:\\s*\"(?<type>[A-Z]\\w+)\\?identifier=(?<system>[^|\"]+)\\|(?<value>[^\"]+)\"")]
    private static partial Regex Conditional();

    static IEnumerable<byte[]> Entries(FhirDocument bundle) => [.. bundle.Root.All("entry").Select(entry => entry["resource"])
        .Where(resource => resource.Exists).Select(resource => resource.Raw.ToArray())];

    async Task Resource(TestStore on, byte[] json, string file)
    {
        if (!FhirDocument.TryParse(json, out var body, out _)) return;
        using (body)
        {
            Stored stored;
            try
            {
                stored = (await on.Records.Write(on.Steward, [new WriteOp.Create(body)], WriteOptions.Default, default))[0].Stored;
            }
            catch (Exception error) when (error is Refusal or FhirException)
            {
                missed.Add($"{file}: {body.ResourceType} is refused: {error.Message}");
                return;
            }
            await FoundByAll(on, stored, file);
        }
    }

    async Task FoundByAll(TestStore on, Stored stored, string file)
    {
        resources++;
        using var document = FhirDocument.Parse(stored.Bytes);
        var values = new List<IndexValue>();
        Indexer.Extract(document, values);
        foreach (var (code, value) in Searches(document, values).Distinct())
        {
            var parameter = $"{stored.Type}.{code}";
            asked[parameter] = asked.GetValueOrDefault(parameter) + 1;
            if (asked[parameter] > Often) continue;
            found++;
            if (!await Finds(on, stored, code, value)) missed.Add($"{file}: {stored.Type}/{stored.Id} is not found by {code}={value}");
        }
    }

    // What a client would write to find this value; values too long to be asked for are cut or left out.
    static IEnumerable<(string Code, string Value)> Searches(FhirDocument document, List<IndexValue> values)
    {
        foreach (var value in values)
        {
            if (Written(value) is { Length: > 0 and < 1_500 } text) yield return (value.Param.Code + (value.Kind == value.Param.Kind ? "" : ":identifier"), text);
        }
        var position = document.Root["position"];
        if (document.ResourceType == "Location" && position.Exists) yield return ("near", $"{position["latitude"].Text}|{position["longitude"].Text}|1|km");
        foreach (var parameter in Definitions.SearchParams(document.ResourceType).Where(parameter => parameter.Kind == SearchKind.Composite))
        {
            if (Composite(document, parameter, values) is { } pair) yield return (parameter.Code, pair);
        }
    }

    static string? Written(IndexValue value) => value.Kind switch
    {
        SearchKind.Token when value.Aspect is IndexAspect.OfType or IndexAspect.TextOnly => null,
        SearchKind.Token when value.Code is null => value.System is null ? null : Escaped(value.System) + "|",
        SearchKind.Token => value.System is null ? Escaped(value.Code) : $"{Escaped(value.System)}|{Escaped(value.Code)}",
        SearchKind.String when value.Normal is { Length: > 0 } => Escaped(value.Text![..Math.Min(60, value.Text!.Length)]),
        SearchKind.Uri or SearchKind.Reference => value.Text is null ? null : Escaped(value.Text),
        SearchKind.Date when value.Low != long.MinValue => "ge" + Instant(value.Low),
        SearchKind.Date when value.High != long.MaxValue => "lt" + Instant(value.High),
        SearchKind.Number or SearchKind.Quantity when value.LowNumber == decimal.MinValue => $"le{Number(value.HighNumber)}{Unit(value)}",
        SearchKind.Number or SearchKind.Quantity => $"ge{Number(value.LowNumber)}{Unit(value)}",
        _ => null
    };

    static string Unit(IndexValue value) => value.Kind == SearchKind.Number || value.Code is null ? "" : $"|{Escaped(value.System ?? "")}|{Escaped(value.Code)}";

    // Two values of one element: tried are those that the document says belong together.
    static string? Composite(FhirDocument document, SearchParam parameter, List<IndexValue> values)
    {
        var choices = parameter.Components.Select(component => Definitions.SearchParam(document.ResourceType, component.Code) is { } part
            ? values.Where(value => value.Param == part && value.Kind == part.Kind).Select(Written).OfType<string>().Distinct().Take(5).ToList() : []).ToList();
        if (parameter.Code == "relationship") choices.Reverse();
        if (choices.Count != 2) return null;
        foreach (var pair in from one in choices[0] from other in choices[1] select $"{one}${other}")
        {
            if (SearchQuery.Parse(document.ResourceType, [new(parameter.Code, pair)], true).Matches(values, document)) return pair;
        }
        return null;
    }

    static async Task<bool> Finds(TestStore on, Stored stored, string code, string value)
    {
        var query = SearchQuery.Parse(stored.Type, [new(code, value), new("_count", "200")], strict: true);
        string? token = null;
        for (var page = 0; page < 20; page++)
        {
            var asked = token is null ? query : SearchQuery.Parse(stored.Type, [new(code, value), new("_count", "200"), new("_page", token)], strict: true);
            var answer = await on.Records.Search(on.Steward, asked, default);
            if (answer.Matches.Any(match => match.Id == stored.Id)) return true;
            if ((token = answer.NextToken) is null) return false;
        }
        return false;
    }

    static string Instant(long micros) => DateTimeOffset.UnixEpoch.AddTicks(micros * 10).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    static string Number(decimal number) => number.ToString(CultureInfo.InvariantCulture);

    static string Escaped(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var c in text) escaped.Append(c is ',' or '|' or '$' or '\\' ? "\\" : "").Append(c);
        return escaped.ToString();
    }

    static IEnumerable<string> Files(string folder)
    {
        var path = Path.Combine(Folder!, folder);
        return !Directory.Exists(path) ? [] : Directory.EnumerateFiles(path, "*.json", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(path, "*.ndjson", SearchOption.AllDirectories))
            .Where(file => !file.Contains("definitions", StringComparison.Ordinal))
            // Synthea's patients refer to its hospitals and practitioners by condition: those come first.
            .OrderBy(file => file.Contains("Information", StringComparison.Ordinal) ? 0 : 1).ThenBy(file => file, StringComparer.Ordinal);
    }

    static IEnumerable<byte[]> Resources(string file) => file.EndsWith(".ndjson", StringComparison.Ordinal)
        ? System.IO.File.ReadLines(file).Where(line => line.Length > 0).Take(Samples * 3).Select(Encoding.UTF8.GetBytes)
        : [System.IO.File.ReadAllBytes(file)];

    static string? Above(string path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Directory.Exists(Path.Combine(folder.FullName, "..", path))) return Path.Combine(folder.FullName, "..", path);
        }
        return null;
    }
}
