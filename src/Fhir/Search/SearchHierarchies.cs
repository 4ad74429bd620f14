namespace Socle.Fhir;

/// <summary>
/// References that make a tree of resources of one type: a place stands in one other, a visit is part of one other. Along these :above and
/// :below are followed (R4 search.html, « Searching Hierarchies »); elsewhere a reference to the same type makes no strict hierarchy.
/// </summary>
public static class SearchHierarchies
{
    const int MostTargets = 20;

    static readonly Dictionary<string, string> Parents = new(StringComparer.Ordinal)
    {
        ["Encounter"] = "part-of", ["Location"] = "partof", ["Organization"] = "partof", ["ResearchStudy"] = "partof", ["Task"] = "part-of",
    };

    /// <summary>The parameter by which a resource names its parent; null for a type without a tree.</summary>
    public static SearchParam? ParentOf(string type) => Parents.TryGetValue(type, out var code) ? Definitions.SearchParam(type, code) : null;

    /// <summary>The types that the parameter leads to and that stand in a tree. None where it may lead to almost anything.</summary>
    public static IEnumerable<string> TypesOf(SearchParam param) =>
        param.Kind == SearchKind.Reference && param.Targets.Count <= MostTargets ? param.Targets.Where(Parents.ContainsKey) : [];

    internal static bool Follows(SearchClause clause) =>
        clause.Modifier is "above" or "below" && clause.Param.Kind == SearchKind.Reference && TypesOf(clause.Param).Any();
}
