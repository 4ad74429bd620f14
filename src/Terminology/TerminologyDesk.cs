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
    static readonly Agent Reader = new(AgentKind.Program, "program:terminology", "Nomenclatures", null, null, null, 0, 0);

    readonly Lock one = new();
    readonly TerminologyParts parts = new();
    readonly HashSet<string> touched = [];
    Func<CancellationToken, Task> load = _ => Task.CompletedTask;
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
        if (Loaded is { IsFaulted: true } or { IsCanceled: true }) Loaded = Task.Run(() => load(CancellationToken.None), stop);
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
        load = again => Read(store, access, again);
        Loaded = Task.Run(() => load(stop), stop);
    }

    async Task Read(RecordStore store, AccessDesk access, CancellationToken stop)
    {
        var scope = await access.Enter(Reader, Purposes.Operation, stop);
        foreach (var type in TerminologyParts.Types)
        {
            string? next = null;
            do
            {
                List<KeyValuePair<string, string>> asked = [new("_count", "200")];
                if (next is not null) asked.Add(new("_page", next));
                var page = await store.Search(scope, SearchQuery.Parse(type, asked, strict: true), stop);
                lock (one)
                {
                    // What was written since is newer than what was read.
                    foreach (var stored in page.Matches)
                        if (!touched.Contains(stored.Reference)) Put(stored.Reference, stored.Bytes);
                    if (page.Matches.Count > 0) Volatile.Write(ref current, null);
                }
                next = page.NextToken;
            }
            while (next is not null);
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
