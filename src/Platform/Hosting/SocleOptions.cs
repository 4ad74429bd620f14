using Microsoft.Extensions.DependencyInjection;

namespace Socle.Platform;

/// <summary>What the command line decides; everything else is a setting in the data folder.</summary>
public sealed record SocleOptions
{
    /// <summary>Database, keys and socle.json.</summary>
    public required string DataFolder { get; init; }

    /// <summary>PostgreSQL connection string; null is the embedded SQLite.</summary>
    public string? Database { get; init; }

    public IReadOnlyList<string> Urls { get; init; } = ["http://localhost:5080"];

    /// <summary>Demonstration: choose a person from a list. Each page says so.</summary>
    public bool Demo { get; init; }

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public Chance Chance { get; init; } = new();

    /// <summary>Set by <see cref="SocleApp.Open"/>; null in tests of the pages alone.</summary>
    public Storage? Storage { get; init; }

    /// <summary>Written to the log at all? Tests are silent.</summary>
    public bool Log { get; init; } = true;

    /// <summary>The last word on services: the host's telemetry, a test's replacement.</summary>
    public Action<IServiceCollection>? Services { get; init; }
}
