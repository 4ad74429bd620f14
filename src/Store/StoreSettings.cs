using System.ComponentModel.DataAnnotations;

namespace Socle.Store;

/// <summary>How the Store answers.</summary>
public sealed record StoreSettings
{
    /// <summary>A search that takes longer is stopped and says what to add.</summary>
    public TimeSpan SearchBudget { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long a change waits before it shows in a list of changes by time (PostgreSQL, where several servers may write), so that none
    /// appears later with a time that was listed already. A write that waits for the database nearly as long is played again.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:05", "00:10:00")]
    public TimeSpan Settle { get; init; } = TimeSpan.FromSeconds(10);
}
