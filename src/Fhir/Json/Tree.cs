namespace Socle.Fhir;

/// <summary>Where an entry stands: the tape has no way up, it is found again from the root.</summary>
static class Tree
{
    /// <summary>Fills the entries from the root down to this one; answers how many.</summary>
    public static int Chain(FhirDocument doc, int entry, Span<int> chain)
    {
        var (at, depth) = (0, 0);
        chain[depth++] = 0;
        while (at != entry)
        {
            at++;
            while (doc.Next(at) <= entry) at = doc.Next(at);
            chain[depth++] = at;
        }
        return depth;
    }

    public static int Position(FhirDocument doc, int array, int item)
    {
        var position = 0;
        for (var at = array + 1; at < item; at = doc.Next(at)) position++;
        return position;
    }

    /// <summary>The value of a linked sibling object at the end of the chain; any other entry is its own.</summary>
    public static int ValueOf(FhirDocument doc, ReadOnlySpan<int> chain)
    {
        var entry = chain[^1];
        if ((doc.Tape[entry].Flags & TapeFlags.Sibling) == 0) return entry;
        var holder = chain[^2];
        if (doc.Tape[holder].Kind == JsonKind.Array) holder = chain[^3];
        for (var at = holder + 1; at < doc.Tape[holder].Link; at++)
            if (doc.Tape[at].Kind > JsonKind.Array && doc.Tape[at].Link == entry) return at;
        return entry;
    }
}
