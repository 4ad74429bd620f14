using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Socle.Access;
using Socle.Fhir;
using Socle.Modules.Tests.House;
using Socle.Platform;
using Socle.Store;
using Socle.Support;
using static Socle.Modules.Tests.Directories.AnnuaireWorld;

namespace Socle.Modules.Tests.Directories;

/// <summary>Changes by their time, while others write: none is missed, none comes twice.</summary>
public sealed class AnnuaireSyncTests
{
    static readonly bool Long = Environment.GetEnvironmentVariable("SOCLE_LONG") == "1";

    [Theory, OnEachDatabase]
    public async Task A_list_of_changes_does_not_go_beyond_one_that_is_under_way(DatabaseKind kind)
    {
        await using var on = await AnnuaireWorld.Open(kind);
        var clock = on.Fhir.Database.Clock;
        var first = await on.Create(Organization("990000001", "Première"));
        clock.Move(TimeSpan.FromSeconds(20));
        using var held = new HeldWrite();
        var late = Task.Run(() => Write(on.Fhir, Organization("990000002", "Tardive"), held.Hold));
        held.Begun.Wait(TimeSpan.FromSeconds(30)).ShouldBeTrue();
        var quick = await on.Create(Organization("990000003", "Rapide"));
        clock.Move(kind == DatabaseKind.Sqlite ? TimeSpan.FromSeconds(1) : TimeSpan.FromSeconds(6));
        // The quick one was committed first, but has a later time than the one that is held.
        Changes(await on.Public("/Organization?_sort=_lastUpdated")).ShouldBe([first]);
        (await on.Public("/Organization?_lastUpdated=ge2020-01-01&_summary=count")).Json.GetProperty("total").GetInt32().ShouldBe(1);
        Matches(await on.Public("/Organization?identifier=990000003")).ShouldBe([quick]);   // by anything else it is there at once
        held.Release();
        var stored = await late;
        clock.Move(TimeSpan.FromSeconds(6));
        Changes(await on.Public("/Organization?_sort=_lastUpdated")).ShouldBe(stored.LastUpdated < (await Read(on, quick)) ? [first, stored.Id, quick] : [first, quick, stored.Id]);
    }

    [Theory, OnEachDatabase]
    public async Task Another_server_of_the_database_writes_within_the_time_that_is_waited_for(DatabaseKind kind)
    {
        if (kind == DatabaseKind.Sqlite) return;   // it belongs to one process
        await using var on = await AnnuaireWorld.Open(kind);
        await using var beside = await on.Fhir.Beside();
        var clock = on.Fhir.Database.Clock;
        using var held = new HeldWrite();
        var late = Task.Run(() => Write(beside, Organization("990000002", "Tardive"), held.Hold));
        held.Begun.Wait(TimeSpan.FromSeconds(30)).ShouldBeTrue();
        var quick = await on.Create(Organization("990000003", "Rapide"));
        Changes(await on.Public("/Organization?_sort=_lastUpdated")).ShouldBeEmpty();
        // Held longer than a write may wait for the database: it is played again, under a later time.
        await Task.Delay(TimeSpan.FromSeconds(3.5));
        held.Release();
        var stored = await late;
        held.Times.ShouldBe(2);
        stored.LastUpdated.ShouldBeGreaterThan(await Read(on, quick));
        clock.Move(TimeSpan.FromSeconds(6));
        Changes(await on.Public("/Organization?_sort=_lastUpdated")).ShouldBe([quick, stored.Id]);
    }

    [Theory, OnEachDatabase]
    public async Task Pages_of_many_changes_of_one_moment_hold_each_once(DatabaseKind kind)
    {
        await using var on = await AnnuaireWorld.Open(kind);
        var entries = new JsonArray([.. Enumerable.Range(0, 95).Select(i => (JsonNode)new JsonObject
        {
            ["resource"] = Organization($"99{i:0000000}", $"Structure {i}"), ["request"] = new JsonObject { ["method"] = "POST", ["url"] = "Organization" }
        })]);
        (await on.Fhir.Post(on.Steward, "", new JsonObject { ["resourceType"] = "Bundle", ["type"] = "transaction", ["entry"] = entries }.ToJsonString())).Status.ShouldBe(200);
        on.Fhir.Database.Clock.Move(TimeSpan.FromSeconds(6));
        foreach (var sort in new[] { "_lastUpdated", "-_lastUpdated" })
        {
            var found = new List<string>();
            for (var next = $"/Organization?_sort={sort}&_count=10&_total=accurate"; next is not null;)
            {
                var page = await on.Public(next);
                found.AddRange(Matches(page));
                next = page.Json.GetProperty("link").EnumerateArray().Where(link => link.GetProperty("relation").GetString() == "next").Select(link => link.GetProperty("url").GetString()).FirstOrDefault();
            }
            found.Count.ShouldBe(95);
            found.Distinct().Count().ShouldBe(95);
        }
    }

