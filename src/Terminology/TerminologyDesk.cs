using Socle.Access;
using Socle.Fhir;
using Socle.Platform;
using Socle.Store;

namespace Socle.Terminology;

/// <summary>
/// What is known of codes now. Read from the Store in the background at start, then kept up with each write; until the first reading is done, R4's own
/// value sets are what is known, and whoever must know more waits for it.
/// </summary>
sealed class TerminologyDesk(TimeProvider clock) : ITerminology
{
    /// <summary>Of <see cref="ChangeFeed"/>.</summary>
    public const string Kind = "terminology";

    // Clocks of processes differ, and a write may take a while from its stamp to its commit: what is read twice does no harm.
    static readonly TimeSpan Overlap = TimeSpan.FromMinutes(10);

    static readonly Agent Reader = new(AgentKind.Program, "program:terminology", "Nomenclatures", null, null, null, 0, 0);

    readonly Lock one = new();
    readonly TerminologyParts parts = new();
    readonly HashSet<string> touched = [];
    Func<DateTimeOffset?, CancellationToken, Task> load = (_, _) => Task.CompletedTask;
    DateTimeOffset? readAt;
    int elsewhere;
    TerminologyIndex? current = TerminologyIndex.Empty;

    /// <summary>Done when what was stored is known.</summary>
    public Task Loaded { get; private set; } = Task.CompletedTask;

    /// <summary>Made anew when it is asked for after a change, so that a long import does not make one per file.</summary>
    public TerminologyIndex Current
    {
        get
        {
            if (Volatile.Read(ref current) is { } there) return there;
            lock (one) return current ??= parts.Index(clock.GetUtcNow);
        }
    }

    public async ValueTask<TerminologyIndex> Complete(CancellationToken stop)
    {
        // A reading that failed (the database was away) is tried again by whoever needs it.
        if (Loaded is { IsFaulted: true } or { IsCanceled: true }) Loaded = Task.Run(() => load(readAt, CancellationToken.None), stop);
        if (!Loaded.IsCompletedSuccessfully) await Loaded.WaitAsync(stop);
        return Current;
    }

    public ValueSetTable? Set(string id) => Part(p => p.Set($"ValueSet/{id}"));
    public CodeSystemTable? System(string id) => Part(p => p.System($"CodeSystem/{id}"));
    public ConceptMapTable? Map(string id) => Part(p => p.Map($"ConceptMap/{id}"));

    T Part<T>(Func<TerminologyParts, T> find)
    {
        lock (one) return find(parts);
    }

    /// <summary>After the commit of a write; null: deleted.</summary>
    public void Changed(string reference, byte[]? bytes)
    {
        lock (one)
        {
            touched.Add(reference);
            if (bytes is null) parts.Remove(reference);
            else Put(reference, bytes);
            Volatile.Write(ref current, null);
        }
    }

    public void Load(RecordStore store, AccessDesk access, CancellationToken stop)
    {
        load = (since, again) => Read(store, access, since, again);
        Loaded = Task.Run(() => load(null, stop), stop);
    }

    /// <summary>Another process wrote about codes: what changed since the last reading is read, once however often it is said meanwhile.</summary>
    public void ChangedElsewhere()
    {
        if (Interlocked.Increment(ref elsewhere) == 1) Loaded = ReadElsewhere(Loaded);
    }

    async Task ReadElsewhere(Task before)
    {
        await before.ContinueWith(static _ => { }, TaskScheduler.Default);
        for (var told = 0; ;)
        {
            told = Volatile.Read(ref elsewhere);
            try
            {
                await load(readAt, CancellationToken.None);
            }
            catch
            {
                Volatile.Write(ref elsewhere, 0);
                throw;   // who needs to know tries again
            }
            if (Interlocked.CompareExchange(ref elsewhere, 0, told) == told) return;
        }
    }

    async Task Read(RecordStore store, AccessDesk access, DateTimeOffset? since, CancellationToken stop)
    {
        var (scope, now) = (await access.Enter(Reader, Purposes.Operation, stop), clock.GetUtcNow());
        if (since is null) await ReadAll(store, scope, stop);
        else await ReadChanges(store, scope, since.Value - Overlap, now + Overlap, stop);
        readAt = now;
    }

    async Task ReadAll(RecordStore store, Scope scope, CancellationToken stop)
    {
        foreach (var type in TerminologyParts.Types)
        {
            string? next = null;
            do
            {
                List<KeyValuePair<string, string>> asked = [new("_count", "200")];
                if (next is not null) asked.Add(new("_page", next));
                var page = await store.Search(scope, SearchQuery.Parse(type, asked, strict: true), stop);
                Take(page.Matches, stored => Put(stored.Reference, stored.Bytes));
                next = page.NextToken;
            }
            while (next is not null);
        }
    }

    async Task ReadChanges(RecordStore store, Scope scope, DateTimeOffset since, DateTimeOffset until, CancellationToken stop)
    {
        // What this process wrote until now is in the database.
        lock (one) touched.Clear();
        foreach (var type in TerminologyParts.Types)
        {
            foreach (var deleted in (bool[])[false, true])
            {
                var range = new ExportRange(type, until) { Since = since, Deleted = deleted, Count = 200 };
                do
                {
                    var page = await store.Export(scope, range, (_, _) => Task.FromResult<IReadOnlySet<long>>(new HashSet<long>()), stop);
                    Take(page.Resources, deleted ? stored => parts.Remove(stored.Reference) : stored => Put(stored.Reference, stored.Bytes));
                    range = range with { After = page.Next };
                }
                while (range.After is not null);
            }
        }
    }

    // What this process wrote since is newer than what was read.
    void Take(IReadOnlyList<Stored> read, Action<Stored> take)
    {
        lock (one)
        {
            foreach (var stored in read)
                if (!touched.Contains(stored.Reference)) take(stored);
            if (read.Count > 0) Volatile.Write(ref current, null);
        }
    }

    void Put(string reference, ReadOnlyMemory<byte> bytes)
    {
        using var document = FhirDocument.Parse(bytes);
        parts.Put(reference, document);
    }

    public CodeVerdict InValueSet(string valueSet, string? system, string code) => Current.InValueSet(valueSet, system, code);
    public CodeVerdict InSystem(string system, string code) => Current.InSystem(system, code);
    public IReadOnlyCollection<string>? Below(string system, string code) => Current.Below(system, code);
    public IReadOnlyCollection<string>? Above(string system, string code) => Current.Above(system, code);
    public IReadOnlyCollection<(string System, string Code)>? Expand(string valueSet) => Current.Expand(valueSet);
    public IReadOnlyCollection<string> Names(string system, string code) => Current.Names(system, code);
}
