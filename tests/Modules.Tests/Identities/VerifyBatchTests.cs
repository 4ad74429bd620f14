using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Socle.Fhir;
using Socle.Identities;
using Socle.Modules.Tests.Bulk;
using Socle.Platform;
using Socle.Support;

namespace Socle.Modules.Tests.Identities;

/// <summary>INSI_BATCH=100000 verifies as many identities as the promise says, and prints its rate; some thousands always run.</summary>
public class VerifyBatchTests
{
    static readonly int Lines = int.TryParse(Environment.GetEnvironmentVariable("INSI_BATCH"), CultureInfo.InvariantCulture, out var asked) ? asked : 3_000;
    const string Settings = """{"Bulk": {"Settle": "00:00:00", "LinesPerFile": 250}}""";

    // What should not come and does: every hundredth line.
    static readonly string[] Garbage =
    [
        "{", "null", "[]", "\u0000\u0001", """{"resourceType":"Observation","status":"final","code":{"text":"x"}}""", """{"resourceType":"Patient"}""",
        """{"resourceType":"Patient","identifier":[{"system":"urn:oid:1.2.250.1.213.1.4.10","value":"12"}],"name":[{"family":"X","given":["Y"]}],"gender":"female","birthDate":"1957-03-14"}""",
        """{"resourceType":"Patient","identifier":[{"system":"urn:oid:1.2.250.1.213.1.4.10","value":"257032923200170"}],"name":[{"family":"DU\u202ePONT","given":["Y"]}],"gender":"female","birthDate":"1957-03-14"}""",
        new('x', 70_000), """{"resourceType":"Patient","birthDate":"le quatorze mars"}"""
    ];

    [Theory, OnEachDatabase]
    public async Task A_batch_with_garbage_is_verified_line_by_line_and_goes_on_after_each_stop(DatabaseKind kind)
    {
        await using var world = await InsiWorld.Open(kind, Lines > 10_000 ? null : Settings);
        // Not a multiple of ten: nobody is only ever asked for under a number that is not theirs.
        var (token, people) = (world.Fhir.Token(FhirWorld.Laboratory), Math.Min(Lines / 5, 5_000) - 1);
        foreach (var some in Enumerable.Range(0, people).Chunk(200)) await Add(world, some);
        var ids = await world.Fhir.Storage.Db.Query($"select patient from identities_person order by patient limit 1", row => row.Long(0), default);
        var (body, expected, wrong) = Batch(people, Lines);
        var watch = Stopwatch.StartNew();
        var status = await Begin(world, token, body);
        var stops = 0;
        while (stops < 3 && await InTheMiddle(world, token, status, stops))
        {
            await world.Fhir.Restart();
            stops++;
        }
        var manifest = (await world.Fhir.Finish(token, status)).Json;
        var seconds = watch.Elapsed.TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{kind}: {Lines} identities with {wrong.Count} lines of garbage, stopped {stops} times: {seconds:0.0} s, {Lines / seconds:0} a second"));

        var results = (await world.Fhir.Lines(token, manifest)).Select(Result).ToList();
        results.Select(result => result.Line).ShouldBe(expected.Select(line => line.Line));
        results.Select(result => result.Codes).ShouldBe(expected.Select(line => line.Codes));
        var faults = (await world.Fhir.Lines(token, manifest, "error")).Select(fault => fault.GetProperty("issue")[0].GetProperty("diagnostics").GetString()).ToList();
        faults.ShouldBe(wrong.Select(line => $"ligne {line}"));
        stops.ShouldBeGreaterThan(0, "a stop must fall in the middle");
        // Whose identity was held against a line sees it.
        (await world.Fhir.Storage.Audit.OfPatient(ids[0], null, 50, default)).ShouldContain(line => line.Entry.Agent.Id == FhirWorld.Laboratory.Id);
        // Nobody else's token fetches it, and whoever lost the right does not either.
        var url = manifest.GetProperty("output")[0].GetProperty("url").GetString()!;
        (await world.Fhir.Send(world.Fhir.Token(FhirWorld.OtherLaboratory), status)).Status.ShouldBe(404);
        (await world.Fhir.Send(world.Fhir.Token(FhirWorld.OtherLaboratory), url)).Status.ShouldBe(404);
        var again = (await world.Fhir.Send(token, status)).Json.GetProperty("output")[0].GetProperty("url").GetString()!;
        (await world.Fhir.Send(world.Fhir.Token(FhirWorld.Laboratory, "system/Observation.rs"), again)).Status.ShouldBe(403);
    }

