namespace Socle.Platform;

/// <summary>One thing done by somebody: kept for ever, readable by the person concerned and by the auditor.</summary>
public sealed record AuditEntry
{
    public required Agent Agent { get; init; }

    /// <summary>read, search, vread, history, create, update, delete, patch, deposit, find-patient, relation, sign-in…</summary>
    public required string Action { get; init; }

    /// <summary>The person concerned; 0 when it is about nobody.</summary>
    public long Patient { get; init; }

    /// <summary>"DocumentReference/abc", or a type for a search.</summary>
    public string Target { get; init; } = "";

    /// <summary>What it is called, in French: a document's title. Sealed under the patient's key.</summary>
    public string? Label { get; init; }

    public string Purpose { get; init; } = "soins";

    /// <summary>By what right, in French. Sealed under the patient's key.</summary>
    public string? Why { get; init; }

    /// <summary>"ok", or the code of the refusal.</summary>
    public string Outcome { get; init; } = "ok";

    public string? Correlation { get; init; }
}

/// <summary>A line of the audit log as people read it; <see cref="Readable"/> is false once the person was erased.</summary>
public sealed record AuditLine(AuditCursor Cursor, string Id, DateTimeOffset At, AuditEntry Entry, bool Readable);

/// <summary>A place in a listing; the next page begins before it.</summary>
public readonly record struct AuditCursor(long Log, long Sequence);

public enum AuditFault { Edited, Removed, Reordered, Inserted, PositionEdited, HeadEdited, HeadRemoved, TreeDiffers }

/// <summary>Something wrong with the log: which entry, and a sentence in French.</summary>
public sealed record AuditFinding(AuditFault Fault, long Log, long Sequence, string French);

/// <summary>What a verification found.</summary>
public sealed record AuditReport(long Entries, long Heads, IReadOnlyList<AuditFinding> Findings)
{
    public bool IsClean => Findings.Count == 0;
}
