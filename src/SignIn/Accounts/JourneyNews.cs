using System.Text;
using Socle.Platform;
using Socle.Platform.Web;

namespace Socle.SignIn;

/// <summary>What is done behind the answer: looks up who asked and sends the codes; tells every channel of a person what happened to their account.</summary>
sealed class JourneyNews(JourneyStore store, Journeys journeys, AccountStore accounts, People people, CodeChannel channel, Db db, TimeProvider clock)
{
    public const string Notice = "signin-notice";

    static Texts<SignInModule> T => new();

    public async Task Asked(OutboxMessage message, CancellationToken stop)
    {
        if (await store.Find(message.Body, clock.GetUtcNow(), stop) is not { Body: { AgentId: null, Asked: { } asked } body } row) return;
        if (await people.Find(asked, stop) is not { } found) return;
        if (await accounts.Of(found.AgentId, stop) is not null)
        {
            await Tell(found, T["notice.has-account"], stop);
            return;
        }
        var professional = body.Kind == AgentKind.Professional;
        if (found.Phone is not { } phone || (professional && found.Mailbox is null)) return;
        var (first, second) = (journeys.Digits(8), journeys.Digits(8));
        var unit = new Unit();
        store.Save(unit, row, body with
        {
            AgentId = found.AgentId, Name = found.Name, PhoneCode = journeys.CodeHash(row.Hash, CodeChannel.Phone, first),
            MailboxCode = professional ? journeys.CodeHash(row.Hash, CodeChannel.Mailbox, second) : null
        });
        await db.Commit(unit, stop);
        await channel.Send(CodeChannel.Phone, phone, T["notice.code", Grouped(first)], stop);
        if (professional) await channel.Send(CodeChannel.Mailbox, found.Mailbox!, T["notice.code", Grouped(second)], stop);
    }

    /// <summary>The account and the text's name; the person is looked up when it is sent.</summary>
    public static void Add(Unit unit, Outbox outbox, string account, string text) => outbox.Add(unit, Notice, Encoding.UTF8.GetBytes(account + " " + text));

    public async Task Tell(OutboxMessage message, CancellationToken stop)
    {
        var parts = Encoding.UTF8.GetString(message.Body).Split(' ');
        if (await accounts.Find(parts[0], stop) is { } account && await people.Of(account, stop) is { } reached) await Tell(reached, T[parts[1]], stop);
    }

    async Task Tell(Reached reached, string text, CancellationToken stop)
    {
        if (reached.Mailbox is { } mailbox) await channel.Send(CodeChannel.Mailbox, mailbox, text, stop);
        if (reached.Phone is { } phone) await channel.Send(CodeChannel.Phone, phone, text, stop);
    }

    static string Grouped(string code) => code[..4] + " " + code[4..];
}
