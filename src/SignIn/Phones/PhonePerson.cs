using Socle.Access;

namespace Socle.SignIn;

/// <summary>Who answered by a phone, as they may act at this moment: an account that is active, a phone that is in use, a person who may practise.</summary>
sealed class PhonePerson(Accounts accounts, Phones phones, Situations situations, Suspensions suspensions)
{
    /// <summary>By what they proved who they are (RFC 8176): a key that cannot leave the phone, a passkey with user verification behind it.</summary>
    static readonly string[] Methods = ["pop", "user", "mfa"];

    /// <summary>The account of a professional by their number; null where nobody would answer.</summary>
    public async Task<Account?> Reachable(string rpps, CancellationToken stop) =>
        await accounts.Of("rpps:" + rpps, stop) is { State: AccountState.Active } account ? account : null;

    /// <summary>Null when account or phone ended since, or the person may not act.</summary>
    public async Task<SignedIn?> Of(PhoneRequest request, CancellationToken stop)
    {
        if (request is not { Account: { } id, Phone: { } means, AnsweredAt: { } at }) return null;
        if (await accounts.Find(id, stop) is not { State: AccountState.Active, Rpps: { } rpps } account) return null;
        if (await phones.Find(means, stop) is not { State: PhoneState.Active }) return null;
        // The first situation: another is chosen afterwards.
        if (await situations.Of(rpps, stop) is not [var first, ..] || await suspensions.Holds(first.Agent, stop)) return null;
        return new(first.Agent, account.Level, Methods, account.Id, means) { ProvedAt = at, Until = first.Until };
    }
}
