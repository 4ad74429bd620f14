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
        await db.Engine.Migrate(db.Dialect.Migration(Ledger), $"select 1", stop);
        var applied = await db.Query($"select module, number, hash from platform_migration order by module, number",
            row => (Module: row.Text(0), Number: row.Int(1), Hash: row.Text(2)), stop);
        foreach (var known in applied)
        {
            var mine = migrations.FirstOrDefault(m => m.Module == known.Module && m.Number == known.Number)
                ?? throw PlatformRefusals.DatabaseFromTheFuture.With($"{known.Module} {known.Number:0000}");
            if (mine.Hash != known.Hash) throw PlatformRefusals.MigrationChanged.With($"{known.Module} {known.Number:0000}");
        }
        foreach (var next in migrations)
        {
            if (applied.Any(a => a.Module == next.Module && a.Number == next.Number)) continue;
            var now = Clock.Micros(clock);
            await db.Engine.Migrate(db.Dialect.Migration(next.Text), $"""
                insert into platform_migration (module, number, name, hash, applied_at)
                values ({next.Module}, {next.Number}, {next.Name}, {next.Hash}, {now})
                """, stop);
        }
    }
}
