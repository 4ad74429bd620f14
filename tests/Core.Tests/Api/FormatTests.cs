using System.IO.Compression;
using System.Text;
using Socle.Fhir;

namespace Socle.Core.Tests.Api;

/// <summary>XML in and out, compression in and out: what a handler never sees.</summary>
public sealed class FormatTests : IAsyncLifetime
{
    const string Ns = "xmlns=\"http://hl7.org/fhir\"";
    ApiServer server = null!;
    string steward = "", patient = "";

    public async Task InitializeAsync()
    {
        server = await ApiServer.Start();
        steward = server.Token(server.Steward);
        (patient, _) = await server.NewPatient("ESSAI", "280057512300101");
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    static HttpContent Xml(string xml, string type = "application/fhir+xml") => ApiServer.Bytes(Encoding.UTF8.GetBytes(xml), type);

    string Observation(string inside = "") => $"""
        <Observation {Ns}><!-- c --><status value="final"/><code><text value="a &lt; b &amp; c"/></code><subject><reference value="Patient/{patient}"/></subject>
        <valueQuantity><value value="1.50"/></valueQuantity>{inside}</Observation>
        """;

    [Theory]
    [InlineData("application/fhir+xml"), InlineData("application/fhir+xml; fhirVersion=4.0; charset=utf-8"), InlineData("application/xml"), InlineData("text/xml")]
    public async Task A_resource_comes_in_as_XML_and_is_had_in_both_formats(string type)
    {
        var made = await server.Send(steward, HttpMethod.Post, "Observation", Xml(Observation(), type), ("Accept", "application/fhir+xml"));
        made.Status.ShouldBe(201, made.Text);
        made.Headers["Content-Type"].ShouldBe("application/fhir+xml; charset=utf-8");
        made.Headers["Vary"].ShouldBe("Accept, Accept-Encoding");
        var at = made.Headers["Location"].Split("/_history")[0];
        var json = await server.Get(steward, at);
        json.Text.ShouldContain("\"value\":1.50");
        json.Json.GetProperty("code").GetProperty("text").GetString().ShouldBe("a < b & c");
        var xml = await server.Get(steward, at + "?_format=xml", ("Accept", "application/json"));
        xml.Text.ShouldContain("<value value=\"1.50\"/>");
        FhirXml.ToJson(xml.Body).Length.ShouldBe(json.Body.Length);
        xml.Headers["ETag"].ShouldBe(json.Headers["ETag"]);
    }

    [Theory]
    [InlineData("application/fhir+xml", "xml"), InlineData("text/xml", "xml"), InlineData("application/xml;q=0.9,*/*;q=0.8", "xml")]
    [InlineData("application/fhir+xml;q=0.5, application/fhir+json", "json"), InlineData("application/json;q=0, */*", "xml")]
    [InlineData("*/*", "json"), InlineData("application/*", "json"), InlineData("application/fhir+xml;fhirVersion=4.0, application/json;q=0.1", "xml")]
    [InlineData("application/fhir+xml;fhirVersion=5.0, application/json;q=0.1", "json"), InlineData("text/turtle", null), InlineData("text/html", null)]
    [InlineData("application/fhir+xml;fhirVersion=3.0", null), InlineData("application/fhir+json;q=0", null)]
    public async Task Accept_is_weighed(string accept, string? format)
    {
        var answer = await server.Get(steward, $"Patient/{patient}", ("Accept", accept));
        answer.Status.ShouldBe(format is null ? 406 : 200, answer.Text);
        if (format is not null) answer.Headers["Content-Type"].ShouldBe($"application/fhir+{format}; charset=utf-8");
    }

    [Theory]
    [InlineData("xml"), InlineData("application/fhir%2Bxml"), InlineData("application/fhir+xml"), InlineData("text/xml")]
    public async Task Every_kind_of_answer_is_XML_when_asked(string format)
    {
        foreach (var (path, root, status) in new[] { ($"Patient/{patient}", "Patient", 200), ("Patient?identifier=urn:oid:1.2.250.1.213.1.4.11|280057512300101", "Bundle", 200),
            ($"Patient/{patient}/_history", "Bundle", 200), ("metadata", "CapabilityStatement", 200), ("Patient/nobody", "OperationOutcome", 404), ("Nothing", "OperationOutcome", 404) })
        {
            var answer = await server.Get(steward, $"{path}{(path.Contains('?') ? '&' : '?')}_format={format}");
            answer.Status.ShouldBe(status, answer.Text);
            answer.Headers["Content-Type"].ShouldBe("application/fhir+xml; charset=utf-8");
            using var doc = FhirDocument.Parse(FhirXml.ToJson(answer.Body));
            doc.ResourceType.ShouldBe(root);
        }
        (await server.Get(null, "Patient/x", ("Accept", "application/fhir+xml"))).Text.ShouldContain("<OperationOutcome");
        var form = ApiServer.Bytes(Encoding.UTF8.GetBytes("_format=xml&status=final"), "application/x-www-form-urlencoded");
        (await server.Send(steward, HttpMethod.Post, "Observation/_search", form)).Text.ShouldContain("<Bundle");
        (await server.Get(steward, $"Patient/{patient}?_format=xml&_pretty=true")).Text.ShouldContain("\n  <id value=");
    }

    [Fact]
    public async Task A_bundle_of_XML_is_a_transaction()
    {
        var answer = await server.Send(steward, HttpMethod.Post, "", Xml($"""
            <Bundle {Ns}><type value="transaction"/><entry><fullUrl value="urn:uuid:00000000-0000-4000-8000-000000000001"/>
            <resource>{Observation().Replace(Ns, "", StringComparison.Ordinal)}</resource><request><method value="POST"/><url value="Observation"/></request></entry></Bundle>
            """), ("Accept", "application/xml"));
        answer.Status.ShouldBe(200, answer.Text);
        answer.Text.ShouldContain("<type value=\"transaction-response\"/>");
        answer.Text.ShouldContain("<status value=\"201 Created\"/>");
    }

    [Theory]
    [InlineData(10, '"', "\n"), InlineData(300_000, '"', "\n"), InlineData(300_000, '\'', "&#13;\n"), InlineData(8_190, '"', ""), InlineData(6_000_000, '"', "")]
    public async Task The_content_of_a_binary_in_XML_goes_to_the_blobs(int length, char quote, string lineBreak)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        var data = Convert.ToBase64String(bytes);
        var lines = string.Join(lineBreak, data.Chunk(76).Select(line => new string(line)));
        var xml = $"<?xml version=\"1.0\"?><!-- <data value=\"x\"> --><Binary {Ns}><contentType value=\"application/pdf\"/>"
            + $"<securityContext><reference value=\"Patient/{patient}\"/></securityContext><data value={quote}{lines}{quote}/></Binary>";
        var made = await server.Send(steward, HttpMethod.Post, "Binary", Xml(xml), ("Prefer", "return=minimal"));
        made.Status.ShouldBe(201, made.Text);
        var at = made.Headers["Location"].Split("/_history")[0];
        (await server.Get(steward, at, ("Accept", "*/*"))).Body.ShouldBe(bytes);
        using var doc = FhirDocument.Parse(FhirXml.ToJson((await server.Get(steward, at, ("Accept", "application/fhir+xml"))).Body));
        Convert.FromBase64String(doc.Root["data"].Text!).ShouldBe(bytes);
    }

