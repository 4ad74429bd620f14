using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Socle.Platform;

namespace Socle.SignIn;

/// <summary>What a browser is asked.</summary>
/// <param name="Id">Comes back with the answer; it is asked once.</param>
/// <param name="Options">For navigator.credentials, as WebAuthn level 3 writes it in JSON.</param>
sealed record PasskeyQuestion(string Id, string Options);

/// <summary>
/// Passkeys (WebAuthn level 3) by the handler of ASP.NET Core Identity, over our own tables. Each question is kept here for two minutes and answered once;
/// the user is always verified; the name of the server and the origin are exactly ours; a counter that does not grow is refused.
/// </summary>
sealed class Passkeys
{
    const string ToSignIn = "sign-in", ToAdd = "add";
    const int LongestAnswer = 16_384;
    static readonly TimeSpan Life = TimeSpan.FromSeconds(120);

    // ES256, ES384, PS256, RS256 (Windows Hello).
    static readonly int[] Algorithms = [-7, -35, -37, -257];

    readonly PasskeyStore store;
    readonly Db db;
    readonly Keys keys;
    readonly TimeProvider clock;
    readonly Chance chance;
    readonly PasskeyHandler<Account> handler;

    public Passkeys(PasskeyStore store, PasskeyUsers users, WebSettings web, Db db, Keys keys, TimeProvider clock, Chance chance)
    {
        (this.store, this.db, this.keys, this.clock, this.chance) = (store, db, keys, clock, chance);
        // The manager only passes questions on to the store: it makes no password, no token and no claim here.
        var manager = new UserManager<Account>(
            users, Options.Create(new IdentityOptions()), null!, [], [], null!, new IdentityErrorDescriber(), null!, NullLogger<UserManager<Account>>.Instance);
        handler = new(manager, Options.Create(new IdentityPasskeyOptions
        {
            ServerDomain = web.Host,
            UserVerificationRequirement = "required",
            ResidentKeyRequirement = "required",
            AttestationConveyancePreference = "none",
            ChallengeSize = 32,
            AuthenticatorTimeout = Life,
            IsAllowedAlgorithm = Algorithms.Contains,
            ValidateOrigin = asked => ValueTask.FromResult(IsOurs(asked, web))
        }));
    }

    /// <summary>Asks for a passkey: of this account, or of whoever has one.</summary>
    public async Task<PasskeyQuestion> Ask(HttpContext http, Account? account, CancellationToken stop)
    {
        var asked = await handler.MakeRequestOptionsAsync(account, http);
        return await Keep(ToSignIn, asked.RequestOptionsJson, asked.AssertionState!, stop);
    }

    /// <summary>Asks the browser to make one for an account, which need not stand yet.</summary>
    public async Task<PasskeyQuestion> AskNew(HttpContext http, string account, string name, CancellationToken stop)
    {
        var asked = await handler.MakeCreationOptionsAsync(new() { Id = account, Name = name, DisplayName = name }, http);
        return await Keep(ToAdd, asked.CreationOptionsJson, asked.AttestationState!, stop);
    }

    /// <summary>Whose passkey answered. Its counter is written before this returns; refuses whatever is not exactly right.</summary>
    public async Task<PasskeyRow> Prove(HttpContext http, string question, string answer, CancellationToken stop)
    {
        var state = await Take(ToSignIn, question, answer, stop);
        var result = await handler.PerformAssertionAsync(new() { HttpContext = http, CredentialJson = answer, AssertionState = state });
        if (!result.Succeeded) throw SignInRefusals.PasskeyRefused.With();
        var row = await store.OfCredential(result.Passkey.CredentialId, stop);
        if (row is null || row.Account != result.User.Id) throw SignInRefusals.PasskeyRefused.With();
        var unit = new Unit();
        PasskeyStore.Used(unit, row, result.Passkey.SignCount, clock.GetUtcNow());
        await db.Commit(unit, stop);
        return row;
    }

    /// <summary>The new passkey, as a row of this unit; refuses one that was made for another account.</summary>
    public async Task<PasskeyRow> Add(Unit unit, HttpContext http, string account, string name, string question, string answer, CancellationToken stop)
    {
        var state = await Take(ToAdd, question, answer, stop);
        var result = await handler.PerformAttestationAsync(new() { HttpContext = http, CredentialJson = answer, AttestationState = state });
        if (!result.Succeeded || result.UserEntity.Id != account) throw SignInRefusals.PasskeyRefused.With();
        var made = result.Passkey;
        var row = new PasskeyRow(keys.ExternalId(chance.NextLong(), chance.NextLong()), account,
            new(made.CredentialId, made.PublicKey, made.Transports ?? [], made.IsBackupEligible, made.IsBackedUp, name), made.SignCount, clock.GetUtcNow(), null, null, null);
        store.Add(unit, row);
        return row;
    }

    /// <summary>Keeps something for one answer within two minutes, and gives its secret number.</summary>
    public async Task<string> Keep(string use, string state, CancellationToken stop)
    {
        var id = Convert.ToHexStringLower(chance.Bytes(32));
        var unit = new Unit();
        store.Ask(unit, Hash(id), use, state, clock.GetUtcNow() + Life);
        await db.Commit(unit, stop);
        return id;
    }

    public async Task<string?> TakeKept(string use, string id, CancellationToken stop) =>
        id.Length == 64 ? await store.Take(Hash(id), use, clock.GetUtcNow(), stop) : null;

    async Task<PasskeyQuestion> Keep(string use, string options, string state, CancellationToken stop) => new(await Keep(use, state, stop), options);

    async Task<string> Take(string use, string question, string answer, CancellationToken stop) =>
        answer.Length is 0 or > LongestAnswer ? throw SignInRefusals.PasskeyRefused.With()
        : await TakeKept(use, question, stop) ?? throw SignInRefusals.ChallengeOver.With();

    static byte[] Hash(string id) => SHA256.HashData(Encoding.ASCII.GetBytes(id));

    static bool IsOurs(PasskeyOriginValidationContext asked, WebSettings web)
    {
        var request = asked.HttpContext.Request;
        return !asked.CrossOrigin && string.IsNullOrEmpty(asked.TopOrigin)
            && request.Host.Host.Equals(web.Host, StringComparison.OrdinalIgnoreCase) && asked.Origin == request.Scheme + "://" + request.Host;
    }
}
