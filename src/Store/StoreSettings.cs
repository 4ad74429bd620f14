namespace Socle.Store;

/// <summary>How the Store answers.</summary>
public sealed record StoreSettings
{
    /// <summary>A search that takes longer is stopped and says what to add.</summary>
    public TimeSpan SearchBudget { get; init; } = TimeSpan.FromSeconds(2);
}
