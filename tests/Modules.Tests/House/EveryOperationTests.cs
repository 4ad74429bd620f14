using System.Globalization;
using System.Text;
using System.Text.Json;
using Socle.Api;
using Socle.Bulk;
using Socle.Core.Tests.Api;
using Socle.Fhir;
using Socle.Fhir.Tests.Fuzzing;
using Socle.Identities;
using Socle.Profiles;
using Socle.Subscriptions;
using Socle.Terminology;

namespace Socle.Modules.Tests.House;

/// <summary>Whatever is sent to an operation, it answers, and a no is an OperationOutcome: never a bug of ours.</summary>
public sealed class EveryOperationTests
{
    const int Seed = 20_260_504;

    /// <summary>Bodies for each address; FUZZ_COUNT=2000 takes a minute and a half.</summary>
    const int Default = 150;

    static readonly string[] Bodies =
    [
        """{"resourceType":"Parameters","parameter":[{"name":"url","valueUri":"http://hl7.org/fhir/ValueSet/administrative-gender"},{"name":"code","valueCode":"male"},{"name":"system","valueUri":"http://hl7.org/fhir/administrative-gender"},{"name":"count","valueInteger":2}]}""",
        """{"resourceType":"Parameters","parameter":[{"name":"coding","valueCoding":{"system":"http://example.org/animals","code":"dog"}},{"name":"codeableConcept","valueCodeableConcept":{"coding":[{"system":"http://example.org/animals","code":"dog"}]}},{"name":"date","valueDateTime":"2026-05-04"}]}""",
        """{"resourceType":"Parameters","parameter":[{"name":"valueSet","resource":{"resourceType":"ValueSet","status":"active","url":"http://example.org/mine","compose":{"include":[{"system":"http://example.org/animals","filter":[{"property":"code","op":"regex","value":"d.*"}]}]}}},{"name":"code","valueString":"dog"}]}""",
        """{"resourceType":"Parameters","parameter":[{"name":"codeSystem","resource":{"resourceType":"CodeSystem","url":"http://example.org/c","status":"active","content":"complete","concept":[{"code":"a","concept":[{"code":"b"}]}]}},{"name":"codeA","valueCode":"a"},{"name":"codeB","valueCode":"b"},{"name":"system","valueUri":"http://example.org/animals"}]}""",
        """{"resourceType":"Parameters","parameter":[{"name":"conceptMap","resource":{"resourceType":"ConceptMap","status":"active","group":[{"source":"a","target":"b","element":[{"code":"x","target":[{"code":"y","equivalence":"equal"}]}],"unmapped":{"mode":"other-map","url":"http://example.org/map"}}]}},{"name":"code","valueCode":"x"},{"name":"reverse","valueBoolean":true},{"name":"dependency","part":[{"name":"element","valueUri":"e"},{"name":"concept","valueCodeableConcept":{"text":"t"}}]}]}""",
        """{"resourceType":"Parameters","parameter":[{"name":"expression","valueString":"name.where(use = 'official').given"},{"name":"context","valueString":"Patient"},{"name":"resource","resource":{"resourceType":"Patient","name":[{"use":"official","given":["Zoé"]}]}},{"name":"variables","part":[{"name":"a","valueInteger":1}]}]}""",
        """{"resourceType":"Parameters","parameter":[{"name":"resource","resource":{"resourceType":"Observation","status":"final","code":{"text":"x"}}},{"name":"mode","valueCode":"create"},{"name":"profile","valueUri":"http://hl7.org/fhir/StructureDefinition/Observation"}]}""",
        """{"resourceType":"Parameters","parameter":[{"name":"meta","valueMeta":{"tag":[{"system":"http://example.org/t","code":"a"}],"profile":["http://example.org/p"]}},{"name":"max","valuePositiveInt":3},{"name":"start","valueDate":"2026-01-01"},{"name":"_type","valueString":"Observation,Patient"},{"name":"_since","valueInstant":"2026-05-04T07:45:00Z"}]}""",
        """{"resourceType":"Parameters","parameter":[{"name":"resource","resource":{"resourceType":"Patient","identifier":[{"system":"urn:oid:1.2.250.1.213.1.4.10","value":"277076322082910"}],"name":[{"family":"ESSAI","given":["Zoé"]}],"gender":"female","birthDate":"1977-07-01"}},{"name":"onlyCertainMatches","valueBoolean":true},{"name":"count","valueInteger":1},{"name":"presentation","valueString":"a.b.c"}]}""",
        """{"resourceType":"Parameters","parameter":[{"name":"inputFormat","valueCode":"application/fhir+ndjson"},{"name":"inputSource","valueUri":"https://example.org"},{"name":"input","part":[{"name":"type","valueCode":"Patient"},{"name":"url","valueUrl":"https://localhost/x.ndjson"}]},{"name":"outputFormat","valueString":"application/fhir+ndjson"}]}"""
    ];

