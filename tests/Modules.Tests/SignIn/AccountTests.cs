using Microsoft.AspNetCore.Http;
using Socle.Platform;
using Socle.SignIn;
using Socle.Support;

namespace Socle.Modules.Tests.SignIn;

/// <summary>Accounts and sessions on both databases: what ends, ends everywhere.</summary>
public sealed class AccountTests
{
    static readonly Agent Nurse = new(AgentKind.Professional, "rpps:99999000014", "Inès VAUBAN", "Infirmière", "990000015", "Cabinet", 5, 0);
    static readonly Agent Doctor = new(AgentKind.Professional, "rpps:99999000022", "Claire Jézéquel", "Médecin", "990000015", "Cabinet", 5, 0);
    static readonly Agent Steward = new(AgentKind.Steward, "steward:ordre", "Ordre", null, null, null, 1, 0);

    static Task<RecordWorld> Open(DatabaseKind kind) => RecordWorld.Open(kind, [], new SignInModule());

    static async Task<Account> Account(RecordWorld world, Agent agent, string level = Levels.Low)
    {
        var unit = new Unit();
        var account = world.Get<Accounts>().Open(unit, agent.Kind, agent.Id, agent.Name, level);
        await world.Database.Db.Commit(unit, default);
        return account;
    }

    static async Task<string> Begin(RecordWorld world, Agent agent, Account? account = null, string? means = null)
    {
        var unit = new Unit();
        var sid = world.Get<Sessions>().Begin(unit, new(agent, account?.Level ?? Levels.Demo, ["hwk", "user"], account?.Id, means));
        await world.Database.Db.Commit(unit, default);
        return sid;
    }

    static async Task End(RecordWorld world, string whose)
    {
        var unit = new Unit();
        await world.Get<Sessions>().EndAll(unit, whose, default);
        await world.Database.Db.Commit(unit, default);
    }

    [Theory, OnEachDatabase]
    public async Task An_account_is_found_by_its_person_and_there_is_one_of_each(DatabaseKind kind)
    {
        await using var world = await Open(kind);
        var made = await Account(world, Nurse, Levels.Substantial);
        made.Id.Length.ShouldBe(26);
        var accounts = world.Get<Accounts>();
        (await accounts.Find(made.Id, default))!.ShouldBe(made with { Since = made.Since.AddTicks(-(made.Since.Ticks % TimeSpan.TicksPerMicrosecond)) });
        (await accounts.Of(Nurse.Id, default))!.Id.ShouldBe(made.Id);
        (await accounts.Of(Doctor.Id, default)).ShouldBeNull();
        (await Should.ThrowAsync<Refusal>(() => Account(world, Nurse))).Kind.ShouldBe(SignInRefusals.AccountExists);
        var row = await world.Database.Db.First($"select facts from signin_account", r => r.Text(0), default);
        row.ShouldNotBeNull().ShouldNotContain("VAUBAN");
    }

    [Theory, OnEachDatabase]
    public async Task A_session_ends_with_its_account_its_person_or_its_means_and_not_with_another(DatabaseKind kind)
    {
        await using var world = await Open(kind);
        var sessions = world.Get<Sessions>();
        var ended = new List<string>();
        world.Get<SessionEnds>().Add((_, one) => ended.Add(one.Sid));
        var account = await Account(world, Nurse);
        var other = await Begin(world, Doctor);
        foreach (var whose in new[] { Nurse.Id, account.Id, "phone-1" })
        {
            var sid = await Begin(world, Nurse, account, "phone-1");
            (await sessions.Lives(sid, default)).ShouldBeTrue();
            var found = (await sessions.Find(sid, default)).ShouldNotBeNull();
            (found.Agent, found.Level, found.Account, found.Means).ShouldBe((Nurse, Levels.Low, account.Id, "phone-1"));
            found.Method.ShouldBe(["hwk", "user"]);
            await End(world, whose);
            (await sessions.Lives(sid, default)).ShouldBeFalse(whose);
            (await sessions.Find(sid, default)).ShouldBeNull();
            ended.ShouldBe([sid]);
            ended.Clear();
        }
        (await sessions.Lives(other, default)).ShouldBeTrue();
        (await sessions.All(default)).Select(one => one.Sid).ShouldBe([other]);
    }

