using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Socle.Access;
using Socle.Platform;
using Socle.SignIn;
using Socle.Store;

namespace Socle.Browser.Tests;

/// <summary>The sign-in pages in this process, where time can be moved and somebody be signed in as a passkey would: what is on trial is the phone.</summary>
public sealed class PhoneServer : IAsyncLifetime
{
    public const string Rpps = "99900000029";

    readonly string folder = Directory.CreateTempSubdirectory("socle-phone-").FullName;

    public WebApplication App { get; private set; } = null!;
    public Uri Address { get; private set; } = null!;
    public MovedClock Clock { get; } = new();

    public T Get<T>() where T : notnull => App.Services.GetRequiredService<T>();

    public string At(string path) => new Uri(Address, path).ToString();

    public async Task InitializeAsync()
    {
        App = await SocleApp.Open(new() { DataFolder = folder, Urls = ["http://127.0.0.1:0"], Log = false, Clock = Clock }, [new StoreModule(), new AccessModule(), new SignInModule(), new Gate()], default);
        await App.StartAsync();
        Address = new($"http://localhost:{new Uri(App.Urls.First()).Port}");
    }

    public async Task DisposeAsync()
    {
        await App.StopAsync();
        await App.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    public sealed class MovedClock : TimeProvider
    {
        TimeSpan shift;

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + shift;

        public void Move(TimeSpan by) => shift += by;
    }

    sealed class Gate : Module
    {
        public override IEnumerable<Migration> Migrations => [];

        public override void MapRoutes(IEndpointRouteBuilder app) => app.MapGet("/test/enter/{rpps}", Enter).RequirePolicy(Policy.Open);

        public override Task Start(IServiceProvider services, CancellationToken stop)
        {
            services.GetRequiredService<Practitioners>().Fill((rpps, _) => Task.FromResult<PractitionerFacts?>(
                new(rpps, "VAUBAN", "Inès", "MME", true, [new("10", "Médecin", "C", "DR", "S", "SM54", [])], [])));
            return Task.CompletedTask;
        }

        static async Task<string> Enter(string rpps, HttpContext http, Accounts accounts, Sessions sessions, Keys keys, Db db, CancellationToken stop)
        {
            if (await accounts.Of("rpps:" + rpps, stop) is not { } account)
            {
                var unit = new Unit();
                account = accounts.Open(unit, AgentKind.Professional, "rpps:" + rpps, "Inès VAUBAN", Levels.Substantial);
                await db.Commit(unit, stop);
            }
            await sessions.SignIn(http, new(Agents.Professional(keys, rpps, account.Name, "Médecin", null, null), Levels.Substantial, ["user"], account.Id), stop);
            return "ok";
        }
    }
}
