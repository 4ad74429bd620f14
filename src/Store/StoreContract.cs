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

    /// <summary>Nothing was looked for, and nothing found.</summary>
    public static SearchPage None => Empty;

    /// <summary>There was more to include than is ever sent at once.</summary>
    public bool Cut { get; init; }
}

/// <param name="At">Microseconds: only the versions that were current at some point of this period, its end excluded.</param>
public sealed record HistoryQuery(DateTimeOffset? Since = null, int? Count = null, string? PageToken = null, (long Low, long High)? At = null);

/// <summary>Newest first. A deleted version has no bytes.</summary>
public sealed record HistoryPage(IReadOnlyList<Stored> Versions, string? NextToken);

/// <summary>What $everything is asked to narrow itself to.</summary>
/// <param name="Since">Only what was written since.</param>
/// <param name="Care">Microseconds: the period of care, its end excluded; what has no date of care is in every period.</param>
public sealed record EverythingQuery(
    IReadOnlySet<string>? Types = null, DateTimeOffset? Since = null, (long Low, long High)? Care = null, int? Count = null, string? PageToken = null);

/// <param name="Included">Entries of the shared space (professionals, structures, medications) that this page refers to.</param>
public sealed record EverythingPage(IReadOnlyList<Stored> Resources, IReadOnlyList<Stored> Included, string? NextToken);

/// <summary>The profiles, tags and security labels in use, each once: JSON of the value.</summary>
public sealed record MetaInUse(SortedSet<string> Profiles, SortedSet<string> Tags, SortedSet<string> Labels)
{
    public void Add(ReadOnlyMemory<byte> resource)
    {
        using var document = FhirDocument.Parse(resource);
        var meta = document.Root["meta"];
        foreach (var profile in meta.All("profile")) Profiles.Add(System.Text.Encoding.UTF8.GetString(profile.Raw));
        foreach (var tag in meta.All("tag")) Tags.Add(System.Text.Encoding.UTF8.GetString(tag.Raw));
        foreach (var label in meta.All("security")) Labels.Add(System.Text.Encoding.UTF8.GetString(label.Raw));
    }
}

/// <summary>Where a version stands that a write made: enough to answer the same again.</summary>
public sealed record WrittenAt(string Type, long Patient, long Number, long Version);

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

    public sealed record Patch(string ResourceType, string? Id, SearchQuery? Condition, ResourcePatch Change, long? IfMatch = null) : WriteOp
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

    /// <summary>Statements that are committed with the write or not at all, from its results; asked again when the write is played again.</summary>
    public Action<Unit, IReadOnlyList<WriteResult>>? WithCommit { get; init; }
}

/// <param name="Status">200, 201 or 204.</param>
public sealed record WriteResult(WriteOp Op, int Status, Stored Stored)
{
    /// <summary>What the rules of the modules found and let in.</summary>
    public IReadOnlyList<RefusalIssue> Warnings { get; init; } = [];
}

public sealed record StoreCount(string Type, long Resources, long Deleted);

/// <summary>What is read for an export: one type, changed after <c>Since</c> and not after <paramref name="Until"/>.</summary>
public sealed record ExportRange(string Type, DateTimeOffset Until)
{
    public DateTimeOffset? Since { get; init; }

    /// <summary>Only the records of these patient keys; null: whatever the scope reaches.</summary>
    public IReadOnlyList<long>? Patients { get; init; }

    /// <summary>Neither the shared space nor a quarantine.</summary>
    public bool RecordsOnly { get; init; }

    /// <summary>Those that were deleted, instead of those that stand.</summary>
    public bool Deleted { get; init; }

    /// <summary>A resource matches one of these; empty lets all pass.</summary>
    public IReadOnlyList<SearchQuery> AnyOf { get; init; } = [];

    /// <summary>Where the page before ended.</summary>
    public string? After { get; init; }

    /// <summary>The most resources of a page; 1 000 at the very most.</summary>
    public int? Count { get; init; }
}

/// <param name="Next">Null after the last page. A page in the middle may be empty.</param>
public sealed record ExportPage(IReadOnlyList<Stored> Resources, string? Next);

/// <summary>How far a scope reached when something was made ready for later: compared again before it is released.</summary>
public sealed record ReachMark(bool Everyone, bool Shared, long? Owner, long Hidden, IReadOnlyList<long> Patients, IReadOnlyList<string> TypesOfEveryone);
