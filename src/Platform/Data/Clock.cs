namespace Socle.Platform;

/// <summary>Instants as the database keeps them: whole microseconds of UTC since 1970.</summary>
public static class Clock
{
    public static long Micros(TimeProvider clock) => Micros(clock.GetUtcNow());

    public static long Micros(DateTimeOffset at) => (at.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    public static DateTimeOffset FromMicros(long micros) => DateTimeOffset.UnixEpoch.AddTicks(micros * TimeSpan.TicksPerMicrosecond);
}
