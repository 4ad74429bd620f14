using System.Text;
using Microsoft.IdentityModel.Tokens;
using Socle.Platform;

namespace Socle.SignIn;

/// <summary>What is asked of a person's phones.</summary>
/// <param name="Client">From the register of clients.</param>
/// <param name="Person">« rpps:… »: counted as it is asked for, known or not.</param>
sealed record NewRequest(string Client, string Person, RequestBody Body, TimeSpan Lifetime);

/// <param name="Ticket">Told to whoever asked, once; it is kept as a hash.</param>
sealed record AskedRequest(string Ticket, PhoneRequest Request);

/// <param name="Told">What became of it; <see cref="RequestAnswer.Tokens"/> is told once.</param>
sealed record PolledRequest(RequestAnswer Told, PhoneRequest? Request);

/// <summary>
/// Puts requests to phones and takes their answers. An answer is a person's: the account of the session, a phone of that account that is in use, its
/// signature over what it showed, the number of the other screen typed once.
/// </summary>
sealed class PhoneDesk(RequestStore store, Phones phones, Db db, AuditLog audit, Outbox outbox, TimeProvider clock, Chance chance)
{
    /// <summary>What the feed of changes and the outbox call it.</summary>
    public const string Kind = "phone-request", PingKind = "signin-ping", NoticeKind = "signin-notice";

    /// <summary>How long a client that a person did not know may not ask them again.</summary>
    public static readonly TimeSpan AfterNotMe = TimeSpan.FromMinutes(10);

    public static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(5);

    static readonly TimeSpan EarlyPoll = TimeSpan.FromSeconds(1);

    /// <param name="asked">What.</param>
    /// <param name="account">Null where nobody is known: all is done alike, and it lapses.</param>
    /// <param name="stop">Given up.</param>
    public async Task<AskedRequest> Ask(NewRequest asked, string? account, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        var ticket = Base64UrlEncoder.Encode(chance.Bytes(32));
        var request = new PhoneRequest(RandomId.Make(chance), account, asked.Client, store.Pair(asked.Client, asked.Person),
            asked.Body with { Ticket = asked.Body.Ping is null ? null : ticket }, Base64UrlEncoder.Encode(chance.Bytes(32)), RequestState.Waiting)
        {
            AskedAt = now, ExpiresAt = now + asked.Lifetime
        };
        var unit = new Unit();
        RequestStore.Take(unit, request.Pair, now, request.ExpiresAt, () => PhonesRefusals.TooManyPrompts.With());
        store.Add(unit, request, ticket);
        db.Changes.Tell(unit, Kind);
        await db.Commit(unit, stop);
        return new(ticket, request);
    }

    public Task<List<PhoneRequest>> Waiting(string account, CancellationToken stop) => store.Waiting(account, clock.GetUtcNow(), stop);

    /// <summary>One of this account; in the state of this moment. Somebody else's is as unknown as none.</summary>
    public async Task<PhoneRequest> Get(string account, string id, CancellationToken stop) =>
        await store.Find(id, stop) is { } request && request.Account == account ? Now(request) : throw PhonesRefusals.NoSuchRequest.With();

    /// <summary>What the phone is told: accepted, closed, or why its answer does not count.</summary>
    public async Task<RequestAnswer> Answer(Agent agent, string account, PhoneAnswer answer, CancellationToken stop)
    {
        var request = await Get(account, answer.Request, stop);
        var phone = await Right(account, request, answer, stop);
        var step = RequestStates.Next(request.State, EventOf(request, answer));
        if (step.Next == request.State) return step.Told;
        var signature = step.Next == RequestState.Approved && request.Body.Statement is { } statement ? Signed(statement, phone, answer, request) : null;
        var unit = new Unit();
        var now = clock.GetUtcNow();
        RequestStore.Answer(unit, request.Id, step.Next, phone.Id, signature, now, () => PhonesRefusals.AnsweredBefore.With());
        RequestStore.Free(unit, request.Pair, step.Next == RequestState.NotMe ? now + AfterNotMe : now);
        Trace(unit, agent, request, step.Next, phone);
        if (step.Next == RequestState.NotMe) outbox.Add(unit, NoticeKind, Encoding.UTF8.GetBytes($"{account} notice.not-me"));
        if (request.Body.Ping is not null) outbox.Add(unit, PingKind, Encoding.ASCII.GetBytes(request.Id));
        db.Changes.Tell(unit, Kind);
        try
        {
            await db.Commit(unit, stop);
        }
        catch (Refusal refusal) when (refusal.Kind == PhonesRefusals.AnsweredBefore)
        {
            // Another phone was quicker, or time was.
            return RequestStates.Next((await Get(account, request.Id, stop)).State, RequestEvent.Approve).Told;
        }
        return step.Told;
    }

