using System.Collections.Concurrent;

namespace Socle.Fhir;

/// <summary>The search parameters of R4 and, beside them, custom ones. Immutable: a change makes another set.</summary>
public sealed class SearchParamSet
{
    public static readonly SearchParamSet R4 = new([]);

    readonly ILookup<string, SearchParam> customByType;
    readonly Dictionary<int, SearchParam> customByNumber;
    readonly ConcurrentDictionary<string, IndexPlan> plans = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, IReadOnlyList<SearchParam>> lists = new(StringComparer.Ordinal);

    SearchParamSet(IReadOnlyList<SearchParam> custom)
    {
        Custom = custom;
        customByType = custom.ToLookup(param => param.Type, StringComparer.Ordinal);
        customByNumber = custom.ToDictionary(param => param.Number);
    }

    public IReadOnlyList<SearchParam> Custom { get; }

    /// <summary>R4 and these; made by <see cref="CustomSearchParam.Read"/>. Their numbers must be their own for good: what is hashed under
    /// one is found under no other.</summary>
    public static SearchParamSet With(IEnumerable<SearchParam> custom) => new([.. custom]);

    public IReadOnlyList<SearchParam> Of(string resourceType) => Custom.Count == 0
        ? Definitions.SearchParams(resourceType)
        : lists.GetOrAdd(resourceType, type => [.. Definitions.SearchParams(type), .. CustomOf(type)]);

    public SearchParam? Find(string resourceType, string code) =>
        Definitions.SearchParam(resourceType, code) ?? (Custom.Count == 0 ? null : CustomOf(resourceType).FirstOrDefault(param => param.Code == code));

    public SearchParam ByNumber(int number) => customByNumber.GetValueOrDefault(number) ?? Definitions.SearchParam(number);

    internal IndexPlan PlanOf(string resourceType) => plans.TryGetValue(resourceType, out var plan) ? plan
        : plans.GetOrAdd(resourceType, type => IndexPlan.Of(type, Of(type)));

    IEnumerable<SearchParam> CustomOf(string type)
    {
        var all = customByType["Resource"];
        if (Definitions.BaseType(type) == "DomainResource") all = all.Concat(customByType["DomainResource"]);
        return type == "Resource" ? all : all.Concat(customByType[type]);
    }
}
