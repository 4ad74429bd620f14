using Socle.Platform;
using Socle.Support;

namespace Socle.Core.Tests.Platform;

public sealed class AuditTests
{
    const int Written = 10;

    static readonly Agent Nurse = new(AgentKind.Professional, "rpps:invented", "Camille Invente", "Infirmière", "999999999", "Structure inventée", 5, 0);

    [Theory, OnEachDatabase]
    public async Task A_person_reads_who_saw_what_newest_first(DatabaseKind kind)
    {
        await using var on = await TestDatabase.Open(kind);
        var patient = await NewPatient(on);
        await Write(on, patient, Written);
        await Write(on, 0, 3);

        var first = await on.Audit.OfPatient(patient, null, 4, default);
        var rest = await on.Audit.OfPatient(patient, first[^1].Cursor, 100, default);

        first.Concat(rest).Select(l => l.Entry.Label).ShouldBe(Enumerable.Range(0, Written).Reverse().Select(i => $"Document {i}"));
        first[0].Entry.Why.ShouldBe("Suivi à domicile");
        first[0].Entry.Agent.ShouldBe(Nurse);
        (await on.Audit.Latest(null, 100, default)).Count.ShouldBe(Written + 3);
        (await on.Audit.Verify(default)).Findings.ShouldBeEmpty();
    }

    [Theory, OnEachDatabase]
    public async Task An_entry_goes_with_its_unit_or_not_at_all(DatabaseKind kind)
    {
        await using var on = await TestDatabase.Open(kind);
        var refused = new Unit();
        on.Audit.Append(refused, Entry(0, 1));
        refused.Expect($"delete from platform_job where name = {"none"}", () => PlatformRefusals.BlobUnknown.With());

        await Should.ThrowAsync<Refusal>(on.Db.Commit(refused, default));
        await Write(on, 0, 1);

        (await on.Audit.Latest(null, 10, default)).Count.ShouldBe(1);
        (await on.Audit.Verify(default)).IsClean.ShouldBeTrue();
    }

