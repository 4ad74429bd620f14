using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Socle.Access;
using Socle.Api;
using Socle.Bulk;
using Socle.Core.Tests.Web;
using Socle.Fhir;
using Socle.Identities;
using Socle.Platform;
using Socle.SignIn;
using Socle.Store;
using Socle.Support;

namespace Socle.Modules.Tests.SignIn;

/// <summary>
/// The pages as a server, with a directory of this test, without a list of people to choose from: whoever gets in has real means. Mail and telephone
/// are the demonstration's table; what the outbox and the jobs do happens when the test says so.
/// </summary>
sealed class MeansWorld : IAsyncDisposable
{
    readonly DataFolder folder;
    readonly string path;

    MeansWorld(TestDatabase database, DataFolder folder, string path, WebServer web, Directory directory) =>
        (Database, this.folder, this.path, Web, People) = (database, folder, path, web, directory);

    public TestDatabase Database { get; }
    public WebServer Web { get; }
    public Directory People { get; }

    public static async Task<MeansWorld> Open(DatabaseKind kind)
    {
        var directory = new Directory();
        Module[] modules = [new StoreModule(), new AccessModule(), new SignInModule(), new IdentitiesModule(), new ApiModule(), new BulkModule(), directory];
        var database = await TestDatabase.Open(kind, [.. modules.SelectMany(module => module.Migrations)]);
        var path = System.IO.Directory.CreateTempSubdirectory("socle-means-").FullName;
        var folder = DataFolder.Open(path, demonstration: true);
        var web = await WebServer.Start(modules, change => change.Options = change.Options with
        {
            Clock = database.Clock, Chance = database.Chance, Log = Environment.GetEnvironmentVariable("SOCLE_TEST_LOG") == "1",
            Services = services =>
            {
                database.Storage.AddTo(services);
                services.AddSingleton(folder);
            }
        });
        return new(database, folder, path, web, directory);
    }

    public T Get<T>() where T : notnull => Web.App.Services.GetRequiredService<T>();

    public Browser Open() => new(this);

    /// <summary>What the outbox has to do, to its end.</summary>
    public async Task Deliver()
    {
        while (await Database.Storage.Outbox.Deliver(default) > 0)
        {
        }
    }

    public async Task<IReadOnlyList<DemoMessage>> Messages() => await Get<JourneyStore>().Messages(100, default);

    /// <summary>The newest code of a channel.</summary>
    public async Task<string> Code(string channel)
    {
        await Deliver();
        var text = (await Messages()).First(one => one.Channel == channel && Regex.IsMatch(one.Text, @"\d{4} \d{4}")).Text;
        return Regex.Match(text, @"\d{4} \d{4}").Value;
    }

    public async Task<PatientCard> NewCitizen(NewPatient patient)
    {
        var scope = await Get<AccessDesk>().Enter(RecordWorld.Steward, Purposes.Operation, default);
        using var body = FhirDocument.Parse(PatientBuilder.Build(patient));
        var stored = (await Get<RecordStore>().Write(scope, [new WriteOp.Create(body)], WriteOptions.Default, default))[0].Stored;
        return (await Get<IdentitySearch>().Card(stored.PatientKey, default))!;
    }

    /// <summary>A professional with an account, signed in.</summary>
    public async Task<(Browser Browser, SoftAuthenticator Device)> Enrolled(string rpps = Directory.Nurse)
    {
        var (browser, device) = (Open(), new SoftAuthenticator());
        await browser.Post("/connexion/ouvrir/professionnel", "/connexion/ouvrir/professionnel", ("rpps", rpps));
        var (phone, mailbox) = (await Code("phone"), await Code("mailbox"));
        (await browser.Post("/connexion/ouvrir/codes", "/connexion/ouvrir/codes", ("phone", phone), ("mailbox", mailbox))).StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        var made = await browser.Passkey(device, isNew: true, "/connexion/ouvrir/cle", "/connexion/ouvrir/cle/defi", "/connexion/ouvrir/cle", ("name", "Mon téléphone"));
        ((int)made.StatusCode).ShouldBeLessThan(400, await made.Content.ReadAsStringAsync());   // with several situations: the question which
        await Deliver();
        return (browser, device);
    }

    public async ValueTask DisposeAsync()
    {
        await Web.DisposeAsync();
        await Database.DisposeAsync();
        folder.Dispose();
        System.IO.Directory.Delete(path, recursive: true);
    }

    /// <summary>One browser: its cookies, and the forms it sends from the pages it read.</summary>
    public sealed class Browser(MeansWorld world)
    {
        readonly Dictionary<string, string> cookies = [];

        public string Cookie => string.Join("; ", cookies.Select(one => one.Key + "=" + one.Value));

        public string? Session => cookies.GetValueOrDefault("__Host-sid");

        public async Task<HttpResponseMessage> Get(string path) => Keep(await world.Web.Get(path, headers: ("Cookie", Cookie)));

        public async Task<string> Page(string path) => WebUtility.HtmlDecode(await (await Get(path)).Content.ReadAsStringAsync());