    /// <summary>What became of what this client asked; an approved one is handed out once.</summary>
    public async Task<PolledRequest> Poll(string client, string ticket, CancellationToken stop)
    {
        if (await store.Asked(ticket, stop) is not { } kept || kept.Client != client) return new(RequestAnswer.Unknown, null);
        var (request, now) = (Now(kept), clock.GetUtcNow());
        var soon = now - request.PolledAt < TimeSpan.FromSeconds(request.Interval) - EarlyPoll;
        var step = RequestStates.Next(request.State, soon ? RequestEvent.PollTooSoon : RequestEvent.Poll);
        var unit = new Unit();
        if (step.Told == RequestAnswer.Tokens) RequestStore.Spend(unit, request.Id, () => PhonesRefusals.AnsweredBefore.With());
        else if (step.Told is RequestAnswer.Pending or RequestAnswer.SlowDown)
            RequestStore.Polled(unit, request.Id, now, request.Interval + (step.Told == RequestAnswer.SlowDown ? 5 : 0));   // CIBA Core 1.0 §11
        else return new(step.Told, request);
        try
        {
            await db.Commit(unit, stop);
        }
        catch (Refusal refusal) when (refusal.Kind == PhonesRefusals.AnsweredBefore)
        {
            return new(RequestAnswer.Unknown, request);   // fetched a moment ago by another question of the same client
        }
        return new(step.Told, request);
    }

    /// <summary>Looks without asking: for our own pages, which hold the ticket and reload often.</summary>
    public async Task<PhoneRequest?> Look(string client, string ticket, CancellationToken stop) =>
        await store.Asked(ticket, stop) is { } request && request.Client == client ? Now(request) : null;

    /// <summary>A ping is sent for the request that this id names, as long as it can still be fetched.</summary>
    public async Task<PhoneRequest?> Find(string id, CancellationToken stop) => await store.Find(id, stop) is { } request ? Now(request) : null;

    PhoneRequest Now(PhoneRequest request) => request with { State = RequestStates.At(request.State, clock.GetUtcNow() >= request.ExpiresAt) };

    async Task<Phone> Right(string account, PhoneRequest request, PhoneAnswer answer, CancellationToken stop)
    {
        if (await phones.Find(answer.Phone, stop) is not { } phone || phone.AccountId != account) throw PhonesRefusals.NotYours.With();
        if (phone.State == PhoneState.Revoked) throw PhonesRefusals.Revoked.With();
        if (phone.State == PhoneState.Suspended) throw PhonesRefusals.Suspended.With();
        if (!Phones.Verifies(phone, AnswerText.Of(request, answer.Word, answer.Number, answer.At), answer.Proof)) throw PhonesRefusals.WrongProof.With();
        if ((clock.GetUtcNow() - DateTimeOffset.UnixEpoch.AddSeconds(answer.At)).Duration() > ClockTolerance) throw PhonesRefusals.WrongClock.With();
        return phone;
    }

    static RequestEvent EventOf(PhoneRequest request, PhoneAnswer answer) => answer.Word switch
    {
        AnswerText.Approve => AnswerText.SameNumber(answer.Number, request.Body.Number) ? RequestEvent.Approve : RequestEvent.WrongNumber,
        AnswerText.Refuse => RequestEvent.Refuse,
        AnswerText.NotMe => RequestEvent.NotMe,
        _ => throw PhonesRefusals.WrongProof.With()
    };

    string Signed(SignedStatement statement, Phone phone, PhoneAnswer answer, PhoneRequest request) =>
        answer.Jws is { } jws && DetachedSignature.IsRight(jws, statement, phone, request.AskedAt - ClockTolerance, clock.GetUtcNow() + ClockTolerance)
            ? jws : throw PhonesRefusals.WrongProof.With();

    void Trace(Unit unit, Agent agent, PhoneRequest request, RequestState state, Phone phone) => audit.Append(unit, new()
    {
        Agent = agent,
        Action = (request.IsSignature ? "signature-" : "phone-") + state.ToString().ToLowerInvariant(),
        Patient = agent.PatientKey,
        Target = $"phone/{phone.Id}",
        Label = request.Body.Statement is { } statement ? $"{statement.Kind}\u202f: {statement.Name}" : $"Demande de connexion\u202f: {request.Body.Requester}",
        Purpose = "connexion",
        Why = request.Body.Statement?.Digest,
        Outcome = state == RequestState.Approved ? "ok" : state.ToString().ToLowerInvariant()
    });
}
