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

    readonly (IReadOnlySet<string> Types, IReadOnlySet<string> Codes)[] hidden;

    SearchParamSet(IReadOnlyList<SearchParam> custom, (IReadOnlySet<string> Types, IReadOnlySet<string> Codes)[]? hidden = null)
    {
        Custom = custom;
        this.hidden = hidden ?? [];
        customByType = custom.ToLookup(param => param.Type, StringComparer.Ordinal);
        customByNumber = custom.ToDictionary(param => param.Number);
    }

    public IReadOnlyList<SearchParam> Custom { get; }

    /// <summary>R4 and these; made by <see cref="CustomSearchParam.Read"/>. Their numbers must be their own for good: what is hashed under
    /// one is found under no other.</summary>
    public static SearchParamSet With(IEnumerable<SearchParam> custom) => new([.. custom]);

    /// <summary>The same for somebody who may not ask by these codes of these types, « _content » and « _text » among them: to them they do not exist.</summary>
    public SearchParamSet Without(IReadOnlySet<string> types, IReadOnlySet<string> codes) => new(Custom, [.. hidden, (types, codes)]);

    public bool IsHidden(string resourceType, string code) => Array.Exists(hidden, one => one.Types.Contains(resourceType) && one.Codes.Contains(code));

    public IReadOnlyList<SearchParam> Of(string resourceType) => Custom.Count == 0 && hidden.Length == 0
        ? Definitions.SearchParams(resourceType)
        : lists.GetOrAdd(resourceType, type => [.. Definitions.SearchParams(type).Concat(CustomOf(type)).Where(param => !IsHidden(type, param.Code))]);

    public SearchParam? Find(string resourceType, string code) => IsHidden(resourceType, code) ? null :
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
