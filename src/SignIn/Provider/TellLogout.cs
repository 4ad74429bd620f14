using System.Text;
using System.Text.Json;
using Socle.Platform;

namespace Socle.SignIn;

/// <summary>
/// Back-channel logout: when a session ends its families end in the same commit, and each software that had tokens of it and registered an address is told.
/// One notice per software, so that one that does not answer delays no other; it carries numbers only.
/// </summary>
sealed class TellLogout(Outbox outbox, Grants grants, ProviderStore store, Clients clients, IssueTokens issue, EgressClient egress, Db db)
{
    const string Ended = "signin-session-ended", Notice = "signin-logout-notice";

    public void Register(SessionEnds ends)
    {
        ends.Add((unit, session) =>
        {
            grants.EndSession(unit, session.Sid);
            outbox.Add(unit, Ended, Encoding.ASCII.GetBytes(session.Sid));
        });
        outbox.Handle(Ended, Spread);
        outbox.Handle(Notice, Tell);
    }

    async Task Spread(OutboxMessage message, CancellationToken stop)
    {
        var unit = new Unit();
        foreach (var grant in (await store.GrantsOfSession(Encoding.ASCII.GetString(message.Body), stop)).DistinctBy(grant => grant.Client))
            if (await clients.FindActive(grant.Client, stop) is { BackchannelLogout: not null }) outbox.Add(unit, Notice, JsonSerializer.SerializeToUtf8Bytes(grant.Id));
        await db.Commit(unit, stop);
    }

    async Task Tell(OutboxMessage message, CancellationToken stop)
    {
        if (await store.Grant(JsonSerializer.Deserialize<string>(message.Body)!, stop) is not { } grant) return;
        if (await clients.FindActive(grant.Client, stop) is not { BackchannelLogout: { } address } client) return;
        var token = await issue.LogoutToken(client, grant, message.Id.ToString(System.Globalization.CultureInfo.InvariantCulture), stop);
        var answer = await egress.Send(HttpMethod.Post, address, Encoding.ASCII.GetBytes("logout_token=" + token), "application/x-www-form-urlencoded", stop);
        // 400 says that it will not: asking again changes nothing.
        if (answer.Status is not (200 or 204 or 400)) throw PlatformRefusals.EgressUnreachable.With();
    }
}
