using System.ComponentModel.DataAnnotations;

namespace Socle.Subscriptions;

/// <summary>How many subscriptions there may be, and how long a receiver is waited for.</summary>
public sealed record SubscriptionsSettings
{
    /// <summary>Subscriptions of one caller; one more is refused (429).</summary>
    [Range(1, 10_000)]
    public int PerCaller { get; init; } = 20;

    /// <summary>Failed deliveries in a row after which a subscription is in error.</summary>
    [Range(1, 100)]
    public int Tries { get; init; } = 8;

    /// <summary>Wait after the first failed delivery; it doubles with each.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan Backoff { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long what happened can be asked for again ($events).</summary>
    [Range(typeof(TimeSpan), "00:01:00", "90.00:00:00")]
    public TimeSpan Kept { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Events that may wait for one subscription; past that it is switched off.</summary>
    [Range(1, 1_000_000)]
    public int MostWaiting { get; init; } = 10_000;

    /// <summary>Open websockets of one caller.</summary>
    [Range(1, 1_000)]
    public int SocketsPerCaller { get; init; } = 5;

    /// <summary>Open websockets in all.</summary>
    [Range(1, 100_000)]
    public int Sockets { get; init; } = 500;
}
