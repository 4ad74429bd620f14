using System.Text.Json;
using Socle.Platform;

namespace Socle.Directories;

sealed partial class DirectoriesStore
{
    /// <summary>What somebody asked before and nobody decided yet is replaced: one request of a person waits at a time.</summary>
    public async Task Ask(string rpps, string name, Correction body, DateTimeOffset now, CancellationToken stop)
    {
        var id = await db.First($"select coalesce(max(id), 0) + 1 from directories_correction", row => row.Long(0), stop);
        var unit = new Unit();
        unit.Add($"delete from directories_correction where rpps = {rpps} and state = {CorrectionRow.Waiting}");
        unit.Add($"""
            insert into directories_correction (id, rpps, name, state, asked, body, decided, decided_by, reason)
            values ({id}, {rpps}, {name}, {CorrectionRow.Waiting}, {Clock.Micros(now)}, {JsonSerializer.Serialize(body)}, null, null, null)
            """);
        await db.Commit(unit, stop);
    }

    public Task<List<CorrectionRow>> Waiting(int count, CancellationToken stop) => db.Query($"""
        select id, rpps, name, state, asked, body, decided, decided_by, reason from directories_correction
        where state = {CorrectionRow.Waiting} order by asked, id limit {count}
        """, ReadCorrection, stop);

    public Task<CorrectionRow?> Correction(long id, CancellationToken stop) => db.First($"""
        select id, rpps, name, state, asked, body, decided, decided_by, reason from directories_correction where id = {id}
        """, ReadCorrection, stop);

    /// <summary>The newest request of a person.</summary>
    public Task<CorrectionRow?> LastCorrection(string rpps, CancellationToken stop) => db.First($"""
        select id, rpps, name, state, asked, body, decided, decided_by, reason from directories_correction where rpps = {rpps} order by asked desc, id desc limit 1
        """, ReadCorrection, stop);

    /// <summary>Two registrars at once: the second is told that it was decided.</summary>
    public static void Decide(Unit unit, long id, string state, string by, string? reason, DateTimeOffset now) => unit.Expect($"""
        update directories_correction set state = {state}, decided = {Clock.Micros(now)}, decided_by = {by}, reason = {reason}
        where id = {id} and state = {CorrectionRow.Waiting}
        """, () => DirectoriesRefusals.DecidedAlready.With());

    static CorrectionRow ReadCorrection(Row row) => new(row.Long(0), row.Text(1), row.Text(2), row.Text(3), Clock.FromMicros(row.Long(4)),
        JsonSerializer.Deserialize<Correction>(row.Text(5))!, row.LongOrNull(6) is { } decided ? Clock.FromMicros(decided) : null, row.TextOrNull(7), row.TextOrNull(8));
}
