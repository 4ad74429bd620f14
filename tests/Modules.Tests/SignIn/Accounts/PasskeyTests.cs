using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Socle.Platform;
using Socle.SignIn;
using Socle.Support;

namespace Socle.Modules.Tests.SignIn;

/// <summary>
/// Sixty and more forged answers of an authenticator, each right but for one thing: none is accepted. Before and after them the right one is: a test in
/// which nothing works would prove nothing.
/// </summary>
public sealed class PasskeyTests
{
    /// <summary>An answer with one thing wrong.</summary>
    sealed record Forgery(string What, Action<Answer, World> Change);

    static Forgery Of(string what, Action<Answer> change) => new(what, (answer, _) => change(answer));

    static Forgery Json(string what, Action<JsonObject> change) => new(what, (answer, _) => answer.Json = change);

    /// <summary>Of the one right answer before the forged ones.</summary>
    const uint LastCounter = 2;

    static readonly Forgery[] Forgeries =
    [
        Of("type create", a => a.Type = "webauthn.create"), Of("type empty", a => a.Type = ""), Of("type payment", a => a.Type = "payment.get"),
        Of("type in capitals", a => a.Type = "WEBAUTHN.GET"),
        .. new[]
        {
            "https://localhost:5080", "http://localhost", "http://localhost:5081", "http://LOCALHOST:5080", "http://localhost:5080/", "http://evil.example", "http://localhost.evil.example:5080",
            "http://evil.localhost:5080", "http://127.0.0.1:5080", "null", "", "http://localhost:5080 ", "http://user@localhost:5080", "http://viewer.localhost:5080", "file://"
        }.Select(origin => Of("origin " + origin, a => a.Origin = origin)),
        .. new[] { "evil.example", "", "LOCALHOST", "localhost:5080", "http://localhost", "viewer.localhost", "127.0.0.1", "localhos" }.Select(rp => Of("rp id " + rp, a => a.RpId = rp)),
        Of("crossOrigin", a => a.CrossOrigin = true), Of("topOrigin", a => a.TopOrigin = "https://evil.example"),
        Of("crossOrigin with topOrigin", a => (a.CrossOrigin, a.TopOrigin) = (true, "http://localhost:5080")),
        Of("nobody present", a => a.Flags = SoftAuthenticator.Verified), Of("user not verified", a => a.Flags = SoftAuthenticator.Present), Of("no flag", a => a.Flags = 0),
        Of("backed up but not eligible", a => a.Flags |= SoftAuthenticator.BackedUp), Of("eligible all at once", a => a.Flags |= SoftAuthenticator.Eligible),
        Of("attested data said but absent", a => a.Flags |= SoftAuthenticator.Attested), Of("extensions said but absent", a => a.Flags |= 0x80),
        Of("counter back by one", a => a.Counter = LastCounter - 1), Of("counter the same", a => a.Counter = LastCounter), Of("counter zero", a => a.Counter = 0),
        Of("challenge of nobody", a => a.Challenge = Base64Url.EncodeToString(new byte[32])), Of("challenge empty", a => a.Challenge = ""),
        Of("challenge cut", a => a.Challenge = Base64Url.EncodeToString(new byte[16])),
        new("challenge of an earlier question", (a, w) => a.Challenge = w.Earlier),
        new("another's credential", (a, w) => a.CredentialId = w.Other.Id), new("another's key", (a, w) => a.Key = w.Other.Key),
        new("another's handle", (a, w) => a.UserHandle = w.Other.UserHandle),
        new("another's handle and credential", (a, w) => (a.UserHandle, a.CredentialId) = (w.Other.UserHandle, w.Other.Id)),
        Of("credential of nobody", a => a.CredentialId = new byte[32]), Of("handle of nobody", a => a.UserHandle = Base64Url.EncodeToString(Encoding.ASCII.GetBytes(new string('a', 26)))),
        Of("signature empty", a => a.Signature = _ => []), Of("signature of zeros", a => a.Signature = s => new byte[s.Length]),
        Of("signature turned", a => a.Signature = s => [.. s[..^1], (byte)(s[^1] ^ 1)]), Of("signature cut", a => a.Signature = s => s[..^4]),
        Of("signature with a tail", a => a.Signature = s => [.. s, 0]), Of("signature over other data", a => a.SignedData = d => [.. d, 0]),
        Of("signature over the data alone", a => a.SignedData = d => d[..37]),
        Of("data cut", a => a.Data = d => d[..36]), Of("data of the head alone", a => a.Data = d => d[..32]), Of("data empty", a => a.Data = _ => []), Of("data with a tail", a => a.Data = d => [.. d, 0]),
        Of("client data no JSON", a => a.Client = _ => "not json"u8.ToArray()), Of("client data null", a => a.Client = _ => "null"u8.ToArray()),
        Of("client data empty", a => a.Client = _ => []), Of("client data cut", a => a.Client = c => c[..^1]), Of("client data a list", a => a.Client = _ => "[]"u8.ToArray()),
        Of("token binding unknown", a => a.Client = c => [.. c[..^1], .. ",\"tokenBinding\":{\"status\":\"evil\"}}"u8]),
        Json("type of the credential", j => j["type"] = "password"), Json("no type", j => j.Remove("type")), Json("no id", j => j.Remove("id")), Json("no response", j => j.Remove("response")),
        Json("no signature", j => j["response"]!.AsObject().Remove("signature")), Json("no authenticator data", j => j["response"]!.AsObject().Remove("authenticatorData")),
        Json("no client data", j => j["response"]!.AsObject().Remove("clientDataJSON")), Json("no handle", j => j["response"]!.AsObject().Remove("userHandle")),
        Json("id no base64", j => j["id"] = "***"), Json("id a number", j => j["id"] = 7), Json("too long", j => j["padding"] = new string('a', 20_000))
    ];

