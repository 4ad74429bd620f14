namespace Socle.Fhir;

/// <summary>Which types each step can find, by the definitions; null: anything. A name that none of the types has is a fault, and so is the
/// order of what has none. It knows less than an evaluation: what it lets pass may still be a fault there.</summary>
sealed class PathChecker(string source, TypeDefinition resource)
{
    static readonly HashSet<string> OnItems = new(StringComparer.Ordinal)
    {
        "where", "exists", "all", "select", "repeat", "repeatAll", "aggregate", "sort", "iif", "trace", "defineVariable",
    };

    static readonly HashSet<string> OfInput = new(StringComparer.Ordinal)
    {
        "where", "first", "last", "tail", "skip", "take", "single", "distinct", "trace", "sort", "defineVariable", "exclude", "intersect",
    };

    static readonly HashSet<string> Ordered = new(StringComparer.Ordinal) { "first", "last", "tail", "skip", "take" };

    public TypeDefinition[]? Check(PathExpr expr, TypeDefinition[]? focus) => expr switch
    {
        MemberExpr member => Member(member, focus),
        IndexExpr index => Index(index, focus),
        CallExpr call => Call(call, focus),
        TypeExpr type => Type(type, focus),
        BinaryExpr binary => Binary(binary, focus),
        SignExpr sign => None(Check(sign.Inner, focus)),
        OrderExpr order => Check(order.Inner, focus),
        VariableExpr { Name: "this" } => focus,
        ExternalExpr { Name: "resource" or "rootResource" } => [resource],
        _ => null,
    };

    static TypeDefinition[]? None(TypeDefinition[]? _) => null;

    TypeDefinition[]? Member(MemberExpr member, TypeDefinition[]? focus)
    {
        if (member.Left is { } left) return Step(member, Check(left, focus));
        if (focus is null) return null;
        var name = member.Name;
        if (!char.IsAsciiLetterUpper(name[0])) return Step(member, focus);
        var same = Array.FindAll(focus, type => PathTypes.IsA(type.FhirType, name) || PathTypes.IsA(name, type.FhirType));
        return same.Length > 0 ? same : throw Fault(member, $"{name} is not the type here, {Names(focus)} is");
    }

    TypeDefinition[]? Step(MemberExpr member, TypeDefinition[]? input)
    {
        if (input is null || Array.Exists(input, IsOpen)) return null;
        var found = new HashSet<TypeDefinition>();
        foreach (var type in input)
            foreach (var property in type.Kind == TypeKind.Primitive ? TypeTable.Instance.Element.Properties : type.Properties)
                if (property.Element.Name == member.Name) found.Add(property.Type);
        if (found.Count > 0) return [.. found];
        var choice = input.SelectMany(t => t.Properties).FirstOrDefault(p => p.Element.IsChoice && p.Name == member.Name);
        throw Fault(member, choice is null
            ? $"{Names(input)} has no element {member.Name}"
            : $"FHIRPath names the element {choice.Element.Name}, as in {choice.Element.Name}.ofType({choice.Type.Name}): {member.Name} is its name in JSON");
    }

    // Resource, Element…: what is there is of a type below.
    static bool IsOpen(TypeDefinition type) => type.Kind == TypeKind.AbstractResource || type.Name is "Element" or "BackboneElement";

    TypeDefinition[]? Index(IndexExpr index, TypeDefinition[]? focus)
    {
        if (IsUnordered(index.Left)) throw Fault(index, "children have no order: an index says nothing");
        Check(index.Index, focus);
        return Check(index.Left, focus);
    }

    static bool IsUnordered(PathExpr? expr) => expr is CallExpr { Name: "children" or "descendants" };

    TypeDefinition[]? Type(TypeExpr type, TypeDefinition[]? focus)
    {
        Check(type.Left, focus);
        return !type.IsTest && type.Space != "System" && TypeTable.Instance.Find(type.Name) is { } known ? [known] : null;
    }

    TypeDefinition[]? Binary(BinaryExpr binary, TypeDefinition[]? focus)
    {
        var (left, right) = (Check(binary.Left, focus), Check(binary.Right, focus));
        return binary.Sign == "|" ? Both(left, right) : null;
    }

    static TypeDefinition[]? Both(TypeDefinition[]? a, TypeDefinition[]? b) => a is null || b is null ? null : [.. a.Union(b)];

    TypeDefinition[]? Call(CallExpr call, TypeDefinition[]? focus)
    {
        var input = call.Left is { } left ? Check(left, focus) : focus;
        if (Ordered.Contains(call.Name) && IsUnordered(call.Left)) throw Fault(call, $"children have no order: {call.Name}() says nothing");
        var inside = OnItems.Contains(call.Name) ? input : focus;
        var arguments = Array.ConvertAll(call.Arguments, argument => Check(argument, inside));
        return call.Name switch
        {
            "select" or "repeat" or "repeatAll" => arguments[0],
            "iif" => arguments.Length == 3 ? Both(arguments[1], arguments[2]) : arguments[1],
            "extension" => [TypeTable.Instance.Extension],
            "union" or "combine" => Both(input, arguments[0]),
            _ => OfInput.Contains(call.Name) ? input : null,
        };
    }

    static string Names(TypeDefinition[] types) => string.Join(" | ", types.Select(t => t.Name).Take(4)) + (types.Length > 4 ? " | …" : "");

    FhirException Fault(PathExpr where, string why) => PathLexer.Fault(source, where.Start, why);
}
