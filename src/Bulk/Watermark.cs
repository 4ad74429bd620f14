using System.Text.Json.Nodes;
using Socle.Fhir;
using Socle.Store;

namespace Socle.Bulk;

/// <summary>
/// The mark in each line of a large export (security.md T75): a tag that names the job, so that a copy that turns up somewhere leads to who
/// asked for it, who released it and when, all of it in the trace.
/// </summary>
static class Watermark
{
    public const string System = "urn:socle:export";

    public static Stored In(Stored stored, string job)
    {
        using var document = FhirDocument.Parse(stored.Bytes);
        var meta = document.Root["meta"] is { Exists: true } there ? (JsonObject)JsonNode.Parse(there.Raw)! : [];
        if (meta["tag"] is not JsonArray tags) meta["tag"] = tags = [];
        tags.Add(Tag(job));
        var splice = new Splice(document);
        splice.SetProperty(document.Root, "meta", global::System.Text.Encoding.UTF8.GetBytes(meta.ToJsonString()));
        return stored with { Bytes = splice.Apply() };
    }

    public static JsonObject Tag(string job) => new() { ["system"] = System, ["code"] = job };
}
