using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;
using Socle.Platform;
using Socle.SignIn;
using Socle.Support;

namespace Socle.Modules.Tests.SignIn.Phones;

using Phones = Socle.SignIn.Phones;

public sealed class PhonesTests
{
    const string Account = "aaaaaaaaaaaaaaaaaaaaaaaaaa", Other = "bbbbbbbbbbbbbbbbbbbbbbbbbb";

    [Theory, OnEachDatabase]
    public async Task A_phone_is_found_again_as_it_was_enrolled_and_its_name_is_not_to_be_read_in_the_table(DatabaseKind kind)
    {
        await using var on = await Open(kind);
        using var device = new TestDevice();
        var added = await on.Add(Account, "Téléphone de garde", device);
        (await on.Phones.Find(added.Id, default)).ShouldBe(added with { Since = Micro(added.Since) });
        (await on.Phones.Of(Account, default)).Select(p => p.Id).ShouldBe([added.Id]);
        (await on.Phones.Of(Other, default)).ShouldBeEmpty();
        (await on.Database.Db.Query($"select name from signin_phone", row => row.Text(0), default)).ShouldAllBe(name => !name.Contains("garde"));
    }

    [Theory, OnEachDatabase]
    public async Task A_person_has_three_phones_at_the_most_however_many_are_added_at_once(DatabaseKind kind)
    {
        await using var on = await Open(kind);
        var devices = Enumerable.Range(0, 12).Select(_ => new TestDevice()).ToList();
        var codes = await Task.WhenAll(devices.Select(async device =>
        {
            for (var attempt = 0; ; attempt++)
                try
                {
                    await on.Add(Account, "un", device);
                    return "";
                }
                catch (Refusal refusal) when (attempt < 20)
                {
                    // Two took one place: the one that came later looks again.
                    refusal.Code.ShouldBe("phone-too-many");
                    if ((await on.Phones.Of(Account, default)).Count == 3) return refusal.Code;
                }
        }));
        codes.Count(code => code.Length == 0).ShouldBe(3);
        var first = (await on.Phones.Of(Account, default))[0];
        await on.Commit(unit => on.Phones.Revoke(unit, first, PhoneEnd.Lost));
        using var next = new TestDevice();
        await on.Add(Account, "le nouveau", next);
        (await on.Phones.Of(Account, default)).Count(phone => phone.State == PhoneState.Active).ShouldBe(3);
        foreach (var device in devices) device.Dispose();
    }

    [Theory, OnEachDatabase]
    public async Task One_key_is_one_phone(DatabaseKind kind)
    {
        await using var on = await Open(kind);
        using var device = new TestDevice();
        await on.Add(Account, "un", device);
        (await Should.ThrowAsync<Refusal>(() => on.Add(Other, "le même", device))).Code.ShouldBe("phone-too-many");
    }

    [Theory, OnEachDatabase]
    public async Task Revoked_is_for_good_and_every_process_knows_it_at_once(DatabaseKind kind)
    {
        await using var on = await Open(kind);
        await using var beside = kind == DatabaseKind.Postgres ? await on.Database.Beside() : null;
        var there = beside is null ? on.Phones : Make(beside.Db, beside.Keys, on.Database);
        var told = 0;
        (beside?.Db ?? on.Database.Db).Changes.Hear(Phones.Kind, () => told++);
        using var device = new TestDevice();
        var phone = await on.Add(Account, "un", device);
        await on.Commit(unit => on.Phones.Suspend(unit, phone));
        (await there.Find(phone.Id, default))!.State.ShouldBe(PhoneState.Suspended);
        await on.Commit(unit => on.Phones.Resume(unit, phone));
        await on.Commit(unit => on.Phones.Revoke(unit, phone, PhoneEnd.Stolen));
        var now = (await there.Find(phone.Id, default))!;
        now.State.ShouldBe(PhoneState.Revoked);
        now.EndedAt.ShouldNotBeNull();
        if (beside is not null) await beside.Db.Changes.LookNow(default);
        told.ShouldBeGreaterThan(0);
        foreach (var again in new Action<Unit>[] { unit => on.Phones.Resume(unit, phone), unit => on.Phones.Suspend(unit, phone), unit => on.Phones.Revoke(unit, phone, PhoneEnd.Lost) })
            (await Should.ThrowAsync<Refusal>(() => on.Commit(again))).Code.ShouldBe("phone-over");
    }

