using Socle.Platform;

namespace Socle.Directories;

/// <summary>All SQL of the keys.</summary>
sealed class AnnuaireStore(Db db)
{
    public Task<AnnuaireKeyRow?> Find(byte[] hash, CancellationToken stop) => db.First(
        $"select name, restricted, per_second, made_at from directories_annuaire_key where hash = {hash}", Read, stop);

    public Task<List<AnnuaireKeyRow>> All(CancellationToken stop) => db.Query(
        $"select name, restricted, per_second, made_at from directories_annuaire_key order by name", Read, stop);

    public static void Add(Unit unit, byte[] hash, AnnuaireKeyRow row, Func<Refusal> onDuplicate) => unit.Unique($"""
        insert into directories_annuaire_key (hash, name, restricted, per_second, made_at)
        values ({hash}, {row.Name}, {row.Level == AnnuaireLevel.Restricted}, {(long?)row.PerSecond}, {Clock.Micros(row.MadeAt)})
        """, onDuplicate);

    public static void Remove(Unit unit, string name) => unit.Add($"delete from directories_annuaire_key where name = {name}");

    static AnnuaireKeyRow Read(Row row) => new(
        row.Text(0), row.Bool(1) ? AnnuaireLevel.Restricted : AnnuaireLevel.Public, (int?)row.LongOrNull(2), Clock.FromMicros(row.Long(3)));
}
