using System.Collections.Concurrent;

namespace Socle.SignIn;

/// <summary>
/// Tokens that were verified a moment ago: a signature costs more than all the rest of a request. Their dates are looked at each
/// time; after <see cref="Span"/> the whole token is verified again.
/// </summary>
sealed class TokenMemory(TimeProvider clock)
{
    public static readonly TimeSpan Span = TimeSpan.FromSeconds(5);

    const int Most = 10_000;

    readonly ConcurrentDictionary<string, Known> known = new(StringComparer.Ordinal);

    public Task<ReadToken>? Find(string token, Func<DateTime, DateTime, bool> isNow) =>
        known.TryGetValue(token, out var entry) && clock.GetElapsedTime(entry.VerifiedAt) < Span && isNow(entry.From, entry.Until) ? entry.Read : null;

    public void Keep(string token, DateTime from, DateTime until, ReadToken read)
    {
        if (known.Count >= Most) known.Clear();
        known[token] = new(clock.GetTimestamp(), from, until, Task.FromResult(read));
    }

    sealed record Known(long VerifiedAt, DateTime From, DateTime Until, Task<ReadToken> Read);
}
