using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Socle.Platform;

namespace Socle.SignIn;

/// <summary>
/// Journeys of browsers: a secret cookie of which SHA-256 is kept. Whether somebody is known is found out afterwards, in the background, so that the answer
/// to whoever asks is the same bytes after the same work.
/// </summary>
sealed class Journeys(JourneyStore store, Db db, Keys keys, Outbox outbox, Tries tries, TimeProvider clock, Chance chance)
{
    public const string Asked = "signin-asked";
    public const int MostWrong = 5;

    const string Cookie = "__Host-journey";
    static readonly TimeSpan Life = TimeSpan.FromMinutes(30);
    static readonly CookieOptions Options = new() { Path = "/", Secure = true, HttpOnly = true, SameSite = SameSiteMode.Strict };

    /// <summary>Somebody says who they are; who that is will be looked up.</summary>
    public async Task Begin(HttpContext http, AgentKind kind, Asked asked, CancellationToken stop)
    {
        await tries.Count(Tries.Source(http), Tries.OfSource, stop);
        await tries.Count(asked.Who, Tries.OfOne, stop);
        if (await tries.Since(asked.Who, Tries.Kept, stop) > Tries.OfOneADay) throw SignInRefusals.TooMany.With();
        var unit = new Unit();
        var row = Add(unit, http, new(JourneyGoal.Open, kind, Stage.Begun, NewAccount(), null, "") { Asked = asked });
        outbox.Add(unit, Asked, row.Hash);
        await db.Commit(unit, stop);
    }

    /// <summary>A journey whose first proof is at hand, or that waits for one from elsewhere.</summary>
    public async Task Begin(HttpContext http, Journey journey, CancellationToken stop)
    {
        var unit = new Unit();
        Add(unit, http, journey);
        await db.Commit(unit, stop);
    }

    public Task<JourneyRow?> Find(HttpContext http, CancellationToken stop) =>
        http.Request.Cookies[Cookie] is { Length: 64 } secret ? store.Find(Hash(secret), clock.GetUtcNow(), stop) : Task.FromResult<JourneyRow?>(null);

    /// <summary>Refuses a browser that began none, or whose journey is over.</summary>
    public async Task<JourneyRow> Get(HttpContext http, CancellationToken stop) => await Find(http, stop) ?? throw SignInRefusals.JourneyOver.With();

    /// <summary>The two codes, or a citizen's one. Null: not right; which of the two is never said.</summary>
    public async Task<JourneyRow?> TryCodes(JourneyRow row, string mailbox, string phone, CancellationToken stop)
    {
        var body = row.Body;
        var professional = body.Kind == AgentKind.Professional;
        var right = Same(body.PhoneCode, CodeHash(row.Hash, "phone", phone)) & (!professional | Same(body.MailboxCode, CodeHash(row.Hash, "mailbox", mailbox)));
        var next = !right ? null : professional ? body.With(Proof.MailboxCode)?.With(Proof.PhoneCode) : body.With(Proof.Card)?.With(Proof.PhoneCode);
        var unit = new Unit();
        store.Save(unit, row, next ?? body with { Wrong = body.Wrong + 1 });
        await db.Commit(unit, stop);
        return next is null ? null : row with { Body = next, Version = row.Version + 1 };
    }

    public long CodeHash(byte[] journey, string channel, string code) => keys.Hash("signin code", Convert.ToHexString(journey) + channel + code.Replace(" ", "", StringComparison.Ordinal));

    public string NewAccount() => keys.ExternalId(chance.NextLong(), chance.NextLong());

    /// <summary>So many digits, each as likely as another.</summary>
    public string Digits(int count)
    {
        var text = new StringBuilder(count);
        while (text.Length < count)
        {
            foreach (var one in chance.Bytes(count))
                if (one < 250 && text.Length < count) text.Append((char)('0' + one % 10));
        }
        return text.ToString();
    }

    public static void Forget(HttpContext http) => http.Response.Cookies.Delete(Cookie, Options);

    JourneyRow Add(Unit unit, HttpContext http, Journey journey)
    {
        var secret = Convert.ToHexStringLower(chance.Bytes(32));
        var row = new JourneyRow(Hash(secret), Digits(8), journey, 0, clock.GetUtcNow() + Life);
        store.Add(unit, row);
        http.Response.Cookies.Append(Cookie, secret, Options);
        return row;
    }

    // Nobody was found: no code is right, and finding that out takes the same.
    static bool Same(long? known, long typed) => (known is not null) & ((known ?? ~typed) == typed);

    static byte[] Hash(string secret) => SHA256.HashData(Encoding.ASCII.GetBytes(secret));
}
