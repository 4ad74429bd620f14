using Socle.Fhir;
using Socle.Platform;

namespace Socle.Store;

/// <summary>The statements of a write: prepared lists, without a read between them.</summary>
sealed class Commands(Scoped scoped)
{
    static readonly Table Heads = new("store_resource", Column.Long("patient"), Column.Long("number"), Column.Long("type"), Column.Long("version"),
        Column.Long("updated"), Column.Long("deleted"), Column.Long("owner"), Column.Long("labels"), Column.Long("main_code"), Column.Long("main_date"),
        Column.Long("blob"), Column.Bytes("hashes"), Column.Bytes("body"));

    static readonly Table Aliases = new("store_alias", Column.Long("hash"), Column.Long("patient"), Column.Long("number")) { KeepsFirst = true };

    static readonly Table Identifiers = new("store_identifier", Column.Long("hash"), Column.Long("patient"), Column.Long("number")) { KeepsFirst = true };

    static readonly Table Names =
        new("store_name", Column.Long("type"), Column.Text("word"), Column.Long("patient"), Column.Long("number")) { KeepsFirst = true };

    static readonly Table References =
        new("store_reference", Column.Long("target"), Column.Long("type"), Column.Long("patient"), Column.Long("number")) { KeepsFirst = true };

    static readonly Table Codings =
        new("store_coding", Column.Long("patient"), Column.Long("type"), Column.Long("code"), Column.Long("number")) { KeepsFirst = true };

    static readonly Func<Refusal> WrittenMeanwhile = () => StoreRefusals.WrittenMeanwhile.With();

    public static void InsertHead(Unit unit, HeadRow row, Indexed index) => unit.Insert(Heads, WrittenMeanwhile,
        row.Patient, row.Number, (long)row.Type, row.Version, row.Updated, 0L, row.Owner, (long)index.Labels, index.MainCode, index.MainDate,
        row.Blob, index.Hashes, row.Body);

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

    public static void Alias(Unit unit, long hash, long patient, long number) => unit.Insert(Aliases, null, hash, patient, number);

    /// <summary>The rows beside the head: those of before that are gone, and those that are new.</summary>
    public static void Index(Unit unit, HeadRow row, Indexed? before, Indexed after)
    {
        var (type, patient, number) = ((long)row.Type, row.Patient, row.Number);
        Difference(before?.Identifiers, after.Identifiers,
            hash => unit.Add($"delete from store_identifier where hash = {hash} and patient = {patient} and number = {number}"),
            hash => unit.Insert(Identifiers, null, hash, patient, number));
        Difference(before?.Names, after.Names,
            word => unit.Add($"delete from store_name where type = {type} and word = {word} and patient = {patient} and number = {number}"),
            word => unit.Insert(Names, null, type, word, patient, number));
        Difference(before?.Targets, after.Targets,
            target => unit.Add($"""
                delete from store_reference where target = {target} and type = {type} and patient = {patient} and number = {number}
                """),
            target => unit.Insert(References, null, target, type, patient, number));
        Difference(before?.Codings, after.Codings,
            code => unit.Add($"delete from store_coding where patient = {patient} and type = {type} and code = {code} and number = {number}"),
            code => unit.Insert(Codings, null, patient, type, code, number));
    }

    /// <summary>The rows beside the head that are not there yet. A word is in the clear: it does not come back for who was erased meanwhile.</summary>
    public static void Complete(Unit unit, HeadRow row, Indexed index)
    {
        foreach (var word in index.Names)
            unit.Add($"""
                insert into store_name (type, word, patient, number)
                select r.type, {word}, r.patient, r.number from store_resource r
                where r.patient = {row.Patient} and r.number = {row.Number} and r.deleted = 0 on conflict do nothing
                """);
        index.Names.Clear();
        Index(unit, row, null, index);
    }

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
