using System.Text;
using Socle.Fhir;

namespace Socle.Core.Tests.Api;

/// <summary>What must be refused with its rule, in JSON and in XML, by the doors a vendor uses.</summary>
public sealed class RuleOfRefusalTests : IAsyncLifetime
{
    ApiServer server = null!;
    string steward = "", patient = "";

    public async Task InitializeAsync()
    {
        server = await ApiServer.Start();
        steward = server.Token(server.Steward);
        (patient, _) = await server.NewPatient("ESSAI", "280057512300101");
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    static string Observation(string more) => $$"""{"resourceType":"Observation","status":"final","code":{"text":"essai"}{{more}}}""";

    static string Contained(params (string Id, string Part)[] links) => Observation(",\"contained\":[" + string.Join(',', links.Select(link =>
        $$"""{"resourceType":"Observation","id":"{{link.Id}}","status":"final","code":{"text":"x"},"hasMember":[{"reference":"#{{link.Part}}"}]}""")) + "]"
        + $$""","hasMember":[{"reference":"#{{links[0].Id}}"}]""");

    static string Entries(int count) => "{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":["
        + string.Join(',', Enumerable.Repeat("{\"request\":{\"method\":\"GET\",\"url\":\"Patient/a\"}}", count)) + "]}";

    /// <summary>What, path, body in JSON, status, code of the refusal, what the answer names.</summary>
    public static TheoryData<string, string, string, int, string, string> Bodies => new()
    {
        { "501 entries", "", Entries(501), 413, "too-many-entries", "500" },
        { "a date that is none", "Observation", Observation(",\"effectiveDateTime\":\"2026-02-30\""), 400, "fhir-nonconformant", "Observation.effective" },
        { "an id with 65 characters", "Observation", Observation($",\"subject\":{{\"reference\":\"Patient/a\"}}").Replace("{\"resourceType\":\"Observation\"", $"{{\"resourceType\":\"Observation\",\"id\":\"{new string('a', 65)}\"", StringComparison.Ordinal), 400, "fhir-nonconformant", "Observation.id" },
        { "a number with 10 000 digits", "Observation", Observation($",\"valueQuantity\":{{\"value\":{new string('7', 10_000)}}}"), 400, "fhir-nonconformant", "Observation.value" },
        { "two contained in a circle", "Observation", Contained(("a", "b"), ("b", "a")), 422, "circle-of-contained", "#a → #b → #a" },
        { "three contained in a circle", "Observation", Contained(("a", "b"), ("b", "c"), ("c", "b")), 422, "circle-of-contained", "#b → #c → #b" },
        { "a contained that is its own part", "Observation", Contained(("a", "a")), 422, "circle-of-contained", "#a → #a" }
    };

    [Theory, MemberData(nameof(Bodies), DisableDiscoveryEnumeration = true)]
    public async Task A_body_is_refused_with_its_rule(string what, string path, string json, int status, string code, string names)
    {
        var asJson = await server.Post(steward, path, json);
        asJson.Status.ShouldBe(status, $"{what}: {asJson.Text}");
        asJson.Text.ShouldContain($"\"{code}\"");
        asJson.Text.ShouldContain(names);

        var xml = ApiServer.Bytes(ToXml(json), "application/fhir+xml");
        var asXml = await server.Send(steward, HttpMethod.Post, path, xml, ("Accept", "application/fhir+xml"));
        asXml.Status.ShouldBe(status, $"{what}: {asXml.Text}");
        asXml.Headers["Content-Type"].ShouldStartWith("application/fhir+xml");
        asXml.Text.ShouldContain($"\"{code}\"");
        asXml.Text.ShouldContain(names);
        (await server.Get(steward, "Observation?_summary=count")).Json.GetProperty("total").GetInt32().ShouldBe(0);
    }

    // Made from a right resource, whose place the fault then takes.
    static byte[] ToXml(string json)
    {
        (string Wrong, string Right)[] faults = [("2026-02-30", "2026-02-28"), (new string('a', 65), "placeholder"), (new string('7', 10_000), "7.125")];
        var right = faults.Aggregate(json, (text, fault) => text.Replace(fault.Wrong, fault.Right, StringComparison.Ordinal));
        var xml = Encoding.UTF8.GetString(FhirXml.OfJson(Encoding.UTF8.GetBytes(right), false));
        foreach (var (wrong, mended) in faults)
            if (json.Contains(wrong, StringComparison.Ordinal)) xml = xml.Replace(mended, wrong, StringComparison.Ordinal);
        return Encoding.UTF8.GetBytes(xml);
    }

    [Fact]
    public async Task A_contained_that_names_its_container_or_another_is_no_circle()
    {
        var answer = await server.Post(steward, "Observation", Contained(("a", "b"), ("b", "c"), ("c", "")));
        answer.Status.ShouldBe(201, answer.Text);
        // A long chain is followed to its end.
        var chain = Enumerable.Range(0, 2_000).Select(i => ($"c{i}", i == 1_999 ? "" : $"c{i + 1}")).ToArray();
        (await server.Post(steward, "Observation", Contained(chain))).Status.ShouldBe(201);
        chain[^1] = ("c1999", "c0");
        (await server.Post(steward, "Observation", Contained(chain))).Status.ShouldBe(422);
    }

    [Theory]
    [InlineData("Observation?_count=1000000", "_count"), InlineData("Observation/_history?_count=1000000", "_count"), InlineData("Observation?date=2026-02-30", "date")]
    [InlineData("Patient/aaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbbaaaaa", "64"), InlineData("Patient/a/$everything?_count=1000000", "_count")]
    [InlineData("Observation/$lastn?patient=a&max=1000000", "max"), InlineData("Observation/_history?_at=2026-02-30", "_at"), InlineData("Observation/_history?_since=2026-02-30", "_since")]
    public async Task An_address_is_refused_with_its_rule(string path, string names)
    {
        foreach (var format in (string[])["application/fhir+json", "application/fhir+xml"])
        {
            var answer = await server.Get(steward, path, ("Accept", format));
            answer.Status.ShouldBe(400, answer.Text);
            answer.Text.ShouldContain("OperationOutcome");
            answer.Text.ShouldContain(names);
        }
    }

    /// <summary>Refused or taken, what matters is that nobody can tell: what is not for the caller is as unknown as what is not there.</summary>
    [Theory]
    [InlineData("subject"), InlineData("focus")]
    public async Task A_reference_to_what_the_caller_may_not_see_is_as_good_as_one_to_nothing(string element)
    {
        var laboratory = server.Token(server.OtherLaboratory);
        var secret = (await server.Post(steward, "Observation", Observation($",\"subject\":{{\"reference\":\"Patient/{patient}\"}}"))).Id;
        var nothing = server.Storage.Keys.ExternalId(1L << 40, 77);
        async Task<(int, string)> Deposit(string id)
        {
            var reference = element == "focus" ? $"\"focus\":[{{\"reference\":\"Observation/{id}\"}}]" : $"\"subject\":{{\"reference\":\"Observation/{id}\"}}";
            var answer = await server.Post(laboratory, "Observation", Observation("," + reference));
            var own = answer.Status == 201 ? answer.Id : "-";
            return (answer.Status, answer.Text.Replace(id, "ID", StringComparison.Ordinal).Replace(own, "OWN", StringComparison.Ordinal).Split("\"lastUpdated\"")[0]);
        }
        (await Deposit(secret)).ShouldBe(await Deposit(nothing));
        (await server.Get(laboratory, $"Observation/{secret}")).Status.ShouldBe(404);
    }
}
