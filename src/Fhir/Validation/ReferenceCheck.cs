namespace Socle.Fhir;

/// <summary>Does a reference lead to a type that R4 names at its place? By what is written: nothing is fetched.</summary>
static class ReferenceCheck
{
    static readonly int TypeNumber = FhirDocument.Types.Find("Reference")!.Find("type"u8)!.Number;

    public static void Judge(FhirNode reference, PropertyChecks checks, FhirNode root, BundleEntries? entries, Findings findings)
    {
        if (IsPlain(reference, checks, entries is not null)) return;
        var target = ReferenceTarget.Of(reference, root, entries);
        var said = reference["type"].Text is { } text && Definitions.IsResourceType(text) ? text : null;
        if (target.Type is { } type && Definitions.IsResourceType(type)) MayLeadTo(type);
        if (said is not null && said != target.Type && target.Type is { } other && Definitions.IsResourceType(other))
            findings.Error("structure", reference.Path, $"The reference says that it leads to {said} (type), and leads to {other}: make both say the same.");

        void MayLeadTo(string type)
        {
            if (checks.MayLeadTo(TypeTable.Instance.Find(type)!)) return;
            findings.Breach(ToleratedBreach.Targets, reference, "structure", $"The reference leads to {type}; allowed here: {string.Join(", ", checks.Targets)}.", type);
        }
    }

    // « Patient/1 » where a Patient may be, and nothing beside it: most references, told from their bytes.
    static bool IsPlain(FhirNode reference, PropertyChecks checks, bool inBundle)
    {
        var (doc, literal) = (reference.Document, default(FhirNode));
        foreach (var child in reference.Children)
        {
            var number = doc.Tape[child.Index].Property;
            if (number == TypeNumber) return false;
            if (number == FhirDocument.Types.ReferenceText) literal = child;
        }
        if (!literal.Exists) return true;
        if (literal.Raw is not [(byte)'"', .. var text, (byte)'"']) return false;
        if (checks.Targets.Length == 0 && !inBundle) return true;
        return PlainType(text) is { } type && checks.MayLeadTo(type);
    }

    /// <summary>Of « Patient/1 »; null for any other way to write a reference.</summary>
    static TypeDefinition? PlainType(ReadOnlySpan<byte> text)
    {
        var slash = text.IndexOf((byte)'/');
        return slash <= 0 || text[(slash + 1)..].ContainsAny((byte)'/', (byte)'\\', (byte)'?') ? null : TypeTable.Instance.FindResource(text[..slash]);
    }

    /// <summary>The same of a reference as it stands; null when its target may stand in the document.</summary>
    public static TypeDefinition? PlainType(FhirNode reference, BundleEntries? entries) =>
        entries is null && reference["reference"].Raw is [(byte)'"', .. var text, (byte)'"'] ? PlainType(text) : null;
}
