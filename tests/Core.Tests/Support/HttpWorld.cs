using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Socle.Access;
using Socle.Core.Tests.Api;
using Socle.Fhir;
using Socle.Platform;
using Socle.Store;

namespace Socle.Support;

/// <summary>Who asks: a token, and what it lets through, said in words and not by the code that is tested.</summary>
/// <param name="People">Whose records are open to the actor.</param>
sealed record HttpActor(Agent Agent, string Token, IReadOnlyList<long> People, PlainView View)
{
    public bool IsLookedAt => Agent.Kind is AgentKind.Professional or AgentKind.System;

    public override string ToString() => Token;
}

/// <summary>A generated world that came in over HTTP, in a server of its own, and those who ask it.</summary>
sealed partial class HttpWorld : IAsyncDisposable
{
    /// <summary>A busy machine must not stop a search that is only slow there.</summary>
    public const string Settings = """{"Store": {"SearchBudget": "00:05:00"}}""";

    readonly Dictionary<string, PlainItem> byCanary = [];
    readonly Dictionary<PlainItem, long> owners = [];
    readonly Dictionary<string, string> references = [];
    readonly Dictionary<string, Agent> software = SearchWorld.Software.Select((name, i) => (name, i)).ToDictionary(
        one => one.name, one => new Agent(AgentKind.System, $"system:{one.name}", one.name, null, $"00000010{one.i}", one.name, 920 + one.i, 0));

    HttpWorld(ApiServer server, int seed) => (Server, Seed) = (server, seed);

    public ApiServer Server { get; }
    public int Seed { get; }
    public PlainSearch Plain { get; private set; } = null!;
    public IReadOnlyList<HttpActor> Actors { get; private set; } = [];
    public List<PlainItem> Items { get; } = [];
    public RecordStore Records => Server.App.Services.GetRequiredService<RecordStore>();
    public string Steward => Server.Token(Server.Steward);

    /// <param name="settings">socle.json.</param>
    public static async Task<HttpWorld> Load(DatabaseKind kind, int seed, int observations, string settings = Settings, params Module[] more)
    {
        var server = await ApiServer.Start(kind, settings, [new TermsModule(), .. more]);
        var world = new HttpWorld(server, seed);
        try
        {
            foreach (var resource in new SearchWorld(seed).Make(observations)) await world.Add(resource);
            for (var round = 0; round < 100 && await world.Records.IndexParameters(50, default); round++) server.Clock.Move(TimeSpan.FromSeconds(10));
            world.Plain = world.PlainNow();
            world.Actors = await world.MakeActors();
            return world;
        }
        catch
        {
            await world.DisposeAsync();
            throw;
        }
    }

    /// <summary>Nothing goes on: what is near to a date is so for the server and for the slow search alike.</summary>
    public void StopClock()
    {
        Server.Clock.Stop();
        Plain = PlainNow();
    }

    PlainSearch PlainNow() => new(Items, new PlainTerms(), Server.Clock.GetUtcNow(), Records.SearchEnvironment().Params);

    /// <summary>Brings a resource in as its depositor does.</summary>
    public async Task<PlainItem> Add(SeedResource resource)
    {
        var json = Placeholder().Replace(resource.Json, match => references[match.Groups[1].Value]);
        var agent = resource.Depositor is { } name ? software[name] : Server.Steward;
        var answer = resource.OwnId is { } own
            ? await Server.Put(Server.Token(agent), $"{resource.Type}/{own}", json)
            : await Server.Post(Server.Token(agent), resource.Type, json);
        answer.Status.ShouldBe(201, $"seed {Seed}: {resource.Type} by {agent.Id}: {answer.Text}\n{json}");
        var everything = await Server.Desk.Enter(Server.Steward, Purposes.Operation, default);
        var stored = (await Records.Read(everything, resource.Type, answer.Id, default)).ShouldNotBeNull($"seed {Seed}: {resource.Type}/{answer.Id}");
        references[resource.Name] = stored.Reference;
        var item = new PlainItem(stored.Type, stored.Id, Records.IdOf(stored.PatientKey, stored.Number), FhirDocument.Parse(stored.Bytes),
            stored.PatientKey, stored.Number, stored.LastUpdated);
        (owners[item], byCanary[resource.Canary]) = (agent.OwnerKey, item);
        Items.Add(item);
        return item;
    }

    [GeneratedRegex("@([A-Za-z]+[0-9]+)@")]
    private static partial Regex Placeholder();

    [GeneratedRegex("zz[0-9]+x[0-9]+")]
    private static partial Regex Canary();

    /// <summary>The resources whose canary stands in this text and not in what was asked. An id or a page's token may look like one.</summary>
    public IEnumerable<PlainItem> Told(string text, string asked = "") => Canary().Matches(text).Select(match => match.Value).Distinct()
        .Where(canary => byCanary.ContainsKey(canary) && !asked.Contains(canary, StringComparison.Ordinal)).Select(canary => byCanary[canary]);

