using Npgsql;

namespace Socle.Platform;

/// <summary>What went wrong with a batch, and whose statement it was when PostgreSQL says so.</summary>
sealed record PostgresFault(Exception Error, UnitCommand? Guilty)
{
    string? State => (Error as PostgresException)?.SqlState;

    public bool IsRetried => State is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected;

    /// <summary>The connection is gone, and with it the answer.</summary>
    public bool IsLost => Error is not PostgresException
        || State is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow
            or PostgresErrorCodes.TooManyConnections;

    public bool IsBroken => State is PostgresErrorCodes.IoError or PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted;

    public Exception ForCaller()
    {
        if (Error is PostgresException)
        {
            if (State is PostgresErrorCodes.DiskFull or PostgresErrorCodes.OutOfMemory or PostgresErrorCodes.InsufficientResources)
                return PlatformRefusals.DiskFull.With();
            if (IsLost || IsRetried || State == PostgresErrorCodes.QueryCanceled) return PlatformRefusals.DatabaseUnavailable.With();
            return (Guilty?.Rule, State) is (UnitRule.Touches, PostgresErrorCodes.DivisionByZero) or (UnitRule.Unique, PostgresErrorCodes.UniqueViolation)
                ? Guilty.Value.Otherwise!()
                : Error;
        }
        return Error is NpgsqlException or IOException or TimeoutException ? PlatformRefusals.DatabaseUnavailable.With() : Error;
    }
}
