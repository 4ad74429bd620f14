using System.Text;

namespace Socle.Fhir;

/// <summary>A coding that is out of use.</summary>
/// <param name="Path">FHIRPath of its code.</param>
/// <param name="System">As it is written.</param>
/// <param name="Until">Null: out of use, no date said.</param>
public sealed record ExpiredCoding(string Path, string System, string Code, string? Display, DateTimeOffset? Until, string? ReplacedBy);

/// <summary>The codes that are, or will one day be, out of use; few among many, so that a resource is looked through at almost no cost.</summary>
sealed class ExpiredCodes
{
    readonly record struct Ending(string System, DateTimeOffset? Until, string? Display, string? ReplacedBy);

    readonly Dictionary<string, List<Ending>> byCode = new(StringComparer.Ordinal);

    public static ExpiredCodes Of(IEnumerable<CodeSystemTable> systems, HeardCodes heard, TerminologyIndex index)
    {
        var codes = new ExpiredCodes();
        foreach (var system in systems)
        {
            if (!ReferenceEquals(index.System(system.Url), system)) continue;   // an older version has no say
            foreach (var concept in system.Concepts)
                if (concept.Inactive || concept.Validity.Until is not null)
                    codes.Add(concept.Code, new(index.NameOf(system.Url), concept.Inactive ? null : concept.Validity.Until, concept.Display, concept.ReplacedBy));
        }
        foreach (var (system, code, until) in heard.Ending)
            if (index.System(system)?.Find(code) is null) codes.Add(code, new(system, until, heard.Find(system, code)?.Display, null));
        return codes;
    }

    void Add(string code, Ending ending)
    {
        if (!byCode.TryGetValue(code, out var list)) byCode.Add(code, list = []);
        list.Add(ending);
    }

    public List<ExpiredCoding> In(FhirDocument document, DateTimeOffset at, TerminologyIndex index)
    {
        var found = new List<ExpiredCoding>();
        if (byCode.Count == 0) return found;
        var property = FhirDocument.Types.CodingCode;
        var lookup = byCode.GetAlternateLookup<ReadOnlySpan<char>>();
        Span<char> text = stackalloc char[128];
        for (var i = 0; i < document.Count; i++)
        {
            ref var entry = ref document.Tape[i];
            if (entry.Property != property || entry.Kind != JsonKind.String) continue;
            var node = new FhirNode(document, i);
            List<Ending>? endings;
            if (entry.Length <= text.Length && (entry.Flags & TapeFlags.Escaped) == 0)
            {
                var length = Encoding.UTF8.GetChars(node.Raw[1..^1], text);
                if (!lookup.TryGetValue(text[..length], out endings)) continue;
            }
            else if (!byCode.TryGetValue(node.Text!, out endings)) continue;
            if (node.Parent["system"].Text is not { } system) continue;
            var name = index.NameOf(system);
            foreach (var ending in endings)
                if (ending.System == name && (ending.Until is null || ending.Until <= at))
                    found.Add(new(node.Path, system, node.Text!, ending.Display, ending.Until, ending.ReplacedBy));
        }
        return found;
    }
}
