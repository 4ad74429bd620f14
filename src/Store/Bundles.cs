using Socle.Fhir;
using Socle.Platform;

namespace Socle.Store;

public enum BundleKind { Transaction, Batch }

/// <summary>One entry of a transaction or batch, read but not yet judged.</summary>
/// <param name="Method">GET, HEAD, POST, PUT, PATCH or DELETE.</param>
/// <param name="Type">Null for what addresses no type (a GET of « metadata »).</param>
/// <param name="Fault">Why this entry cannot be an operation; in a batch it fails alone.</param>
public sealed record BundleEntry(
    int Index, string Method, string Url, string? Type, string? Id, string? Query, string? FullUrl, FhirDocument? Resource,
    string? IfNoneExist, long? IfMatch, Refusal? Fault)
{
    /// <summary>If-None-Match and If-Modified-Since of a read.</summary>
    public string? IfNoneMatch { get; init; }

    public DateTimeOffset? IfModifiedSince { get; init; }

    /// <summary>« $name » at the end of the address.</summary>
    public bool IsOperation => Bundles.IsOperation(Url);

    /// <summary>Left to the caller: reads, searches, operations.</summary>
    public bool IsRead => Method is "GET" or "HEAD" || IsOperation || Bundles.IsSearchForm(Method, Url);

    /// <summary>The operation it asks for; refuses when it asks for none.</summary>
    public WriteOp ToOp() => Fault is not null ? throw Fault : (Method, Type, Id) switch
    {
        ("POST", { }, null) => new WriteOp.Create(Body(), IfNoneExist is { } text ? Condition(text) : null, FullUrl),
        ("PUT", { }, _) when IsNamed => new WriteOp.Update(Type, Id, ConditionInUrl, Body(), IfMatch, FullUrl),
        ("PATCH", { }, _) when IsNamed => new WriteOp.Patch(Type, Id, ConditionInUrl, Body(), IfMatch),
        ("DELETE", { }, _) when IsNamed => new WriteOp.Delete(Type, Id, ConditionInUrl, IfMatch),
        _ => throw Bundles.Bad($"{Method} {Url} n’est pas une interaction possible dans un lot", Index)
    };

    bool IsNamed => Id is not null || Query is not null;

    SearchQuery? ConditionInUrl => Id is null ? Condition(Query!) : null;

    FhirDocument Body() => Resource ?? throw Bundles.Bad("la ressource manque", Index);

    SearchQuery Condition(string text) => SearchQuery.Parse(Type!, text, strict: true, Environment);

    /// <summary>What its conditions are read with.</summary>
    internal SearchEnvironment? Environment { get; init; }
}

/// <summary>A transaction or batch. Dispose gives the entries' documents back.</summary>
public sealed class BundleRequest(BundleKind kind, IReadOnlyList<BundleEntry> entries) : IDisposable
{
    public BundleKind Kind => kind;
    public IReadOnlyList<BundleEntry> Entries => entries;

    public void Dispose()
    {
        foreach (var entry in entries) entry.Resource?.Dispose();
    }
}

/// <summary>Reads Bundles; the API and the import share it.</summary>
public static class Bundles
{
    public const int MostEntries = 500;

    /// <param name="baseUrl">What absolute request addresses of our own begin with.</param>
    /// <param name="environment">What the conditions of its entries are read with; R4 alone when it is not given.</param>
    public static BundleRequest Parse(FhirDocument bundle, string? baseUrl = null, SearchEnvironment? environment = null)
    {
        if (bundle.ResourceType != "Bundle") throw StoreRefusals.BadBundle.With("ce n’est pas un Bundle");
        var kind = bundle.Root["type"].Text switch
        {
            "transaction" => BundleKind.Transaction,
            "batch" => BundleKind.Batch,
            _ => throw StoreRefusals.BadBundle.With("son type doit être «\u202ftransaction\u202f» ou «\u202fbatch\u202f»")
        };
        var entries = new List<BundleEntry>();
        var urls = new HashSet<string>();
        try
        {
            foreach (var node in bundle.Root.All("entry"))
            {
                if (entries.Count == MostEntries) throw StoreRefusals.TooManyEntries.With(MostEntries, CountOf(bundle));
                var entry = Read(node, entries.Count, baseUrl) with { Environment = environment };
                entries.Add(entry);
                if (entry.FullUrl is { } url && !urls.Add(url)) throw StoreRefusals.DuplicateFullUrl.With([At(entry.Index, url)], url);
                if (kind == BundleKind.Transaction && (entry.Fault ?? NotTogether(entry)) is { } fault) throw fault;
            }
        }
        catch
        {
            new BundleRequest(kind, entries).Dispose();
            throw;
        }
        return new(kind, entries);
    }

    internal static Refusal Bad(string why, int index) => StoreRefusals.BadBundle.With([At(index, why)], $"entrée {index + 1}, {why}");

    // An operation may write by itself, outside the one commit.
    static Refusal? NotTogether(BundleEntry entry) => entry is { IsOperation: true, Method: not "GET" }
        ? Bad("une transaction n’appelle une opération que par GET\u00a0; un lot (batch) le peut par POST", entry.Index)
        : null;

    static RefusalIssue At(int index, string text) => new("error", "invalid", $"Bundle.entry[{index}]", text);

    static int CountOf(FhirDocument bundle)
    {
        var count = 0;
        foreach (var _ in bundle.Root.All("entry")) count++;
        return count;
    }

