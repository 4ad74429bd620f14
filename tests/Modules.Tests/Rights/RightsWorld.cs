using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Socle.Access;
using Socle.Core.Tests.Web;
using Socle.Host;
using Socle.Identities;
using Socle.Platform;
using Socle.SignIn;
using Socle.Support;
using DemoPerson = Socle.SignIn.DemoPerson;

namespace Socle.Modules.Tests.Rights;

/// <summary>The whole program with the demonstration's people on a database of its own, as browsers and software meet it.</summary>
sealed class RightsWorld : IAsyncDisposable
{
    readonly WebServer web;

    RightsWorld(TestDatabase database, WebServer web, IReadOnlyList<DemoPerson> people) => (Database, this.web, People) = (database, web, people);

    public TestDatabase Database { get; }
    public IReadOnlyList<DemoPerson> People { get; }
    public TestClock Clock => Database.Clock;
    public int Port => web.Port;

    public DemoPerson Jeanne => Named("Jeanne Morel");
    public DemoPerson Helene => Named("Hélène Haddad");
    public DemoPerson Malik => Named("Malik Haddad");
    public DemoPerson Nurse => Named("Claire Jézéquel");
    public DemoPerson Pharmacist => People.First(p => p.Kind == DemoPerson.Professional && p.Agent.Kind == AgentKind.Professional && p.Agent.Id != Nurse.Agent.Id);

    public static async Task<RightsWorld> Open(DatabaseKind kind)
    {
        var database = await TestDatabase.Open(kind, [.. ModuleList.All.SelectMany(module => module.Migrations)]);
        try
        {
            var web = await WebServer.Start(ModuleList.All, change =>
            {
                change.Settings = """{"Store": {"SearchBudget": "00:01:00"}, "Directories": {"DemonstrationRoles": 0}}""";
                change.Options = change.Options with { Services = database.Storage.AddTo, Clock = database.Clock, Chance = database.Chance, Demo = true };
            });
            await web.App.Services.GetRequiredService<Population>().Seed(12, null, default);
            return new(database, web, await web.App.Services.GetRequiredService<DemoPeople>().List(default));
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    public T Get<T>() where T : notnull => web.App.Services.GetRequiredService<T>();

    public DemoPerson Named(string name) => People.FirstOrDefault(p => p.Name.Contains(name, StringComparison.Ordinal)) ?? throw new InvalidOperationException($"{name} is not among {string.Join(", ", People.Select(p => p.Name))}");

    public static string PathOf(DemoPerson citizen) => citizen.Agent.Id["patient:".Length..];

    /// <summary>The minor children of a citizen, by the ids in addresses.</summary>
    public async Task<IReadOnlyList<string>> ChildrenOf(DemoPerson parent) =>
        [.. (await Get<AccessDesk>().ChildrenOf(parent.Agent, default)).Select(link => Database.Keys.ExternalId(link.Child, 1))];

    /// <summary>The number of a citizen as it stands in their record.</summary>
    public async Task<string> NumberOf(DemoPerson citizen)
    {
        var scope = await Get<AccessDesk>().Enter(citizen.Agent, Purposes.Personal, default);
        var stored = await Get<Store.RecordStore>().FindById(scope, "Patient", PathOf(citizen), default);
        using var document = Fhir.FhirDocument.Parse(stored!.Bytes);
        return InsDatamatrix.Of(document.Root)!.Matricule;
    }

    public async Task<Browsing> SignIn(DemoPerson person)
    {
        var page = await web.Get("/connexion");
        var answer = await web.Post("/connexion", WebServer.Cookies(page), new()
        {
            ["socle-token"] = WebServer.Hidden(await page.Content.ReadAsStringAsync(), "socle-token"), ["person"] = person.Key, ["back"] = "/"
        });
        answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther, await answer.Content.ReadAsStringAsync());
        return new(web, WebServer.Cookies(answer));
    }

    public Browsing Anonymous() => new(web, "");

    public async ValueTask DisposeAsync()
    {
        await web.App.StopAsync();
        await web.DisposeAsync();
        await Database.DisposeAsync();
    }
}

/// <summary>What one browser sees and sends.</summary>
sealed class Browsing(WebServer web, string cookie)
{
    public async Task<(int Status, string Text, byte[] Bytes)> Get(string path)
    {
        using var answer = await web.Get(path, headers: ("Cookie", cookie));
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        return ((int)answer.StatusCode, WebUtility.HtmlDecode(System.Text.Encoding.UTF8.GetString(bytes)), bytes);
    }

    /// <summary>Fills in a form of a page; answers where it leads, or what it says.</summary>
    public async Task<(int Status, string Location, string Text)> Post(string page, string path, params (string, string)[] fields)
    {
        using var shown = await web.Get(page, headers: ("Cookie", cookie));
        var html = await shown.Content.ReadAsStringAsync();
        var all = fields.ToDictionary(field => field.Item1, field => field.Item2);
        all["socle-token"] = html.Contains("socle-token", StringComparison.Ordinal) ? WebServer.Hidden(html, "socle-token") : "";
        var given = string.Join("; ", new[] { cookie, WebServer.Cookies(shown) }.Where(c => c.Length > 0));
        using var answer = await web.Post(path, given, all);
        return ((int)answer.StatusCode, answer.Headers.Location?.ToString() ?? "", WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync()));
    }
}
