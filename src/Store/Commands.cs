using Socle.Fhir;
using Socle.Platform;

namespace Socle.Store;

/// <summary>The statements of a write: prepared lists, without a read between them.</summary>
sealed class Commands(Scoped scoped)
{
    public static void InsertHead(Unit unit, HeadRow row, Indexed index, Func<Refusal> taken) => unit.Unique($"""
        insert into store_resource
            (patient, number, type, version, updated, deleted, owner, labels, main_code, main_date, blob, hashes, body)
        values ({row.Patient}, {row.Number}, {(long)row.Type}, {row.Version}, {row.Updated}, 0, {row.Owner}, {(long)index.Labels},
            {index.MainCode}, {index.MainDate}, {row.Blob}, {index.Hashes}, {row.Body})
        """, taken);

    /// <summary>Moves the current version among the older ones, then puts the new one in its place: only if nobody came between.</summary>
    public void ReplaceHead(Unit unit, Scope scope, long before, HeadRow row, Indexed index, Func<Refusal> meanwhile)
    {
        unit.Expect(scoped.Change(scope, writable => $"""
            insert into store_version (patient, number, version, type, updated, deleted, owner, labels, blob, body)
            select r.patient, r.number, r.version, r.type, r.updated, r.deleted, r.owner, r.labels, r.blob, r.body from store_resource r
            where r.patient = {row.Patient} and r.number = {row.Number} and r.version = {before} and {writable}
            """), meanwhile);
        unit.Expect(scoped.Change(scope, writable => $"""
            update store_resource as r set version = {row.Version}, updated = {row.Updated}, deleted = {(row.Deleted ? 1L : 0L)},
                labels = {(long)index.Labels}, main_code = {index.MainCode}, main_date = {index.MainDate}, blob = {row.Blob},
                hashes = {index.Hashes}, body = {row.Body}
            where r.patient = {row.Patient} and r.number = {row.Number} and r.version = {before} and {writable}
            """), meanwhile);
    }

    public static void Alias(Unit unit, long hash, long patient, long number) => unit.Add($"""
        insert into store_alias (hash, patient, number) values ({hash}, {patient}, {number}) on conflict do nothing
        """);

    /// <summary>The rows beside the head: those of before that are gone, and those that are new.</summary>
    public static void Index(Unit unit, HeadRow row, Indexed? before, Indexed after)
    {
        var (type, patient, number) = ((long)row.Type, row.Patient, row.Number);
        Difference(before?.Identifiers, after.Identifiers,
            hash => unit.Add($"delete from store_identifier where hash = {hash} and patient = {patient} and number = {number}"),
            hash => unit.Add($"""
                insert into store_identifier (hash, patient, number) values ({hash}, {patient}, {number}) on conflict do nothing
                """));
        Difference(before?.Names, after.Names,
            word => unit.Add($"delete from store_name where type = {type} and word = {word} and patient = {patient} and number = {number}"),
            word => unit.Add($"""
                insert into store_name (type, word, patient, number) values ({type}, {word}, {patient}, {number}) on conflict do nothing
                """));
        Difference(before?.Targets, after.Targets,
            target => unit.Add($"""
                delete from store_reference where target = {target} and type = {type} and patient = {patient} and number = {number}
                """),
            target => unit.Add($"""
                insert into store_reference (target, type, patient, number) values ({target}, {type}, {patient}, {number}) on conflict do nothing
                """));
        Difference(before?.Codings, after.Codings,
            code => unit.Add($"delete from store_coding where patient = {patient} and type = {type} and code = {code} and number = {number}"),
            code => unit.Add($"""
                insert into store_coding (patient, type, code, number) values ({patient}, {type}, {code}, {number}) on conflict do nothing
                """));
    }

    /// <summary>The rows beside the head that are not there yet.</summary>
    public static void Complete(Unit unit, HeadRow row, Indexed index) => Index(unit, row, null, index);

    /// <summary>Every row of a patient. The wrapped key goes by <see cref="Keys.Erase"/>.</summary>
    public static void Erase(Unit unit, long patient)
    {
        unit.Add($"delete from store_name where patient = {patient}");
        unit.Add($"delete from store_identifier where patient = {patient}");
        unit.Add($"delete from store_reference where patient = {patient}");
        unit.Add($"delete from store_alias where patient = {patient}");
        unit.Add($"delete from store_coding where patient = {patient}");
        unit.Add($"delete from store_version where patient = {patient}");
        unit.Add($"delete from store_resource where patient = {patient}");
    }

    static void Difference<T>(HashSet<T>? before, HashSet<T> after, Action<T> remove, Action<T> add)
    {
        foreach (var value in after)
        {
            if (before is null || !before.Contains(value)) add(value);
        }
        if (before is null) return;
        foreach (var value in before)
        {
            if (!after.Contains(value)) remove(value);
        }
    }
}
