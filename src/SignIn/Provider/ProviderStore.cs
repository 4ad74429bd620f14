using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Socle.Platform;

namespace Socle.SignIn;

/// <summary>What the software asked for, until somebody answers.</summary>
/// <param name="Issuer">Of the address that was asked.</param>
/// <param name="Proof">Thumbprint of the key to which the code is bound (dpop_jkt); null: none.</param>
/// <param name="Launch">What an EHR launch was opened with, sealed.</param>
sealed record AuthorizationRequest(
    string Client, string Issuer, string RedirectUri, string Scope, string? State, string? Nonce, string? Challenge, string? Prompt, long? MaxAge,
    IReadOnlyList<string> Levels, string? Proof, string? Launch, DateTimeOffset AskedAt, bool Pushed);

/// <summary>What a grant holds: who, what for, how they signed in.</summary>
sealed record GrantBody(Agent Agent, string Scope, string Level, IReadOnlyList<string> Methods, DateTimeOffset SignedInAt, string Issuer, string? Nonce, string? Patient, string? Account);

/// <summary>A grant as the table holds it.</summary>
/// <param name="Session">Number of the session it was given in; empty: in none.</param>
sealed record Grant(string Id, string Client, string Session, GrantBody Body, DateTimeOffset EndsAt, DateTimeOffset? EndedAt);

/// <param name="RedirectUri">Of a code: where it was sent.</param>
/// <param name="Challenge">Of a code: S256 of the verifier.</param>
/// <param name="Proof">Key or certificate it is bound to, as « jkt:… » or « x5t:… ».</param>
sealed record TicketBody(string Client, string? RedirectUri, string? Challenge, string? Proof);

/// <summary>A code or a refresh token.</summary>
sealed record Ticket(string Kind, string Grant, TicketBody Body, DateTimeOffset EndsAt, DateTimeOffset? UsedAt)
{
    public const string Code = "code", Refresh = "refresh";
}

/// <summary>All SQL of the provider. What a software or a person could be known by is sealed or hashed.</summary>
sealed class ProviderStore(Db db, Keys keys)
{
    const string Sealed = "provider";

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    public long AgentKey(string agent) => keys.Hash("signin-agent", agent);

    public Task<List<Client>> Clients(CancellationToken stop) =>
        db.Query($"select state, body from signin_client", row => Open<Client>(row.Text(1)) with { State = Enum.Parse<ClientState>(row.Text(0), ignoreCase: true) }, stop);

    public void Add(Unit unit, Client client, DateTimeOffset now) => unit.Unique(
        $"insert into signin_client (id, state, body, made_at) values ({client.Id}, {Word(client.State)}, {Seal(client)}, {Clock.Micros(now)})",
        () => ProviderRefusals.WrongClient.With("ce nom est pris"));

    public void Save(Unit unit, Client client) => unit.Expect(
        $"update signin_client set state = {Word(client.State)}, body = {Seal(client)} where id = {client.Id}", () => ProviderRefusals.NoSuchClient.With());

    public Task<List<(string Id, byte[] Key, DateTimeOffset SignsFrom, DateTimeOffset EndsAt)>> SigningKeys(CancellationToken stop) => db.Query(
        $"select id, body, signs_from, ends_at from signin_key order by signs_from, id",
        row => (row.Text(0), OpenBytes(row.Text(1)), Clock.FromMicros(row.Long(2)), Clock.FromMicros(row.Long(3))), stop);

    public void AddKey(Unit unit, string id, byte[] key, DateTimeOffset signsFrom, DateTimeOffset endsAt) => unit.Unique(
        $"insert into signin_key (id, body, signs_from, ends_at) values ({id}, {keys.SealToken(Sealed, key)}, {Clock.Micros(signsFrom)}, {Clock.Micros(endsAt)})",
        () => ProviderRefusals.WrongClient.With("cette clé existe"));

    public static void DropKeys(Unit unit, DateTimeOffset now) => unit.Add($"delete from signin_key where ends_at <= {Clock.Micros(now)}");

    public void Add(Unit unit, string name, AuthorizationRequest request, DateTimeOffset endsAt) => unit.Add(
        $"insert into signin_request (hash, body, ends_at) values ({Hash(name)}, {Seal(request)}, {Clock.Micros(endsAt)})");

    public Task<AuthorizationRequest?> Request(string name, DateTimeOffset now, CancellationToken stop) => db.First(
        $"select body from signin_request where hash = {Hash(name)} and ends_at > {Clock.Micros(now)}", row => Open<AuthorizationRequest>(row.Text(0)), stop);

    public static void Take(Unit unit, string name, Func<Refusal> gone) => unit.Expect($"delete from signin_request where hash = {Hash(name)}", gone);

