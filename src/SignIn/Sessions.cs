using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Socle.Platform;

namespace Socle.SignIn;

/// <summary>
/// Sessions of people: a random cookie of 256 bits of which the server keeps SHA-256, a new one at each sign-in, an end after
/// a time without a request and an end whatever happens. Each has a public number, which tokens carry: it is asked of memory whether it lives.
/// </summary>
public sealed class Sessions
{
    const string Cookie = "__Host-sid", Changed = "sessions";
    const int Most = 100_000;
    static readonly TimeSpan SeenEvery = TimeSpan.FromMinutes(1);
    static readonly TimeSpan RememberedAfterEnd = TimeSpan.FromHours(1);
    static readonly TimeSpan Span = TimeSpan.FromSeconds(3);
    static readonly CookieOptions Options = new() { Path = "/", Secure = true, HttpOnly = true, SameSite = SameSiteMode.Strict };

    readonly SignInStore store;
    readonly Db db;
    readonly AuditLog audit;
    readonly SessionEnds ends;
    readonly SignInSettings settings;
    readonly TimeProvider clock;
    readonly Chance chance;
    readonly ConcurrentDictionary<string, Known> known = new(StringComparer.Ordinal);

    internal Sessions(SignInStore store, Db db, AuditLog audit, SessionEnds ends, SignInSettings settings, TimeProvider clock, Chance chance)
    {
        (this.store, this.db, this.audit, this.ends, this.settings, this.clock, this.chance) = (store, db, audit, ends, settings, clock, chance);
        db.Changes.Hear(Changed, known.Clear);
    }

    /// <summary>Begins a session for this request's browser; the one it had before ends. Answers its public number.</summary>
    public async Task<string> SignIn(HttpContext http, SignedIn who, CancellationToken stop)
    {
        var unit = new Unit();
        if (http.Request.Cookies[Cookie] is { Length: 64 } before && await store.Find(Hash(before), stop) is { } old) End(unit, [old]);
        var (cookie, sid) = Add(unit, who);
        Trace(unit, http.Correlation(), who.Agent, "sign-in", who.Level);
        await db.Commit(unit, stop);
        http.Response.Cookies.Append(Cookie, cookie, Options);
        return sid;
    }

    /// <summary>A session without a browser, for tokens of one who proved who they are elsewhere (CIBA). Answers its public number.</summary>
    public string Begin(Unit unit, SignedIn who, string? correlation = null)
    {
        Trace(unit, correlation, who.Agent, "sign-in", who.Level);
        return Add(unit, who).Sid;
    }

    /// <summary>The person proved once more who they are: the same session under a new cookie.</summary>
    internal async Task Prove(HttpContext http, string means, CancellationToken stop)
    {
        if (http.Request.Cookies[Cookie] is not { Length: 64 } before || await store.Find(Hash(before), stop) is not { } row) throw PlatformRefusals.SignInNeeded.With();
        var cookie = NewCookie();
        var unit = new Unit();
        store.Prove(unit, Hash(before), Hash(cookie), row with { Facts = row.Facts with { ProvedAt = clock.GetUtcNow() }, Means = means });
        Trace(unit, http.Correlation(), row.Agent, "step-up", row.Facts.Level);
        await db.Commit(unit, stop);
        http.Response.Cookies.Append(Cookie, cookie, Options);
    }

    public async Task SignOut(HttpContext http, CancellationToken stop)
    {
        if (http.Request.Cookies[Cookie] is { Length: 64 } cookie && http.AgentOrNull() is { } agent)
        {
            var unit = new Unit();
            if (await store.Find(Hash(cookie), stop) is { } row) End(unit, [row]);
            Trace(unit, http.Correlation(), agent, "sign-out", null);
            await db.Commit(unit, stop);
        }
        http.Response.Cookies.Delete(Cookie, Options);
        http.Response.Headers["Clear-Site-Data"] = "\"cache\", \"cookies\", \"storage\"";
    }

    /// <summary>The session of this number while it lives; null once it ended.</summary>
    public async Task<LiveSession?> Find(string sid, CancellationToken stop) =>
        await store.OfSid(sid, stop) is { } row && Lives(row) ? Live(row) : null;

    /// <summary>Whether this session lives, from memory: what ended here is known at once, what ended elsewhere within three seconds.</summary>
    public ValueTask<bool> Lives(string sid, CancellationToken stop) =>
        known.TryGetValue(sid, out var one) && clock.GetElapsedTime(one.ReadAt) < Span ? new(clock.GetUtcNow() < one.Until) : new(Look(sid, stop));

    /// <summary>It was used just now, elsewhere than on our pages: it does not end for want of requests.</summary>
    public async Task Use(string sid, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        if (await store.OfSid(sid, stop) is { } row && Lives(row) && now - row.SeenAt >= SeenEvery) await store.Seen(row.Hash, now, now + Times(row.Agent).Idle, stop);
    }

