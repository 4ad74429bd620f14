using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Socle.Platform;

namespace Socle.SignIn;

/// <summary>
/// Sessions of people on pages: a random cookie of 256 bits of which the server keeps SHA-256, a new one at each sign-in, an end after
/// a time without a request and an end whatever happens.
/// </summary>
sealed class Sessions
{
    const string Cookie = "__Host-sid";
    static readonly TimeSpan SeenEvery = TimeSpan.FromMinutes(1);
    static readonly TimeSpan RememberedAfterEnd = TimeSpan.FromHours(1);
    static readonly CookieOptions Options = new() { Path = "/", Secure = true, HttpOnly = true, SameSite = SameSiteMode.Strict };

    readonly SignInStore store;
    readonly Db db;
    readonly AuditLog audit;
    readonly SignInSettings settings;
    readonly TimeProvider clock;
    readonly Chance chance;

    internal Sessions(SignInStore store, Db db, AuditLog audit, SignInSettings settings, TimeProvider clock, Chance chance) =>
        (this.store, this.db, this.audit, this.settings, this.clock, this.chance) = (store, db, audit, settings, clock, chance);

    /// <summary>Begins a session for this request's browser; the one it had before ends.</summary>
    public async Task SignIn(HttpContext http, Agent agent, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        var (idle, longest) = Times(agent);
        var sid = Convert.ToHexStringLower(chance.Bytes(32));
        var unit = new Unit();
        if (http.Request.Cookies[Cookie] is { Length: 64 } before) SignInStore.Remove(unit, Hash(before));
        store.Add(unit, Hash(sid), agent, now, now + idle, now + longest);
        Trace(unit, http, agent, "sign-in");
        await db.Commit(unit, stop);
        http.Response.Cookies.Append(Cookie, sid, Options);
    }

    public async Task SignOut(HttpContext http, CancellationToken stop)
    {
        if (http.Request.Cookies[Cookie] is { Length: 64 } sid && http.AgentOrNull() is { } agent)
        {
            var unit = new Unit();
            SignInStore.Remove(unit, Hash(sid));
            Trace(unit, http, agent, "sign-out");
            await db.Commit(unit, stop);
        }
        http.Response.Cookies.Delete(Cookie, Options);
        http.Response.Headers["Clear-Site-Data"] = "\"cache\", \"cookies\", \"storage\"";
    }

    /// <summary>Says who the request's browser is signed in as.</summary>
    internal async Task Recognise(HttpContext http, CancellationToken stop)
    {
        if (http.Request.Cookies[Cookie] is not { Length: 64 } sid) return;
        var hash = Hash(sid);
        if (await store.Find(hash, stop) is not { } session)
        {
            http.Response.Cookies.Delete(Cookie, Options);
            return;
        }
        var now = clock.GetUtcNow();
        if (now >= session.IdleUntil || now >= session.EndsAt)
        {
            http.Features.Set(new EndedSession(session.Agent.Id));
            return;
        }
        if (now - session.SeenAt >= SeenEvery) await store.Seen(hash, now, now + Times(session.Agent).Idle, stop);
        http.SetAgent(session.Agent);
        http.Features.Set(new WebSession(sid, session.EndsAt));
    }

    /// <summary>Ended sessions are remembered for an hour: a form typed in one is given back to its writer.</summary>
    internal Task RemoveEnded(CancellationToken stop) => store.RemoveEnded(clock.GetUtcNow() - RememberedAfterEnd, stop);

    void Trace(Unit unit, HttpContext http, Agent agent, string action) => audit.Append(unit, new()
    {
        Agent = agent,
        Action = action,
        Patient = agent.PatientKey,
        Label = action == "sign-in" ? "Connexion" : "Déconnexion",
        Purpose = "connexion",
        Correlation = http.Correlation()
    });

    (TimeSpan Idle, TimeSpan Longest) Times(Agent agent) => agent.Kind == AgentKind.Citizen
        ? (settings.CitizenIdle, settings.CitizenLongest)
        : (settings.ProfessionalIdle, settings.ProfessionalLongest);

    static byte[] Hash(string sid) => SHA256.HashData(Encoding.ASCII.GetBytes(sid));
}