    [Fact]
    public async Task No_operation_breaks_on_malformed_Parameters()
    {
        await using var server = await ApiServer.Start(new TerminologyModule(), new ProfilesModule(), new BulkModule(), new SubscriptionsModule(), new IdentitiesModule());
        var token = server.Token(server.Steward);
        var patient = (await server.NewPatient("ESSAI", "277076322082910")).Id;
        (await server.Put(token, "ValueSet/one", """{"resourceType":"ValueSet","id":"one","status":"active","compose":{"include":[{"system":"http://example.org/animals"}]}}""")).Status.ShouldBe(201);
        (await server.Put(token, "CodeSystem/one", """{"resourceType":"CodeSystem","id":"one","url":"http://example.org/animals","status":"active","content":"complete","concept":[{"code":"dog"}]}""")).Status.ShouldBe(201);
        (await server.Put(token, "ConceptMap/one", """{"resourceType":"ConceptMap","id":"one","url":"http://example.org/map","status":"active"}""")).Status.ShouldBe(201);
        var count = int.TryParse(Environment.GetEnvironmentVariable("FUZZ_COUNT"), CultureInfo.InvariantCulture, out var asked) ? asked : Default;
        var routes = server.App.Services.GetService(typeof(FhirRoutes)) as FhirRoutes;
        var posted = routes!.Operations.Where(o => o.Method == "POST").Select(o => Address(o.Route, patient)).Distinct().ToList();
        posted.Count.ShouldBeGreaterThanOrEqualTo(10);
        var seeds = Bodies.Select(b => FuzzSeed.Of(FuzzKind.Json, Encoding.UTF8.GetBytes(b))).ToArray();
        var told = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var faults = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var address in posted)
        {
            var mutator = new Mutator(FuzzKind.Json, seeds, new Random(Seed));
            for (var i = 0; i < count; i++)
            {
                var body = mutator.Next();
                var answer = await server.Send(token, HttpMethod.Post, address, ApiServer.Bytes(body, "application/fhir+json"));
                if (Wrong(address, body, answer) is { } wrong)
                    faults.TryAdd($"{address} {wrong}", $"({answer.Status}, seed {Seed}, number {i}) {answer.Text[..Math.Min(answer.Text.Length, 500)]}\n{Convert.ToBase64String(body)}");
                told[$"{address} {answer.Status}"] = told.GetValueOrDefault($"{address} {answer.Status}") + 1;
            }
        }
        faults.Select(fault => $"{fault.Key} {fault.Value}").ShouldBeEmpty();
        foreach (var (what, often) in told) Console.WriteLine($"{what}: {often}");
    }

    static string Address(string route, string patient)
    {
        var type = route.Split('/')[0];
        return route.Replace("{type}", "Patient", StringComparison.Ordinal)
            .Replace("{version}", "1", StringComparison.Ordinal).Replace("{id}", type is "{type}" or "Patient" ? patient : "one", StringComparison.Ordinal);
    }

    static string? Wrong(string address, byte[] body, Answer answer)
    {
        if (answer.Status >= 500) return "breaks";
        if (answer.Status >= 400) return IsOutcome(answer) ? null : "says no without an OperationOutcome";
        // $validate tells of what is wrong in an answer; for all others what is no resource is refused.
        if (body.Length == 0 || address.EndsWith("$validate", StringComparison.Ordinal)) return null;
        if (!FhirDocument.TryParse(body, out var document, out _)) return "accepts what is malformed";
        document.Dispose();
        return null;
    }

    static bool IsOutcome(Answer answer)
    {
        using var json = JsonDocument.Parse(answer.Body);
        return json.RootElement.GetProperty("resourceType").GetString() == "OperationOutcome" && json.RootElement.GetProperty("issue").GetArrayLength() > 0;
    }
}
