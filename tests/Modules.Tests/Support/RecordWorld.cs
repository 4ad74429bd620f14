using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Socle.Access;
using Socle.Fhir;
using Socle.Identities;
using Socle.Platform;
using Socle.SharedRecord;
using Socle.Store;
using Socle.Terminology;

namespace Socle.Support;

/// <summary>The record and the modules around it on a database of their own, without a server.</summary>
sealed class RecordWorld : IAsyncDisposable
{
    static readonly Module[] Modules = [new StoreModule(), new AccessModule(), new IdentitiesModule(), new SharedRecordModule(), new TerminologyModule()];

    readonly ServiceProvider services;

    RecordWorld(TestDatabase database, ServiceProvider services) => (Database, this.services) = (database, services);

    public TestDatabase Database { get; }

    public RecordStore Store => Get<RecordStore>();

    public AccessDesk Desk => Get<AccessDesk>();

    public IdentitySearch Identities => Get<IdentitySearch>();

    public Documents Documents => Get<Documents>();

    public Importer Importer => Get<Importer>();

    public Population Population => Get<Population>();

    public static Agent Steward { get; } = new(AgentKind.Steward, "program:test", "Régie", null, null, null, 77, 0);

    public static Task<RecordWorld> Open(DatabaseKind kind, string? clamAv = null) => Open(kind, [new("SharedRecord:ClamAv", clamAv ?? "")]);

    /// <summary>With further modules and the settings of a test.</summary>
    public static async Task<RecordWorld> Open(DatabaseKind kind, IReadOnlyList<KeyValuePair<string, string?>> settings, params Module[] more)
    {
        Module[] modules = [.. Modules, .. more];
        var database = await TestDatabase.Open(kind, [.. modules.SelectMany(module => module.Migrations)]);
        var services = new ServiceCollection();
        database.Storage.AddTo(services);
        services.AddSingleton<TimeProvider>(database.Clock).AddSingleton(database.Chance);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Store:SearchBudget", "00:01:00"), .. settings]).Build();
        foreach (var module in modules) module.AddServices(services, configuration);
        return new(database, services.BuildServiceProvider());
    }

    public T Get<T>() where T : notnull => services.GetRequiredService<T>();

    public Task<Scope> Enter(Agent agent) => Desk.Enter(agent, Purposes.Of(agent.Kind), default);

    public Agent Citizen(PatientCard card) =>
        new(AgentKind.Citizen, $"patient:{card.Id}", card.ShownName, null, null, null, Database.Keys.Hash("owner", card.Id), card.PatientKey);

    public async Task<PatientCard> AddPatient(NewPatient patient)
    {
        var scope = await Enter(Steward);
        using var body = FhirDocument.Parse(PatientBuilder.Build(patient));
        var stored = (await Store.Write(scope, [new WriteOp.Create(body)], WriteOptions.Default, default))[0].Stored;
        return (await Identities.Card(stored.PatientKey, default))!;
    }

    public async Task<IReadOnlyList<WriteResult>> Write(params WriteOp[] ops) => await Store.Write(await Enter(Steward), ops, WriteOptions.Default, default);

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        await Database.DisposeAsync();
    }
}

/// <summary>Invented people of the tests.</summary>
static class Sample
{
    public static NewPatient Jeanne { get; } = new("LEFEVRE", ["JEANNE", "MARIE-LOUISE"], "1957-03-14", "F")
    {
        InsSystem = Ins.Systems.Test, Ins = Ins.FromParts("2570329232989").Value, UsedName = "Morel", UsedFirstName = "Jeanne", BirthPlaceCode = "29232", Status = IdentityStatus.Qualified
    };

    public static NewPatient Loic { get; } = new("LE GOFF", ["LOIC"], "1974-09-30", "M")
    {
        InsSystem = Ins.Systems.Test, Ins = Ins.FromParts("1740929019989").Value, BirthPlaceCode = "29019"
    };
}
