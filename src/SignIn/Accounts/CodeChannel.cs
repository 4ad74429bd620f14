using System.Net.Mail;
using System.Text.Json;
using Socle.Platform;

namespace Socle.SignIn;

/// <summary>
/// Mail and telephone: to the page of messages in a demonstration folder, to the operator's mail server and SMS gateway elsewhere. What cannot be sent is
/// tried again by the outbox that asked for it.
/// </summary>
sealed class CodeChannel(SignInSettings settings, DataFolder folder, EgressClient egress, JourneyStore store, Db db, TimeProvider clock, Chance chance)
{
    public const string Mailbox = "mailbox", Phone = "phone";

    public async Task Send(string channel, string to, string text, CancellationToken stop)
    {
        if (folder.IsDemonstration) await Show(channel, to, text, stop);
        else if (channel == Mailbox) await Mail(to, text, stop);
        else await Sms(to, text, stop);
    }

    async Task Show(string channel, string to, string text, CancellationToken stop)
    {
        var unit = new Unit();
        store.Say(unit, chance.NextLong(), new(channel, to, text, clock.GetUtcNow()));
        await db.Commit(unit, stop);
    }

    async Task Mail(string to, string text, CancellationToken stop)
    {
        if (settings.MailServer.Length == 0) throw SignInRefusals.ChannelClosed.With("MailServer");
        using var client = new SmtpClient(settings.MailServer, settings.MailPort) { EnableSsl = settings.MailPort != 25 };
        using var message = new MailMessage(settings.MailFrom, to, "Votre moyen de connexion", text);
        try
        {
            await client.SendMailAsync(message, stop);
        }
        catch (SmtpException)
        {
            throw SignInRefusals.ChannelClosed.With(settings.MailServer);
        }
    }

    async Task Sms(string to, string text, CancellationToken stop)
    {
        if (settings.SmsGateway.Length == 0) throw SignInRefusals.ChannelClosed.With("SmsGateway");
        var body = JsonSerializer.SerializeToUtf8Bytes(new { to, text, key = settings.SmsKey });
        var answer = await egress.Send(HttpMethod.Post, settings.SmsGateway, body, "application/json", stop);
        if (!answer.IsSuccess) throw SignInRefusals.ChannelClosed.With("SmsGateway");
    }
}
