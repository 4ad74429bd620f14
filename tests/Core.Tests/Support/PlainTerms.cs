using Socle.Fhir;

namespace Socle.Support;

/// <summary>A small terminology: rouge stands over cramoisi and I10 over I10.1; one value set is listed, one only answers.</summary>
public sealed class PlainTerms : ITerminology
{
    public const string System = "urn:answers";

    public static readonly string[] Sets = ["urn:vs:listed", "urn:vs:asked"];

    static readonly (string, string)[] Listed =
        [(System, "rouge"), (System, "cramoisi"), (SearchWorld.LoincSystem, "718-7"), (SearchWorld.LoincSystem, "8867-4"), ("urn:types", "MR"), ("urn:ids", "P-1")];

    public CodeVerdict InValueSet(string valueSet, string? system, string code) => valueSet switch
    {
        "urn:vs:listed" => Listed.Any(one => one.Item2 == code && (system is null || one.Item1 == system)) ? CodeVerdict.Yes : CodeVerdict.No,
        "urn:vs:asked" => code.Contains('1', StringComparison.Ordinal) ? CodeVerdict.Yes : CodeVerdict.No,
        _ => CodeVerdict.Unknown,
    };

    public CodeVerdict InSystem(string system, string code) => CodeVerdict.Unknown;

    public IReadOnlyCollection<string>? Below(string system, string code) => code switch { "rouge" => ["rouge", "cramoisi"], "I10" => ["I10", "I10.1"], _ => [code] };

    public IReadOnlyCollection<string>? Above(string system, string code) => code switch { "cramoisi" => ["rouge", "cramoisi"], "I10.1" => ["I10", "I10.1"], _ => [code] };

    public IReadOnlyCollection<(string System, string Code)>? Expand(string valueSet) => valueSet == "urn:vs:listed" ? Listed : null;
}