    [Fact]
    public void A_signature_is_right_for_its_key_and_its_bytes_only()
    {
        using var device = new TestDevice();
        using var other = new TestDevice();
        var data = Encoding.UTF8.GetBytes("réponse");
        var (phone, stranger) = (Of(device), Of(other));
        var signature = device.Sign(data);
        Phones.Verifies(phone, data, signature).ShouldBeTrue();
        Phones.Verifies(stranger, data, signature).ShouldBeFalse();
        Phones.Verifies(phone, "réponsf"u8, signature).ShouldBeFalse();
        for (var at = 0; at < signature.Length; at++)
        {
            var altered = signature.ToArray();
            altered[at] ^= 1;
            Phones.Verifies(phone, data, altered).ShouldBeFalse();
        }
        Phones.Verifies(phone, data, device.Key.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)).ShouldBeFalse();
        Phones.Verifies(phone, data, []).ShouldBeFalse();
    }

    [Fact]
    public void A_browsers_key_is_kept_in_its_one_canonical_form()
    {
        using var device = new TestDevice();
        var canonical = DeviceKey.Canonical(device.Jwk);
        var p = device.Key.ExportParameters(false);
        canonical.ShouldBe($$"""{"crv":"P-256","kty":"EC","x":"{{Base64UrlEncoder.Encode(p.Q.X)}}","y":"{{Base64UrlEncoder.Encode(p.Q.Y)}}"}""");
        DeviceKey.Thumbprint(canonical).ShouldBe(Base64UrlEncoder.Encode(new JsonWebKey(device.Jwk).ComputeJwkThumbprint()));
    }

    public static TheoryData<string> WrongKeys => new(
        "", "[]", "null", "\"EC\"", "{}", "{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}",
        """{"kty":"EC","crv":"P-384","x":"AAAA","y":"AAAA"}""",
        $$"""{"kty":"EC","crv":"P-256","x":"{{new string('A', 43)}}","y":"{{new string('A', 43)}}"}""",      // no point of the curve
        $$"""{"kty":"EC","crv":"P-256","x":"{{new string('A', 42)}}B","y":"{{new string('A', 43)}}"}""",
        $$"""{"kty":"EC","crv":"P-256","x":1,"y":2}""",
        $$"""{"kty":"EC","crv":"P-256","x":"{{new string('A', 600)}}","y":""}""");

    [Theory, MemberData(nameof(WrongKeys))]
    public void Whatever_is_no_public_key_of_P_256_is_refused(string jwk) => Should.Throw<Refusal>(() => DeviceKey.Canonical(jwk)).Code.ShouldBe("phone-key");

    [Fact]
    public void A_private_key_is_refused()
    {
        using var device = new TestDevice();
        var p = device.Key.ExportParameters(true);
        Should.Throw<Refusal>(() => DeviceKey.Canonical(device.Jwk.Replace("{", $$"""{"d":"{{Base64UrlEncoder.Encode(p.D)}}",""", StringComparison.Ordinal))).Code.ShouldBe("phone-key");
    }

    static DateTimeOffset Micro(DateTimeOffset at) => Clock.FromMicros(Clock.Micros(at));

    static Phone Of(TestDevice device) => new("p", Account, "", DeviceKey.Canonical(device.Jwk), PhoneState.Active, default);

    static Phones Make(Db db, Keys keys, TestDatabase on) => new(db, new(db, keys), on.Clock, on.Chance);

    static async Task<World> Open(DatabaseKind kind)
    {
        var database = await TestDatabase.Open(kind, [.. new SignInModule().Migrations]);
        return new(database, Make(database.Db, database.Keys, database));
    }

    sealed record World(TestDatabase Database, Phones Phones) : IAsyncDisposable
    {
        public async Task<Phone> Add(string account, string name, TestDevice device)
        {
            var unit = new Unit();
            var phone = Phones.Add(unit, account, name, device.Jwk);
            await Database.Db.Commit(unit, default);
            return phone;
        }

        public Task Commit(Action<Unit> act)
        {
            var unit = new Unit();
            act(unit);
            return Database.Db.Commit(unit, default);
        }

        public ValueTask DisposeAsync() => Database.DisposeAsync();
    }
}
