namespace Socle.Platform;

/// <summary>How Socle keeps its data.</summary>
public sealed record StorageSettings
{
    /// <summary>PostgreSQL connection string; empty: SQLite in the data folder.</summary>
    public string? Connection { get; init; }

    /// <summary>Changes that may wait for the writer; the next one is answered 429.</summary>
    public int WriterQueue { get; init; } = 1_024;

    /// <summary>Connections that read at the same time.</summary>
    public int Readers { get; init; } = 16;

    /// <summary>A read that lasts longer is stopped and refused; exports are not concerned.</summary>
    public TimeSpan StatementBudget { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Patient keys kept unwrapped in memory, about 200 bytes each.</summary>
    public int CachedKeys { get; init; } = 131_072;

    /// <summary>A second file, best on another machine's disk, that receives each signed head of the audit log; empty: none.</summary>
    public string? AuditHeadsCopy { get; init; }
}