    [Theory, OnEachDatabase]
    public async Task Many_at_once_make_one_log_without_a_gap_over_restarts(DatabaseKind kind)
    {
        await using var on = await TestDatabase.Open(kind);
        for (var round = 1; round <= 3; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Write(on, 0, 1)));
            await on.Restart();
            var report = await on.Audit.Verify(default);
            report.Findings.ShouldBeEmpty();
            report.Entries.ShouldBe(50 * round);
            report.Heads.ShouldBeGreaterThanOrEqualTo(round);
        }
        File.ReadAllLines(Path.Combine(on.Folder, AuditLog.HeadsFile)).Length.ShouldBeGreaterThanOrEqualTo(3);
    }

    [Theory, OnEachDatabase]
    public async Task A_log_that_grows_while_it_is_verified_raises_no_alarm(DatabaseKind kind)
    {
        await using var on = await TestDatabase.Open(kind);
        using var stop = new CancellationTokenSource();
        var writing = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await Write(on, 0, 5);
                await on.Audit.SignHead(default);
            }
        });
        for (var i = 0; i < 10; i++) (await on.Audit.Verify(default)).Findings.ShouldBeEmpty();
        await stop.CancelAsync();
        await writing;
    }

    public static IEnumerable<object[]> Tamperings =>
        from kind in new OnEachDatabaseAttribute().GetData(null!).Select(row => (DatabaseKind)row[0])
        from tampering in new (string Name, AuditFault Fault, long Sequence)[]
        {
            ("edit", AuditFault.Edited, 3), ("edit the last", AuditFault.Edited, Written), ("copy over", AuditFault.Edited, 3),
            ("other patient", AuditFault.Edited, 3), ("remove", AuditFault.Removed, 3), ("remove the first", AuditFault.Removed, 1),
            ("remove the last", AuditFault.Removed, Written), ("remove the last and its position", AuditFault.Removed, Written),
            ("reorder", AuditFault.Reordered, 3), ("insert", AuditFault.Inserted, Written + 1), ("insert before", AuditFault.Inserted, 0),
            ("position", AuditFault.PositionEdited, 4), ("head", AuditFault.HeadEdited, 1), ("remove head", AuditFault.HeadRemoved, 1),
            ("forge with the key", AuditFault.TreeDiffers, Written)
        }
        select new object[] { kind, tampering.Name, tampering.Fault, tampering.Sequence };

    [Theory, MemberData(nameof(Tamperings))]
    public async Task Whatever_is_touched_by_hand_is_named(DatabaseKind kind, string tampering, AuditFault fault, long sequence)
    {
        await using var on = await TestDatabase.Open(kind);
        await Write(on, 0, Written - 1);
        var position = await on.Db.First($"select seq, drained, mac from platform_audit_log", r => (r.Long(0), r.Long(1), r.Bytes(2)), default);
        await Write(on, 0, 1);
        await on.Audit.SignHead(default);

        var unit = new Unit();
        foreach (var command in await Commands(on, tampering, position)) unit.Add(command);
        await on.Db.Commit(unit, default);
        var report = await on.Audit.Verify(default);

        report.Findings.ShouldContain(f => f.Fault == fault && f.Sequence == sequence, string.Join('\n', report.Findings));
        report.Findings.Count.ShouldBeLessThanOrEqualTo(3);
    }

    [Theory, OnEachDatabase]
    public async Task An_entry_that_no_head_covers_yet_is_missed_too(DatabaseKind kind)
    {
        await using var on = await TestDatabase.Open(kind);
        await Write(on, 0, 1);
        var unit = new Unit();
        unit.Add($"delete from platform_audit where seq = {1L}");
        unit.Add($"delete from platform_audit_head");
        await on.Db.Commit(unit, default);

        (await on.Audit.Verify(default)).Findings.ShouldContain(f => f.Fault == AuditFault.Removed && f.Sequence == 1);
    }

    [Theory, OnEachDatabase]
    public async Task After_a_restart_the_evidence_is_still_there(DatabaseKind kind)
    {
        await using var on = await TestDatabase.Open(kind);
        await Write(on, 0, Written);
        await on.Audit.SignHead(default);
        var unit = new Unit();
        unit.Add($"delete from platform_audit where seq = {(long)Written}");
        unit.Add($"update platform_audit_log set seq = {(long)Written - 1}");
        await on.Db.Commit(unit, default);

        await on.Restart();
        await Write(on, 0, 2);
        await on.Restart();
        var report = await on.Audit.Verify(default);

        report.Findings.ShouldContain(f => f.Fault == AuditFault.Removed && f.Log == 0 && f.Sequence == Written);
        report.Findings.ShouldAllBe(f => f.Log == 0);
        report.Entries.ShouldBe(Written - 1 + 2);
    }

    [Theory, OnEachDatabase]
    public async Task Erasing_a_person_leaves_the_log_whole_and_its_details_dark(DatabaseKind kind)
    {
        await using var on = await TestDatabase.Open(kind);
        var patient = await NewPatient(on);
        await Write(on, patient, 3);
        var unit = new Unit();
        on.Keys.Erase(unit, patient);
        await on.Db.Commit(unit, default);

        var lines = await on.Audit.OfPatient(patient, null, 10, default);

        lines.Count.ShouldBe(3);
        lines.ShouldAllBe(l => !l.Readable && l.Entry.Label == null && l.Entry.Why == null && l.Entry.Action == "read");
        (await on.Audit.Verify(default)).IsClean.ShouldBeTrue();
    }

    [Theory, OnEachDatabase]
    public async Task A_citizens_name_is_not_readable_in_the_tables(DatabaseKind kind)
    {
        await using var on = await TestDatabase.Open(kind);
        var patient = await NewPatient(on);
        var unit = new Unit();
        on.Audit.Append(unit, Entry(patient, 1) with { Agent = new(AgentKind.Citizen, "patient:x", "ZOÉ CANARI", null, null, null, 1, patient) });
        await on.Db.Commit(unit, default);

        var bytes = await on.Db.First($"select entry from platform_audit", r => r.Bytes(0), default);

        System.Text.Encoding.UTF8.GetString(bytes!).ShouldNotContain("CANARI");
        (await on.Audit.OfPatient(patient, null, 1, default))[0].Entry.Agent.Name.ShouldBe("ZOÉ CANARI");
    }

    [Fact]
    public async Task On_a_full_disk_changes_are_refused_and_reads_are_still_traced()
    {
        await using var on = await TestDatabase.Open(DatabaseKind.Sqlite);
        await Write(on, 0, 5);
        var engine = (SqliteEngine)on.Db.Engine;
        var pages = await on.Db.First($"select page_count from pragma_page_count()", r => r.Long(0), default);
        engine.OnWriter($"pragma max_page_count = {pages}");

        var change = new Unit();
        change.Add($"insert into platform_outbox (id, kind, body, made_at, due_at, attempts) values ({1L}, {"k"}, {new byte[100_000]}, {1L}, {1L}, {0L})");
        (await Should.ThrowAsync<Refusal>(on.Db.Commit(change, default))).Reason.ShouldBe(Reason.InsufficientStorage);
        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Write(on, 0, 1)));
        var inDatabase = (await on.Audit.Latest(null, 1000, default)).Count;
        inDatabase.ShouldBeLessThan(205);

        engine.OnWriter("pragma max_page_count = 1000000");
        await on.Restart();

        (await on.Audit.Latest(null, 1000, default)).Count.ShouldBe(205);
        (await on.Audit.Verify(default)).Findings.ShouldBeEmpty();
        on.Fatal.ShouldBeEmpty();
        await on.Db.Commit(change, default);
    }

    static async Task<Sql[]> Commands(TestDatabase on, string tampering, (long Seq, long Drained, byte[] Mac) position) => tampering switch
    {
        "edit" => [$"update platform_audit set entry = {await Changed(on, 3)} where seq = {3L}"],
        "edit the last" => [$"update platform_audit set entry = {await Changed(on, Written)} where seq = {(long)Written}"],
        "copy over" => [$"delete from platform_audit where seq = {3L}",
            $"insert into platform_audit (log, seq, patient, entry, hash, mac) select log, {3L}, patient, entry, hash, mac from platform_audit where seq = {5L}"],
        "other patient" => [$"update platform_audit set patient = {99L} where seq = {3L}"],
        "remove" => [$"delete from platform_audit where seq = {3L}"],
        "remove the first" => [$"delete from platform_audit where seq = {1L}"],
        "remove the last" => [$"delete from platform_audit where seq = {(long)Written}"],
        "remove the last and its position" => [$"delete from platform_audit where seq = {(long)Written}",
            $"update platform_audit_log set seq = {position.Seq}, drained = {position.Drained}, mac = {position.Mac}"],
        "reorder" => [$"update platform_audit set seq = {-3L} where seq = {3L}", $"update platform_audit set seq = {3L} where seq = {7L}",
            $"update platform_audit set seq = {7L} where seq = {-3L}"],
        "insert" => [Copy(Written + 1)],
        "insert before" => [Copy(0)],
        "position" => [$"update platform_audit_log set seq = {4L}"],
        "head" => [$"update platform_audit_head set line = replace(line, {" 0:"}, {" 1:"}) where number = {1L}"],
        "remove head" => [$"delete from platform_audit_head where number = {1L}"],
        _ => await Forge(on)
    };

    // The worst of cases: somebody who holds the root key writes a right hash and a right MAC.
    static async Task<Sql[]> Forge(TestDatabase on)
    {
        var entry = await Changed(on, 3);
        var hash = MerkleTree.Leaf(entry);
        return [$"update platform_audit set entry = {entry}, hash = {hash}, mac = {AuditTrail.EntryMac(on.Keys.AuditMacKey, 0, 3, hash)} where seq = {3L}"];
    }

    static async Task<byte[]> Changed(TestDatabase on, long sequence)
    {
        var bytes = (await on.Db.First($"select entry from platform_audit where seq = {sequence}", r => r.Bytes(0), default))!;
        bytes[5] ^= 1;
        return bytes;
    }

    static Sql Copy(long to) => $"""
        insert into platform_audit (log, seq, patient, entry, hash, mac)
        select log, {to}, patient, entry, hash, mac from platform_audit where seq = {2L}
        """;

    static AuditEntry Entry(long patient, int i) => new()
    {
        Agent = Nurse,
        Action = "read",
        Patient = patient,
        Target = "DocumentReference/x",
        Label = $"Document {i}",
        Why = "Suivi à domicile"
    };

    static async Task Write(TestDatabase on, long patient, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var unit = new Unit();
            on.Audit.Append(unit, Entry(patient, i));
            await on.Db.Commit(unit, default);
        }
    }

    static async Task<long> NewPatient(TestDatabase on)
    {
        var (unit, patient) = (new Unit(), on.Chance.NextLong());
        on.Keys.NewPatient(unit, patient);
        await on.Db.Commit(unit, default);
        return patient;
    }
}
