namespace Socle.Fhir;

/// <summary>A rule of R4 that may be broken at one place: it is told as a warning there.</summary>
/// <param name="Rule">The key of an invariant, or <see cref="Targets"/>.</param>
/// <param name="Element">« Medication.ingredient.strength », or a type (« Timing.repeat », « Reference »).</param>
/// <param name="LeadsTo">Of a reference: the type that it may lead to as well.</param>
/// <param name="Bundle">Only in a resource of such a bundle (« searchset ») that is kept whole.</param>
public sealed record ToleratedBreach(string Rule, string Element, string? LeadsTo = null, string? Bundle = null)
{
    /// <summary>The name of the rule that a reference leads to a type that R4 names there.</summary>
    public const string Targets = "reference-target";

    internal bool Covers(string rule, FhirNode node, string? leadsTo) =>
        Rule == rule && LeadsTo == leadsTo && (Bundle is null || (node.Document.ResourceType == "Bundle" && node.Document.Root["type"].Text == Bundle))
        && (node.Definition?.Name == Element || (node.Property is { } property && $"{property.Owner.Name}.{property.Element.Name}" == Element));
}

/// <summary>What a validation found, each once, at most so many.</summary>
sealed class Findings(bool errorsOnly, IReadOnlyList<ToleratedBreach>? tolerated = null)
{
    public const int Most = 200;
    List<Issue>? issues;
    HashSet<(string?, string)>? seen;

    public bool ErrorsOnly => errorsOnly;

    public bool IsFull => issues?.Count >= Most;
    public bool HasErrors { get; private set; }
    public IReadOnlyList<Issue> Issues => issues ?? (IReadOnlyList<Issue>)[];

    public void Error(string code, string? at, string diagnostics) => Add("error", code, at, diagnostics);

    public void Warning(string code, string? at, string diagnostics) => Add("warning", code, at, diagnostics);

    /// <summary>A rule of R4 is broken: an error, or a warning where it is tolerated, which is told even to who wants errors only.</summary>
    public void Breach(string rule, FhirNode node, string code, string diagnostics, string? leadsTo = null)
    {
        foreach (var breach in tolerated ?? [])
            if (breach.Covers(rule, node, leadsTo))
            {
                Put("warning", code, node.Path, diagnostics);
                return;
            }
        Error(code, node.Path, diagnostics);
    }

    public void Add(string severity, string code, string? at, string diagnostics)
    {
        var isError = severity is "error" or "fatal";
        HasErrors |= isError;
        if (!errorsOnly || isError) Put(severity, code, at, diagnostics);
    }

    void Put(string severity, string code, string? at, string diagnostics)
    {
        if (IsFull || !(seen ??= []).Add((at, diagnostics))) return;
        (issues ??= []).Add(new Issue(severity, code, at, diagnostics));
        if (IsFull) issues.Add(new Issue("warning", "too-long", null, $"More than {Most} issues: the rest is not listed."));
    }
}
