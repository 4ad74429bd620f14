using Microsoft.AspNetCore.Identity;

namespace Socle.SignIn;

/// <summary>Accounts and passkeys as ASP.NET Core Identity's passkey handler asks for them: it reads, and everything is written by <see cref="Passkeys"/>.</summary>
sealed class PasskeyUsers(AccountStore accounts, PasskeyStore passkeys) : IUserPasskeyStore<Account>
{
    public Task<string> GetUserIdAsync(Account user, CancellationToken stop) => Task.FromResult(user.Id);

    public Task<string?> GetUserNameAsync(Account user, CancellationToken stop) => Task.FromResult<string?>(user.Id);

    public Task<Account?> FindByIdAsync(string userId, CancellationToken stop) => accounts.Find(userId, stop);

    public async Task<IList<UserPasskeyInfo>> GetPasskeysAsync(Account user, CancellationToken stop) =>
        [.. (await passkeys.Of(user.Id, stop)).Where(one => one.EndedAt is null).Select(Info)];

    /// <summary>A revoked one is still known: it is never registered a second time.</summary>
    public async Task<Account?> FindByPasskeyIdAsync(byte[] credentialId, CancellationToken stop) =>
        await passkeys.OfCredential(credentialId, stop) is { } row ? await accounts.Find(row.Account, stop) : null;

    public async Task<UserPasskeyInfo?> FindPasskeyAsync(Account user, byte[] credentialId, CancellationToken stop) =>
        await passkeys.OfCredential(credentialId, stop) is { EndedAt: null } row && row.Account == user.Id ? Info(row) : null;

    public void Dispose()
    {
    }

    static UserPasskeyInfo Info(PasskeyRow row) => new(row.Facts.Credential, row.Facts.PublicKey, row.Since, (uint)row.Counter, row.Facts.Transports,
        isUserVerified: true, row.Facts.BackupEligible, row.Facts.BackedUp, attestationObject: [], clientDataJson: []);

    Task IUserPasskeyStore<Account>.AddOrUpdatePasskeyAsync(Account user, UserPasskeyInfo passkey, CancellationToken stop) => throw new NotSupportedException();
    Task IUserPasskeyStore<Account>.RemovePasskeyAsync(Account user, byte[] credentialId, CancellationToken stop) => throw new NotSupportedException();
    Task IUserStore<Account>.SetUserNameAsync(Account user, string? userName, CancellationToken stop) => throw new NotSupportedException();
    Task<string?> IUserStore<Account>.GetNormalizedUserNameAsync(Account user, CancellationToken stop) => throw new NotSupportedException();
    Task IUserStore<Account>.SetNormalizedUserNameAsync(Account user, string? normalizedName, CancellationToken stop) => throw new NotSupportedException();
    Task<IdentityResult> IUserStore<Account>.CreateAsync(Account user, CancellationToken stop) => throw new NotSupportedException();
    Task<IdentityResult> IUserStore<Account>.UpdateAsync(Account user, CancellationToken stop) => throw new NotSupportedException();
    Task<IdentityResult> IUserStore<Account>.DeleteAsync(Account user, CancellationToken stop) => throw new NotSupportedException();
    Task<Account?> IUserStore<Account>.FindByNameAsync(string normalizedUserName, CancellationToken stop) => throw new NotSupportedException();
}
