using Socle.Platform;
using Socle.Support;

namespace Socle.Core.Tests.Platform;

public sealed class FolderAndMigrationTests
{
    static readonly Migration First = new("shelf", 1, "shelf", "create table shelf_book (patient {long} not null primary key) {strict};\n");
    static readonly Migration Second = new("shelf", 2, "title", "alter table shelf_book add column title {text};\n{sqlite} select 1;\n{postgres} select 2;\n");

    [Theory, OnEachDatabase]
    public async Task Steps_run_once_and_in_order(DatabaseKind kind)
    {
        await using var on = await TestDatabase.Open(kind, First, Second);
        var unit = new Unit();
        unit.Add($"insert into shelf_book (patient, title) values ({1L}, {"t"})");
        await on.Db.Commit(unit, default);

        await on.Restart();

        (await on.Db.First($"select title from shelf_book", r => r.Text(0), default)).ShouldBe("t");
        (await on.Db.Query($"select number from platform_migration where module = {"shelf"} order by number", r => r.Long(0), default)).ShouldBe([1, 2]);
    }

    [Theory, OnEachDatabase]
    public async Task A_database_from_the_future_and_a_changed_step_are_refused(DatabaseKind kind)
    {
        await using var on = await TestDatabase.Open(kind, First, Second);

        (await Should.ThrowAsync<Refusal>(Migrator.Run(on.Db, [.. Storage.OwnMigrations, First], on.Clock, default))).Code.ShouldBe("database-from-the-future");
        var changed = Second with { Text = "alter table shelf_book add column title {text} not null" };
        (await Should.ThrowAsync<Refusal>(Migrator.Run(on.Db, [.. Storage.OwnMigrations, First, changed], on.Clock, default))).Code.ShouldBe("migration-changed");
    }

    [Theory, OnEachDatabase]
    public async Task A_step_that_fails_leaves_nothing(DatabaseKind kind)
    {
        await using var on = await TestDatabase.Open(kind, First);
        var broken = new Migration("shelf", 2, "broken", "create table shelf_half (a {long});\nselect * from nowhere;\n");

        await Should.ThrowAsync<Exception>(Migrator.Run(on.Db, [.. Storage.OwnMigrations, First, broken], on.Clock, default));

        await Should.ThrowAsync<Exception>(on.Db.Query($"select * from shelf_half", r => r.Long(0), default));
        await Migrator.Run(on.Db, [.. Storage.OwnMigrations, First], on.Clock, default);
    }

    [Fact]
    public void A_folder_has_one_owner()
    {
        var path = Directory.CreateTempSubdirectory("socle-test-").FullName;
        using (DataFolder.Open(path, demonstration: null))
            Should.Throw<Refusal>(() => DataFolder.Open(path, demonstration: null)).Code.ShouldBe("folder-in-use");
        DataFolder.Open(path, demonstration: null).Dispose();
        Directory.Delete(path, recursive: true);
    }

    [Fact]
    public void Demonstration_is_decided_when_the_folder_is_made()
    {
        var path = Directory.CreateTempSubdirectory("socle-test-").FullName;
        using (var real = DataFolder.Open(path, demonstration: null)) (real.IsDemonstration, real.IsNew).ShouldBe((false, true));
        Should.Throw<Refusal>(() => DataFolder.Open(path, demonstration: true)).Code.ShouldBe("folder-not-demonstration");
        Directory.Delete(path, recursive: true);
        using (var demo = DataFolder.Open(path, demonstration: true)) demo.IsDemonstration.ShouldBeTrue();
        using (var again = DataFolder.Open(path, demonstration: null)) (again.IsDemonstration, again.IsNew).ShouldBe((true, false));
        Directory.Delete(path, recursive: true);
    }

    [Fact]
    public async Task Nobody_else_can_read_the_folder_and_the_root_key_is_never_replaced()
    {
        const UnixFileMode Others = ~(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await using var on = await TestDatabase.Open(DatabaseKind.Sqlite);
        if (!OperatingSystem.IsWindows())
        {
            foreach (var file in Directory.GetFiles(on.Folder)) (File.GetUnixFileMode(file) & Others).ShouldBe(UnixFileMode.None, file);
            File.GetUnixFileMode(Path.Combine(on.Folder, "root.key")).ShouldBe(UnixFileMode.UserRead);
        }
        var key = Path.Combine(on.Folder, "root.key");
        var kept = await File.ReadAllBytesAsync(key);
        await on.Stop();
        File.Delete(key);
        (await Should.ThrowAsync<Refusal>(on.Restart())).Code.ShouldBe("root-key-missing");
        await File.WriteAllBytesAsync(key, kept);
        await on.Restart();
    }
}
