using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Socle.Platform;

namespace Socle.SignIn;

/// <summary>Each change of what somebody signs in with: one commit with its trace and the notice to every channel; what is revoked loses its sessions.</summary>
sealed class MeansChange(Passkeys passkeys, PasskeyStore keysStore, Phones phones, Sessions sessions, JourneyChange journeys, Db db, TimeProvider clock, Chance chance)
{
    public async Task Add(HttpContext http, Account account, string name, string question, string answer, CancellationToken stop)
    {
        if ((await keysStore.Of(account.Id, stop)).Count(one => one.EndedAt is null) >= MyMeans.MostKeys) throw SignInRefusals.TooManyKeys.With(MyMeans.MostKeys);
        var unit = new Unit();
        await passkeys.Add(unit, http, account.Id, name, question, answer, stop);
        journeys.Told(unit, http, account, "passkey-add", "notice.key-added", name);
        await db.Commit(unit, stop);
    }

    public async Task RevokeKey(HttpContext http, Account account, string id, CancellationToken stop)
    {
        var mine = (await keysStore.Of(account.Id, stop)).Where(one => one.EndedAt is null).ToList();
        if (mine.Find(one => one.Id == id) is not { } row) throw SignInRefusals.PasskeyGone.With();
        if (mine.Count == 1) throw SignInRefusals.LastKey.With();
        var unit = new Unit();
        PasskeyStore.End(unit, id, "revoked", clock.GetUtcNow());
        await sessions.EndAll(unit, id, stop);
        journeys.Told(unit, http, account, "passkey-revoke", "notice.key-revoked", row.Facts.Name);
        await db.Commit(unit, stop);
    }

    public async Task RevokePhone(HttpContext http, Account account, string id, CancellationToken stop)
    {
        if (await phones.Find(id, stop) is not { } phone || phone.AccountId != account.Id || phone.State == PhoneState.Revoked) throw SignInRefusals.PasskeyGone.With();
        var unit = new Unit();
        phones.Revoke(unit, phone, PhoneEnd.Unwanted);
        await sessions.EndAll(unit, id, stop);
        journeys.Told(unit, http, account, "phone-revoke", "notice.key-revoked", phone.Name);
        await db.Commit(unit, stop);
    }

    /// <summary>128 random bits in groups that can be typed; another one replaces it.</summary>
    public async Task<string> MakePaper(HttpContext http, Account account, CancellationToken stop)
    {
        var code = Convert.ToHexString(chance.Bytes(16));
        var unit = new Unit();
        JourneyStore.SetPaper(unit, account.Id, HashOf(code), clock.GetUtcNow());
        journeys.Told(unit, http, account, "paper-code", "notice.paper-made", null);
        await db.Commit(unit, stop);
        return string.Join(' ', Enumerable.Range(0, 8).Select(group => code.Substring(group * 4, 4)));
    }

    public async Task RefuseRecovery(HttpContext http, Account account, CancellationToken stop)
    {
        var unit = new Unit();
        JourneyStore.RemovePaper(unit, account.Id);
        journeys.Told(unit, http, account, "recovery-refused", "notice.recovery-refused", null);
        await db.Commit(unit, stop);
    }

    public static byte[] HashOf(string paper) =>
        SHA256.HashData(Encoding.ASCII.GetBytes("paper " + new string([.. paper.Where(char.IsAsciiHexDigit).Select(char.ToUpperInvariant)])));
}
