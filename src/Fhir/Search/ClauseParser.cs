namespace Socle.Fhir;

/// <summary>How many references and _has were followed to come here.</summary>
readonly record struct SearchDepth(int Chains, int Reverse);

/// <summary>Reads one condition: parameter, modifier, chain, _has. It keeps count of what it makes: a chain through a reference that may
/// be of any type asks the same of each type.</summary>
sealed class ClauseParser(SearchEnvironment env)
{
    const int MaxChain = 3;
    const int MaxMade = 2_000;

    int made;

    public SearchEnvironment Environment => env;

    /// <summary>Null: the type has no such parameter.</summary>
    public SearchNode? Of(string type, string name, string whole, string value, SearchDepth depth)
    {
        if (name.StartsWith("_has:", StringComparison.Ordinal)) return Reverse(type, name, whole, value, depth);
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        var head = dot < 0 ? name : name[..dot];
        var colon = head.IndexOf(':', StringComparison.Ordinal);
        var code = colon < 0 ? head : head[..colon];
        var modifier = colon < 0 ? null : head[(colon + 1)..];
        if (Find(type, code) is not { } param) return null;
        Count(whole);
        if (dot >= 0) return Chain(param, modifier, name[(dot + 1)..], whole, depth, (target, rest, deeper) => Of(target, rest, whole, value, deeper));
        var reader = new SearchValueReader(type, param, modifier, whole, env);
        reader.CheckModifier();
        return new SearchClause(param, modifier, reader.Values(value), null, reader.Parts, env);
    }

    public SearchParam? Find(string type, string code) => code switch
    {
        "_content" or "_text" when env.Params.IsHidden(type, code) => null,
        "_content" => SearchParam.Content,
        "_text" => SearchParam.Narrative,
        "_list" => SearchParam.List,
        _ => env.Params.Find(type, code),
    };

    public SearchNode Chain(SearchParam param, string? type, string rest, string whole, SearchDepth depth,
        Func<string, string, SearchDepth, SearchNode?> inner)
    {
        if (param.Kind != SearchKind.Reference) throw Fault(whole, "value", $"{param.Code} is not a reference.");
        if (depth.Chains >= MaxChain) throw Fault(whole, "too-costly", $"more than {MaxChain} links in a chain.");
        if (type is not null && (!Definitions.IsResourceType(type) || !CanBe(param, type)))
            throw Fault(whole, "value", $"{param.Code} never refers to {type}.");
        var targets = new List<ChainTarget>();
        FhirException? wrong = null;
        foreach (var target in type is not null ? [type] : Targets(param))
        {
            Count(whole);
            try
            {
                if (inner(target, rest, depth with { Chains = depth.Chains + 1 }) is { } node) targets.Add(new ChainTarget(target, node));
            }
            catch (FhirException e) when (type is null && e.Issues[0].Code is "value" or "not-supported")
            {
                wrong = e;   // one type's parameter of that name may be of another kind
            }
        }
        if (targets.Count == 0) throw wrong ?? Fault(whole, "not-supported", $"no target of {param.Code} has a parameter {rest}.");
        var end = rest.IndexOfAny(['.', ':']);
        return new SearchClause(param, type, [], new SearchChain(end < 0 ? rest : rest[..end], targets), null, env);
    }

    // _has:Observation:patient:code; what follows the reference may be a chain or a _has again.
    ReverseChain Reverse(string type, string name, string whole, string value, SearchDepth depth)
    {
        var parts = name.Split(':', 4);
        if (parts.Length < 4 || !Definitions.IsResourceType(parts[1])) throw Fault(whole, "value", "_has:Type:reference:parameter is expected.");
        if (env.Params.Find(parts[1], parts[2]) is not { Kind: SearchKind.Reference } param)
            throw Fault(whole, "value", $"{parts[1]} has no reference parameter {parts[2]}.");
        if (type != SearchQuery.AnyType && !CanBe(param, type)) throw Fault(whole, "value", $"{parts[1]}.{parts[2]} never refers to {type}.");
        if (depth.Reverse >= MaxChain) throw Fault(whole, "too-costly", $"more than {MaxChain} _has inside one another.");
        Count(whole);
        return new ReverseChain(parts[1], param, Of(parts[1], parts[3], whole, value, depth with { Reverse = depth.Reverse + 1 })
            ?? throw Fault(whole, "not-supported", $"{parts[1]} has no parameter {parts[3]}."));
    }

    public void Count(string whole)
    {
        if (++made > MaxMade)
            throw Fault(whole, "too-costly", "this asks too many things of too many types: name the type of each reference (subject:Patient.name).");
    }

    static FhirException Fault(string whole, string code, string why) => SearchParser.Fault(whole, code, why);

    internal static bool CanBe(SearchParam param, string type) =>
        param.Targets.Count == 0 || param.Targets.Contains(type) || param.Targets.Contains("Resource");

    static IEnumerable<string> Targets(SearchParam param) =>
        param.Targets.Count == 0 || param.Targets.Contains("Resource") ? Definitions.ResourceTypes
            : param.Targets.Where(Definitions.IsResourceType);
}