    /// <summary>Every session that lives.</summary>
    public async Task<IReadOnlyList<LiveSession>> All(CancellationToken stop) => [.. (await store.All(stop)).Where(Lives).Select(Live)];

    /// <summary>Ends every session of an agent, an account, or a passkey or phone; whoever asked to know is told in the same commit.</summary>
    public async Task EndAll(Unit unit, string whose, CancellationToken stop) => End(unit, await store.Of(whose, stop));

    /// <summary>Ends one session by its public number.</summary>
    public async Task End(Unit unit, string sid, CancellationToken stop)
    {
        if (await store.OfSid(sid, stop) is { } row) End(unit, [row]);
    }

    /// <summary>Says who the request's browser is signed in as.</summary>
    internal async Task Recognise(HttpContext http, CancellationToken stop)
    {
        if (http.Request.Cookies[Cookie] is not { Length: 64 } cookie) return;
        if (await store.Find(Hash(cookie), stop) is not { } session)
        {
            http.Response.Cookies.Delete(Cookie, Options);
            return;
        }
        if (!Lives(session))
        {
            http.Features.Set(new EndedSession(session.Agent.Id));
            return;
        }
        var now = clock.GetUtcNow();
        if (now - session.SeenAt >= SeenEvery) await store.Seen(session.Hash, now, now + Times(session.Agent).Idle, stop);
        http.SetAgent(session.Agent);
        var facts = session.Facts;
        http.Features.Set(new WebSession(cookie, session.EndsAt)
        {
            Level = facts.Level, Method = facts.Method, SignedInAt = facts.SignedInAt, ProvedAt = facts.ProvedAt,
            Sid = session.Sid, Account = session.Account, Means = session.Means
        });
    }

    /// <summary>Ended sessions are remembered for an hour: a form typed in one is given back to its writer.</summary>
    internal Task RemoveEnded(CancellationToken stop) => store.RemoveEnded(clock.GetUtcNow() - RememberedAfterEnd, stop);

    (string Cookie, string Sid) Add(Unit unit, SignedIn who)
    {
        var now = clock.GetUtcNow();
        var (idle, longest) = Times(who.Agent);
        var (cookie, sid) = (NewCookie(), Convert.ToHexStringLower(chance.Bytes(16)));
        var ends = new[] { now + longest, who.Until ?? DateTimeOffset.MaxValue, who.EndsAt ?? DateTimeOffset.MaxValue }.Min();
        store.Add(unit, new(Hash(cookie), sid, who.Account, who.Means, new(who.Agent, who.Level, [.. who.Method], now, who.ProvedAt ?? now), now, now + idle, ends));
        return (cookie, sid);
    }

    void End(Unit unit, IReadOnlyList<SessionRow> rows)
    {
        if (rows.Count == 0) return;
        foreach (var row in rows)
        {
            SignInStore.Remove(unit, row.Hash);
            ends.Tell(unit, Live(row));
        }
        db.Changes.Tell(unit, Changed);
    }

    async Task<bool> Look(string sid, CancellationToken stop)
    {
        var at = clock.GetTimestamp();
        var row = await store.OfSid(sid, stop);
        var until = row is null ? DateTimeOffset.MinValue : row.IdleUntil < row.EndsAt ? row.IdleUntil : row.EndsAt;
        if (known.Count >= Most) known.Clear();
        known[sid] = new(at, until);
        return clock.GetUtcNow() < until;
    }

    bool Lives(SessionRow row) => clock.GetUtcNow() is var now && now < row.IdleUntil && now < row.EndsAt;

    static LiveSession Live(SessionRow row) =>
        new(row.Sid, row.Agent, row.Facts.Level, row.Facts.Method, row.Facts.SignedInAt, row.EndsAt, row.Account, row.Means);

    void Trace(Unit unit, string? correlation, Agent agent, string action, string? level) => audit.Append(unit, new()
    {
        Agent = agent,
        Action = action,
        Patient = agent.PatientKey,
        Label = action == "sign-out" ? "Déconnexion" : "Connexion",
        Purpose = "connexion",
        Why = level,
        Correlation = correlation
    });

    (TimeSpan Idle, TimeSpan Longest) Times(Agent agent) => agent.Kind == AgentKind.Citizen
        ? (settings.CitizenIdle, settings.CitizenLongest)
        : (settings.ProfessionalIdle, settings.ProfessionalLongest);

    string NewCookie() => Convert.ToHexStringLower(chance.Bytes(32));

    static byte[] Hash(string cookie) => SHA256.HashData(Encoding.ASCII.GetBytes(cookie));

    sealed record Known(long ReadAt, DateTimeOffset Until);
}
