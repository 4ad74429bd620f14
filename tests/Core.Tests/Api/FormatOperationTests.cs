using System.Text;

namespace Socle.Core.Tests.Api;

/// <summary>$fhirpath and $convert over HTTP.</summary>
public sealed class FormatOperationTests : IAsyncLifetime
{
    ApiServer server = null!;
    string token = "";

    public async Task InitializeAsync()
    {
        server = await ApiServer.Start();
        token = server.Token(server.Laboratory);
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    static string Question(string expression) => $$$"""
        {"resourceType":"Parameters","parameter":[{"name":"expression","valueString":"{{{expression}}}"},{"name":"context","valueString":"name"},
         {"name":"resource","resource":{"resourceType":"Patient","name":[{"family":"A"},{"family":"B"}]}}]}
        """;

    [Fact]
    public async Task An_expression_is_evaluated_for_a_bearer()
    {
        var answer = await server.Post(token, "$fhirpath", Question("family"));
        answer.Status.ShouldBe(200, answer.Text);
        answer.Json.GetProperty("parameter")[2].GetProperty("valueString").GetString().ShouldBe("Patient.name[1]");
        answer.Json.GetProperty("parameter")[2].GetProperty("part")[0].GetProperty("valueString").GetString().ShouldBe("B");
        (await server.Post(token, "$fhirpath", Question("family"), ("Accept", "application/fhir+xml"))).Text.ShouldContain("<valueString value=\"B\"/>");
        (await server.Post(null, "$fhirpath", Question("family"))).Status.ShouldBe(401);
        var wrong = await server.Post(token, "$fhirpath", Question("family."));
        wrong.Status.ShouldBe(400);
        wrong.Text.ShouldContain("fhir-fhirpath");
        wrong.Text.ShouldContain("position 8");
        (await server.Post(token, "$fhirpath", """{"resourceType":"Parameters","parameter":[{"name":"context","valueString":"name"}]}""")).Status.ShouldBe(400);
    }

    [Fact]
    public async Task A_resource_is_converted_both_ways()
    {
        const string Json = """{"resourceType":"Basic","id":"b","code":{"text":"é"},"extension":[{"url":"http://x","valueDecimal":1.50}]}""";
        var xml = await server.Post(token, "$convert", Json, ("Accept", "application/fhir+xml"));
        xml.Text.ShouldEndWith("<Basic xmlns=\"http://hl7.org/fhir\"><id value=\"b\"/><extension url=\"http://x\"><valueDecimal value=\"1.50\"/></extension><code><text value=\"é\"/></code></Basic>");
        var back = await server.Send(token, HttpMethod.Post, "$convert", ApiServer.Bytes(xml.Body, "application/fhir+xml"));
        back.Headers["Content-Type"].ShouldStartWith("application/fhir+json");
        back.Json.GetProperty("extension")[0].GetProperty("valueDecimal").GetRawText().ShouldBe("1.50");
        (await server.Post(token, "$convert", """{"resourceType":"Basic"}""")).Status.ShouldBe(400);
        (await server.Send(token, HttpMethod.Post, "$convert", ApiServer.Bytes(Encoding.UTF8.GetBytes("a"), "text/plain"))).Status.ShouldBe(415);
    }
}