    async Task<List<HttpActor>> MakeActors()
    {
        long[] people = [.. Items.Where(item => item.Type == "Patient").Select(item => item.Patient)];
        var (nurse, alone) = (Professional("rpps:suit", 931), Professional("rpps:seul", 932));
        foreach (var patient in people[1..5]) await Server.Desk.DeclareRelation(nurse, patient, "suivi", default);
        var labs = SearchWorld.Software.Select(name => software[name]).ToList();
        return
        [
            await Of(Server.Steward, "system/*.cruds", []), await Of(Citizen(people[0]), "patient/*.cruds", [people[0]]),
            await Of(Citizen(people[1]), "patient/*.cruds", [people[1]]), await Of(Citizen(people[2]), "patient/Observation.rs patient/Patient.r", [people[2]]),
            await Of(nurse, "user/*.cruds", people[1..5]), await Of(nurse, "user/Observation.rs user/Encounter.s user/Condition.r", people[1..5]),
            await Of(alone, "user/*.cruds", []), await Of(labs[0], "system/*.cruds", []), await Of(labs[1], "system/*.rs", []),
        ];
    }

    static Agent Professional(string id, long owner) => new(AgentKind.Professional, id, "Noé Exemple", "Infirmier", "000000009", "Cabinet", owner, 0);

    Agent Citizen(long patient) => new(AgentKind.Citizen, $"patient:{Records.IdOf(patient, 1)}", "Camille", null, null, null, patient, patient);

    // The steward reaches everything, a citizen the own record, a professional those they care for, a software what it brought.
    async Task<HttpActor> Of(Agent agent, string scopes, long[] people)
    {
        var scope = await Server.Desk.Enter(agent, Purposes.Of(agent.Kind), GrantedScopes.Parse(scopes), default);
        scope.Mark().Patients.Order().ShouldBe(people.Order(), agent.Id);
        scope.Mark().Everyone.ShouldBe(agent.Kind == AgentKind.Steward, agent.Id);
        var view = new PlainView(Items.Where(item => Sees(agent, people, item, true)).ToHashSet(), Items.Where(item => Sees(agent, people, item, false)).ToHashSet(),
            type => scope.Types.Allows(type, Interaction.Search), type => scope.Types.Allows(type, Interaction.Read));
        return new HttpActor(agent, Server.Token(agent, scopes), people, view);
    }

    /// <summary>What stands in lists that nobody narrowed; a person whom a software may only look for is not among it.</summary>
    public bool IsListedFor(HttpActor actor, PlainItem item) =>
        Sees(actor.Agent, actor.People, item, false) && actor.View.MaySearch(item.Type) && actor.View.MayRead(item.Type);

    bool Sees(Agent agent, IReadOnlyList<long> people, PlainItem item, bool anyPatient)
    {
        if (agent.Kind == AgentKind.Steward || item.Patient == 0) return true;
        if (owners[item] == agent.OwnerKey && (agent.Kind == AgentKind.System || PatientKeys.IsQuarantine(item.Patient))) return true;
        return PatientKeys.IsPerson(item.Patient) && (people.Contains(item.Patient) || anyPatient && agent.Kind == AgentKind.System && item.Type == "Patient");
    }

    /// <summary>The first thing that this answer tells of what the actor may not see; null when it tells nothing.</summary>
    /// <param name="isList">A list that names nobody: of a software's people it has none.</param>
    public string? Leak(HttpActor actor, string asked, Answer answer, bool isList = false)
    {
        var all = string.Join('\n', answer.Headers.Select(header => $"{header.Key}: {header.Value}")) + "\n" + answer.Text;
        return Told(all, asked).FirstOrDefault(item => !MayKnow(actor, item) || isList && !actor.View.Backward.Contains(item)) is { } leak
            ? string.Create(CultureInfo.InvariantCulture, $"{actor} asks {asked}\ntold of {leak} ({answer.Status})\n{all}") : null;
    }

    static bool MayKnow(HttpActor actor, PlainItem item) =>
        actor.View.Visible.Contains(item) && (actor.View.MaySearch(item.Type) || actor.View.MayRead(item.Type));

    public async ValueTask DisposeAsync()
    {
        foreach (var item in Items) item.Doc.Dispose();
        await Server.DisposeAsync();
    }

    /// <summary>The small terminology of the slow search.</summary>
    sealed class TermsModule : Module
    {
        public override IEnumerable<Migration> Migrations => [];

        public override void AddServices(IServiceCollection services, IConfiguration configuration) => services.AddSingleton<ITerminology>(new PlainTerms());
    }
}