    /// <summary>2 000 changes; SOCLE_LONG=1: 100 000.</summary>
    [TheoryWithNode, OnEachDatabase]
    public async Task A_client_that_follows_the_changes_ends_with_what_a_whole_copy_holds(DatabaseKind kind)
    {
        var (entries, changes) = Long ? (40_000, 100_000) : (1_500, 2_000);
        await using var on = await AnnuaireWorld.Open(kind);
        var ids = new List<string>();
        foreach (var part in Enumerable.Range(0, entries).Chunk(100))
            ids.AddRange(await Transaction(on.Fhir, part.Select(i => Practitioner($"99{i:000000000}", $"NOM {i}")), "POST", null));
        using var node = new Process
        {
            StartInfo = new ProcessStartInfo("node", [Path.Combine(Repository.Root, "tests", "client", "annuaire-sync.mjs"), on.Base, on.PublicKey, "Practitioner", "8"])
            {
                RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true
            }
        };
        node.Start();
        var left = changes;
        var (output, errors) = (node.StandardOutput.ReadToEndAsync(), node.StandardError.ReadToEndAsync());
        try
        {
            // Four writers, each with entries of its own: long transactions and single changes, new entries and ends.
            // Long enough that the client sees changes while others are made: what changes again before it has settled is seen as it is at last.
            var (watch, least) = (Stopwatch.StartNew(), TimeSpan.FromSeconds(kind == DatabaseKind.Sqlite ? 3 : 15));
            await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
            {
                var dice = new Random(Seed.Of(4711) + writer);
                var mine = ids.Where((_, index) => index % 4 == writer).ToList();
                while (Volatile.Read(ref left) > 0 || watch.Elapsed < least)
                {
                    if (!Long) await Task.Delay(dice.Next((int)least.TotalMilliseconds / 6));
                    var size = dice.Next(4) switch { 0 => 1, 1 => 5, _ => Math.Min(mine.Count, 100) };
                    Interlocked.Add(ref left, -size);
                    var chosen = mine.OrderBy(_ => dice.Next()).Take(size).ToList();
                    var bodies = chosen.Select(id =>
                    {
                        var entry = Practitioner($"99{dice.Next(999_999_999):000000000}", $"NOM {dice.Next(1_000_000)}", active: dice.Next(20) > 0);
                        entry["id"] = id;
                        return entry;
                    }).ToList();
                    await Transaction(on.Fhir, bodies, "PUT", chosen);
                    if (dice.Next(10) == 0) mine.AddRange(await Transaction(on.Fhir, [Practitioner($"99{dice.Next(999_999_999):000000000}", "NOUVELLE")], "POST", null));
                }
            })));
            node.StandardInput.Close();
            await node.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromMinutes(Long ? 30 : 4)).Token);
        }
        finally
        {
            if (!node.HasExited) node.Kill();
        }
        var text = await output;
        node.ExitCode.ShouldBe(0, text + await errors);
        var told = JsonDocument.Parse(text).RootElement;
        told.GetProperty("gaps").GetInt32().ShouldBe(0);
        told.GetProperty("duplicates").GetInt32().ShouldBe(0);
        told.GetProperty("entries").GetInt32().ShouldBeGreaterThanOrEqualTo(entries);
        told.GetProperty("deliveries").GetInt32().ShouldBeGreaterThan(entries + entries / 10);
        Console.WriteLine($"{kind}, {changes - left} changes: {text.Trim()}");
    }

    static List<string> Changes(FhirReply reply) => Matches(reply);

    static async Task<DateTimeOffset> Read(AnnuaireWorld on, string id) =>
        (await on.Public($"/Organization/{id}")).Json.GetProperty("meta").GetProperty("lastUpdated").GetDateTimeOffset();

    static async Task<Stored> Write(FhirWorld through, JsonObject resource, Action hold)
    {
        var scope = await through.Desk.Enter(FhirWorld.Steward, Purposes.Operation, default);
        using var body = FhirDocument.Parse(System.Text.Encoding.UTF8.GetBytes(resource.ToJsonString()));
        var options = WriteOptions.Default with { WithCommit = (_, _) => hold() };
        return (await through.Get<RecordStore>().Write(scope, [new WriteOp.Create(body)], options, default))[0].Stored;
    }

    static async Task<List<string>> Transaction(FhirWorld fhir, IEnumerable<JsonObject> resources, string method, List<string>? ids)
    {
        var entries = new JsonArray([.. resources.Select((resource, index) => (JsonNode)new JsonObject
        {
            ["resource"] = resource, ["request"] = new JsonObject { ["method"] = method, ["url"] = ids is null ? "Practitioner" : $"Practitioner/{ids[index]}" }
        })]);
        var reply = await fhir.Post(fhir.Token(FhirWorld.Steward), "", new JsonObject { ["resourceType"] = "Bundle", ["type"] = "transaction", ["entry"] = entries }.ToJsonString());
        reply.Status.ShouldBe(200, reply.Text);
        return [.. reply.Json.GetProperty("entry").EnumerateArray().Select(entry => entry.GetProperty("response").GetProperty("location").GetString()!.Split("Practitioner/")[1].Split('/')[0])];
    }

    /// <summary>Stops a write after it was given its time and before its commit; the first time only.</summary>
    sealed class HeldWrite : IDisposable
    {
        readonly ManualResetEventSlim released = new();

        public ManualResetEventSlim Begun { get; } = new();

        public int Times { get; private set; }

        public void Hold()
        {
            if (++Times > 1) return;
            Begun.Set();
            released.Wait();
        }

        public void Release() => released.Set();

        public void Dispose()
        {
            released.Set();
            Begun.Dispose();
        }
    }
}

/// <summary>Skipped at home where Node is not installed; on the machine that decides that is a failure.</summary>
public sealed class TheoryWithNodeAttribute : TheoryAttribute
{
    public TheoryWithNodeAttribute()
    {
        if (Environment.GetEnvironmentVariable("CI") == "true") return;
        if (!(Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "node")))) Skip = "Node n'est pas installé.";
    }
}
