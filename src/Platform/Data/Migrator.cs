namespace Socle.Platform;

/// <summary>Brings the database to the tables this program knows. Forward only; never touches a database written by a newer program.</summary>
static class Migrator
{
    const string Ledger = """
        create table if not exists platform_migration (
            module {text} not null,
            number {long} not null,
            name {text} not null,
            hash {text} not null,
            applied_at {long} not null,
            primary key (module, number)
        ) {strict};
        """;

    public static async Task Run(Db db, IReadOnlyList<Migration> migrations, TimeProvider clock, CancellationToken stop)
    {
        await db.Engine.Migrate(db.Dialect.Migration(Ledger), [], stop);
        var applied = await db.Query($"select module, number, hash from platform_migration order by module, number",
            row => (Module: row.Text(0), Number: row.Int(1), Hash: row.Text(2)), stop);
        foreach (var known in applied)
        {
            var mine = migrations.FirstOrDefault(m => m.Module == known.Module && m.Number == known.Number)
                ?? throw PlatformRefusals.DatabaseFromTheFuture.With($"{known.Module} {known.Number:0000}");
            if (mine.Hash != known.Hash) throw PlatformRefusals.MigrationChanged.With($"{known.Module} {known.Number:0000}");
        }
        var waiting = migrations.Where(mine => !applied.Any(known => known.Module == mine.Module && known.Number == mine.Number)).ToList();
        // An empty database gets all its tables at once; one that holds something, a migration at a time.
        if (applied.Count == 0) await Apply(db, waiting, clock, stop);
        else
            foreach (var next in waiting) await Apply(db, [next], clock, stop);
    }

    static Task Apply(Db db, IReadOnlyList<Migration> some, TimeProvider clock, CancellationToken stop)
    {
        var now = Clock.Micros(clock);
        return db.Engine.Migrate(string.Join('\n', some.Select(one => db.Dialect.Migration(one.Text))), [.. some.Select(one => (Sql)$"""
            insert into platform_migration (module, number, name, hash, applied_at)
            values ({one.Module}, {one.Number}, {one.Name}, {one.Hash}, {now})
            """)], stop);
    }
}
