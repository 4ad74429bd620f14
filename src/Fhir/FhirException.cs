namespace Socle.Fhir;

/// <summary>One line of an OperationOutcome. Severity: fatal, error, warning or information; Code: a FHIR issue type; Expression:
/// FHIRPath.</summary>
public sealed record Issue(string Severity, string Code, string? Expression, string Diagnostics);

/// <summary>Input that FHIR, one of its languages or a French identifier rule refuses; always with at least one issue.</summary>
public sealed class FhirException : Exception
{
    public FhirException(IReadOnlyList<Issue> issues) : base(issues.Count > 0 ? issues[0].Diagnostics : "Invalid input.") =>
        Issues = issues;

    public FhirException(string code, string? expression, string diagnostics)
        : this([new Issue("error", code, expression, diagnostics)]) { }

    public IReadOnlyList<Issue> Issues { get; }
}