        /// <summary>Reads the page, then sends its form.</summary>
        public async Task<HttpResponseMessage> Post(string page, string action, params (string Name, string Value)[] fields)
        {
            var html = await (await Get(page)).Content.ReadAsStringAsync();
            var all = fields.ToDictionary(one => one.Name, one => one.Value);
            all["socle-token"] = WebServer.Hidden(html, "socle-token");
            return Keep(await world.Web.Post(action, Cookie, all));
        }

        /// <summary>The answer without what is new in every page, and how long it took, in microseconds.</summary>
        public async Task<(string Answer, double Time)> Timed(string page, string action, params (string Name, string Value)[] fields)
        {
            var all = fields.ToDictionary(one => one.Name, one => one.Value);
            all["socle-token"] = WebServer.Hidden(await (await Get(page)).Content.ReadAsStringAsync(), "socle-token");
            var start = System.Diagnostics.Stopwatch.GetTimestamp();
            var answer = Keep(await world.Web.Post(action, Cookie, all));
            var text = await answer.Content.ReadAsStringAsync();
            var time = System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalMicroseconds;
            return ($"{answer.StatusCode} {answer.Headers.Location} {Regex.Replace(text, "name=\"socle-(token|form)\" value=\"[^\"]*\"", "")}", time);
        }

        /// <summary>What passkey.mjs does: asks, lets the device answer, sends the form.</summary>
        public async Task<HttpResponseMessage> Passkey(
            SoftAuthenticator device, bool isNew, string page, string question, string action, params (string Name, string Value)[] fields)
        {
            var html = await (await Get(page)).Content.ReadAsStringAsync();
            var token = WebServer.Hidden(html, "socle-token");
            var request = world.Web.Request(HttpMethod.Post, question);
            foreach (var (name, value) in new[] { ("Sec-Fetch-Site", "same-origin"), ("Cookie", Cookie), ("X-Socle-Token", token) }) request.Headers.TryAddWithoutValidation(name, value);
            var asked = await world.Web.Client.SendAsync(request);
            if (!asked.IsSuccessStatusCode) return asked;
            var json = JsonNode.Parse(await asked.Content.ReadAsStringAsync())!;
            void Here(Answer answer) => answer.Origin = $"http://localhost:{world.Web.Port}";
            var answer = isNew ? device.Create(json["options"]!.ToJsonString(), Here) : device.Get(json["options"]!.ToJsonString(), Here);
            var all = fields.Append(("question", (string)json["question"]!)).Append(("answer", answer)).Append(("socle-token", token)).ToDictionary(one => one.Item1, one => one.Item2);
            return Keep(await world.Web.Post(action, Cookie, all));
        }

        public Task<HttpResponseMessage> SignIn(SoftAuthenticator device) => Passkey(device, isNew: false, "/connexion", "/connexion/defi", "/connexion/cle", ("back", "/"));

        /// <summary>Signs in and proves anew, where a page asks for it.</summary>
        public Task<HttpResponseMessage> Prove(SoftAuthenticator device) => Passkey(device, isNew: false, "/compte", "/compte/defi", "/compte/confirmer");

        HttpResponseMessage Keep(HttpResponseMessage answer)
        {
            foreach (var set in answer.Headers.TryGetValues("Set-Cookie", out var all) ? all : [])
            {
                var (name, value) = (set[..set.IndexOf('=', StringComparison.Ordinal)], set[(set.IndexOf('=', StringComparison.Ordinal) + 1)..set.IndexOf(';', StringComparison.Ordinal)]);
                if (value.Length == 0) cookies.Remove(name);
                else cookies[name] = value;
            }
            return answer;
        }
    }

    /// <summary>The directory of this test, which it changes; and a door that says who is signed in as what.</summary>
    public sealed class Directory : Module
    {
        public const string Nurse = "99999000013", Doctor = "99999000021";

        public Dictionary<string, PractitionerFacts> Known { get; } = new()
        {
            [Nurse] = new(Nurse, "VAUBAN", "Inès", "MME", true, [new("60", "Infirmier", "C", "", "", "", [Place("cabinet", "990000015", "Cabinet des Tilleuls")])], Reached("ines")),
            [Doctor] = new(Doctor, "BENALI", "Karim", "M", true,
                [new("10", "Médecin", "C", "DR", "", "", [Place("hopital", "990000023", "Hôpital"), Place("cabinet", "990000015", "Cabinet des Tilleuls")])], Reached("karim"))
        };

        public override IEnumerable<Migration> Migrations => [];

        public override Task Start(IServiceProvider services, CancellationToken stop)
        {
            services.GetRequiredService<Practitioners>().Fill((rpps, _) => Task.FromResult(Known.GetValueOrDefault(rpps)));
            return Task.CompletedTask;
        }

        public override void MapRoutes(IEndpointRouteBuilder app) =>
            app.MapGet("/who", (HttpContext http) => $"{http.Agent().Id} {http.Agent().Role} {http.Agent().Structure} {http.Features.Get<WebSession>()!.Level}").RequirePolicy(Policy.SignedIn);

        public static PracticeActivity Place(string id, string finess, string name) => new(id, true, null, null) { Finess = finess, StructureName = name };

        static PractitionerContact[] Reached(string name) => [new("email", name + "@mssante.example", true), new("phone", "+33639980001", true), new("phone", "+33200000000", false)];
    }
}
