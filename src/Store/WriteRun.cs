using Socle.Fhir;
using Socle.Platform;

namespace Socle.Store;

/// <summary>
/// One atomic write of one or many operations: prepare → place → rewrite → rules → finish → commit. Until the commit nothing has
/// changed, so that it can be played again when another write came between.
/// </summary>
sealed class WriteRun(StoreParts parts, Scope scope, WriteOptions options) : IDisposable
{
    const int MostWrites = 2_000;
    readonly List<WriteOp> addedByRules = [];
    readonly Dictionary<string, string> answeredInstead = [];

    public StoreParts Parts => parts;
    public Scope Scope => scope;
    public WriteOptions Options => options;
    public Unit Unit { get; } = new();
    public List<PreparedWrite> Writes { get; } = [];

    /// <summary>Where texts that stand in references lead: full URLs, conditions, aliases.</summary>
    public Dictionary<string, Place> Places { get; } = [];

    /// <summary>What is written in their stead; only for texts that are rewritten.</summary>
    public Dictionary<string, string> Rewritten { get; } = [];

    /// <summary>Keys that the unit itself makes: nobody else has them before the commit.</summary>
    public Dictionary<long, PatientCipher> NewCiphers { get; } = [];

    /// <summary>The writes by what refers to them.</summary>
    public Dictionary<string, PreparedWrite> ByReference { get; } = [];

    /// <summary>Search parameters that the unit itself adds: the next one has another number and another code.</summary>
    public List<SearchParam> NewParameters { get; } = [];

    public BroughtAlong Brought { get; private set; } = null!;

    public async Task<IReadOnlyList<WriteResult>> Run(IReadOnlyList<WriteOp> ops, CancellationToken stop)
    {
        Brought = await BroughtAlong.Find(parts, scope, ops, options, stop);
        // The order in which a transaction is processed, whatever the order of its entries (FHIR R4 http.html#trules).
        foreach (var (op, index) in ops.Select((op, index) => (op, index)).OrderBy(pair => Rank(pair.op)))
            await InEntry(ops.Count, index, () => Prepare(op, index, scope, stop));
        RefuseSameTwice();
        await new Placement(this).Place(Writes, stop);
        for (var next = 0; next < Writes.Count; next++)
        {
            var write = Writes[next];
            await InEntry(ops.Count, write.Index, () => ApplyRules(write, stop));
            await PrepareAdded(stop);
        }
        LeadToAnswers();
        using var stamp = parts.Stamps.Begin();
        if (parts.Horizon.Held is { } held)
            Unit.MustBeginBefore(Environment.TickCount64 + (long)held.TotalMilliseconds, () => StoreRefusals.WrittenMeanwhile.With());
        var finish = new Finish(this, stamp.Time);
        foreach (var write in Writes) await InEntry(ops.Count, write.Index, () => finish.Add(write, stop));
        WriteResult[] results = [.. Writes.Where(write => write.Index >= 0).OrderBy(write => write.Index).Select(finish.Result)];
        options.WithCommit?.Invoke(Unit, results);
        await parts.Db.Commit(Unit, stop);
        finish.Committed();
        return results;
    }

    public void AddByRule(WriteOp op)
    {
        if (Writes.Count + addedByRules.Count >= MostWrites) throw new InvalidOperationException("Rules add writes without end.");
        addedByRules.Add(op);
    }

    public void AnswerWith(PreparedWrite write, Stored existing)
    {
        answeredInstead[write.Reference] = existing.Reference;
        write.Answer = existing;
    }

    public Task<IReadOnlyList<Stored>> Find(SearchQuery query, CancellationToken stop) =>
        SearchBudget.Untimed(query, parts.Searching.Find(scope, query, null, stop));

    public Task<IReadOnlyList<Stored>> FindInRecord(PreparedWrite write, SearchQuery query, CancellationToken stop) =>
        SearchBudget.Untimed(query, parts.Searching.Find(scope.ForRules(), query, write.Patient, stop));