    [Theory, OnEachDatabase]
    public async Task Sixty_forged_answers_are_refused_and_the_right_one_is_accepted(DatabaseKind kind)
    {
        await using var world = await World.Open(kind);
        Forgeries.Length.ShouldBeGreaterThanOrEqualTo(60);
        (await world.SignIn(world.Mine)).Account.ShouldBe(world.Account.Id);
        foreach (var forgery in Forgeries)
        {
            var asked = await world.Passkeys.Ask(World.Http(), null, default);
            var answer = world.Mine.Get(asked.Options, a => forgery.Change(a, world));
            var refusal = await Should.ThrowAsync<Refusal>(() => world.Passkeys.Prove(World.Http(), asked.Id, answer, default), forgery.What);
            refusal.Kind.ShouldBe(SignInRefusals.PasskeyRefused, forgery.What);
        }
        (await world.SignIn(world.Mine)).Account.ShouldBe(world.Account.Id);
        (await world.SignIn(world.Other)).Account.ShouldBe(world.Stranger.Id);
    }

    [Theory, OnEachDatabase]
    public async Task A_question_is_answered_once_within_two_minutes_and_for_its_own_use(DatabaseKind kind)
    {
        await using var world = await World.Open(kind);
        var asked = await world.Passkeys.Ask(World.Http(), null, default);
        await world.Passkeys.Prove(World.Http(), asked.Id, world.Mine.Get(asked.Options), default);
        await Refused(world, asked.Id, world.Mine.Get(asked.Options), "answered already");

        var old = await world.Passkeys.Ask(World.Http(), null, default);
        world.Database.Clock.Move(TimeSpan.FromSeconds(121));
        await Refused(world, old.Id, world.Mine.Get(old.Options), "two minutes are over");

        var other = await world.Passkeys.AskNew(World.Http(), world.Account.Id, "Inès", default);
        await Refused(world, other.Id, world.Mine.Get(other.Options), "asked for a new one");
        await Refused(world, new string('0', 64), world.Mine.Get(asked.Options), "never asked");
        await Refused(world, "", world.Mine.Get(asked.Options), "nothing");

        var late = await world.Passkeys.Ask(World.Http(), null, default);
        world.Database.Clock.Move(TimeSpan.FromSeconds(119));
        (await world.Passkeys.Prove(World.Http(), late.Id, world.Mine.Get(late.Options), default)).Account.ShouldBe(world.Account.Id);

        static async Task Refused(World world, string question, string answer, string what) =>
            (await Should.ThrowAsync<Refusal>(() => world.Passkeys.Prove(World.Http(), question, answer, default), what)).Kind.ShouldBe(SignInRefusals.ChallengeOver, what);
    }

