using System.Globalization;

namespace Socle.Platform;

/// <summary>The closed list of reasons to say no; the number is the HTTP status.</summary>
public enum Reason
{
    Malformed = 400,
    Unauthenticated = 401,
    Forbidden = 403,
    NotFound = 404,
    NotAllowed = 405,
    NotAcceptable = 406,
    Conflict = 409,
    Gone = 410,
    PreconditionFailed = 412,
    TooLarge = 413,
    UnsupportedMedia = 415,
    Unprocessable = 422,
    TooMany = 429,
    Unavailable = 503,
    InsufficientStorage = 507
}

/// <summary>One way of saying no: its stable kebab-case code, its reason, and its French message with {0} holes.</summary>
public sealed record RefusalKind(string Code, Reason Reason, string French)
{
    public Refusal With(params object?[] args) => new(this, [], args);

    public Refusal With(IReadOnlyList<RefusalIssue> issues, params object?[] args) => new(this, issues, args);
}

/// <summary>One finding of a refusal in FHIR's words; <paramref name="Expression"/> is a FHIRPath.</summary>
public sealed record RefusalIssue(string Severity, string Code, string? Expression, string Diagnostics);

/// <summary>An expected no, thrown anywhere and translated once at the edge. Any other exception is a bug of ours.</summary>
public sealed class Refusal : Exception
{
    static readonly CultureInfo FrenchFormat = CultureInfo.GetCultureInfo("fr-FR");

    public Refusal(RefusalKind kind, IReadOnlyList<RefusalIssue> issues, params object?[] args)
        : base(args.Length == 0 ? kind.French : string.Format(FrenchFormat, kind.French, args))
    {
        Kind = kind;
        Issues = issues;
    }

    public RefusalKind Kind { get; }

    public IReadOnlyList<RefusalIssue> Issues { get; }

    public Reason Reason => Kind.Reason;

    public string Code => Kind.Code;

    /// <summary>The message for people.</summary>
    public string French => Message;

    /// <summary>What the person can do about it, in French, when there is something.</summary>
    public string? Actionable { get; init; }
}
