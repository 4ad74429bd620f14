using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Socle.Fhir;
using Socle.Platform;
using Socle.Store;

namespace Socle.Profiles;

/// <summary>
/// A FHIR package goes to the shared space of the Store: its profiles, value sets, code systems, maps and search parameters. One of a URL and
/// version that stands there already is replaced.
/// </summary>
sealed class PackageImport(Func<RecordStore> store, LoadedProfiles profiles, ProfilesSettings settings) : ImportFormat
{
    const int BatchCount = 50;
    const int BatchBytes = 4 << 20;
    const int MostFaults = 50;

    static readonly HashSet<string> Taken = new(StringComparer.Ordinal)
    {
        "StructureDefinition", "ValueSet", "CodeSystem", "ConceptMap", "SearchParameter", "NamingSystem", "OperationDefinition", "CapabilityStatement"
    };

    static readonly WriteOptions Options = WriteOptions.Default with { KeepIds = true };

    public override string Kind => "paquet FHIR";

    public override bool Recognizes(ReadOnlySpan<byte> bytes, string path) =>
        PackageReader.IsGzip(bytes) && (path.EndsWith(".tgz", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".tar.gz", StringComparison.OrdinalIgnoreCase));

    public override async Task<Imported> Import(Scope scope, string path, ReadOnlyMemory<byte> bytes, CancellationToken stop)
    {
        var run = new Run(store(), scope, settings.ImportExamples);
        foreach (var entry in PackageReader.Read(bytes, settings.ImportExamples)) await run.Add(entry, stop);
        await run.Flush(stop);
        if (run.Seen == 0) throw ProfilesRefusals.BadPackage.With("il ne contient aucun fichier package/*.json");
        var validator = await profiles.Validator(stop);
        var missing = validator.Profiles.Unresolved();
        var detail = $"{run.Name ?? Path.GetFileName(path)} : {run.Counts}";
        if (missing.Count > 0) detail += $". Non trouvés, à charger aussi : {string.Join(", ", missing.Keys.Take(10))}{(missing.Count > 10 ? $" et {missing.Count - 10} autres" : "")}";
        return new(run.Added, run.Same, detail + ".") { Faults = run.Faults };
    }

    /// <summary>One package on its way into the Store, a batch at a time.</summary>
    sealed class Run(RecordStore store, Scope scope, bool examples)
    {
        readonly List<(string Path, byte[] Json)> batch = [];
        readonly SortedDictionary<string, int> byType = new(StringComparer.Ordinal);
        int batchBytes;

        public int Seen { get; private set; }
        public int Added { get; private set; }
        public int Same { get; private set; }
        public string? Name { get; private set; }
        public List<string> Faults { get; } = [];
        public string Counts => byType.Count == 0 ? "rien à charger" : string.Join(", ", byType.Select(pair => $"{pair.Value} {pair.Key}"));

        public async Task Add(PackageEntry entry, CancellationToken stop)
        {
            Seen++;
            if (entry.Path.EndsWith("package/package.json", StringComparison.Ordinal))
            {
                Name = PackageReader.NameOf(entry.Json);
                return;
            }
            if (Ready(entry) is not { } json) return;
            batch.Add((entry.Path, json));
            batchBytes += json.Length;
            if (batch.Count >= BatchCount || batchBytes >= BatchBytes) await Flush(stop);
        }

        public async Task Flush(CancellationToken stop)
        {
            if (batch.Count > 0 && !await Write(batch, stop))
                foreach (var one in batch) await Write([one], stop);
            batch.Clear();
            batchBytes = 0;
        }

        // One that is wrong is told and left out; the others of its batch are not to blame.
        async Task<bool> Write(List<(string Path, byte[] Json)> entries, CancellationToken stop)
        {
            var bodies = new List<FhirDocument>();
            try
            {
                foreach (var entry in entries) bodies.Add(FhirDocument.Parse(entry.Json));
                foreach (var result in await store.Write(scope, [.. bodies.Select(body => (WriteOp)new WriteOp.Create(body))], Options, stop))
                {
                    byType[result.Stored.Type] = byType.GetValueOrDefault(result.Stored.Type) + 1;
                    if (result.Status == 201 || result.Stored.Version > 1) Added++;
                    else Same++;
                }
                return true;
            }
            catch (Refusal refusal)
            {
                if (entries.Count == 1) Fault(entries[0].Path, refusal.French);
                return false;
            }
            catch (FhirException error)
            {
                if (entries.Count == 1) Fault(entries[0].Path, $"{error.Issues[0].Expression} : {error.Issues[0].Diagnostics}");
                return false;
            }
            finally
            {
                foreach (var body in bodies) body.Dispose();
            }
        }

        void Fault(string path, string why)
        {
            if (Faults.Count < MostFaults) Faults.Add($"{Path.GetFileName(path)} : {why}");
        }

        // The id is made from URL and version, so that the same definition in another package is the same resource.
        byte[]? Ready(PackageEntry entry)
        {
            try
            {
                if (JsonNode.Parse(entry.Json.Span, documentOptions: new JsonDocumentOptions { MaxDepth = FhirDocument.MaxDepth }) is not JsonObject resource) return null;
                if (Text(resource, "resourceType") is not { } type || !Definitions.IsResourceType(type)) return null;
                var isDefinition = Taken.Contains(type) && Text(resource, "url") is not null;
                if (!isDefinition && !examples) return null;
                if (isDefinition)
                {
                    var key = SHA256.HashData(Encoding.UTF8.GetBytes($"{type}|{Text(resource, "url")}|{Text(resource, "version")}"));
                    resource["id"] = $"p-{Convert.ToHexStringLower(key.AsSpan(0, 16))}";
                    PackageMending.Mend(resource);
                }
                return JsonSerializer.SerializeToUtf8Bytes(resource, Plain);
            }
            catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException)
            {
                Fault(entry.Path, "ce n’est pas du JSON lisible");
                return null;
            }
        }

        static string? Text(JsonObject resource, string name) => resource[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

        static readonly JsonSerializerOptions Plain = new() { MaxDepth = 128, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    }
}

/// <summary>What publishers leave wrong in definitions and what says nothing: an example without a value.</summary>
static class PackageMending
{
    public static void Mend(JsonObject definition)
    {
        if (definition["resourceType"]?.ToString() != "StructureDefinition") return;
        foreach (var view in (string[])["snapshot", "differential"])
            if (definition[view] is JsonObject elements && elements["element"] is JsonArray list)
                foreach (var element in list.OfType<JsonObject>()) Drop(element);
    }

    static void Drop(JsonObject element)
    {
        if (element["example"] is not JsonArray examples) return;
        for (var i = examples.Count - 1; i >= 0; i--)
            if (examples[i] is JsonObject example && !example.Any(property => property.Key.StartsWith("value", StringComparison.Ordinal))) examples.RemoveAt(i);
        if (examples.Count == 0) element.Remove("example");
    }
}