    [Theory, OnEachDatabase]
    public async Task Of_ten_answers_at_once_to_one_question_one_is_accepted(DatabaseKind kind)
    {
        await using var world = await World.Open(kind);
        var asked = await world.Passkeys.Ask(World.Http(), null, default);
        var answer = world.Mine.Get(asked.Options);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 10).Select(async _ =>
        {
            try
            {
                await world.Passkeys.Prove(World.Http(), asked.Id, answer, default);
                return true;
            }
            catch (Refusal)
            {
                return false;
            }
        }));
        outcomes.Count(accepted => accepted).ShouldBe(1);
    }

    [Theory, OnEachDatabase]
    public async Task A_revoked_passkey_is_refused_and_cannot_be_registered_again(DatabaseKind kind)
    {
        await using var world = await World.Open(kind);
        var mine = await world.SignIn(world.Mine);
        var unit = new Unit();
        PasskeyStore.End(unit, mine.Id, "revoked", world.Database.Clock.GetUtcNow());
        await world.Database.Db.Commit(unit, default);
        (await Should.ThrowAsync<Refusal>(() => world.SignIn(world.Mine))).Kind.ShouldBe(SignInRefusals.PasskeyRefused);
        (await Should.ThrowAsync<Refusal>(() => world.Register(world.Stranger, world.Mine))).Kind.ShouldBe(SignInRefusals.PasskeyRefused);
    }

    [Theory, OnEachDatabase]
    public async Task A_new_passkey_is_of_whom_it_was_asked_for_here_with_the_user_verified(DatabaseKind kind)
    {
        await using var world = await World.Open(kind);
        var forged = new (string What, Action<Answer> Change)[]
        {
            ("origin", a => a.Origin = "https://evil.example"), ("rp id", a => a.RpId = "evil.example"), ("type", a => a.Type = "webauthn.get"),
            ("not verified", a => a.Flags = SoftAuthenticator.Present | SoftAuthenticator.Attested), ("not present", a => a.Flags = SoftAuthenticator.Verified | SoftAuthenticator.Attested),
            ("challenge", a => a.Challenge = Base64Url.EncodeToString(new byte[32])), ("cross origin", a => a.CrossOrigin = true), ("cut", a => a.Data = d => d[..^10]),
            ("id of another", a => a.Json = j => j["id"] = Base64Url.EncodeToString(new byte[32]))
        };
        foreach (var (what, change) in forged)
        {
            using var device = new SoftAuthenticator();
            (await Should.ThrowAsync<Refusal>(() => world.Register(world.Account, device, change), what)).Kind.ShouldBe(SignInRefusals.PasskeyRefused, what);
        }
        using var elsewhere = new SoftAuthenticator();
        var asked = await world.Passkeys.AskNew(World.Http(), world.Account.Id, "Inès", default);
        var answer = elsewhere.Create(asked.Options);
        (await Should.ThrowAsync<Refusal>(() => world.Passkeys.Add(new(), World.Http(), world.Stranger.Id, "clé", asked.Id, answer, default))).Kind.ShouldBe(SignInRefusals.PasskeyRefused);
        using var right = new SoftAuthenticator();
        await world.Register(world.Account, right);
        (await world.SignIn(right)).Account.ShouldBe(world.Account.Id);
    }

    [Theory, OnEachDatabase]
    public async Task The_table_holds_no_name_and_no_credential(DatabaseKind kind)
    {
        await using var world = await World.Open(kind);
        var rows = await world.Database.Db.Query($"select facts, credential from signin_passkey", row => row.Text(0) + Convert.ToHexString(row.Bytes(1)), default);
        rows.Count.ShouldBe(2);
        rows.ShouldAllBe(row => !row.Contains("Téléphone", StringComparison.Ordinal) && !row.Contains(Convert.ToHexString(world.Mine.Id), StringComparison.Ordinal));
    }

    /// <summary>Two people with a passkey each, without a server.</summary>
    sealed class World : IAsyncDisposable
    {
        public required TestDatabase Database { get; init; }
        public required Passkeys Passkeys { get; init; }
        public required Account Account { get; init; }
        public required Account Stranger { get; init; }
        public SoftAuthenticator Mine { get; } = new();
        public SoftAuthenticator Other { get; } = new();
        public string Earlier { get; private set; } = "";

        public static async Task<World> Open(DatabaseKind kind)
        {
            var database = await TestDatabase.Open(kind, [.. new SignInModule().Migrations]);
            var (accounts, store) = (new AccountStore(database.Db, database.Keys), new PasskeyStore(database.Db, database.Keys));
            var unit = new Unit();
            Account[] people = [.. new[] { ("rpps:99999000014", "Inès VAUBAN"), ("rpps:99999000022", "Claire Jézéquel") }.Select((who, i) =>
                new Account(database.Keys.ExternalId(i + 1, 7), AgentKind.Professional, who.Item1, who.Item2, AccountState.Active))];
            foreach (var one in people) accounts.Add(unit, one);
            await database.Db.Commit(unit, default);
            var passkeys = new Passkeys(store, new(accounts, store), new WebSettings(), database.Db, database.Keys, database.Clock, database.Chance);
            var world = new World { Database = database, Passkeys = passkeys, Account = people[0], Stranger = people[1] };
            await world.Register(people[0], world.Mine);
            await world.Register(people[1], world.Other);
            world.Earlier = (string)JsonNode.Parse((await passkeys.Ask(Http(), null, default)).Options)!["challenge"]!;
            return world;
        }

        public static DefaultHttpContext Http() => new DefaultHttpContext { Request = { Scheme = "http", Host = new("localhost:5080") } };

        public async Task Register(Account account, SoftAuthenticator device, Action<Answer>? change = null)
        {
            var asked = await Passkeys.AskNew(Http(), account.Id, account.Name, default);
            var unit = new Unit();
            await Passkeys.Add(unit, Http(), account.Id, "Téléphone", asked.Id, device.Create(asked.Options, change), default);
            await Database.Db.Commit(unit, default);
        }

        public async Task<PasskeyRow> SignIn(SoftAuthenticator device)
        {
            var asked = await Passkeys.Ask(Http(), null, default);
            return await Passkeys.Prove(Http(), asked.Id, device.Get(asked.Options), default);
        }

        public async ValueTask DisposeAsync()
        {
            Mine.Dispose();
            Other.Dispose();
            await Database.DisposeAsync();
        }
    }
}
