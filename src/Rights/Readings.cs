using System.Globalization;
using Microsoft.AspNetCore.Http;
using Socle.Access;
using Socle.Identities;
using Socle.Platform;
using Socle.SignIn;

namespace Socle.Rights;

/// <summary>A desk that waits for a card, and whose it was once it is read.</summary>
/// <param name="Id">26 letters or digits: who knows it opened it.</param>
/// <param name="Desk">Keyed hash of the professional and of the session or software they work in.</param>
sealed record Reading(string Id, string Nonce, long Desk, DateTimeOffset Made, DateTimeOffset Until, DateTimeOffset? ReadAt, long? Patient)
{
    public string ShownNonce => $"{Nonce[..4]}-{Nonce[4..]}";

    /// <summary>What the desk's QR code says to a phone.</summary>
    public string Qr => Prefix + Nonce;

    public const string Prefix = "SOCLE-CARTE-";
}

/// <summary>
/// Reads cards: a nonce for one desk, then the code that a phone signed with it. The first check that fails says why; nothing that a refused code says is told.
/// </summary>
sealed class Readings(RightsStore store, Phones phones, Accounts accounts, Household household, AccessDesk access, AuditLog audit, Db db, Keys keys, TimeProvider clock, Chance chance)
{
    /// <summary>How long a desk waits for a card.</summary>
    public static readonly TimeSpan Waits = TimeSpan.FromMinutes(5);

    /// <summary>How long a code holds from its signature on.</summary>
    public static readonly TimeSpan Holds = TimeSpan.FromSeconds(60);

    /// <summary>How wrong a phone's clock may be.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <summary>What was read stays on the desk's screen for so long.</summary>
    public static readonly TimeSpan Shown = TimeSpan.FromMinutes(15);

    static readonly TimeSpan Slack = TimeSpan.FromSeconds(5);

    /// <summary>One professional at two screens is two desks; on an API the software's structure is the desk.</summary>
    public long DeskOf(HttpContext http)
    {
        var agent = http.Agent();
        return keys.Hash("rights-desk", $"{agent.Id}|{agent.Structure}|{http.Features.Get<WebSession>()?.Key ?? "api"}");
    }

    public async Task<Reading> Open(HttpContext http, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        var reading = new Reading(keys.ExternalId(chance.NextLong(), chance.NextLong()), CardCode.NewNonce(chance), DeskOf(http), now, now + Waits, null, null);
        var unit = new Unit();
        RightsStore.AddReading(unit, reading, http.Agent().Id);
        await db.Commit(unit, stop);
        return reading;
    }

    /// <summary>A reading of this desk; another's answers like an unknown one.</summary>
    public async Task<Reading> Find(HttpContext http, string id, CancellationToken stop) =>
        await store.FindReading(id, stop) is { } reading && reading.Desk == DeskOf(http) ? reading : throw RightsRefusals.NoSuchReading.With();

    /// <summary>Judges a code and, where it is right, uses it up and proves that the person was present. A refused one leaves its trace too.</summary>
    public async Task<Reading> Read(HttpContext http, Reading reading, string typed, CancellationToken stop)
    {
        try
        {
            return await Judged(http, reading, typed, stop);
        }
        catch (Refusal refusal)
        {
            // Whose card it would have been is not proved: the entry names nobody but the desk.
            var unit = new Unit();
            audit.Append(unit, new() { Agent = http.Agent(), Action = "card-refused", Purpose = Purposes.Care, Outcome = refusal.Code, Correlation = http.Correlation() });
            await db.Commit(unit, stop);
            throw;
        }
    }

    async Task<Reading> Judged(HttpContext http, Reading reading, string typed, CancellationToken stop)
    {
        if (!CardCode.TryRead(typed, out var code)) throw RightsRefusals.CodeUnreadable.With();
        var now = clock.GetUtcNow();
        var named = code.Nonce == reading.Nonce ? reading : await store.FindNonce(code.Nonce, stop);
        // What no desk of ours ever asked for is told as another desk's: both were made for somebody else.
        if (named is null || named.Desk != reading.Desk) throw RightsRefusals.CodeOfAnotherReader.With();
        if (named.ReadAt is not null) throw RightsRefusals.CodeAlreadyRead.With();
        if (named.Id != reading.Id || now >= named.Until) throw RightsRefusals.ReadingOver.With();

        var phone = await phones.Find(code.Phone, stop);
        if (phone is null || !Phones.Verifies(phone, code.SignedBytes, code.Signature)) throw RightsRefusals.CodeForged.With();
        if (phone.State != PhoneState.Active) throw RightsRefusals.PhoneRevoked.With();
        Judge(code, named, now);
        var bearer = await BearerOf(phone, code.Person, stop);

        var unit = new Unit();
        RightsStore.MarkRead(unit, named.Id, bearer.Key, now, () => RightsRefusals.CodeAlreadyRead.With());
        await access.ProvePresence(unit, http.Agent(), bearer.Key, stop);
        await db.Commit(unit, stop);
        return named with { ReadAt = now, Patient = bearer.Key };
    }

    static void Judge(CardCode code, Reading reading, DateTimeOffset now)
    {
        if (code.ClockError.Duration() > Tolerance) throw RightsRefusals.ClockWrong.With(Minutes(code.ClockError));
        // The phone said what its clock's error is: what is then still to come, or older than the desk's question, comes from a clock that was moved since.
        if (code.SignedAt > now + Slack || code.SignedAt < reading.Made - Slack) throw RightsRefusals.ClockWrong.With(Minutes(code.SignedAt - now));
        if (now - code.SignedAt > Holds) throw RightsRefusals.CodeTooOld.With();
    }

    // Whose the phone is, and whether this person's card is theirs to show: asked now, so that what ended this minute has ended.
    async Task<Bearer> BearerOf(Phone phone, string person, CancellationToken stop)
    {
        if (await accounts.Find(phone.AccountId, stop) is not { State: AccountState.Active, Kind: AgentKind.Citizen } account
            || !account.AgentId.StartsWith(Citizen, StringComparison.Ordinal) || !keys.TryReadId(account.AgentId[Citizen.Length..], out var own, out _))
            throw RightsRefusals.PhoneRevoked.With();
        var all = await household.Of(Agents.Citizen(keys, own, account.AgentId[Citizen.Length..], account.Name), stop);
        return all.FirstOrDefault(one => one.Path == person) ?? throw RightsRefusals.NotYoursToShow.With();
    }

    static string Minutes(TimeSpan error) => Math.Ceiling(error.Duration().TotalMinutes).ToString("0", CultureInfo.InvariantCulture);

    const string Citizen = "patient:";
}