    public async Task<Stored?> Follow(string reference, CancellationToken stop)
    {
        reference = Ids.WithoutVersion(reference);
        if (ByReference.TryGetValue(reference, out var write) && write is { Answer: null, Body: { } body })
            return new(write.Type, write.VisibleId, 0, Now(), false, body.Bytes, write.Patient, write.Number, null);
        if (!Ids.TrySplit(reference, out var type, out var id)) return null;
        return await parts.Rows.Find(scope.ForRules(), type, id, stop) is { Deleted: false } row ? await parts.Rows.Open(row, stop) : null;
    }

    public void Dispose()
    {
        foreach (var write in Writes) write.Dispose();
    }

    async ValueTask Prepare(WriteOp op, int index, Scope by, CancellationToken stop)
    {
        var write = new PreparedWrite(op, index, by, parts.Parameters.Set);
        Writes.Add(write);
        switch (op)
        {
            case WriteOp.Create create: await CreateResource.Prepare(this, write, create, stop); break;
            case WriteOp.Update update: await UpdateResource.Prepare(this, write, update, stop); break;
            case WriteOp.Patch patch: await PatchResource.Prepare(this, write, patch, stop); break;
            case WriteOp.Delete delete: await DeleteResource.Prepare(this, write, delete, stop); break;
        }
    }

    async ValueTask ApplyRules(PreparedWrite write, CancellationToken stop)
    {
        if (write.Answer is null && write.Body is { } body && ContainedCircle.Find(body) is { } circle)
            throw StoreRefusals.CircleOfContained.With([new RefusalIssue("error", "business-rule", $"{write.Type}.contained", circle)], circle);
        foreach (var rule in parts.Rules)
        {
            if (write.Answer is not null) return;
            if (rule.Types.Contains(write.Type)) await rule.Apply(new WriteContext(this, write), stop);
        }
    }

    async ValueTask PrepareAdded(CancellationToken stop)
    {
        if (addedByRules.Count == 0) return;
        var first = Writes.Count;
        foreach (var op in addedByRules) await Prepare(op, -1, scope.ForRules(), stop);
        addedByRules.Clear();
        RefuseSameTwice();
        await new Placement(this).Place(Writes[first..], stop);
    }

    // A rule answered with a resource that stands already: what referred to the one that was to be made refers to that one.
    void LeadToAnswers()
    {
        if (answeredInstead.Count == 0) return;
        foreach (var write in Writes)
        {
            if (write.Answer is null && write.Body is { } body && References.Rewrite(body, answeredInstead) is { } bytes)
                write.Replace(FhirDocument.Parse(bytes));
        }
    }

    void RefuseSameTwice()
    {
        var seen = new HashSet<(long, long)>();
        foreach (var write in Writes)
        {
            if (write.Head is { } head && write.Answer is null && !seen.Add((head.Patient, head.Number)))
                throw StoreRefusals.SameTwice.With(write.Reference);
        }
    }

    DateTimeOffset Now()
    {
        var now = parts.Clock.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond));   // what meta.lastUpdated can say
    }

    static int Rank(WriteOp op) => op switch { WriteOp.Delete => 0, WriteOp.Create => 1, WriteOp.Update => 2, _ => 3 };

    // A refusal of one entry among many says which.
    static async ValueTask InEntry(int count, int index, Func<ValueTask> action)
    {
        try
        {
            await action();
        }
        catch (Refusal refusal) when (count > 1 && index >= 0 && refusal.Kind != StoreRefusals.WrittenMeanwhile)
        {
            throw EntryRefusals.At(index, refusal);
        }
        catch (FhirException error) when (count > 1 && index >= 0)
        {
            throw new FhirException([.. error.Issues.Select(issue =>
                issue with { Expression = $"Bundle.entry[{index}].resource{(issue.Expression is { } path ? $" / {path}" : "")}" })]);
        }
    }
}

static class EntryRefusals
{
    public static Refusal At(int index, Refusal refusal)
    {
        var at = $"Bundle.entry[{index}]";
        var issues = refusal.Issues.Count == 0
            ? [new RefusalIssue("error", "processing", at, refusal.French)]
            : refusal.Issues.Select(issue => issue with { Expression = issue.Expression is { } path ? $"{at}.resource / {path}" : at }).ToList();
        var kind = refusal.Kind with { French = $"Entrée {index + 1}\u00a0: {refusal.French}" };
        return new Refusal(kind, issues) { Actionable = refusal.Actionable };
    }
}
