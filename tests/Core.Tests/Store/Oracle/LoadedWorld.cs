using System.Text.RegularExpressions;
using Socle.Fhir;
using Socle.Platform;
using Socle.Store;
using Socle.Support;

namespace Socle.Core.Tests.Store.Oracle;

/// <summary>One actor: the scope that the Store gets, and what the slow search lets through for it.</summary>
sealed record Actor(string Name, Scope Scope, PlainView View);

/// <summary>A generated world in a store of its own, and the slow search over the same resources.</summary>
sealed partial class LoadedWorld : IAsyncDisposable
{
    public static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    readonly TestStore on;
    readonly Dictionary<PlainItem, long> owners = [];
    readonly Dictionary<string, PlainItem> byCanary = [];

    LoadedWorld(TestStore on, int seed)
    {
        (this.on, Seed) = (on, seed);
        // A busy machine must not stop a search that is only slow there.
        Records = new(on.Database.Db, on.Database.Keys, on.Database.Blobs, on.Database.Audit, on.Database.Chance, on.Database.Clock, [],
            new StoreSettings { SearchBudget = TimeSpan.FromMinutes(5) });
    }

    public int Seed { get; }
    public RecordStore Records { get; }
    public PlainSearch Plain { get; private set; } = null!;
    public IReadOnlyList<Actor> Actors { get; private set; } = [];
    public SearchEnvironment Environment { get; private set; } = SearchEnvironment.Default;

    public static async Task<LoadedWorld> Load(DatabaseKind kind, int seed, int observations)
    {
        var on = await TestStore.Open(kind);
        var world = new LoadedWorld(on, seed);
        try
        {
            var items = new List<PlainItem>();
            var references = new Dictionary<string, string>();
            foreach (var resource in new SearchWorld(seed).Make(observations)) items.Add(await world.Add(resource, references));
            for (var round = 0; round < 100 && await world.Records.IndexParameters(50, default); round++) on.Database.Clock.Move(TimeSpan.FromSeconds(10));
            world.Records.Parameters.ShouldAllBe(parameter => parameter.Ready);
            world.Environment = world.Records.SearchEnvironment() with { Now = Now, Terminology = new PlainTerms() };
            world.Plain = new PlainSearch(items, new PlainTerms(), Now, world.Environment.Params);
            world.Actors = [.. world.MakeActors(items)];
            return world;
        }
        catch
        {
            await on.DisposeAsync();
            throw;
        }
    }

    async Task<PlainItem> Add(SeedResource resource, Dictionary<string, string> references)
    {
        var json = Placeholder().Replace(resource.Json, match => references[match.Groups[1].Value]);
        var scope = resource.Depositor is null ? on.Steward : on.Software(resource.Depositor);
        var stored = resource.OwnId is { } id ? (await on.Put(scope, resource.Type, id, json)).Stored : await on.Create(scope, json);
        references[resource.Name] = stored.Reference;
        var item = new PlainItem(stored.Type, stored.Id, Records.IdOf(stored.PatientKey, stored.Number), FhirDocument.Parse(stored.Bytes),
            stored.PatientKey, stored.Number, stored.LastUpdated);
        owners[item] = scope.Agent.OwnerKey;
        byCanary[resource.Canary] = item;
        return item;
    }

    [GeneratedRegex("@([A-Za-z]+[0-9]+)@")]
    private static partial Regex Placeholder();

    [GeneratedRegex("zz[0-9]+x[0-9]+")]
    private static partial Regex Canary();

    /// <summary>The resources whose canary stands in these bytes.</summary>
    public IEnumerable<PlainItem> Told(Stored stored) => Canary().Matches(TestStore.Text(stored)).Select(match => byCanary[match.Value]);

    IEnumerable<Actor> MakeActors(List<PlainItem> items)
    {
        long[] people = [.. items.Where(item => item.Type == "Patient").Select(item => item.Patient)];
        yield return Of("steward", AgentKind.Steward, new Reach(true, new HashSet<long>(), true, null), items);
        yield return Of("citizen", AgentKind.Citizen, new Reach(false, new HashSet<long> { people[0] }, true, null), items);
        yield return Of("citizen who may not see all", AgentKind.Citizen,
            new Reach(false, new HashSet<long> { people[1] }, true, null) { Hidden = Labels.HiddenFromPatient }, items);
        yield return Of("professional", AgentKind.Professional,
            new Reach(false, people[1..5].ToHashSet(), true, null) { Hidden = Labels.HiddenFromProfessionals | Labels.VeryRestricted }, items);
        yield return Of("professional without directories", AgentKind.Professional, new Reach(false, people[2..4].ToHashSet(), false, null), items);
        yield return Of("professional of few types", AgentKind.Professional, new Reach(false, people[..4].ToHashSet(), true, null), items,
            (type, interaction) => type is not ("Observation" or "Organization") && (type != "Encounter" || interaction != Interaction.Search));
        yield return Of($"system:{SearchWorld.Software[0]}", AgentKind.System,
            new Reach(false, new HashSet<long>(), true, on.Owner($"system:{SearchWorld.Software[0]}")) { TypesOfEveryone = new HashSet<string> { "Patient" } }, items);
        yield return Of("nobody", AgentKind.Program, Reach.Nothing, items);
    }

    Actor Of(string name, AgentKind kind, Reach reach, List<PlainItem> items, Func<string, Interaction, bool>? rules = null)
    {
        var scope = on.Scope(name, kind, reach, rules is null ? TypeRules.All : new TypeRules(rules));
        var visible = items.Where(item => Sees(scope, reach, item, everyone: true)).ToHashSet();
        var backward = items.Where(item => Sees(scope, reach, item, everyone: false)).ToHashSet();
        rules ??= (_, _) => true;
        return new Actor(name, scope, new PlainView(visible, backward, type => rules(type, Interaction.Search), type => rules(type, Interaction.Read)));
    }

    // The rule in words: what is labelled away is away; otherwise one reason to see it is enough.
    bool Sees(Scope scope, Reach reach, PlainItem item, bool everyone)
    {
        var labels = item.Doc.Root["meta"].All("security").Select(label => label["code"].Text).ToList();
        if (reach.Hidden.HasFlag(Labels.HiddenFromProfessionals) && labels.Contains("MASQUE_PS")) return false;
        if (reach.Hidden.HasFlag(Labels.HiddenFromPatient) && labels.Contains("INVISIBLE_PATIENT")) return false;
        var quarantined = item.Patient != 0 && !PatientKeys.IsPerson(item.Patient);
        return reach.Everyone || reach.Patients.Contains(item.Patient) || item.Patient == 0 && reach.Shared
            || reach.Owner == owners[item] || quarantined && owners[item] == scope.Agent.OwnerKey
            || everyone && !quarantined && reach.TypesOfEveryone.Contains(item.Type);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var item in Plain?.Items ?? []) item.Doc.Dispose();
        await on.DisposeAsync();
    }
}
