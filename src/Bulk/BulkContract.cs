using Microsoft.Extensions.DependencyInjection;
using Socle.Platform;
using Socle.Store;

namespace Socle.Bulk;

/// <summary>A line of what was brought, with its number from 1.</summary>
public readonly record struct BulkLine(long Number, ReadOnlyMemory<byte> Bytes);

/// <summary>What a line is answered with: JSON without a line break, or in French why it is none.</summary>
public sealed record LineAnswer(ReadOnlyMemory<byte> Json, string? Fault)
{
    public static LineAnswer Of(byte[] json) => new(json, null);

    public static LineAnswer Wrong(string french) => new(default, french);
}

/// <summary>
/// What another module does with many lines, later: NDJSON comes in, NDJSON goes out, faults are told by their line. It is asked for, looked at, fetched and
/// cancelled like an export, and goes on after a kill where its last part ended.
/// </summary>
public abstract class LineWork
{
    /// <summary>The job's word, which stands in its row: « insi-verify ». The operation is called the same.</summary>
    public abstract string Kind { get; }

    /// <summary>Relative to the base: « Patient/$insi-verify ».</summary>
    public abstract string Route { get; }

    /// <summary>Refuses whoever may not ask: when it is asked for, before each part of the work, and before each download.</summary>
    public abstract Task<Scope> Enter(Agent agent, GrantedScopes? granted, string? correlation, CancellationToken stop);

    /// <summary>An answer for each line in its place. The same lines may come again after a kill.</summary>
    public abstract Task<IReadOnlyList<LineAnswer>> Do(Scope scope, IReadOnlyList<BulkLine> lines, CancellationToken stop);
}

public static class LineWorks
{
    public static IServiceCollection AddLineWork<T>(this IServiceCollection services) where T : LineWork
    {
        services.AddSingleton<T>().AddSingleton<LineWork>(p => p.GetRequiredService<T>());
        return services.AddSingleton(p => p.GetRequiredService<StartLines>().Operation(p.GetRequiredService<T>()));
    }
}
