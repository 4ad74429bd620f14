using Socle.Fhir;
using Socle.Platform;
using Socle.Store;

namespace Socle.Api;

/// <summary>Where an entry's request.url points: a type, perhaps an id and a version, perhaps criteria.</summary>
sealed record EntryTarget(string Type, string? Id, string? Version, bool History, string? Query);

/// <summary>One entry of a batch or transaction, read but not yet done.</summary>
sealed record BundleEntry(int Index, string Method, EntryTarget Target, string? FullUrl, string? IfMatch, string? IfNoneExist, FhirNode Resource)
{
    public string Path => $"Bundle.entry[{Index}]";

    public bool IsRead => Method is "GET" or "HEAD";

    /// <summary>The write it stands for. The document belongs to the caller.</summary>
    public WriteOp ToOp()
    {
        var (type, id) = (Target.Type, Target.Id);
        switch (Method)
        {
            case "POST" when id is null && Target.Query is null:
                var created = Document();
                if (created.ResourceType != type) throw ApiRefusals.WrongType.With(type, created.ResourceType);
                return new WriteOp.Create(created, Criteria.IfNoneExist(type, IfNoneExist), FullUrl);
            case "PUT":
                var updated = Document();
                if (updated.ResourceType != type) throw ApiRefusals.WrongType.With(type, updated.ResourceType);
                if (id is not null && updated.Root["id"].Text != id) throw ApiRefusals.WrongId.With();
                return new WriteOp.Update(type, id, Condition(), updated, FhirCall.ReadIfMatch(IfMatch), FullUrl);
            case "PATCH":
                var parameters = Document();
                if (parameters.ResourceType != "Parameters") throw ApiRefusals.BadPatchType.With(parameters.ResourceType);
                return new WriteOp.Patch(type, id, Condition(), parameters, FhirCall.ReadIfMatch(IfMatch));
            case "DELETE":
                return new WriteOp.Delete(type, id, Condition(), FhirCall.ReadIfMatch(IfMatch));
            default:
                throw ApiRefusals.BadBundle.With($"la requête {Method} {Target.Type} n’est pas comprise");
        }
    }

    SearchQuery? Condition() => Target.Id is not null ? null : Criteria.Condition(Target.Type, Target.Query) ?? throw ApiRefusals.NoCondition.With();

    FhirDocument Document()
    {
        if (!Resource.Exists) throw ApiRefusals.BadBundle.With("une entrée qui écrit n’a pas de ressource");
        return FhirDocument.Parse(Resource.Document.Bytes.Slice(Resource.Start, Resource.Length));
    }
}

/// <summary>Reads the entries of a Bundle.</summary>
static class BundleEntries
{
    public const int Most = 500;

    public static List<BundleEntry> Read(FhirDocument bundle, string baseUrl)
    {
        var entries = new List<BundleEntry>();
        var fullUrls = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in bundle.Root.All("entry"))
        {
            if (entries.Count == Most) throw ApiRefusals.TooManyEntries.With(Most);
            var read = ReadOne(entry, entries.Count, baseUrl);
            if (read.FullUrl is not null && !fullUrls.Add(read.FullUrl))
                throw StoreRefusals.DuplicateFullUrl.With([new RefusalIssue("error", "duplicate", $"{read.Path}.fullUrl", "Duplicate fullUrl.")], read.FullUrl);
            entries.Add(read);
        }
        return entries;
    }

    static BundleEntry ReadOne(FhirNode entry, int index, string baseUrl)
    {
        var request = entry["request"];
        if (!request.Exists) throw Bad(index, "request", $"l’entrée {index + 1} n’a pas de requête (request)");
        var target = Target(request["url"].Text ?? "", baseUrl) ?? throw Bad(index, "request.url", $"l’adresse de l’entrée {index + 1} n’est pas comprise");
        return new BundleEntry(
            index, request["method"].Text ?? "", target, entry["fullUrl"].Text, request["ifMatch"].Text, request["ifNoneExist"].Text, entry["resource"]);
    }

    static Refusal Bad(int index, string where, string french) =>
        ApiRefusals.BadBundle.With([new RefusalIssue("error", "value", $"Bundle.entry[{index}].{where}", french)], french);

    /// <summary>Relative, or absolute under our own base; null when it is neither.</summary>
    static EntryTarget? Target(string url, string baseUrl)
    {
        if (url.StartsWith(baseUrl, StringComparison.Ordinal)) url = url[baseUrl.Length..];
        if (url.Contains("://", StringComparison.Ordinal)) return null;
        var mark = url.IndexOf('?', StringComparison.Ordinal);
        var query = mark < 0 ? null : url[mark..];
        var parts = (mark < 0 ? url : url[..mark]).Trim('/').Split('/');
        if (!Definitions.IsResourceType(parts[0])) return null;
        return parts switch
        {
            [var type] => new(type, null, null, false, query),
            [var type, "_history"] => new(type, null, null, true, query),
            [var type, var id] => new(type, FhirCall.KnownId(id), null, false, query),
            [var type, var id, "_history"] => new(type, FhirCall.KnownId(id), null, true, query),
            [var type, var id, "_history", var version] => new(type, FhirCall.KnownId(id), version, false, query),
            _ => null
        };
    }
}
