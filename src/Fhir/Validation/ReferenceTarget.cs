using System.Text;

namespace Socle.Fhir;

/// <summary>What a reference leads to, as far as its document tells: the resource itself, or its type alone.</summary>
readonly record struct ReferenceTarget(FhirNode Node, string? Type)
{
    /// <summary>A contained resource, by « #id »; « # » is the container.</summary>
    public static FhirNode Contained(FhirNode root, string literal)
    {
        if (literal.Length == 1) return root;
        var id = Encoding.UTF8.GetBytes(literal[1..]);
        foreach (var contained in root.All("contained"))
            if (contained["id"].TextIs(id)) return contained;
        return default;
    }

    /// <param name="bundle">The entries of the bundle around; null when there is none.</param>
    public static ReferenceTarget Of(FhirNode reference, FhirNode root, BundleEntries? bundle)
    {
        var said = reference["type"].Text;
        if (reference["reference"].Text is not { Length: > 0 } literal) return new(default, said);
        if (literal[0] == '#')
        {
            var contained = Contained(root, literal);
            return new(contained, contained.Exists ? contained.Type : said);
        }
        if (bundle?.Find(root, literal) is { Exists: true } entry) return new(entry, entry.Type);
        return new(default, TypeOf(literal) ?? said);
    }

    public static string? TypeOf(string literal)
    {
        var query = literal.IndexOf('?', StringComparison.Ordinal);
        if (query < 0) return ReferenceText.TypeOf(literal);
        var type = literal[..query];
        type = type[(type.LastIndexOf('/') + 1)..];
        return Definitions.IsResourceType(type) ? type : null;
    }
}

/// <summary>The resources of a bundle by the addresses that references write.</summary>
sealed class BundleEntries
{
    readonly Dictionary<string, FhirNode> byAddress = new(StringComparer.Ordinal);
    readonly Dictionary<int, string> addressOf = [];

    public BundleEntries(FhirNode bundle)
    {
        foreach (var entry in bundle.All("entry"))
        {
            if (entry["resource"] is not { Exists: true } resource) continue;
            if (entry["fullUrl"].Text is { } url)
            {
                byAddress.TryAdd(url, resource);
                addressOf[resource.Index] = url;
            }
            if (resource["id"].Text is { } id) byAddress.TryAdd($"{resource.Type}/{id}", resource);
        }
    }

    /// <summary>R4 §2.36.4.1: a relative reference is read from the fullUrl of the entry that it stands in.</summary>
    public FhirNode Find(FhirNode from, string literal)
    {
        var history = literal.IndexOf("/_history/", StringComparison.Ordinal);
        if (history > 0) literal = literal[..history];
        if (byAddress.TryGetValue(literal, out var found)) return found;
        if (ReferenceText.Split(literal) is not { Base: null } relative) return default;
        if (addressOf.TryGetValue(from.Index, out var url) && ReferenceText.Split(url) is { Base: { } root }
            && byAddress.TryGetValue($"{root}/{relative.Type}/{relative.Id}", out found)) return found;
        return default;
    }
}
