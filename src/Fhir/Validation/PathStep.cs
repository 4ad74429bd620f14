namespace Socle.Fhir;

enum StepKind : byte { Name, Extension, Resolve, OfType }

/// <summary>One step of a discriminator: the small part of FHIRPath that R4 §5.1.0.5 allows there.</summary>
readonly record struct PathStep(StepKind Kind, string Text)
{
    const int Most = 16;

    /// <summary>Null for what is not of that small language.</summary>
    public static PathStep[]? Parse(string path)
    {
        var steps = new List<PathStep>();
        foreach (var part in Split(path))
        {
            if (part == "$this") continue;
            if (steps.Count == Most || Read(part) is not { } step) return null;
            steps.Add(step);
        }
        return [.. steps];
    }

    static PathStep? Read(string part)
    {
        if (part == "resolve()") return new(StepKind.Resolve, "");
        var bracket = part.IndexOf('(', StringComparison.Ordinal);
        if (bracket < 0) return part.Length > 0 && part.All(c => char.IsAsciiLetterOrDigit(c) || c is '[' or ']') ? new(StepKind.Name, Bare(part)) : null;
        if (part[^1] != ')') return null;
        var argument = part[(bracket + 1)..^1].Trim();
        return part[..bracket] switch
        {
            "extension" when argument.Length > 2 && argument[0] is '\'' or '"' => new(StepKind.Extension, argument[1..^1]),
            "ofType" or "as" => new(StepKind.OfType, argument.StartsWith("FHIR.", StringComparison.Ordinal) ? argument[5..] : argument),
            _ => null
        };
    }

    static string Bare(string name) => name.EndsWith("[x]", StringComparison.Ordinal) ? name[..^3] : name;

    // At points that stand outside of brackets and quotes: the address of an extension has points of its own.
    static IEnumerable<string> Split(string path)
    {
        var (depth, start) = (0, 0);
        for (var i = 0; i < path.Length; i++)
        {
            depth += path[i] switch { '(' => 1, ')' => -1, _ => 0 };
            if (path[i] != '.' || depth > 0) continue;
            yield return path[start..i];
            start = i + 1;
        }
        yield return path[start..];
    }
}
