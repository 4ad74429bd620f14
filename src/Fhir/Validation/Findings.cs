namespace Socle.Fhir;

/// <summary>What a validation found, each once, at most so many.</summary>
sealed class Findings(bool errorsOnly)
{
    public const int Most = 200;
    readonly List<Issue> issues = [];
    readonly HashSet<(string?, string)> seen = [];

    public bool ErrorsOnly => errorsOnly;

    /// <summary>Rules of R4 that are let be.</summary>
    public IReadOnlySet<string>? Without { get; init; }

    public bool Judges(string rule) => Without is null || !Without.Contains(rule);

    public bool IsFull => issues.Count >= Most;
    public bool HasErrors { get; private set; }
    public IReadOnlyList<Issue> Issues => issues;

    public void Error(string code, string? at, string diagnostics) => Add("error", code, at, diagnostics);

    public void Warning(string code, string? at, string diagnostics) => Add("warning", code, at, diagnostics);

    public void Add(string severity, string code, string? at, string diagnostics)
    {
        var isError = severity is "error" or "fatal";
        HasErrors |= isError;
        if ((errorsOnly && !isError) || IsFull || !seen.Add((at, diagnostics))) return;
        issues.Add(new Issue(severity, code, at, diagnostics));
        if (IsFull) issues.Add(new Issue("warning", "too-long", null, $"More than {Most} issues: the rest is not listed."));
    }

    public void AddAll(IEnumerable<Issue> found)
    {
        foreach (var issue in found) Add(issue.Severity, issue.Code, issue.Expression, issue.Diagnostics);
    }
}
