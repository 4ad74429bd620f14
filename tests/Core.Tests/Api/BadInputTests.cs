using System.Text;

namespace Socle.Core.Tests.Api;

/// <summary>Whatever is thrown at the interface gets an OperationOutcome with its reason, changes nothing and leaves the server alive.</summary>
public sealed class BadInputTests : IAsyncLifetime
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

    static readonly string Deep = string.Concat(Enumerable.Repeat("{\"extension\":[", 400));

    /// <summary>What, content type, body, status, part of the answer.</summary>
    public static TheoryData<string, string, byte[], int, string> Cases => new()
    {
        { "not JSON", Fhir, Utf8("<Patient/>"), 400, "fhir-nonconformant" },
        { "cut off", Fhir, Utf8("{\"resourceType\":\"Observation\",\"status\":\"fi"), 400, "fhir-nonconformant" },
        { "trailing text", Fhir, Utf8(Right + "x"), 400, "fhir-nonconformant" },
        { "a comment", Fhir, Utf8("/* */" + Right), 400, "fhir-nonconformant" },
        { "an unknown property", Fhir, Utf8(Right.Replace("\"status\"", "\"colour\":\"red\",\"status\"", StringComparison.Ordinal)), 400, "Observation.colour" },
        { "the same property twice", Fhir, Utf8(Right.Replace("\"status\"", "\"status\":\"final\",\"status\"", StringComparison.Ordinal)), 400, "Observation.status" },
        { "a code that is none", Fhir, Utf8(Right.Replace("final", "finished", StringComparison.Ordinal)), 400, "Observation.status" },
        { "a wrong type", Fhir, Utf8(Right.Replace("\"final\"", "7", StringComparison.Ordinal)), 400, "Observation.status" },
        { "another resource than the address says", Fhir, Utf8("{\"resourceType\":\"Patient\"}"), 400, "fhir-wrong-type" },
        { "no resource at all", Fhir, Utf8("[]"), 400, "fhir-nonconformant" },
        { "nothing", Fhir, [], 400, "fhir-empty" },
        { "a lone surrogate", Fhir, Utf8(Right.Replace("essai", "\\ud800", StringComparison.Ordinal)), 400, "fhir-nonconformant" },
        { "bytes that are no UTF-8", Fhir, [.. Utf8(Right[..^2]), 0xC3, 0x28, .. Utf8("\"}")], 400, "fhir-nonconformant" },
        { "UTF-16", Fhir, Encoding.Unicode.GetBytes(Right), 400, "fhir-nonconformant" },
        { "nesting without end", Fhir, Utf8(Deep), 400, "fhir-nonconformant" },
        { "another charset", Fhir + "; charset=iso-8859-1", Utf8(Right), 415, "fhir-charset" },
        { "XML of no namespace", "application/fhir+xml", Utf8("<Observation/>"), 400, "fhir-nonconformant" },
        { "XML with a DTD", "application/fhir+xml", Utf8("<!DOCTYPE a [<!ENTITY b 'c'>]><Observation xmlns=\"http://hl7.org/fhir\"><id value=\"&b;\"/></Observation>"), 400, "fhir-nonconformant" },
        { "XML that ends too early", "text/xml", Utf8("<Observation xmlns=\"http://hl7.org/fhir\"><status value=\"final\""), 400, "line 1" },
        { "XML with an element that is none", "application/xml", Utf8("<Observation xmlns=\"http://hl7.org/fhir\"><colour value=\"red\"/></Observation>"), 400, "Observation.colour" },
        { "more than five mebibytes of XML", "application/fhir+xml", Utf8("<Observation xmlns=\"http://hl7.org/fhir\"><!--" + new string('a', 5 * 1024 * 1024) + "--></Observation>"), 413, "fhir-too-large" },
        { "Turtle", "text/turtle", Utf8("a b c ."), 415, "fhir-content-type" },
        { "a form", "application/x-www-form-urlencoded", Utf8("status=final"), 415, "fhir-content-type" },
        { "another version of FHIR", Fhir + "; fhirVersion=3.0", Utf8(Right), 415, "fhir-content-type" },
        { "more than five mebibytes", Fhir, new byte[(5 * 1024 * 1024) + 1], 413, "fhir-too-large" },
    };

    const string Fhir = "application/fhir+json";
    const string Right = """{"resourceType":"Observation","status":"final","code":{"text":"essai"}}""";

    static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    // Enumerated at discovery, five mebibytes would be written out byte by byte: a minute and gigabytes.
    [Theory, MemberData(nameof(Cases), DisableDiscoveryEnumeration = true)]
    public async Task A_bad_body_gets_its_reason(string what, string contentType, byte[] body, int status, string contains)
    {
        var answer = await server.Send(steward, HttpMethod.Post, "Observation", ApiServer.Bytes(body, contentType));
        answer.Status.ShouldBe(status, $"{what}: {answer.Text}");
        answer.Json.GetProperty("resourceType").GetString().ShouldBe("OperationOutcome");
        answer.Json.GetProperty("issue")[0].GetProperty("details").GetProperty("text").GetString().ShouldNotBeNullOrWhiteSpace();
        answer.Text.ShouldContain(contains);
        (await server.Get(steward, "Observation?_summary=count")).Json.GetProperty("total").GetInt32().ShouldBe(0);
    }

    [Fact]
    public async Task A_byte_order_mark_is_let_through() =>
        (await server.Send(steward, HttpMethod.Post, "Observation", ApiServer.Bytes([0xEF, 0xBB, 0xBF, .. Utf8(Right)], Fhir))).Status.ShouldBe(201);

    [Fact]
    public async Task A_gzip_bomb_stops_at_the_limit()
    {
        var bomb = ApiServer.Bytes(ApiServer.Gzip(new byte[200 * 1024 * 1024]), Fhir);
        bomb.Headers.ContentEncoding.Add("gzip");
        var answer = await server.Send(steward, HttpMethod.Post, "Observation", bomb);
        answer.Status.ShouldBe(413, answer.Text);

        var broken = ApiServer.Bytes([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8], Fhir);
        broken.Headers.ContentEncoding.Add("gzip");
        (await server.Send(steward, HttpMethod.Post, "Observation", broken)).Status.ShouldBe(400);

        var brotli = ApiServer.Json(Right);
        brotli.Headers.ContentEncoding.Add("br");
        (await server.Send(steward, HttpMethod.Post, "Observation", brotli)).Status.ShouldBe(400);

        var zstd = ApiServer.Json(Right);
        zstd.Headers.ContentEncoding.Add("zstd");
        (await server.Send(steward, HttpMethod.Post, "Observation", zstd)).Status.ShouldBe(415);
    }

    [Fact]
    public async Task An_id_that_is_not_the_bodys_is_refused()
    {
        var body = $$$$"""{"resourceType":"Patient","id":"autre","birthDate":"1980-05-17"}""";
        (await server.Put(steward, $"Patient/{patient}", body)).Status.ShouldBe(400);
        (await server.Put(steward, $"Patient/{patient}", """{"resourceType":"Patient","birthDate":"1980-05-17"}""")).Status.ShouldBe(400);
        (await server.Get(steward, $"Patient/{patient}")).Headers["ETag"].ShouldBe("W/\"1\"");
        (await server.Get(steward, "Patient/" + new string('a', 65))).Status.ShouldBe(400);
        (await server.Get(steward, "Patient/a%20b")).Status.ShouldBe(400);
    }

    [Fact]
    public async Task Of_two_writers_on_one_version_one_wins()
    {
        var body = $$$$"""{"resourceType":"Patient","id":"{{{{patient}}}}","birthDate":"1980-05-17","gender":"male"}""";
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => server.Put(steward, $"Patient/{patient}", body, ("If-Match", "W/\"1\""))));
        answers.Count(a => a.Status == 200).ShouldBe(1);
        answers.Where(a => a.Status != 200).ShouldAllBe(a => a.Status == 412 || a.Status == 409);
        (await server.Put(steward, $"Patient/{patient}", body, ("If-Match", "yesterday"))).Status.ShouldBe(400);
    }

    [Fact]
    public async Task Another_kind_of_patch_is_refused_by_name()
    {
        var patch = ApiServer.Bytes(Utf8("{\"name\":null}"), "application/merge-patch+json");
        var answer = await server.Send(steward, HttpMethod.Patch, $"Patient/{patient}", patch);
        answer.Status.ShouldBe(415, answer.Text);
        answer.Text.ShouldContain("FHIRPath Patch");
    }

    [Theory]
    [InlineData("Observation?date=never"), InlineData("Observation?_count=many"), InlineData("Observation?_summary=all"), InlineData("Observation?_page=abc")]
    [InlineData("Observation?value-quantity=lots"), InlineData("Observation?_sort=colour"), InlineData("Observation?_include=Observation")]
    [InlineData("Observation/_history?_since=never"), InlineData("Observation/_history?_count=-1"), InlineData("Patient?birthdate:colour=1980")]
    public async Task A_bad_parameter_is_refused(string path)
    {
        var answer = await server.Get(steward, path, ("Prefer", "handling=strict"));
        answer.Status.ShouldBe(400, answer.Text);
        answer.Text.ShouldContain("OperationOutcome");
    }
}
