using Socle.Platform;
using Socle.Store;

namespace Socle.Bulk;

/// <summary>A request that is answered later.</summary>
sealed record Job(
    string Id, string Kind, string State, long Owner, DateTimeOffset MadeAt, DateTimeOffset ExpiresAt, JobRequest Request, JobProgress Progress,
    string? Fault)
{
    public const string Export = "export", Import = "import";
    public const string Waiting = "waiting", Held = "held", Done = "done", Failed = "failed", Cancelled = "cancelled";
}

/// <summary>Who asked, with which token, for what. It is all that a later run starts from.</summary>
/// <param name="Url">The address that was called, as the manifest repeats it.</param>
/// <param name="Base">« https://…/fhir/ ».</param>
sealed record JobRequest(Agent Agent, string Scopes, string Purpose, string? Correlation, string Url, string Base)
{
    public ExportPlan? Export { get; init; }
    public ImportPlan? Import { get; init; }

    /// <summary>What another module does with lines.</summary>
    public LinePlan? Lines { get; init; }

    /// <summary>How far the scope reached at the start.</summary>
    public ReachMark? Reach { get; init; }
}

/// <param name="Records">Only what stands in somebody's record (Patient and Group level).</param>
/// <param name="Patients">Patient keys; null at the levels of system and Patient.</param>
/// <param name="Filters">By type: searches, as they were written; one of them has to match.</param>
/// <param name="Deleted">Whether what was deleted since is told.</param>
sealed record ExportPlan(
    bool Records, IReadOnlyList<string> Types, IReadOnlyDictionary<string, IReadOnlyList<string>> Filters, string? Elements,
    DateTimeOffset? Since, DateTimeOffset Until, IReadOnlyList<long>? Patients, bool Deleted)
{
    /// <summary>Whether the end of the time was asked for; if not, it is the moment at which reading begins.</summary>
    public bool UntilIsAsked { get; init; }

    /// <summary>A second person said yes, and the delay is over.</summary>
    public bool Released { get; init; }
}

/// <param name="Type">What each line has to be; null: anything.</param>
/// <param name="Url">Where it is fetched from; null for what came with the request.</param>
sealed record ImportInput(string? Type, string? Url);

sealed record ImportPlan(IReadOnlyList<ImportInput> Inputs, string? Source);

/// <param name="Bytes">Of the lines, for what is told of the progress.</param>
sealed record LinePlan(long Bytes);

/// <summary>How far a job is: committed with each part of its work, so that another run goes on from there.</summary>
sealed record JobProgress
{
    /// <summary>Which type of the plan, or which input.</summary>
    public int Step { get; init; }

    /// <summary>In the second half of a type: those that were deleted.</summary>
    public bool Deleted { get; init; }

    /// <summary>Where the page before ended.</summary>
    public string? After { get; init; }

    public long Offset { get; init; }
    public long Line { get; init; }
    public int Files { get; init; }
    public long Faults { get; init; }

    /// <summary>Resources done, by type.</summary>
    public IReadOnlyDictionary<string, long> Counts { get; init; } = new Dictionary<string, long>();

    public long Total => Counts.Values.Sum();

    public JobProgress Counting(string type, long more)
    {
        if (more == 0) return this;
        return this with { Counts = new Dictionary<string, long>(Counts, StringComparer.Ordinal) { [type] = Counts.GetValueOrDefault(type) + more } };
    }
}

/// <param name="Kind">input, output or deleted.</param>
sealed record JobFile(int Number, string Kind, string Type, long Blob, long Lines, long Bytes)
{
    public const string Input = "input", Output = "output", Deleted = "deleted";
}

/// <summary>An export that one person alone may not take out.</summary>
/// <param name="Persons">How many people it is about, as far as was read: more than the threshold.</param>
/// <param name="DueAt">It does not go on before, whoever says so.</param>
sealed record Hold(string Job, long Persons, DateTimeOffset DueAt, ReleaseDecision? Decision);

sealed record ReleaseDecision(bool Released, string Agent, string Name, string Reason);
