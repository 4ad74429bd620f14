namespace Socle.Fhir;

/// <summary>Which FHIR type is a kind of which; and names of types as FHIRPath writes them.</summary>
static class PathTypes
{
    static readonly string[] System = ["Boolean", "String", "Integer", "Long", "Decimal", "Date", "DateTime", "Time", "Quantity", "Any"];

    public static bool IsA(string? type, string wanted)
    {
        for (var at = type; at is not null; at = Definitions.BaseType(at))
            if (at == wanted) return true;
        return false;
    }

    /// <summary>Whether an item is of a type written « Patient », « FHIR.Patient » or « System.String ».</summary>
    public static bool Is(FhirValue item, string? space, string name)
    {
        if (item.Kind == FhirValueKind.Node)
            return space != "System" && (item.Resolved ?? item.Node.Type) is { } type && (IsA(type, name) || space is null
                && name == "Any");
        return space != "FHIR" && Array.IndexOf(System, name) >= 0 && item.Kind.ToString() == name;
    }

    public static bool IsKnown(string? space, string name) => space switch
    {
        "System" => true,
        "FHIR" => Definitions.IsType(name),
        null => Definitions.IsType(name) || Array.IndexOf(System, name) >= 0,
        _ => false,
    };
}
