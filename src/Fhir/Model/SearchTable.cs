namespace Socle.Fhir;

sealed class SearchTable
{
    static readonly (IReadOnlyList<SearchParam>, Dictionary<string, SearchParam>) None = ([], []);
    readonly Dictionary<string, (IReadOnlyList<SearchParam> List, Dictionary<string, SearchParam> ByCode)> byType =
        new(StringComparer.Ordinal);

    public SearchTable()
    {
        var reader = DefinitionReader.Open(1);
        var declared = new List<(string Type, SearchParam Param)>();
        var count = reader.Int();
        for (var number = 1; number <= count; number++)
        {
            var type = reader.Text();
            declared.Add((type, Read(ref reader, number, type)));
        }
        ByNumber = declared.ToDictionary(d => d.Param.Number, d => d.Param);
        var own = declared.ToLookup(d => d.Type, d => d.Param, StringComparer.Ordinal);
        foreach (var type in TypeTable.Instance.Resources)
        {
            IReadOnlyList<SearchParam> list =
                [.. own["Resource"].Concat(type.Base == "DomainResource" ? own["DomainResource"] : []).Concat(own[type.Name])];
            byType.Add(type.Name, (list, list.ToDictionary(p => p.Code, StringComparer.Ordinal)));
        }
        byType.Add("Resource", ([.. own["Resource"]], own["Resource"].ToDictionary(p => p.Code, StringComparer.Ordinal)));
    }

    public IReadOnlyDictionary<int, SearchParam> ByNumber { get; }

    public (IReadOnlyList<SearchParam> List, Dictionary<string, SearchParam> ByCode) Of(string type) =>
        byType.GetValueOrDefault(type, None);

    static SearchParam Read(ref DefinitionReader reader, int number, string type)
    {
        var (code, kind, expression, targets) = (reader.Text(), (SearchKind)reader.Int(), reader.Text(), reader.Texts());
        var components = new SearchComponent[reader.Int()];
        for (var i = 0; i < components.Length; i++) components[i] = new SearchComponent(reader.Text(), reader.Text());
        return new SearchParam(number, type, code, kind, expression, targets, components);
    }
}
