namespace Socle.Platform;

/// <summary>What the writer adds to every commit: the audit entries of its units, numbered, and the row that says how many there are.</summary>
abstract class Trail
{
    /// <summary>Statements for these units' entries, or null when they have none. Nothing is remembered before <see cref="Committed"/>.</summary>
    public abstract TrailStep? Next(IReadOnlyList<Pending> units);

    public abstract void Committed(TrailStep step);

    /// <summary>The last number of the log in the database, for a commit whose answer was lost.</summary>
    public abstract Sql Position { get; }

    /// <summary>Keeps the entries aside, durably, when the disk has no room for the database to grow. False: no room there either.</summary>
    public abstract bool Rescue(Unit unit);

    /// <summary>What was kept aside, to be committed now that there is room; null when nothing was.</summary>
    public abstract Unit? Rescued { get; }

    /// <summary>It is in the database now.</summary>
    public abstract void Drained();
}

/// <summary>The rows of one commit's audit entries. <paramref name="Guard"/> must touch a row: else another process writes this log.</summary>
sealed record TrailStep(Table Table, IReadOnlyList<object?[]> Rows, Sql Guard, long Last, IReadOnlyList<byte[]> Leaves, long Drained);