    [Theory, OnEachDatabase]
    public async Task A_batch_is_asked_for_by_authorised_software_and_asynchronously(DatabaseKind kind)
    {
        await using var world = await InsiWorld.Open(kind);
        async Task<int> Ask(Agent agent, string? scopes, string type, params (string, string)[] headers)
        {
            using var content = new StringContent("{}", Encoding.UTF8, type);
            return (await world.Fhir.Send(world.Fhir.Token(agent, scopes), HttpMethod.Post, "Patient/$insi-verify", content, headers)).Status;
        }
        const string Ndjson = "application/fhir+ndjson";
        (await Ask(FhirWorld.Nurse, null, Ndjson, BulkRun.Async)).ShouldBe(403);
        (await Ask(FhirWorld.Laboratory, "system/Observation.rs", Ndjson, BulkRun.Async)).ShouldBe(403);
        (await Ask(FhirWorld.Laboratory, null, Ndjson)).ShouldBe(400);
        (await Ask(FhirWorld.Laboratory, null, "text/csv", BulkRun.Async)).ShouldBe(415);
        (await Ask(FhirWorld.Laboratory, null, Ndjson, BulkRun.Async)).ShouldBe(202);
    }

    internal static (byte[] Body, List<(int Line, string Codes)> Expected, List<int> Wrong) Batch(int people, int lines)
    {
        var (expected, wrong) = (new List<(int, string)>(), new List<int>());
        using var body = new MemoryStream();
        for (var line = 1; line <= lines; line++)
        {
            if (line % 100 == 50)
            {
                body.Write(Encoding.UTF8.GetBytes(Garbage[line / 100 % Garbage.Length] + "\n"));
                wrong.Add(line);
                continue;
            }
            var person = Person(line % people);
            var (asked, codes) = (line % 10) switch
            {
                1 => (person with { BirthName = "AUTRE" }, "KO birth-name"),
                2 => (person with { Sex = "M", BirthPlaceCode = "29019" }, "KO sex birth-place"),
                3 => (person with { Ins = Number(500_000 + line) }, "KO"),
                _ => (person, "OK")
            };
            body.Write(PatientBuilder.Build(asked));
            body.WriteByte((byte)'\n');
            expected.Add((line, codes));
        }
        return (body.ToArray(), expected, wrong);
    }

    internal static NewPatient Person(int i) => Register.Qualified("LEFEVRE", ["JEANNE"]) with { Ins = Number(i) };

    static string Number(int i) => Ins.FromParts($"2{57 + i / 300_000:00}{1 + i / 900 % 12:00}{10 + i / 10_800 % 80:00}{1 + i % 900:000}{1 + i % 900:000}").Value;

    static async Task Add(InsiWorld world, int[] people)
    {
        var entries = people.Select(i => $$"""{"request":{"method":"POST","url":"Patient"},"resource":{{Encoding.UTF8.GetString(PatientBuilder.Build(Person(i)))}}}""");
        var made = await world.Fhir.Post(world.Fhir.Token(FhirWorld.Steward), "", $$"""{"resourceType":"Bundle","type":"transaction","entry":[{{string.Join(',', entries)}}]}""");
        made.Status.ShouldBe(200, made.Text);
    }

    static async Task<string> Begin(InsiWorld world, string token, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new("application/fhir+ndjson");
        var begun = await world.Fhir.Send(token, HttpMethod.Post, "Patient/$insi-verify", content, BulkRun.Async);
        begun.Status.ShouldBe(202, begun.Text);
        return begun.Headers["Content-Location"];
    }

    // After a part more than before; false where it was over.
    static async Task<bool> InTheMiddle(InsiWorld world, string token, string status, int stops)
    {
        for (var round = 0; round < 20_000; round++)
        {
            var reply = await world.Fhir.Send(token, status);
            if (reply.Status != 202) return false;
            var lines = int.Parse(reply.Headers["X-Progress"].Split(' ')[3], CultureInfo.InvariantCulture);
            if (lines > stops * Lines / 5) return true;
            await Task.Delay(2);
        }
        throw new TimeoutException("The batch does not go on.");
    }

    internal static (int Line, string Codes) Result(JsonElement result)
    {
        var parameters = result.GetProperty("parameter").EnumerateArray().ToList();
        return (parameters[0].GetProperty("valueInteger").GetInt32(), string.Join(' ', parameters.Skip(1).Select(p => p.GetProperty("valueCode").GetString())));
    }
}
