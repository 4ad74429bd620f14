using System.Text;
using Socle.Fhir;
using Socle.Platform;
using Socle.Store;
using Socle.Support;

namespace Socle.Core.Tests.Store;

/// <summary>A store of its own for one test, and scopes as Access would build them.</summary>
public sealed class TestStore : IAsyncDisposable
{
    // A machine that tests is slow and busy: how long a search may take is the business of the tests that are about it.
    static readonly StoreSettings Unhurried = new() { SearchBudget = TimeSpan.FromMinutes(1) };

    readonly TestDatabase database;

    TestStore(TestDatabase database, IEnumerable<WriteRule> rules)
    {
        this.database = database;
        Records = Another(rules);
        Steward = Scope("steward", AgentKind.Steward, new Reach(true, new HashSet<long>(), true, null));
    }

    public TestDatabase Database => database;
    public RecordStore Records { get; }
    public Scope Steward { get; }

    public static async Task<TestStore> Open(DatabaseKind kind, params WriteRule[] rules) =>
        new(await TestDatabase.Open(kind, [.. new StoreModule().Migrations]), rules);

    /// <summary>A person who reaches the own record and nothing else.</summary>
    public Scope Citizen(long patient) => Scope($"patient:{patient}", AgentKind.Citizen, new Reach(false, new HashSet<long> { patient }, true, null));

    /// <summary>A software that finds patients, deposits for any of them, and sees what it deposited.</summary>
    public Scope Software(string name)
    {
        var reach = new Reach(false, new HashSet<long>(), true, Owner($"system:{name}")) { TypesOfEveryone = new HashSet<string> { "Patient" } };
        return Scope($"system:{name}", AgentKind.System, reach);
    }

    public Scope Scope(string id, AgentKind kind, Reach reach, TypeRules? rules = null) =>
        new(new Agent(kind, id, id, null, null, null, Owner(id), 0), "soins", "Essai", reach, reach, rules ?? TypeRules.All);

    public long Owner(string id) => database.Keys.Hash("test.owner", id);

    /// <summary>A second process on the same database would have locks and counters of its own: so has this.</summary>
    public RecordStore Another(params IEnumerable<WriteRule> rules) =>
        new(database.Db, database.Keys, database.Blobs, database.Audit, database.Chance, database.Clock, rules, Unhurried);

    /// <summary>The same store with so much time for a search.</summary>
    public RecordStore WithBudget(TimeSpan budget) => new(
        database.Db, database.Keys, database.Blobs, database.Audit, database.Chance, database.Clock, [], new StoreSettings { SearchBudget = budget });

    public async Task<Stored> Create(Scope scope, string json, SearchQuery? ifNoneExist = null) => (await TryCreate(scope, json, ifNoneExist)).Stored;

    public async Task<WriteResult> TryCreate(Scope scope, string json, SearchQuery? ifNoneExist = null) =>
        (await Records.Write(scope, [new WriteOp.Create(Doc(json), ifNoneExist)], WriteOptions.Default, default))[0];

    public async Task<WriteResult> Put(Scope scope, string type, string id, string json, long? ifMatch = null) =>
        (await Records.Write(scope, [new WriteOp.Update(type, id, null, Doc(json), ifMatch)], WriteOptions.Default, default))[0];

    public async Task<WriteResult> Delete(Scope scope, string type, string id, long? ifMatch = null) =>
        (await Records.Write(scope, [new WriteOp.Delete(type, id, null, ifMatch)], WriteOptions.Default, default))[0];

    public Task<Stored?> Read(Scope scope, Stored of) => Records.Read(scope, of.Type, of.Id, default);

    public async Task<SearchPage> Search(Scope scope, string search)
    {
        var mark = search.IndexOf('?', StringComparison.Ordinal);
        return await Records.Search(scope, mark < 0 ? Query(search, "") : Query(search[..mark], search[(mark + 1)..]), default);
    }

    public async Task<IReadOnlyList<string>> Found(Scope scope, string search) => [.. (await Search(scope, search)).Matches.Select(found => found.Id)];

    public static SearchQuery Query(string type, string text) => SearchQuery.Parse(type, text, strict: true);

    public static FhirDocument Doc(string json) => FhirDocument.Parse(Encoding.UTF8.GetBytes(json));

    public static string Text(Stored stored) => Encoding.UTF8.GetString(stored.Bytes.Span);

    public ValueTask DisposeAsync() => database.DisposeAsync();
}

/// <summary>Small resources of invented people.</summary>
static class Sample
{
    public static string Patient(string family = "Lévêque", string given = "Zoé", string born = "1984-03-02", string identifier = "P-1") => $$"""
        {"resourceType":"Patient","identifier":[{"system":"urn:test","value":"{{identifier}}"}],"active":true,
         "name":[{"family":"{{family}}","given":["{{given}}"]}],"gender":"female","birthDate":"{{born}}"}
        """;

    public static string Observation(string patient, string code = "8867-4", string date = "2026-03-01", string extra = "") => $$"""
        {"resourceType":"Observation","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"{{code}}"}]},
         "subject":{"reference":"{{patient}}"},"effectiveDateTime":"{{date}}"{{extra}}}
        """;

    public static string Practitioner(string family) => $$"""{"resourceType":"Practitioner","name":[{"family":"{{family}}"}]}""";
}
