using Microsoft.AspNetCore.Http;
using Socle.Platform;

namespace Socle.SignIn;

/// <summary>
/// How often somebody tried, by whom or what it was about and by where it came from: the same for those we know and those we do not. A passkey is never
/// counted against its person: nobody locks a doctor out by guessing.
/// </summary>
sealed class Tries(Db db, Keys keys, TimeProvider clock, Chance chance)
{
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(15), Kept = TimeSpan.FromDays(1);

    public const int OfOne = 5, OfSource = 20, OfOneADay = 10;

    /// <summary>Where a request comes from.</summary>
    public static string Source(HttpContext http) => "source:" + (http.Connection.RemoteIpAddress?.ToString() ?? "local");

    /// <summary>Counts one more try; refuses the one that is too many.</summary>
    public async Task Count(string what, int most, CancellationToken stop)
    {
        if (await Since(what, Window, stop) >= most) throw SignInRefusals.TooMany.With();
        var unit = new Unit();
        unit.Add($"insert into signin_try (id, what, at) values ({chance.NextLong()}, {Key(what)}, {Clock.Micros(clock)})");
        await db.Commit(unit, stop);
    }

    public async Task<long> Since(string what, TimeSpan window, CancellationToken stop) =>
        await db.First($"select count(*) from signin_try where what = {Key(what)} and at > {Clock.Micros(clock.GetUtcNow() - window)}", row => row.Long(0), stop);

    long Key(string what) => keys.Hash("signin try", what);
}
