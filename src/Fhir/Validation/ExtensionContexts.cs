namespace Socle.Fhir;

/// <param name="Type">element, extension or fhirpath.</param>
sealed record ExtensionContext(string Type, string Expression);

/// <summary>May an extension stand where it does? Its definition says so by elements, by another extension around it, or by FHIRPath; what cannot be
/// judged (an element of a profile, an expression that fails) holds nothing against it.</summary>
static class ExtensionContexts
{
    public static void Judge(FhirNode extension, ProfileSource definition, EnvironmentSource environments, Findings findings)
    {
        var holder = extension.Parent;
        if (!holder.Exists) return;
        if (definition.IsModifier is { } modifier && modifier != (extension.ElementName == "modifierExtension"))
            findings.Error(ValidationOptions.Context, extension.Path, modifier
                ? $"The extension {definition.Url} changes the meaning of what holds it: write it in modifierExtension."
                : $"The extension {definition.Url} does not change the meaning of what holds it: write it in extension.");
        if (definition.Contexts.Count > 0 && !definition.Contexts.Any(context => Fits(holder, context)))
        {
            if (definition.Contexts.FirstOrDefault(context => context.Type == "element" && !IsElement(context.Expression)) is { } wrong)
                findings.Warning("not-supported", extension.Path, $"The extension {definition.Url} is defined for {wrong.Expression}, which is no element of R4: where it stands was not checked.");
            else findings.Error(ValidationOptions.Context, extension.Path,
                $"The extension {definition.Url} may not stand here; it is for {string.Join(", ", definition.Contexts.Select(c => c.Expression))}.");
        }
        foreach (var invariant in definition.ContextInvariants)
            if (IsBroken(invariant, holder, extension, environments))
                findings.Error(ValidationOptions.Context, extension.Path, $"The extension {definition.Url} may stand only where this holds: {invariant}.");
    }

    static bool Fits(FhirNode holder, ExtensionContext context) => context.Type switch
    {
        "element" => FitsElement(holder, context.Expression),
        "extension" => holder.Type == "Extension" && holder["url"].Text == Canonical.WithoutVersion(context.Expression),
        "fhirpath" => FitsPath(holder, context.Expression),
        _ => true
    };

    // Publishers misspell, too.
    static bool IsElement(string path)
    {
        var names = path.Replace("[x]", "", StringComparison.Ordinal).Split('.');
        var type = TypeTable.Instance.Find(names[0]);
        for (var i = 1; i < names.Length && type is not null; i++)
            type = type.Properties.FirstOrDefault(p => p.Element.Name == names[i] || p.Name == names[i])?.Type;
        return type is not null;
    }

    static bool FitsElement(FhirNode holder, string wanted)
    {
        // « Element » is every element; « url#Patient.name » speaks of the element in a profile.
        if (wanted is "Element" or "*" || wanted.Contains('#', StringComparison.Ordinal)) return true;
        wanted = wanted.Replace("[x]", "", StringComparison.Ordinal);
        if (wanted.StartsWith(Canonical.Core, StringComparison.Ordinal)) wanted = wanted[Canonical.Core.Length..];
        // The path as each type on the way up would write it: HumanName.family, Patient.name.family.
        var (path, typed) = ("", "");
        for (var at = holder; at.Exists; at = at.Parent)
        {
            for (var type = at.Definition?.Name; type is not null; type = Definitions.BaseType(type))
                if (wanted.StartsWith(type, StringComparison.Ordinal) && wanted[type.Length..] is var rest && (rest == path || rest == typed)) return true;
            if (at.IsResource) return false;
            (path, typed) = ($".{at.ElementName}{path}", $".{at.Name}{typed}");
        }
        return false;
    }

    static bool FitsPath(FhirNode holder, string expression)
    {
        try
        {
            var resource = holder;
            while (!resource.IsResource) resource = resource.Parent;
            foreach (var found in FhirPath.Shared(expression).Evaluate(resource))
                if (found.Kind == FhirValueKind.Node && found.Node == holder) return true;
            return false;
        }
        catch (FhirException)
        {
            return true;
        }
    }

    static bool IsBroken(string invariant, FhirNode holder, FhirNode extension, EnvironmentSource environments)
    {
        try
        {
            var environment = environments.Of(default) with { Variables = new Dictionary<string, FhirValue> { ["extension"] = FhirValue.Of(extension) } };
            return FhirPath.Shared(invariant).Evaluate(holder, environment) is [{ Kind: FhirValueKind.Boolean, Boolean: false }];
        }
        catch (FhirException)
        {
            return false;
        }
    }
}
