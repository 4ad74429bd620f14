using Socle.Platform;

namespace Socle.Store;

/// <summary>
/// The only way by which SQL reaches a table of the Store. A statement is built around the predicate that its scope compiles to, on the
/// alias <c>r</c> of store_resource; one that reaches a table without it is refused before it runs.
/// </summary>
sealed class Scoped(Db db, Keys keys)
{
    internal const string Mark = "/*scope*/";
    static readonly string[] PatientTables =
        ["store_version", "store_alias", "store_identifier", "store_name", "store_reference", "store_coding"];

    public Dialect Dialect => db.Dialect;

    public Task<List<T>> Query<T>(Scope scope, Func<Sql, Sql> build, Func<Row, T> read, CancellationToken stop) =>
        db.Query(Checked(build(Predicate(scope, scope.ReadReach))), read, stop);

    public Task<T?> First<T>(Scope scope, Func<Sql, Sql> build, Func<Row, T> read, CancellationToken stop) =>
        db.First(Checked(build(Predicate(scope, scope.ReadReach))), read, stop);

    /// <summary>A few rows by their keys: such a read may share a round trip with others.</summary>
    public Task<List<T>> Few<T>(Scope scope, Func<Sql, Sql> build, Func<Row, T> read, CancellationToken stop) =>
        db.Query(Checked(build(Predicate(scope, scope.ReadReach))).Short(), read, stop);

    /// <summary>One row by its key.</summary>
    public Task<T?> One<T>(Scope scope, Func<Sql, Sql> build, Func<Row, T> read, CancellationToken stop) =>
        db.First(Checked(build(Predicate(scope, scope.ReadReach))).Short(), read, stop);

    /// <summary>A change of rows that stand already, under the reach for writing.</summary>
    public Sql Change(Scope scope, Func<Sql, Sql> build) => Checked(build(Predicate(scope, scope.WriteReach)));

    /// <summary>Rows that answer nobody: allocation of numbers, counts for the operator. Each call names its reason.</summary>
    public Task<List<T>> Unscoped<T>(string reason, Sql sql, Func<Row, T> read, CancellationToken stop)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        return db.Query(sql, read, stop);
    }

    /// <summary>The next resource type that stands here, by skipping through the index; null after the last.</summary>
    public async Task<int?> TypeAfter(int last, Func<string, bool> fits, CancellationToken stop)
    {
        while ((await Unscoped("which types exist, answers nobody",
            $"select min(type) from store_resource where type > {last}", row => row.LongOrNull(0), stop))[0] is { } type)
        {
            last = (int)type;
            if (fits(Fhir.Definitions.TypeName(last))) return last;
        }
        return null;
    }

    /// <summary>The key of the quarantine in which an owner's deposits without a known patient stand.</summary>
    public long QuarantineOf(long owner) => keys.Hash("store.quarantine", Hashes.Text(owner)) & long.MaxValue | PatientKeys.Quarantine;

    public bool MayCreate(Scope scope, long patient, long owner)
    {
        var reach = scope.WriteReach;
        if (reach.Everyone || patient == QuarantineOf(scope.Agent.OwnerKey)) return true;
        return patient == 0 ? reach.Shared : reach.Patients.Contains(patient) || reach.Owner == owner;
    }

    /// <summary>The same as the predicate of <see cref="Change"/> says of a row, before anything is prepared for it.</summary>
    public bool MayChange(Scope scope, HeadRow row)
    {
        var reach = scope.WriteReach;
        return MayCreate(scope, row.Patient, row.Owner)
            || reach.Owner == row.Owner
            || !PatientKeys.IsQuarantine(row.Patient) && reach.TypesOfEveryone.Contains(row.Place.Type);
    }

    Sql Predicate(Scope scope, Reach reach)
    {
        var hidden = (long)reach.Hidden;
        var labels = hidden == 0 ? Sql.Empty : $" and (r.labels & {hidden}) = 0";
        if (reach.Everyone) return $"/*scope*/ 1 = 1{labels}";
        var patients = reach.Patients.Append(QuarantineOf(scope.Agent.OwnerKey));
        long[] keysReached = [.. reach.Shared ? patients.Append(0) : patients];
        Sql any = $"r.patient in {keysReached}";
        if (reach.Owner is { } owner) any = $"{any} or r.owner = {owner}";
        if (reach.TypesOfEveryone.Count > 0)
        {
            long[] types = [.. reach.TypesOfEveryone.Select(type => (long)Fhir.Definitions.TypeNumber(type))];
            any = $"{any} or r.patient < {PatientKeys.Quarantine} and r.type in {types}";
        }
        return $"/*scope*/ ({any}){labels}";
    }

    // In debug builds and in tests, which reach every statement: what they let through needs no second look in production.
    static Sql Checked(Sql sql)
    {
#if DEBUG
        return Check(sql);
#else
        return sql;
#endif
    }

    /// <summary>Each store_resource in the text needs the predicate, and no other table of the Store stands without one.</summary>
    internal static Sql Check(Sql sql)
    {
        var text = sql.ToString();
        var marks = Count(text, Mark);
        var resources = Count(text, "store_resource");
        if (marks == 0 || marks < resources || resources == 0 && PatientTables.Any(table => text.Contains(table, StringComparison.Ordinal)))
            throw new InvalidOperationException($"A statement reaches a patient table without its scope: {text}");
        return sql;
    }

    static int Count(string text, string part)
    {
        var count = 0;
        for (var at = text.IndexOf(part, StringComparison.Ordinal); at >= 0; at = text.IndexOf(part, at + part.Length, StringComparison.Ordinal))
            count++;
        return count;
    }
}
