using Socle.Support;

namespace Socle.Core.Tests.Platform;

public sealed class PostgresPresenceTests
{
    [PostgresFact]
    public void PostgreSQL_is_here() => PostgresServer.WhyAbsent.ShouldBeNull();
}