    [Fact]
    public async Task A_document_reference_in_XML_keeps_its_attachment()
    {
        var bytes = new byte[100_000];
        new Random(1).NextBytes(bytes);
        var wrong = Xml($"<Binary {Ns}><contentType value=\"a/b\"/><data value=\"{new string('!', 20_000)}\"/></Binary>");
        (await server.Send(steward, HttpMethod.Post, "Binary", wrong)).Status.ShouldBe(400);
        var open = Xml($"<Binary {Ns}><contentType value=\"a/b\"/><data value=\"{new string('A', 20_000)}");
        (await server.Send(steward, HttpMethod.Post, "Binary", open)).Status.ShouldBe(400);
        var made = await server.Send(steward, HttpMethod.Post, "DocumentReference", Xml(
            $"<DocumentReference {Ns}><status value=\"current\"/><subject><reference value=\"Patient/{patient}\"/></subject><content><attachment>"
            + $"<contentType value=\"application/pdf\"/><data value=\"{Convert.ToBase64String(bytes)}\"/></attachment></content></DocumentReference>"));
        made.Status.ShouldBe(201, made.Text);
        made.Body.Length.ShouldBeLessThan(5_000);
    }

    [Fact]
    public async Task Long_answers_are_compressed_when_asked()
    {
        foreach (var (accept, encoding) in new[] { ("gzip", "gzip"), ("br", "br"), ("gzip, deflate, br", "br"), ("gzip;q=1, br;q=0.5", "gzip"), ("br;q=0, *", "gzip") })
        {
            var answer = await server.Get(null, "metadata", ("Accept-Encoding", accept));
            answer.Headers["Content-Encoding"].ShouldBe(encoding, accept);
            answer.Headers["Vary"].ShouldBe("Accept, Accept-Encoding");
            var plain = new MemoryStream();
            using (Stream zip = encoding == "br" ? new BrotliStream(new MemoryStream(answer.Body), CompressionMode.Decompress)
                : new GZipStream(new MemoryStream(answer.Body), CompressionMode.Decompress)) await zip.CopyToAsync(plain);
            plain.ToArray().ShouldBe((await server.Get(null, "metadata")).Body);
            answer.Body.Length.ShouldBeLessThan((int)plain.Length / 3);
        }
        (await server.Get(null, "metadata", ("Accept-Encoding", "identity, zstd"))).Headers.ShouldNotContainKey("Content-Encoding");
        (await server.Get(steward, "Patient/nobody", ("Accept-Encoding", "gzip"))).Headers.ShouldNotContainKey("Content-Encoding");
    }

    [Fact]
    public async Task A_body_in_brotli_is_read_and_bounded()
    {
        static HttpContent Brotli(byte[] bytes)
        {
            var to = new MemoryStream();
            using (var zip = new BrotliStream(to, CompressionLevel.Fastest)) zip.Write(bytes);
            var content = ApiServer.Bytes(to.ToArray(), "application/fhir+xml");
            content.Headers.ContentEncoding.Add("br");
            return content;
        }
        (await server.Send(steward, HttpMethod.Post, "Observation", Brotli(Encoding.UTF8.GetBytes(Observation())))).Status.ShouldBe(201);
        (await server.Send(steward, HttpMethod.Post, "Observation", Brotli(new byte[100 * 1024 * 1024]))).Status.ShouldBe(413);
    }

    [Fact]
    public async Task What_cannot_be_XML_is_refused_in_XML_and_had_in_JSON()
    {
        var made = await server.Post(steward, "Basic", $$$$"""
            {"resourceType":"Basic","subject":{"reference":"Patient/{{{{patient}}}}"},"code":{"text":"x\uFFFE"}}
            """);
        made.Status.ShouldBe(201, made.Text);
        (await server.Get(steward, "Basic/" + made.Id)).Status.ShouldBe(200);
        var xml = await server.Get(steward, $"Basic/{made.Id}?_format=xml");
        xml.Status.ShouldBe(406);
        xml.Text.ShouldContain("fhir-not-in-xml");
    }
}
