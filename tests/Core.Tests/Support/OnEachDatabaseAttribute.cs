using System.Reflection;
using Xunit.Sdk;

namespace Socle.Support;

public enum DatabaseKind { Sqlite, Postgres }

/// <summary>
/// <c>[Theory, OnEachDatabase] public async Task Name(DatabaseKind kind)</c>: runs on SQLite and on PostgreSQL. Where PostgreSQL is absent only SQLite
/// runs at home (one skipped test says so: <c>PostgreSQL_is_here</c>); with CI=true each such test fails.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OnEachDatabaseAttribute : DataAttribute
{
    public override IEnumerable<object[]> GetData(MethodInfo testMethod)
    {
        yield return [DatabaseKind.Sqlite];
        if (PostgresServer.WhyAbsent is null || PostgresServer.IsRequired) yield return [DatabaseKind.Postgres];
    }
}

/// <summary>A test that needs PostgreSQL alone: skipped with the reason at home, run (and failing) in CI.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute()
    {
        if (PostgresServer.WhyAbsent is { } reason && !PostgresServer.IsRequired) Skip = reason;
    }
}
