using Socle.Fhir;
using Socle.Platform;

namespace Socle.Store;

/// <summary>One version of one resource, as it is answered.</summary>
/// <param name="Id">The id that stands in the bytes: the external id, or the one the resource was brought under.</param>
/// <param name="Bytes">UTF-8 JSON; empty for a deleted version.</param>
/// <param name="PatientKey">0 the shared space; see <see cref="PatientKeys"/>.</param>
/// <param name="BlobId">The content of a Binary, whose bytes then carry no data.</param>
public sealed record Stored(
    string Type, string Id, long Version, DateTimeOffset LastUpdated, bool Deleted,
    ReadOnlyMemory<byte> Bytes, long PatientKey, long Number, long? BlobId)
{
    /// <summary>« DocumentReference/abc ».</summary>
    public string Reference => $"{Type}/{Id}";
}

public sealed record ResolvedId(string Type, string Id, long PatientKey, long Number);

/// <param name="Total">Exact and within the scope; null when it was not asked for.</param>
public sealed record SearchPage(
    IReadOnlyList<Stored> Matches, IReadOnlyList<Stored> Included, string? NextToken, long? Total)
{
    internal static readonly SearchPage Empty = new([], [], null, null);

    /// <summary>There was more to include than is ever sent at once.</summary>
    public bool Cut { get; init; }
}

public sealed record HistoryQuery(DateTimeOffset? Since = null, int? Count = null, string? PageToken = null);

/// <summary>Newest first. A deleted version has no bytes.</summary>
public sealed record HistoryPage(IReadOnlyList<Stored> Versions, string? NextToken);

public abstract record WriteOp
{
    WriteOp() { }

    public abstract string Type { get; }

    public sealed record Create(FhirDocument Body, SearchQuery? IfNoneExist = null, string? FullUrl = null) : WriteOp
    {
        public override string Type => Body.ResourceType;
    }

    /// <summary>An unknown id (or one that is invisible here) is created under that id.</summary>
    public sealed record Update(string ResourceType, string? Id, SearchQuery? Condition, FhirDocument Body, long? IfMatch = null, string? FullUrl = null)
        : WriteOp
    {
        public override string Type => ResourceType;
    }

    public sealed record Patch(string ResourceType, string? Id, SearchQuery? Condition, FhirDocument Parameters, long? IfMatch = null) : WriteOp
    {
        public override string Type => ResourceType;
    }

    public sealed record Delete(string ResourceType, string? Id, SearchQuery? Condition, long? IfMatch = null) : WriteOp
    {
        public override string Type => ResourceType;
    }
}

/// <param name="Blobs">Placeholder (base64 text that stands in « data ») to the content that was staged for it.</param>
/// <param name="KeepIds">The id in the body of a create is kept as an alias, and an unchanged update adds no version (import).</param>
/// <param name="Quarantine">A subject that does not resolve goes to the depositor's quarantine; otherwise it is refused.</param>
public sealed record WriteOptions(IReadOnlyDictionary<string, StagedBlob> Blobs, bool KeepIds, bool Quarantine)
{
    public static readonly WriteOptions Default = new(new Dictionary<string, StagedBlob>(), KeepIds: false, Quarantine: true);

    /// <summary>What the references of our own resources begin with when they are absolute: « https://…/fhir/ ».</summary>
    public string? BaseUrl { get; init; }
}

/// <param name="Status">200, 201 or 204.</param>
public sealed record WriteResult(WriteOp Op, int Status, Stored Stored);

public sealed record StoreCount(string Type, long Resources, long Deleted);
