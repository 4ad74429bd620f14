using System.Globalization;
using Socle.Platform;

namespace Socle.Access;

/// <summary>All SQL of Access: relations, parents, counted searches.</summary>
sealed class AccessStore(Db db)
{
    /// <summary>Relations of one professional that have not expired, ended ones included until then.</summary>
    public Task<List<Relation>> RelationsOf(long professional, DateTimeOffset now, CancellationToken stop) => db.Query($"""
        select patient, professional, professional_id, professional_name, role, structure_name, reason, since, until, ended
        from access_relation
        where professional = {professional} and until > {Micros(now)}
        order by since, patient
        """, ReadRelation, stop);

    /// <summary>Every relation ever declared to one record, newest first.</summary>
    public Task<List<Relation>> RelationsWith(long patient, CancellationToken stop) => db.Query($"""
        select patient, professional, professional_id, professional_name, role, structure_name, reason, since, until, ended
        from access_relation
        where patient = {patient}
        order by since desc, professional
        """, ReadRelation, stop);

    public Task<List<Relation>> Between(long patient, long professional, CancellationToken stop) => db.Query($"""
        select patient, professional, professional_id, professional_name, role, structure_name, reason, since, until, ended
        from access_relation
        where patient = {patient} and professional = {professional}
        order by since
        """, ReadRelation, stop);

    /// <summary>Those of these records whose sharing is suspended.</summary>
    public Task<List<long>> FrozenAmong(long[] patients, CancellationToken stop) => patients.Length == 0
        ? Task.FromResult<List<long>>([])
        : db.Query($"select distinct patient from access_freeze where patient in {patients}", row => row.Long(0), stop);

    public static void Freeze(Unit unit, long one, long other, DateTimeOffset now) => unit.Add($"""
        insert into access_freeze (patient, other, since) values ({one}, {other}, {Micros(now)}), ({other}, {one}, {Micros(now)}) on conflict do nothing
        """);

    public static void Thaw(Unit unit, long one, long other) =>
        unit.Add($"delete from access_freeze where (patient = {one} and other = {other}) or (patient = {other} and other = {one})");

    public Task<List<Guardianship>> ChildrenOf(long guardian, CancellationToken stop) => db.Query($"""
        select guardian, child, birth_date, ended from access_guardian where guardian = {guardian} order by child
        """, ReadGuardian, stop);

    /// <summary>The parents of one child, those whose authority ended too.</summary>
    public Task<List<Guardianship>> GuardiansOf(long child, CancellationToken stop) => db.Query($"""
        select guardian, child, birth_date, ended from access_guardian where child = {child} order by guardian
        """, ReadGuardian, stop);

    public static void EndGuardian(Unit unit, long guardian, long child, DateTimeOffset now, Func<Refusal> otherwise) => unit.Expect($"""
        update access_guardian set ended = {Micros(now)} where child = {child} and guardian = {guardian} and ended is null
        """, otherwise);

    public static void Declare(Unit unit, Relation relation)
    {
        var (since, until) = (Micros(relation.Since), Micros(relation.Until));
        End(unit, relation.Patient, relation.Professional, relation.Since);
        unit.Add($"""
            insert into access_relation
                (patient, professional, since, until, ended, reason, professional_id, professional_name, role, structure_name)
            values
                ({relation.Patient}, {relation.Professional}, {since}, {until}, null, {relation.Reason},
                 {relation.ProfessionalId}, {relation.ProfessionalName}, {relation.Role}, {relation.StructureName})
            on conflict (patient, professional, since) do update set until = excluded.until, reason = excluded.reason, ended = null
            """);
    }

    public static void End(Unit unit, long patient, long professional, DateTimeOffset now) => unit.Add($"""
        update access_relation set ended = {Micros(now)}
        where patient = {patient} and professional = {professional} and ended is null and until > {Micros(now)}
        """);

    public static void AddGuardian(Unit unit, Guardianship link)
    {
        var birth = link.BirthDate.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        unit.Add($"""
            insert into access_guardian (child, guardian, birth_date) values ({link.Child}, {link.Guardian}, {birth})
            on conflict (child, guardian) do update set birth_date = excluded.birth_date, ended = null
            """);
    }

    /// <summary>Counts one more; refuses, and counts nothing, when the bound is reached. One statement: two at once cannot both pass.</summary>
    public Task Spend(long actor, string kind, long hour, int bound, Func<Refusal> otherwise, CancellationToken stop)
    {
        var unit = new Unit();
        unit.Expect($"""
            insert into access_budget (actor, kind, hour, used) values ({actor}, {kind}, {hour}, 1)
            on conflict (actor, kind, hour) do update set used = access_budget.used + 1 where access_budget.used < {bound}
            """, otherwise);
        return db.Commit(unit, stop);
    }

    public async Task<long> Spent(long actor, string kind, long hour, CancellationToken stop) =>
        await db.First($"select used from access_budget where actor = {actor} and kind = {kind} and hour = {hour}", row => row.Long(0), stop);

    public Task<List<Suspension>> Suspensions(CancellationToken stop) => db.Query(
        $"select agent, since, until, why, ordered_by from access_suspension order by agent, since",
        row => new Suspension(row.Text(0), FromMicros(row.Long(1)), row.LongOrNull(2) is { } until ? FromMicros(until) : null, row.Text(3), row.Text(4)), stop);

    public static void Suspend(Unit unit, Suspension one) => unit.Add($"""
        insert into access_suspension (agent, since, until, why, ordered_by) values ({one.Agent}, {Micros(one.Since)}, null, {one.Why}, {one.By})
        on conflict (agent, since) do update set until = null, why = excluded.why, ordered_by = excluded.ordered_by
        """);

    public static void Lift(Unit unit, string agent, DateTimeOffset now) => unit.Add($"""
        update access_suspension set until = {Micros(now)} where agent = {agent} and (until is null or until > {Micros(now)})
        """);

    static Relation ReadRelation(Row row) => new(
        row.Long(0), row.Long(1), row.Text(2), row.Text(3), row.TextOrNull(4), row.TextOrNull(5), row.Text(6),
        FromMicros(row.Long(7)), FromMicros(row.Long(8)), row.LongOrNull(9) is { } ended ? FromMicros(ended) : null);

    static Guardianship ReadGuardian(Row row) =>
        new(row.Long(0), row.Long(1), ReadDay(row.Text(2))) { Ended = row.LongOrNull(3) is { } ended ? FromMicros(ended) : null };

    static DateOnly ReadDay(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    static long Micros(DateTimeOffset moment) => (moment.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    static DateTimeOffset FromMicros(long micros) => DateTimeOffset.UnixEpoch.AddTicks(micros * TimeSpan.TicksPerMicrosecond);
}