    static BundleEntry Read(FhirNode node, int index, string? baseUrl)
    {
        var request = node["request"];
        var (method, url) = (request["method"].Text ?? "", request["url"].Text ?? "");
        if (baseUrl is not null && url.StartsWith(baseUrl, StringComparison.Ordinal)) url = url[baseUrl.Length..];
        url = url.TrimStart('/');
        var (path, query) = url.IndexOf('?', StringComparison.Ordinal) is >= 0 and var mark ? (url[..mark], url[(mark + 1)..]) : (url, null);
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var type = parts.Length > 0 && Definitions.IsResourceType(parts[0]) ? parts[0] : null;
        var id = type is not null && parts.Length == 2 && !parts[1].StartsWith('_') && !parts[1].StartsWith('$') ? parts[1] : null;
        var fault = FaultOf(request, method, url, type, parts.Length, index);
        FhirDocument? resource = null;
        if (node["resource"] is { Exists: true } body && method is "POST" or "PUT" or "PATCH" && fault is null)
        {
            var slice = node["resource"];
            resource = FhirDocument.Parse(slice.Document.Bytes.Slice(slice.Start, slice.Length));
            fault = IsOperation(url) ? null : FaultOf(resource, method, type, index);
        }
        // The examples of MHD put a resource without naming it in the address; its id names it.
        if (method == "PUT" && id is null && query is null && fault is null) id = resource?.Root["id"].Text;
        return new(index, method, url, type, id, query, node["fullUrl"].Text, resource,
            request["ifNoneExist"].Text, Version(request["ifMatch"].Text), fault)
        {
            IfNoneMatch = request["ifNoneMatch"].Text, IfModifiedSince = Instant(request["ifModifiedSince"].Text)
        };
    }

    internal static bool IsOperation(string url) => LastPart(url).StartsWith('$');

    internal static bool IsSearchForm(string method, string url) => method == "POST" && LastPart(url) == "_search";

    static string LastPart(string url)
    {
        var path = url.Split('?')[0].TrimEnd('/');
        return path[(path.LastIndexOf('/') + 1)..];
    }

    static DateTimeOffset? Instant(string? text) =>
        DateTimeOffset.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var instant) ? instant : null;

    static Refusal? FaultOf(FhirNode request, string method, string url, string? type, int parts, int index) => method switch
    {
        _ when !request.Exists => Bad("«\u202frequest\u202f» manque", index),
        "GET" or "HEAD" => null,
        "POST" when IsOperation(url) || IsSearchForm(method, url) => null,
        "POST" or "PUT" or "PATCH" or "DELETE" when type is not null && parts <= 2 => null,
        "POST" or "PUT" or "PATCH" or "DELETE" => Bad("l’adresse ne désigne pas une ressource FHIR R4", index),
        _ => Bad($"la méthode «\u202f{method}\u202f» est inconnue", index)
    };

    // What a Bundle carries inside an entry to be processed would escape the pipeline.
    static Refusal? FaultOf(FhirDocument resource, string method, string? type, int index) => method switch
    {
        "PATCH" => resource.ResourceType is "Parameters" or "Binary" ? null : Bad("un PATCH porte une ressource Parameters, ou un Binary de JSON Patch ou XML Patch", index),
        _ when resource.ResourceType != type => StoreRefusals.TypeMismatch.With([At(index, resource.ResourceType)], type, resource.ResourceType),
        _ when resource.ResourceType == "Bundle" && resource.Root["type"].Text is "transaction" or "batch" =>
            Bad("un lot ne contient pas d’autre lot", index),
        _ => null
    };

    static long? Version(string? etag)
    {
        if (etag is null) return null;
        var text = etag.StartsWith("W/", StringComparison.Ordinal) ? etag[2..] : etag;
        return long.TryParse(text.Trim('"'), out var version) ? version : -1;   // no version is -1: it is stale
    }
}

/// <summary>What became of an entry: a write, a refusal (in a batch), or neither for a read, which the caller answers.</summary>
public sealed record EntryResult(BundleEntry Entry, WriteResult? Write, Exception? Failure);

sealed class ProcessBundle(RecordStore store)
{
    public async Task<IReadOnlyList<EntryResult>> Run(Scope scope, BundleRequest bundle, WriteOptions options, CancellationToken stop) =>
        bundle.Kind == BundleKind.Transaction ? await Together(scope, bundle, options, stop) : await Alone(scope, bundle, options, stop);

    async Task<IReadOnlyList<EntryResult>> Together(Scope scope, BundleRequest bundle, WriteOptions options, CancellationToken stop)
    {
        var writes = bundle.Entries.Where(entry => !entry.IsRead).ToList();
        var ops = writes.ConvertAll(entry => entry.ToOp());
        var results = ops.Count == 0 ? [] : await store.Write(scope, ops, options, stop);
        var ofEntry = writes.Zip(results).ToDictionary(pair => pair.First.Index, pair => pair.Second);
        return [.. bundle.Entries.Select(entry => new EntryResult(entry, ofEntry.GetValueOrDefault(entry.Index), null))];
    }

    async Task<IReadOnlyList<EntryResult>> Alone(Scope scope, BundleRequest bundle, WriteOptions options, CancellationToken stop)
    {
        var results = new List<EntryResult>();
        foreach (var entry in bundle.Entries)
        {
            try
            {
                if (entry.IsRead) results.Add(new(entry, null, entry.Fault));
                else results.Add(new(entry, (await store.Write(scope, [entry.ToOp()], options, stop))[0], null));
            }
            catch (Exception error) when (error is Refusal or FhirException)
            {
                results.Add(new(entry, null, error));
            }
        }
        return results;
    }
}
