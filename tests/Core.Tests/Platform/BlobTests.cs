using System.Security.Cryptography;
using Socle.Platform;
using Socle.Support;

namespace Socle.Core.Tests.Platform;

public sealed class BlobTests
{
    const int Chunk = Blobs.ChunkLength;

    public static IEnumerable<object[]> Sizes =>
        from kind in new OnEachDatabaseAttribute().GetData(null!).Select(row => (DatabaseKind)row[0])
        from size in new[] { 0, 1, Chunk - 1, Chunk, Chunk + 1, 2 * Chunk, 9 * Chunk + 17 }
        select new object[] { kind, size };

    [Theory, MemberData(nameof(Sizes))]
    public async Task Bytes_come_back_as_they_went(DatabaseKind kind, int size)
    {
        await using var on = await TestDatabase.Open(kind);
        var (patient, bytes) = (await NewPatient(on), on.Chance.Bytes(size));

        var staged = await on.Blobs.Stage(new MemoryStream(bytes), 1 << 24, default);
        await Publish(on, staged, patient);

        staged.Size.ShouldBe(size);
        staged.Sha256.ShouldBe(SHA256.HashData(bytes));
        staged.Sha1.Length.ShouldBe(20);
        staged.Head.ShouldBe(bytes[..Math.Min(size, 4096)]);
        (await Read(on, patient, staged.Id)).ShouldBe(bytes);
    }

    [Theory, OnEachDatabase]
    public async Task It_opens_for_its_patient_only_and_only_once_published(DatabaseKind kind)
    {
        await using var on = await TestDatabase.Open(kind);
        var (patient, other) = (await NewPatient(on), await NewPatient(on));
        var staged = await on.Blobs.Stage(new MemoryStream(new byte[5 * Chunk]), 1 << 24, default);

        (await Should.ThrowAsync<Refusal>(on.Blobs.Open(patient, staged.Id, default))).Code.ShouldBe("blob-unknown");
        await Publish(on, staged, patient);
        (await Should.ThrowAsync<Refusal>(on.Blobs.Open(other, staged.Id, default))).Code.ShouldBe("blob-unknown");
        await Should.ThrowAsync<Refusal>(Publish(on, staged, other));
        (await Read(on, patient, staged.Id)).Length.ShouldBe(5 * Chunk);
    }

    [Theory, OnEachDatabase]
    public async Task A_chunk_that_was_touched_moved_or_cut_off_is_refused(DatabaseKind kind)
    {
        await using var on = await TestDatabase.Open(kind);
        var patient = await NewPatient(on);
        Sql[][] tamperings =
        [
            [$"update platform_blob_chunk set box = {new byte[100]} where chunk = {1L}"],
            [$"update platform_blob_chunk set chunk = {-1L} where chunk = {1L}", $"update platform_blob_chunk set chunk = {1L} where chunk = {2L}",
                $"update platform_blob_chunk set chunk = {2L} where chunk = {-1L}"],
            [$"delete from platform_blob_chunk where chunk = {3L}"],
            [$"delete from platform_blob_chunk where chunk = {3L}", $"update platform_blob set chunks = {3L}, size = {3L * Chunk}"]
        ];
        foreach (var tampering in tamperings)
        {
            var staged = await on.Blobs.Stage(new MemoryStream(on.Chance.Bytes(4 * Chunk)), 1 << 24, default);
            await Publish(on, staged, patient);
            var unit = new Unit();
            foreach (var command in tampering) unit.Add(command);
            await on.Db.Commit(unit, default);

            (await Should.ThrowAsync<Refusal>(Read(on, patient, staged.Id))).Code.ShouldBe("seal-broken");
            var clean = new Unit();
            clean.Add($"delete from platform_blob_chunk");
            clean.Add($"delete from platform_blob");
            await on.Db.Commit(clean, default);
        }
    }

    [Theory, OnEachDatabase]
    public async Task Too_much_is_refused_and_leaves_nothing(DatabaseKind kind)
    {
        await using var on = await TestDatabase.Open(kind);
        var refusal = await Should.ThrowAsync<Refusal>(on.Blobs.Stage(new MemoryStream(new byte[12 * Chunk]), 10 * Chunk, default));

        refusal.Reason.ShouldBe(Reason.TooLarge);
        (await on.Db.First($"select count(*) from platform_blob_chunk", r => r.Long(0), default)).ShouldBe(0);
    }

    [Theory, OnEachDatabase]
    public async Task What_nobody_published_is_collected_and_nothing_else(DatabaseKind kind)
    {
        await using var on = await TestDatabase.Open(kind);
        var patient = await NewPatient(on);
        var kept = await on.Blobs.Stage(new MemoryStream(new byte[6 * Chunk]), 1 << 24, default);
        await on.Blobs.Stage(new MemoryStream(new byte[6 * Chunk]), 1 << 24, default);
        await Publish(on, kept, patient);

        (await on.Blobs.CollectOrphans(default)).ShouldBe(0);
        on.Clock.Move(TimeSpan.FromHours(2));
        (await on.Blobs.CollectOrphans(default)).ShouldBe(1);

        (await on.Db.First($"select count(*) from platform_blob", r => r.Long(0), default)).ShouldBe(1);
        (await Read(on, patient, kept.Id)).Length.ShouldBe(6 * Chunk);
    }

    [Theory, OnEachDatabase]
    public async Task Erasing_the_patient_darkens_the_documents(DatabaseKind kind)
    {
        await using var on = await TestDatabase.Open(kind);
        var patient = await NewPatient(on);
        var staged = await on.Blobs.Stage(new MemoryStream([1, 2, 3]), 10, default);
        await Publish(on, staged, patient);
        var unit = new Unit();
        on.Keys.Erase(unit, patient);
        await on.Db.Commit(unit, default);

        (await Should.ThrowAsync<Refusal>(on.Blobs.Open(patient, staged.Id, default))).Code.ShouldBe("patient-erased");
    }

    static Task Publish(TestDatabase on, StagedBlob staged, long patient)
    {
        var unit = new Unit();
        on.Blobs.Publish(unit, staged, patient);
        return on.Db.Commit(unit, default);
    }

    static async Task<byte[]> Read(TestDatabase on, long patient, long id)
    {
        await using var stream = await on.Blobs.Open(patient, id, default);
        using var all = new MemoryStream();
        await stream.CopyToAsync(all);
        return all.ToArray();
    }

    static async Task<long> NewPatient(TestDatabase on)
    {
        var (unit, patient) = (new Unit(), on.Chance.NextLong());
        on.Keys.NewPatient(unit, patient);
        await on.Db.Commit(unit, default);
        return patient;
    }
}
