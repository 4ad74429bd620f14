using FsCheck;
using FsCheck.Fluent;
using Socle.Platform;
using Socle.Support;

namespace Socle.Core.Tests.Platform;

public sealed class KeysTests
{
    // siphash24 reference vectors: key 00…0f, message 00…(n-1).
    static readonly string[] Vectors =
    [
        "310e0edd47db6f72", "fd67dc93c539f874", "5a4fa9d909806c0d", "2d7efbd796666785", "b7877127e09427cf", "8da699cd64557618",
        "cee3fe586e46c9cb", "37d1018bf50002ab", "6224939a79f5f593", "b0e4a90bdf82009e", "f3b9dd94c5bb5d7a", "a7ad6b22462fb3f4",
        "fbe50e86bc8f1e75", "903d84c02756ea14", "eef27a8e90ca23f7", "e545be4961ca29a1"
    ];

    [Fact]
    public void SipHash_gives_the_official_values()
    {
        byte[] message = [.. Enumerable.Range(0, 16).Select(i => (byte)i)];
        for (var length = 0; length < Vectors.Length; length++)
        {
            var hash = SipHash.Hash(0x0706050403020100, 0x0f0e0d0c0b0a0908, message.AsSpan(0, length));
            Convert.ToHexStringLower(BitConverter.GetBytes(hash)).ShouldBe(Vectors[length]);
        }
    }

    [Fact]
    public async Task Each_id_opens_to_its_own_place_and_says_nothing()
    {
        await using var on = await TestDatabase.Open(DatabaseKind.Sqlite);
        var keys = on.Keys;
        Prop.ForAll<long, long>((a, b) =>
        {
            var (patient, number) = (a & long.MaxValue, b & long.MaxValue);
            var id = keys.ExternalId(patient, number);
            return id.Length == 26 && id.All(c => char.IsAsciiLetterLower(c) || c is >= '2' and <= '7')
                && keys.TryReadId(id, out var p, out var n) && (p, n) == (patient, number)
                && keys.ExternalId(patient, number) == id;
        }).QuickCheckThrowOnFailure();

        Enumerable.Range(0, 1_000).Select(i => keys.ExternalId(1, i)[..8]).Distinct().Count().ShouldBeGreaterThan(990);
        foreach (var wrong in new[] { "", "abc", keys.ExternalId(1, 1).ToUpperInvariant(), keys.ExternalId(1, 1)[..25] + "1", new string('a', 25) + "b" })
            keys.TryReadId(wrong, out _, out _).ShouldBeFalse(wrong);
    }

