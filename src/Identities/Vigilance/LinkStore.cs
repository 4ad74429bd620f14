using Socle.Platform;

namespace Socle.Identities;

/// <summary>The SQL of merges as they were done.</summary>
sealed class LinkStore(Db db)
{
    public static void Add(Unit unit, PersonLink link) => unit.Add($"""
        insert into identities_link (merged, survivor, merged_version, survivor_version, since, by_name, why)
        values ({link.Merged}, {link.Survivor}, {link.MergedVersion}, {link.SurvivorVersion}, {Clock.Micros(link.Since)}, {link.By}, {link.Why})
        """);

    public static void Remove(Unit unit, long merged) => unit.Add($"delete from identities_link where merged = {merged}");

    public Task<PersonLink?> Of(long merged, CancellationToken stop) => db.First(
        $"select merged, survivor, merged_version, survivor_version, since, by_name, why from identities_link where merged = {merged}", Read, stop)!;

    static PersonLink Read(Row row) => new(
        row.Long(0), row.Long(1), row.Long(2), row.Long(3), Clock.FromMicros(row.Long(4)), row.Text(5), row.Text(6));
}
