using Socle.Fhir;

namespace Socle.Store;

/// <summary>
/// <c>location:below=…</c>, <c>encounter:above=…</c>: what a reference may lead to, up or down the tree of its type. Each step is one hop
/// under the caller's scope: what is out of reach hides what stands behind it, and a tree that bites its tail ends where it began.
/// </summary>
sealed class Trees(Scope scope, Rows rows, Hashes hashes, Ids ids, SearchParameters parameters, Searching searching)
{
    const int MostFound = 2_000;
    const int Deepest = 50;

    public async Task<ClauseCheck> Of(SearchClause clause, IReadOnlyList<string> asked, CancellationToken stop)
    {
        var targets = new List<string>();
        var places = new List<Place>();
        targets.AddRange(asked);
        foreach (var roots in asked.Where(reference => Ids.TrySplit(reference, out _, out _)).GroupBy(TypeOf))
        {
            var type = roots.Key;
            var level = await Roots(type, roots, stop);
            var seen = level.Select(node => (node.Place.Patient, node.Place.Number)).ToHashSet();
            var parent = SearchHierarchies.ParentOf(type);
            for (var depth = 0; level.Count > 0; depth++)
            {
                foreach (var node in level) targets.AddRange([ids.Reference(node.Place), node.Stored.Reference]);
                places.AddRange(level.Select(node => node.Place));
                // What stands in no tree is below itself only.
                if (parent is null || !scope.Types.Allows(type, Interaction.Search)) break;
                if (depth == Deepest || places.Count > MostFound) throw new TooBroad();
                var next = clause.Modifier == "below" ? await Below(parent, level, stop) : await Above(parent, level, stop);
                level = [.. next.Where(node => seen.Add((node.Place.Patient, node.Place.Number)))];
            }
        }
        return ClauseCheck.Referring(hashes, clause, targets, places);
    }

    /// <summary>These, and whatever stands below them.</summary>
    public async Task<List<(Place Place, Stored Stored)>> WithAllBelow(SearchParam parent, List<(Place Place, Stored Stored)> roots, CancellationToken stop)
    {
        var all = new List<(Place Place, Stored Stored)>(roots);
        var seen = roots.Select(node => (node.Place.Patient, node.Place.Number)).ToHashSet();
        for (var (depth, level) = (0, roots); level.Count > 0; depth++)
        {
            if (depth == Deepest || all.Count > MostFound) throw new TooBroad();
            level = [.. (await Below(parent, level, stop)).Where(node => seen.Add((node.Place.Patient, node.Place.Number)))];
            all.AddRange(level);
        }
        return all;
    }

    static string TypeOf(string reference) => reference[..reference.IndexOf('/', StringComparison.Ordinal)];

    async Task<List<(Place Place, Stored Stored)>> Roots(string type, IEnumerable<string> references, CancellationToken stop)
    {
        var found = new List<(Place Place, Stored Stored)>();
        foreach (var reference in references.Distinct())
        {
            if (await rows.Find(scope, type, reference[(type.Length + 1)..], stop) is { Deleted: false } row) found.Add((row.Place, await rows.Open(row, stop)));
        }
        return found;
    }

    async Task<List<(Place Place, Stored Stored)>> Below(SearchParam parent, List<(Place Place, Stored Stored)> level, CancellationToken stop)
    {
        var names = level.SelectMany(node => new[] { ids.Reference(node.Place), node.Stored.Reference }).Distinct().ToList();
        var under = ClauseCheck.Referring(hashes, parent, null, names, level.ConvertAll(node => node.Place));
        var found = await searching.Found(scope, new Ask(parent.Type, [], []) { More = [under] }, MostFound + 1, stop);
        return found.ConvertAll(pair => (pair.Row.Place, pair.Stored));
    }

    async Task<List<(Place Place, Stored Stored)>> Above(SearchParam parent, List<(Place Place, Stored Stored)> level, CancellationToken stop)
    {
        var texts = new List<string>();
        foreach (var (_, stored) in level)
        {
            using var document = FhirDocument.Parse(stored.Bytes);
            texts.AddRange(parameters.ValuesOf(document).Where(value => value.Param == parent && value is { Kind: SearchKind.Reference, Text: not null })
                .Select(value => Ids.WithoutVersion(value.Text!)));
        }
        return await Roots(parent.Type, [.. texts.Where(text => text.StartsWith(parent.Type + "/", StringComparison.Ordinal))], stop);
    }
}
