using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Socle.Fhir;
using Socle.Platform;

namespace Socle.Store;

/// <summary>What the interactions are made of; one of each per process.</summary>
sealed class StoreParts
{
    public StoreParts(Db db, Keys keys, Blobs blobs, AuditLog audit, Chance chance, TimeProvider clock, IEnumerable<WriteRule> rules, StoreSettings? settings, ITerminology? terminology, IEnumerable<ReleaseRule>? releases = null, MergedRecords? merged = null)
    {
        (Db, Keys, Blobs, Chance, Clock) = (db, keys, blobs, chance, clock);
        Scoped = new(db, keys);
        Hashes = new(keys);
        Ids = new(keys);
        Rows = new(Scoped, keys, Hashes, Ids);
        Homes = new(Rows, Scoped, Ids);
        db.Changes.Hear(Homes.Kind, Homes.ForgetAll);
        Numbers = new(Scoped);
        Commands = new(Scoped);
        this.releases = [.. releases ?? []];
        Trace = new(db, audit, this.releases);
        Quarantines = new(db, keys);
        Parameters = new(Scoped, db, Rows, clock);
        Persons = new(merged ?? new(db, clock), Rows, Ids);
        Searching = new(Scoped, Rows, Hashes, Ids, Parameters, Persons);
        Stamps = new(clock);
        Horizon = new(db, Stamps, clock, settings ?? new());
        Budget = new((settings ?? new()).SearchBudget, clock);
        this.terminology = terminology;
        Rules = [new ParameterRule(this), .. rules];
    }

    readonly ITerminology? terminology;
    readonly ReleaseRule[] releases;
    readonly ConditionalWeakTable<SearchParamSet, ConcurrentDictionary<ReleaseRule, SearchParamSet>> narrowed = [];

    /// <summary>What a search is read with here: the parameters in force, the terminology, the time.</summary>
    /// <param name="baseUrl">What references to our own resources may begin with: « https://…/fhir/ ».</param>
    /// <param name="scope">Who asks: what they may not ask by is unknown to them. Null: the program itself.</param>
    public SearchEnvironment SearchEnvironment(string? baseUrl, Scope? scope) => new()
    {
        Now = Clock.GetUtcNow(), Terminology = terminology, Params = ParametersFor(scope), BaseUrl = baseUrl
    };

    SearchParamSet ParametersFor(Scope? scope)
    {
        var set = Parameters.Set;
        if (scope is not { Traced: true }) return set;
        foreach (var rule in releases)
        {
            if (rule.NotAsked(scope) is not { Count: > 0 } codes) continue;
            var whole = set;
            set = narrowed.GetOrCreateValue(whole).GetOrAdd(rule, one => whole.Without(one.Types, codes));
        }
        return set;
    }

    public Db Db { get; }
    public Keys Keys { get; }
    public Blobs Blobs { get; }
    public Chance Chance { get; }
    public TimeProvider Clock { get; }
    public Scoped Scoped { get; }
    public Hashes Hashes { get; }
    public Ids Ids { get; }
    public Rows Rows { get; }
    public Homes Homes { get; }
    public Numbers Numbers { get; }
    public Commands Commands { get; }
    public Trace Trace { get; }
    public Quarantines Quarantines { get; }
    public Searching Searching { get; }
    public Persons Persons { get; }
    public SearchParameters Parameters { get; }
    public SearchBudget Budget { get; }
    public Stamps Stamps { get; }
    public Horizon Horizon { get; }
    public KeyedLock Locks { get; } = new();
    public IReadOnlyList<WriteRule> Rules { get; }
}
