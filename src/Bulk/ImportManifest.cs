using System.Text.Json;
using Socle.Api;
using Socle.Fhir;

namespace Socle.Bulk;

/// <summary>The manifest of an import by address: SMART's bulk import in JSON, or the same as Parameters.</summary>
static class ImportManifest
{
    public const long Longest = 1 << 20;
    const int MostInputs = 1_000;
    static readonly string[] Formats = ["application/fhir+ndjson", "application/ndjson", "ndjson"];

    public static async Task<ImportPlan> ReadJson(FhirCall call, CancellationToken stop)
    {
        await using var body = call.OpenBody(Longest);
        try
        {
            using var json = await JsonDocument.ParseAsync(body, new() { MaxDepth = 16 }, stop);
            var root = json.RootElement;
            var storage = root.TryGetProperty("storageDetail", out var detail) && detail.TryGetProperty("type", out var kind) ? kind.GetString() : null;
            var inputs = root.GetProperty("input").EnumerateArray()
                .Select(input => new ImportInput(input.TryGetProperty("type", out var type) ? type.GetString() : null, input.GetProperty("url").GetString()));
            return Checked(Text(root, "inputFormat"), storage, [.. inputs], Text(root, "inputSource"));
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw BulkRefusals.BadManifest.With("il faut inputFormat, inputSource et input[type, url].");
        }
    }

    public static async Task<ImportPlan> ReadParameters(FhirCall call, CancellationToken stop)
    {
        using var body = await call.ReadBody(stop);
        if (body?.ResourceType != "Parameters") throw BulkRefusals.BadManifest.With("le corps attendu est une ressource Parameters.");
        string? format = null, source = null, storage = null;
        var inputs = new List<ImportInput>();
        foreach (var parameter in body.Root.All("parameter"))
        {
            var text = parameter["value"].Text;
            switch (parameter["name"].Text)
            {
                case "inputFormat": format = text; break;
                case "inputSource": source = text; break;
                case "storageDetail": storage = Part(parameter, "type"); break;
                case "input": inputs.Add(new(Part(parameter, "type"), Part(parameter, "url"))); break;
            }
        }
        return Checked(format, storage, inputs, source);
    }

    static ImportPlan Checked(string? format, string? storage, List<ImportInput> inputs, string? source)
    {
        if (format is null || !Formats.Contains(format)) throw BulkRefusals.BadManifest.With("inputFormat doit être application/fhir+ndjson.");
        if (storage is not null and not "https") throw BulkRefusals.BadManifest.With("storageDetail.type doit être https.");
        if (inputs.Count is 0 or > MostInputs) throw BulkRefusals.BadManifest.With($"il faut de 1 à {MostInputs} fichiers.");
        foreach (var input in inputs)
        {
            if (input.Type is { } type && !Definitions.IsResourceType(type)) throw BulkRefusals.BadManifest.With($"«\u202f{type}\u202f» n’est pas un type de ressource.");
            if (string.IsNullOrEmpty(input.Url)) throw BulkRefusals.BadManifest.With("un fichier est sans adresse.");
        }
        return new(inputs, source);
    }

    static string? Text(JsonElement root, string name) => root.TryGetProperty(name, out var value) ? value.GetString() : null;

    static string? Part(FhirNode parameter, string name)
    {
        foreach (var part in parameter.All("part"))
            if (part["name"].Text == name) return part["value"].Text;
        return null;
    }
}