    [Theory, OnEachDatabase]
    public async Task Another_process_hears_that_a_session_ended(DatabaseKind kind)
    {
        await using var world = await Open(kind);
        var beside = await world.Database.Beside();
        try
        {
            var elsewhere = new Sessions(new(beside.Db, beside.Keys), beside.Db, beside.Audit, new(), new(), world.Database.Clock, new());
            var sid = await Begin(world, Nurse);
            (await elsewhere.Lives(sid, default)).ShouldBeTrue();
            await End(world, Nurse.Id);
            await beside.Db.Changes.LookNow(default);   // looked every second where a server runs
            (await elsewhere.Lives(sid, default)).ShouldBeFalse();
        }
        finally
        {
            if (beside != world.Database.Storage) await beside.DisposeAsync();
        }
    }

    [Theory, OnEachDatabase]
    public async Task A_suspended_account_loses_its_sessions_and_a_revoked_one_never_comes_back(DatabaseKind kind)
    {
        await using var world = await Open(kind);
        var (accounts, sessions) = (world.Get<Accounts>(), world.Get<Sessions>());
        var account = await Account(world, Nurse);
        var sid = await Begin(world, Nurse, account);
        await accounts.Set(Steward, account, AccountState.Suspended, "Téléphone perdu", default);
        (await sessions.Lives(sid, default)).ShouldBeFalse();
        var now = (await accounts.Find(account.Id, default))!;
        (now.State, now.Why).ShouldBe((AccountState.Suspended, "Téléphone perdu"));
        await accounts.Set(Steward, now, AccountState.Active, "Retrouvé", default);
        await accounts.Set(Steward, now, AccountState.Revoked, "Départ à la retraite", default);
        (await Should.ThrowAsync<Refusal>(() => accounts.Set(Steward, now, AccountState.Active, "Retour", default))).Kind.ShouldBe(SignInRefusals.AccountGone);
        (await world.Database.Audit.Latest(null, 10, default)).Select(line => line.Entry.Action).ShouldContain("account-revoked");
    }

    [Theory, OnEachDatabase]
    public async Task Who_proves_again_who_they_are_keeps_the_session_under_a_new_cookie(DatabaseKind kind)
    {
        await using var world = await Open(kind);
        var sessions = world.Get<Sessions>();
        var account = await Account(world, Nurse);
        var (first, cookie) = await Ask(world, "", http => sessions.SignIn(http, new(Nurse, Levels.Low, ["hwk"], account.Id, "key-1"), default));
        var before = (await Seen(world, cookie)).ShouldNotBeNull();
        world.Database.Clock.Move(TimeSpan.FromMinutes(6));
        var (_, fresh) = await Ask(world, cookie, async http => { await sessions.Prove(http, "key-2", default); return ""; });
        (await Seen(world, cookie)).ShouldBeNull("the old cookie opens nothing");
        var after = (await Seen(world, fresh)).ShouldNotBeNull();
        (after.Sid, after.SignedInAt, after.Means).ShouldBe((first, before.SignedInAt, "key-2"));
        (after.ProvedAt - before.ProvedAt).ShouldBeGreaterThan(TimeSpan.FromMinutes(5));
    }

    static async Task<(string Sid, string Cookie)> Ask(RecordWorld world, string cookie, Func<HttpContext, Task<string>> act)
    {
        var http = new DefaultHttpContext();
        http.Request.Headers.Cookie = cookie;
        var sid = await act(http);
        return (sid, http.Response.Headers.SetCookie.ToString().Split(';')[0]);
    }

    static async Task<WebSession?> Seen(RecordWorld world, string cookie)
    {
        var http = new DefaultHttpContext();
        http.Request.Headers.Cookie = cookie;
        await world.Get<Sessions>().Recognise(http, default);
        return http.Features.Get<WebSession>();
    }
}