    [Theory, OnEachDatabase]
    public async Task A_box_opens_for_its_patient_and_its_place_only(DatabaseKind kind)
    {
        await using var on = await TestDatabase.Open(kind);
        var (one, other) = (await NewPatient(on), await NewPatient(on));
        var text = System.Text.Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"resourceType\":\"Observation\"} ", 60)));
        var cipher = await on.Keys.Cipher(one, default);

        foreach (var plain in new[] { text, [], [1], on.Chance.Bytes(5_000) })
        {
            var box = cipher.Seal(plain, [1, 2]);
            cipher.Open(box, [1, 2]).ShouldBe(plain);
            Should.Throw<Refusal>(() => cipher.Open(box, [1, 3])).Code.ShouldBe("seal-broken");
            var stranger = await on.Keys.Cipher(other, default);
            Should.Throw<Refusal>(() => stranger.Open(box, [1, 2]));
            for (var at = 0; at < Math.Min(box.Length, 60); at++)
            {
                box[at] ^= 1;
                Should.Throw<Refusal>(() => cipher.Open(box, [1, 2]));
                box[at] ^= 1;
            }
        }
        cipher.Seal(text, []).Length.ShouldBeLessThan(text.Length / 4);
        cipher.Seal(text, []).ShouldNotBe(cipher.Seal(text, []));
    }

    [Theory, OnEachDatabase]
    public async Task Keys_survive_a_restart_and_the_shared_space_is_always_there(DatabaseKind kind)
    {
        await using var on = await TestDatabase.Open(kind);
        var patient = await NewPatient(on);
        var box = (await on.Keys.Cipher(patient, default)).Seal([7], []);
        var shared = (await on.Keys.Cipher(0, default)).Seal([8], []);
        var (id, token, hash) = (on.Keys.ExternalId(patient, 3), on.Keys.SealToken("next", [9]), on.Keys.Hash("ins", "abc"));
        var signing = on.Keys.TokenSigningKey.ExportSubjectPublicKeyInfo();

        await on.Restart();

        (await on.Keys.Cipher(patient, default)).Open(box, []).ShouldBe([7]);
        (await on.Keys.Cipher(0, default)).Open(shared, []).ShouldBe([8]);
        on.Keys.TryReadId(id, out var p, out var n).ShouldBeTrue();
        (p, n).ShouldBe((patient, 3));
        on.Keys.TryOpenToken("next", token, out var plain).ShouldBeTrue();
        plain.ShouldBe([9]);
        on.Keys.Hash("ins", "abc").ShouldBe(hash);
        on.Keys.Hash("name", "abc").ShouldNotBe(hash);
        on.Keys.TokenSigningKey.ExportSubjectPublicKeyInfo().ShouldBe(signing);
        (await Should.ThrowAsync<Refusal>(async () => await on.Keys.Cipher(123, default))).Code.ShouldBe("patient-key-unknown");
    }

    [Fact]
    public async Task A_token_is_for_one_purpose_and_cannot_be_changed()
    {
        await using var on = await TestDatabase.Open(DatabaseKind.Sqlite);
        var token = on.Keys.SealToken("next", [1, 2, 3]);

        on.Keys.TryOpenToken("viewer", token, out _).ShouldBeFalse();
        foreach (var wrong in new[] { "", "!", token + "A", token[..^1], (token[0] == 'A' ? "B" : "A") + token[1..] })
            on.Keys.TryOpenToken("next", wrong, out _).ShouldBeFalse();
        on.Keys.Unseal(on.Keys.Seal([4])).ShouldBe([4]);
    }

    [Theory, OnEachDatabase]
    public async Task An_erased_person_stays_erased_even_in_a_restored_database(DatabaseKind kind)
    {
        await using var on = await TestDatabase.Open(kind);
        var patient = await NewPatient(on);
        var cipher = await on.Keys.Cipher(patient, default);
        var wrapped = await on.Db.First($"select box from platform_patient_key where patient = {patient}", r => r.Bytes(0), default);
        var unit = new Unit();
        on.Keys.Erase(unit, patient);
        await on.Db.Commit(unit, default);

        Should.Throw<Refusal>(() => cipher.Seal([1], [])).Code.ShouldBe("patient-erased");
        (await Should.ThrowAsync<Refusal>(async () => await on.Keys.Cipher(patient, default))).Code.ShouldBe("patient-erased");

        var restore = new Unit();
        restore.Add($"insert into platform_patient_key (patient, box, made_at) values ({patient}, {wrapped}, {1L})");
        restore.Add($"delete from platform_shred");
        await on.Db.Commit(restore, default);
        await on.Restart();

        (await Should.ThrowAsync<Refusal>(async () => await on.Keys.Cipher(patient, default))).Code.ShouldBe("patient-erased");
    }

    [Fact]
    public async Task The_wrapped_key_of_an_erased_person_is_in_no_file_any_more()
    {
        await using var on = await TestDatabase.Open(DatabaseKind.Sqlite);
        var patient = await NewPatient(on);
        var wrapped = (await on.Db.First($"select box from platform_patient_key where patient = {patient}", r => r.Bytes(0), default))!;
        var unit = new Unit();
        on.Keys.Erase(unit, patient);
        await on.Db.Commit(unit, default);
        await on.Stop();

        foreach (var file in Directory.GetFiles(on.Folder)) File.ReadAllBytes(file).AsSpan().IndexOf(wrapped).ShouldBe(-1, file);
    }

    [Fact]
    public async Task A_patient_whose_unit_was_refused_has_no_key()
    {
        await using var on = await TestDatabase.Open(DatabaseKind.Sqlite);
        var unit = new Unit();
        on.Keys.NewPatient(unit, 42);
        unit.Expect($"delete from platform_job where name = {"none"}", () => PlatformRefusals.BlobUnknown.With());

        await Should.ThrowAsync<Refusal>(on.Db.Commit(unit, default));

        (await Should.ThrowAsync<Refusal>(async () => await on.Keys.Cipher(42, default))).Code.ShouldBe("patient-key-unknown");
    }

    [Theory, OnEachDatabase]
    public async Task More_patients_than_the_cache_holds_all_keep_their_keys(DatabaseKind kind)
    {
        await using var on = await TestDatabase.Open(kind, s => s with { CachedKeys = 4 });
        var boxes = new List<(long Patient, byte[] Box)>();
        for (var i = 0; i < 20; i++)
        {
            var patient = await NewPatient(on);
            boxes.Add((patient, (await on.Keys.Cipher(patient, default)).Seal([(byte)i], [])));
        }
        for (var i = 0; i < 20; i++) (await on.Keys.Cipher(boxes[i].Patient, default)).Open(boxes[i].Box, []).ShouldBe([(byte)i]);
    }

    static async Task<long> NewPatient(TestDatabase on)
    {
        var (unit, patient) = (new Unit(), on.Chance.NextLong());
        on.Keys.NewPatient(unit, patient);
        await on.Db.Commit(unit, default);
        return patient;
    }
}
