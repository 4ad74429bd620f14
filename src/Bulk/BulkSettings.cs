using System.ComponentModel.DataAnnotations;

namespace Socle.Bulk;

/// <summary>Exports, imports and how long what they made is kept.</summary>
public sealed record BulkSettings
{
    /// <summary>How long the files of a finished job can be fetched.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "30.00:00:00")]
    public TimeSpan Kept { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Jobs that run at the same time.</summary>
    [Range(1, 16)]
    public int Parallel { get; init; } = 2;

    /// <summary>Unfinished jobs of one caller; one more is refused (429).</summary>
    [Range(1, 1000)]
    public int PerCaller { get; init; } = 3;

    /// <summary>Resources in one file of an export.</summary>
    [Range(1, 1_000_000)]
    public int LinesPerFile { get; init; } = 20_000;

    /// <summary>Bytes after which a file of an export is closed, in MiB.</summary>
    [Range(1, 1024)]
    public int FileMebibytes { get; init; } = 64;

    /// <summary>The most bytes of one file to import, in MiB.</summary>
    [Range(1, 100_000)]
    public int ImportMebibytes { get; init; } = 4096;

    /// <summary>How long an export waits before it reads: writes that began before it have come to their end by then.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan Settle { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How many people's records one caller may take out by exports in a day; past that a second person has to release the export.</summary>
    [Range(0, 1_000)]
    public int ReleaseAbove { get; init; } = 1_000;

    /// <summary>How long such an export waits at least, released or not: time to notice it and to stop it.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "30.00:00:00")]
    public TimeSpan ReleaseDelay { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How long it waits for a decision after that; without one it ends.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "30.00:00:00")]
    public TimeSpan DecideWithin { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How long the address of a file serves, counted from the manifest that tells it; it serves once.</summary>
    [Range(typeof(TimeSpan), "00:00:05", "00:05:00")]
    public TimeSpan AddressLives { get; init; } = TimeSpan.FromMinutes(5);
}