    public void Add(Unit unit, Grant grant, DateTimeOffset now) => unit.Add($"""
        insert into signin_grant (id, client, agent, session, body, made_at, ends_at, ended_at)
        values ({grant.Id}, {grant.Client}, {AgentKey(grant.Body.Agent.Id)}, {grant.Session}, {Seal(grant.Body)}, {Clock.Micros(now)}, {Clock.Micros(grant.EndsAt)}, {(long?)null})
        """);

    public Task<Grant?> Grant(string id, CancellationToken stop) => db.First($"{Grants} where id = {id}", ReadGrant, stop);

    public Task<List<Grant>> GrantsOfSession(string session, CancellationToken stop) =>
        db.Query($"{Grants} where session = {session}", ReadGrant, stop);

    public Task<List<Grant>> GrantsOfAgent(string agent, CancellationToken stop) =>
        db.Query($"{Grants} where agent = {AgentKey(agent)} and ended_at is null", ReadGrant, stop);

    public Task<List<string>> EndedSince(DateTimeOffset since, CancellationToken stop) =>
        db.Query($"select id from signin_grant where ended_at >= {Clock.Micros(since)}", row => row.Text(0), stop);

    public static void End(Unit unit, string grant, DateTimeOffset now) =>
        unit.Add($"update signin_grant set ended_at = {Clock.Micros(now)} where id = {grant} and ended_at is null");

    public static void EndSession(Unit unit, string session, DateTimeOffset now) =>
        unit.Add($"update signin_grant set ended_at = {Clock.Micros(now)} where session = {session} and ended_at is null");

    public void Add(Unit unit, string secret, Ticket ticket) => unit.Add($"""
        insert into signin_ticket (hash, kind, family, body, ends_at, used_at)
        values ({Hash(secret)}, {ticket.Kind}, {ticket.Grant}, {Seal(ticket.Body)}, {Clock.Micros(ticket.EndsAt)}, {(long?)null})
        """);

    public Task<Ticket?> Ticket(string secret, CancellationToken stop) => db.First(
        $"select kind, family, body, ends_at, used_at from signin_ticket where hash = {Hash(secret)}",
        row => new Ticket(row.Text(0), row.Text(1), Open<TicketBody>(row.Text(2)), Clock.FromMicros(row.Long(3)), row.IsNull(4) ? null : Clock.FromMicros(row.Long(4))), stop);

    public static void Use(Unit unit, string secret, DateTimeOffset now, Func<Refusal> used) => unit.Expect(
        $"update signin_ticket set used_at = {Clock.Micros(now)} where hash = {Hash(secret)} and used_at is null", used);

    public Task<string?> Consent(string agent, string client, CancellationToken stop) => db.First(
        $"select scopes from signin_consent where agent = {AgentKey(agent)} and client = {client}", row => row.Text(0), stop);

    public void Consent(Unit unit, string agent, string client, string scopes, DateTimeOffset now) => unit.Add($"""
        insert into signin_consent (agent, client, scopes, given_at) values ({AgentKey(agent)}, {client}, {scopes}, {Clock.Micros(now)})
        on conflict (agent, client) do update set scopes = excluded.scopes, given_at = excluded.given_at
        """);

    /// <summary>This serves once.</summary>
    public static void Once(Unit unit, string what, DateTimeOffset until, Func<Refusal> used) =>
        unit.Unique($"insert into signin_once (hash, until) values ({Hash(what)}, {Clock.Micros(until)})", used);

    /// <summary>Whatever has ended and can no longer be presented a second time.</summary>
    public Task Forget(DateTimeOffset now, CancellationToken stop)
    {
        var (unit, micros) = (new Unit(), Clock.Micros(now));
        unit.Add($"delete from signin_request where ends_at <= {micros}");
        unit.Add($"delete from signin_ticket where ends_at <= {Clock.Micros(now - TimeSpan.FromMinutes(10))}");
        unit.Add($"delete from signin_grant where ends_at <= {Clock.Micros(now - TimeSpan.FromMinutes(10))}");
        unit.Add($"delete from signin_once where until <= {micros}");
        return db.Commit(unit, stop);
    }

    static Sql Grants => $"select id, client, session, body, ends_at, ended_at from signin_grant";

    Grant ReadGrant(Row row) => new(row.Text(0), row.Text(1), row.Text(2), Open<GrantBody>(row.Text(3)), Clock.FromMicros(row.Long(4)),
        row.IsNull(5) ? null : Clock.FromMicros(row.Long(5)));

    string Seal<T>(T value) => keys.SealToken(Sealed, JsonSerializer.SerializeToUtf8Bytes(value, Json));

    T Open<T>(string text) => JsonSerializer.Deserialize<T>(OpenBytes(text), Json)!;

    byte[] OpenBytes(string text) => keys.TryOpenToken(Sealed, text, out var plain) ? plain : throw PlatformRefusals.SealBroken.With();

    static string Word(ClientState state) => state.ToString().ToLowerInvariant();
}
