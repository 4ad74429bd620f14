using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Socle.Api;

namespace Socle.Core.Tests.Api;

public sealed class BinaryTests : IAsyncLifetime
{
    ApiServer server = null!;
    string laboratory = "", patient = "";

    public async Task InitializeAsync()
    {
        server = await ApiServer.Start();
        laboratory = server.Token(server.Laboratory);
        (patient, _) = await server.NewPatient("ESSAI", "280057512300101");
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    static byte[] Content(int size)
    {
        var bytes = new byte[size];
        new Random(7).NextBytes(bytes);
        return bytes;
    }

    [Theory]
    [InlineData(1), InlineData(100), InlineData(6_000), InlineData(8_192), InlineData(300_000), InlineData(3_000_001)]
    public async Task A_content_comes_back_byte_for_byte_whichever_way_it_came(int size)
    {
        var bytes = Content(size);
        var json = $$$$"""{"resourceType":"Binary","contentType":"application/pdf","securityContext":{"reference":"Patient/{{{{patient}}}}"},"data":"{{{{Convert.ToBase64String(bytes)}}}}"}""";
        var asJson = await server.Post(laboratory, "Binary", json, ("Prefer", "return=minimal"));
        asJson.Status.ShouldBe(201, asJson.Text);
        var asItself = await server.Send(laboratory, HttpMethod.Post, "Binary", ApiServer.Bytes(bytes, "application/pdf"),
            ("X-Security-Context", $"Patient/{patient}"), ("Prefer", "return=minimal"));
        asItself.Status.ShouldBe(201, asItself.Text);

        foreach (var location in new[] { asJson.Headers["Location"], asItself.Headers["Location"] })
        {
            var raw = await server.Get(laboratory, location.Split("/_history")[0], ("Accept", "*/*"));
            raw.Status.ShouldBe(200, raw.Text);
            raw.Body.ShouldBe(bytes);
            raw.Headers["Content-Type"].ShouldBe("application/pdf");
            raw.Headers["Content-Disposition"].ShouldBe("attachment");
            raw.Headers["X-Content-Type-Options"].ShouldBe("nosniff");
            raw.Headers["X-Security-Context"].ShouldBe($"Patient/{patient}");
            var fhir = await server.Get(laboratory, location, ("Accept", "application/fhir+json"));
            fhir.Json.GetProperty("data").GetBytesFromBase64().ShouldBe(bytes);
            using var document = Socle.Fhir.FhirDocument.Parse(fhir.Body);
        }
    }

    [Fact]
    public async Task A_transaction_carries_a_document_and_its_record()
    {
        var bytes = Content(200_000);
        var json = $$$$"""
            {"resourceType":"Bundle","type":"transaction","entry":[
             {"fullUrl":"urn:uuid:00000000-0000-4000-8000-00000000000a","request":{"method":"POST","url":"Binary"},
              "resource":{"data":"{{{{Convert.ToBase64String(bytes)}}}}","contentType":"text/xml","resourceType":"Binary"}},
             {"request":{"method":"POST","url":"DocumentReference"},
              "resource":{"resourceType":"DocumentReference","status":"current","subject":{"reference":"Patient/{{{{patient}}}}"},
               "content":[{"attachment":{"contentType":"text/xml","url":"urn:uuid:00000000-0000-4000-8000-00000000000a"}}]}}]}
            """;
        var answer = await server.Post(laboratory, "", json);
        answer.Status.ShouldBe(200, answer.Text);
        var binary = answer.Entries[0].GetProperty("response").GetProperty("location").GetString()!.Split("/_history")[0];
        (await server.Get(laboratory, binary)).Body.ShouldBe(bytes);
        var document = await server.Get(laboratory, answer.Entries[1].GetProperty("response").GetProperty("location").GetString()!);
        document.Text.ShouldContain(binary[server.Base.Length..]);
    }

    [Fact]
    public async Task A_wrong_base64_too_much_and_nothing_are_refused()
    {
        var digits = new string('A', 20_000);
        (await Data(digits + "*")).Status.ShouldBe(400);
        (await Data(digits + "A")).Status.ShouldBe(400);                 // not a whole group
        (await Data(digits + "\\u0041AAA")).Status.ShouldBe(400);
        (await Data(digits[..10_000] + "\\n" + digits[10_000..])).Status.ShouldBe(201);
        (await server.Send(laboratory, HttpMethod.Post, "Binary", ApiServer.Bytes([], "application/pdf"))).Status.ShouldBe(400);
        (await server.Send(laboratory, HttpMethod.Post, "Binary", ApiServer.Bytes(new byte[51 * 1024 * 1024], "application/pdf"))).Status.ShouldBe(413);

        Task<Answer> Data(string text) => server.Post(laboratory, "Binary",
            $$$$"""{"resourceType":"Binary","contentType":"text/plain","securityContext":{"reference":"Patient/{{{{patient}}}}"},"data":"{{{{text}}}}"}""");
    }

    [Fact]
    public async Task An_upload_that_breaks_off_leaves_nothing_and_the_server_alive()
    {
        var before = await Published();
        using (var client = new TcpClient("127.0.0.1", server.Port))
        {
            var stream = client.GetStream();
            var head = $"POST /fhir/Binary HTTP/1.1\r\nHost: localhost:{server.Port}\r\nAuthorization: Bearer {laboratory}\r\nContent-Type: application/pdf\r\nContent-Length: 5000000\r\n\r\n";
            await stream.WriteAsync(Encoding.ASCII.GetBytes(head));
            await stream.WriteAsync(Content(1_000_000));
        }
        (await server.Get(laboratory, $"Patient/{patient}")).Status.ShouldBe(200);
        (await Published()).ShouldBe(before);
    }

    async Task<int> Published() => (await server.Get(server.Token(server.Steward), "Binary?_summary=count")).Json.GetProperty("total").GetInt32();

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3), InlineData(7), InlineData(4_096), InlineData(1 << 20)]
    public async Task The_cutter_takes_the_document_out_however_the_bytes_arrive(int step)
    {
        var bytes = Content(50_000);
        var text = Convert.ToBase64String(bytes);
        var json = "{\"text\":\"a \\\"data\\\": {[\",\"content\":[{\"attachment\":{\"title\":\"d\\\\\",\"data\":\"" + text.Replace("/", "\\/", StringComparison.Ordinal)
            + "\",\"size\":1}}],\"photo\":[{\"data\":\"" + text + "\"}],\"data\":\"QUJD\",\"resourceType\":\"DocumentReference\"}";
        byte[]? taken = null;
        var cutter = new DataCutter(new Trickle(Encoding.UTF8.GetBytes(json), step), 1 << 20, DataCutter.One, async (content, stop) =>
        {
            using var copy = new MemoryStream();
            var buffer = new byte[step];                                 // one byte at a time, too
            while (await content.ReadAsync(buffer, stop) is > 0 and var read) copy.Write(buffer, 0, read);
            taken = copy.ToArray();
            return "UExBQ0U=";
        });
        var rest = Encoding.UTF8.GetString((await cutter.Read(default)).Span);
        taken.ShouldNotBeNull();
        SHA256.HashData(taken).ShouldBe(SHA256.HashData(bytes));
        rest.ShouldBe(json.Replace(text.Replace("/", "\\/", StringComparison.Ordinal) + "\",\"size\"", "UExBQ0U=\",\"size\"", StringComparison.Ordinal));
    }

    sealed class Trickle(byte[] bytes, int step) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(step, buffer.Length)], cancellationToken);
    }
}
