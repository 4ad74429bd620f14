using System.Collections.Frozen;
using Socle.Platform;

namespace Socle.Store;

/// <summary>
/// Which records are one person's. Few, so they are kept in memory and heard of from other processes. Access covers all keys of a person
/// with one decision; the Store follows a reference to one of them to all, and gives new writes to the one that goes on.
/// </summary>
public sealed class MergedRecords
{
    public const string Kind = "merged";

    readonly Db db;
    readonly TimeProvider clock;
    volatile Links? links;

    public MergedRecords(Db db, TimeProvider clock)
    {
        (this.db, this.clock) = (db, clock);
        db.Changes.Hear(Kind, () => links = null);
    }

    /// <summary>The links in force; one instance answers one question after the other alike.</summary>
    internal async ValueTask<Links> Now(CancellationToken stop)
    {
        if (links is { } known) return known;
        var rows = await db.Query($"select patient, survivor from store_merged", row => (Merged: row.Long(0), Survivor: row.Long(1)), stop);
        return links = new(rows.ToFrozenDictionary(row => row.Merged, row => row.Survivor), rows.ToLookup(row => row.Survivor, row => row.Merged));
    }

    /// <summary>The record that goes on for this one: itself when it is nobody's.</summary>
    public async ValueTask<long> SurvivorOf(long patient, CancellationToken stop) => (await Now(stop)).SurvivorOf(patient);

    /// <summary>Every record of the person, the one that goes on first.</summary>
    public async ValueTask<IReadOnlyList<long>> OfPerson(long patient, CancellationToken stop) => (await Now(stop)).OfPerson(patient);

    /// <summary>From the commit on the two are one person's. Who was merged into the one that is merged now follows.</summary>
    public void Merge(Unit unit, long merged, long survivor, Func<Refusal> already)
    {
        unit.Unique($"insert into store_merged (patient, survivor, since) values ({merged}, {survivor}, {Clock.Micros(clock)})", already);
        // Two who merge at once must not make a chain or a circle.
        unit.Expect($"update store_merged set since = since where patient = {merged} and not exists (select 1 from store_merged m where m.patient = {survivor} or m.survivor = {merged})", already);
        db.Changes.Tell(unit, Kind);
    }

    public void Unmerge(Unit unit, long merged, long survivor, Func<Refusal> otherwise)
    {
        unit.Expect($"delete from store_merged where patient = {merged} and survivor = {survivor}", otherwise);
        db.Changes.Tell(unit, Kind);
    }

    /// <summary>When the record was merged; null when it is nobody's.</summary>
    public Task<DateTimeOffset?> Since(long merged, CancellationToken stop) =>
        db.First($"select since from store_merged where patient = {merged}", row => (DateTimeOffset?)Clock.FromMicros(row.Long(0)), stop);

    internal sealed record Links(FrozenDictionary<long, long> Survivors, ILookup<long, long> Merged)
    {
        public bool IsEmpty => Survivors.Count == 0;

        public long SurvivorOf(long patient) => Survivors.GetValueOrDefault(patient, patient);

        public IReadOnlyList<long> OfPerson(long patient)
        {
            var survivor = SurvivorOf(patient);
            return Merged.Contains(survivor) ? [survivor, .. Merged[survivor].Order()] : [patient];
        }

        public bool IsMerged(long patient) => Survivors.ContainsKey(patient);
    }
}
