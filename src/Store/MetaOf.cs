using Socle.Fhir;
using Socle.Platform;

namespace Socle.Store;

/// <summary>$meta of a type or of everything: the profiles, tags and labels in use among what the scope reaches.</summary>
sealed class MetaOf(StoreParts parts)
{
    const int MostRead = 5_000, Chunk = 500;

    public async Task<MetaInUse> Of(Scope scope, string? type, CancellationToken stop)
    {
        if (type is not null) Demand.Allowed(scope, type, Interaction.Search);
        var found = new MetaInUse([], [], []);
        var released = new List<Stored>();
        foreach (var number in type is null ? await new HistoryOf(parts).Types(scope, Interaction.Search, stop) : [Definitions.TypeNumber(type)])
        {
            HeadRow? last = null;
            while (true)
            {
                var rows = await Next(scope, number, last, stop);
                foreach (var row in rows)
                {
                    var stored = await parts.Rows.Open(last = row, stop);
                    found.Add(stored.Bytes);
                    released.Add(stored with { Bytes = default });
                }
                if (released.Count > MostRead) throw StoreRefusals.SearchTooBroad.With(type is null ? "{type}/$meta" : "{type}/{id}/$meta");
                if (rows.Count < Chunk) break;
            }
        }
        await parts.Trace.Release(scope, "meta", type ?? "*", released, stop);
        return found;
    }

    Task<List<HeadRow>> Next(Scope scope, int type, HeadRow? last, CancellationToken stop)
    {
        var (updated, patient, number) = last is null ? (long.MaxValue, long.MaxValue, long.MaxValue) : (last.Updated, last.Patient, last.Number);
        // Whom a software may find by identifier, one at a time, it is not told of in sums.
        return parts.Scoped.Query(scope.WithoutTypesOfEveryone(), visible => $"""
            select {Rows.Columns} from store_resource r
            where r.type = {type} and r.updated <= {updated} and (r.updated, r.patient, r.number) < ({updated}, {patient}, {number})
                and r.deleted = 0 and {visible}
            order by r.updated desc, r.patient desc, r.number desc limit {(long)Chunk}
            """, Rows.Read, stop);
    }
}
