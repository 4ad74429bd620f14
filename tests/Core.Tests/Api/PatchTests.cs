using System.Text;

namespace Socle.Core.Tests.Api;

/// <summary>PATCH in its three forms, plain, conditional and in a bundle.</summary>
public sealed class PatchTests : IAsyncLifetime
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

    const string JsonPatch = "application/json-patch+json";
    const string XmlPatch = "application/xml-patch+xml";

    Task<Answer> Patch(string type, string body, string? path = null, params (string, string)[] headers) =>
        server.Send(steward, HttpMethod.Patch, path ?? $"Patient/{patient}", ApiServer.Bytes(Encoding.UTF8.GetBytes(body), type), headers);

    [Fact]
    public async Task A_resource_is_changed_by_each_form()
    {
        var json = await Patch(JsonPatch, """[{"op":"test","path":"/gender","value":"female"},{"op":"replace","path":"/gender","value":"other"}]""");
        json.Status.ShouldBe(200, json.Text);
        json.Json.GetProperty("gender").GetString().ShouldBe("other");
        json.Headers["ETag"].ShouldBe("W/\"2\"");
        var xml = await Patch(XmlPatch + "; charset=utf-8", """<diff xmlns:f="http://hl7.org/fhir"><replace sel="f:Patient/f:gender/@value">male</replace></diff>""");
        xml.Status.ShouldBe(200, xml.Text);
        xml.Json.GetProperty("gender").GetString().ShouldBe("male");
        var fhirPath = await Patch("application/fhir+xml", """
            <Parameters xmlns="http://hl7.org/fhir"><parameter><name value="operation"/><part><name value="type"/><valueCode value="replace"/></part>
            <part><name value="path"/><valueString value="Patient.gender"/></part><part><name value="value"/><valueCode value="unknown"/></part></parameter></Parameters>
            """);
        fhirPath.Status.ShouldBe(200, fhirPath.Text);
        fhirPath.Json.GetProperty("gender").GetString().ShouldBe("unknown");
        var conditional = await Patch(JsonPatch, """[{"op":"remove","path":"/gender"}]""", "Patient?identifier=urn:oid:1.2.250.1.213.1.4.11|280057512300101", ("If-Match", "W/\"4\""));
        conditional.Status.ShouldBe(200, conditional.Text);
        conditional.Json.TryGetProperty("gender", out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData(JsonPatch, """[{"op":"test","path":"/gender","value":"male"},{"op":"remove","path":"/gender"}]""", 422, "\"code\":\"conflict\"")]
    [InlineData(JsonPatch, """[{"op":"remove","path":"/nothing"}]""", 422, "operation 0")]
    [InlineData(JsonPatch, """[{"op":"add","path":"/colour","value":"red"}]""", 422, "Patient.colour")]
    [InlineData(JsonPatch, """[{"op":"replace","path":"/gender","value":"red"}]""", 422, "Patient.gender")]
    [InlineData(JsonPatch, """[{"op":"jump"}]""", 400, "operation 0")]
    [InlineData(JsonPatch, "<a/>", 400, "line 1")]
    [InlineData(XmlPatch, """<diff><remove sel="f:Patient/f:nothing"/></diff>""", 422, "finds nothing")]
    [InlineData(XmlPatch, """<diff><remove sel="f:Patient["/></diff>""", 400, "position")]
    [InlineData(XmlPatch, "<!DOCTYPE a><diff/>", 400, "fhir-nonconformant")]
    [InlineData("application/fhir+json", """{"resourceType":"Basic","code":{"text":"x"}}""", 400, "fhir-wrong-type")]
    public async Task What_does_not_apply_changes_nothing(string type, string body, int status, string contains)
    {
        var answer = await Patch(type, body);
        answer.Status.ShouldBe(status, answer.Text);
        answer.Text.ShouldContain(contains);
        (await server.Get(steward, $"Patient/{patient}")).Headers["ETag"].ShouldBe("W/\"1\"");
    }

    [Fact]
    public async Task A_bundle_carries_a_patch_in_a_binary()
    {
        var data = Convert.ToBase64String("""[{"op":"replace","path":"/gender","value":"other"}]"""u8);
        var answer = await server.Post(steward, "", $$$$"""
            {"resourceType":"Bundle","type":"transaction","entry":[{"resource":{"resourceType":"Binary","contentType":"application/json-patch+json","data":"{{{{data}}}}"},
             "request":{"method":"PATCH","url":"Patient/{{{{patient}}}}"}}]}
            """);
        answer.Status.ShouldBe(200, answer.Text);
        (await server.Get(steward, $"Patient/{patient}")).Json.GetProperty("gender").GetString().ShouldBe("other");
    }
}
