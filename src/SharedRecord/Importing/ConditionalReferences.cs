using System.Text.Json;
using Socle.Fhir;
using Socle.Store;

namespace Socle.SharedRecord;

/// <summary>
/// « Practitioner?identifier=system|value » whose target is not here, as when the file of the practitioners did not come along: the
/// resource is kept, and the reference says the same by identifier (a logical reference) instead of by a search that finds nothing.
/// </summary>
sealed class ConditionalReferences(RecordStore store)
{
    const string ByIdentifier = "?identifier=";
    readonly Dictionary<string, bool> known = new(StringComparer.Ordinal);

    public async ValueTask<byte[]> Settle(Scope scope, byte[] resource, CancellationToken stop)
    {
        if (resource.AsSpan().IndexOf("?identifier="u8) < 0) return resource;
        using var document = FhirDocument.Parse(resource);
        Splice? splice = null;
        foreach (var reference in References(document.Root))
        {
            var text = reference["reference"].Text!;
            if (await Leads(scope, text, stop)) continue;
            splice ??= new Splice(document);
            splice.Remove(reference["reference"]);
            if (!reference["identifier"].Exists) splice.SetProperty(reference, "identifier", Identifier(text));
        }
        return splice?.Apply() ?? resource;
    }

    static IEnumerable<FhirNode> References(FhirNode root)
    {
        var waiting = new Stack<FhirNode>();
        waiting.Push(root);
        while (waiting.TryPop(out var node))
        {
            if (node.Type == "Reference" && node["reference"].Text is { } text && text.Contains(ByIdentifier, StringComparison.Ordinal)) yield return node;
            foreach (var child in node.Children)
                if (!child.IsPrimitive) waiting.Push(child);
        }
    }

    // Of several none is picked: the logical reference says as much as is known.
    async ValueTask<bool> Leads(Scope scope, string text, CancellationToken stop)
    {
        if (known.TryGetValue(text, out var leads)) return leads;
        var at = text.IndexOf(ByIdentifier, StringComparison.Ordinal);
        if (!Definitions.IsResourceType(text[..at])) return known[text] = true;
        var query = SearchQuery.Parse(text[..at], [new("identifier", Value(text)), new("_count", "2")], strict: true);
        var found = (await store.Search(scope, query, stop)).Matches.Count;
        // Only what stands is remembered: a later file may bring the rest.
        if (found == 1) known[text] = true;
        return found == 1;
    }

    static string Value(string text) => Uri.UnescapeDataString(text[(text.IndexOf(ByIdentifier, StringComparison.Ordinal) + ByIdentifier.Length)..]);

    static byte[] Identifier(string text)
    {
        var parts = Value(text).Split('|', 2);
        return JsonSerializer.SerializeToUtf8Bytes(parts.Length == 2 && parts[0].Length > 0
            ? new Dictionary<string, string> { ["system"] = parts[0], ["value"] = parts[1] }
            : new Dictionary<string, string> { ["value"] = parts[^1] });
    }
}
