namespace Socle.Fhir;

/// <summary>An invariant of the specification; Path: the element that it stands on.</summary>
sealed record Constraint(string Path, string Key, bool IsError, string Expression, string Human);

static class Constraints
{
    static readonly Lazy<ILookup<string, Constraint>> Loaded = new(Load);

    public static IEnumerable<Constraint> Of(string path) => Loaded.Value[path];

    static ILookup<string, Constraint> Load()
    {
        var reader = DefinitionReader.Open(4);
        var all = new Constraint[reader.Int()];
        for (var i = 0; i < all.Length; i++)
            all[i] = new Constraint(reader.Text(), reader.Text(), reader.Int() == 0, reader.Text(), reader.Text());
        return all.ToLookup(c => c.Path, StringComparer.Ordinal);
    }
}
