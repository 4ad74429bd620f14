using System.Text;

namespace Socle.Fhir.Tests.Patch;

public sealed class StatusPatchTests
{
    const string Document = """
        {
          "resourceType": "DocumentReference",
          "status": "current",
          "content": [ { "attachment": { "contentType": "text/plain", "title": "Compte rendu é" } } ]
        }
        """;

    static FhirDocument Parse(string json) => FhirDocument.Parse(Encoding.UTF8.GetBytes(json));

    static FhirDocument Operation(string type, string path, string rest = "") => Parse($$"""
        {"resourceType":"Parameters","parameter":[{"name":"operation","part":[{"name":"type","valueCode":"{{type}}"},{"name":"path","valueString":"{{path}}"}{{rest}}]}]}
        """);

    [Fact]
    public void The_status_is_replaced_and_nothing_else_moves()
    {
        using var doc = Parse(Document);
        using var patch = Operation("replace", "DocumentReference.status", """,{"name":"value","valueCode":"superseded"}""");
        Encoding.UTF8.GetString(FhirPathPatch.Apply(doc, patch)).ShouldBe(Document.Replace("\"current\"", "\"superseded\"",
            StringComparison.Ordinal));
        FhirPathPatch.PatchedPaths(patch).ShouldBe([new PatchedPath("replace", "DocumentReference.status")]);
    }

    [Theory]
    [InlineData("replace", "DocumentReference.status", """,{"name":"value","valueCode":"no-such-status"}""")]
    [InlineData("replace", "DocumentReference.docStatus", """,{"name":"value","valueCode":"final"}""")]       // not there
    [InlineData("replace", "DocumentReference", """,{"name":"value","valueCode":"final"}""")]
    [InlineData("delete", "DocumentReference", "")]
    [InlineData("delete", "DocumentReference.status", "")]                                                    // required
    [InlineData("add", "DocumentReference", """,{"name":"name","valueString":"status"},{"name":"value","valueCode":"current"}""")]
    [InlineData("add", "DocumentReference", """,{"name":"name","valueString":"nothing"},{"name":"value","valueCode":"current"}""")]
    [InlineData("add", "DocumentReference", """,{"name":"value","valueCode":"current"}""")]
    [InlineData("upsert", "DocumentReference.status", """,{"name":"value","valueCode":"current"}""")]
    [InlineData("replace", "DocumentReference.(", """,{"name":"value","valueCode":"current"}""")]
    [InlineData("replace", "DocumentReference.descendants()", """,{"name":"value","valueCode":"current"}""")]
    [InlineData("replace", "DocumentReference.status", """,{"name":"value","valueQuantity":{"value":1}}""")]
    [InlineData("move", "DocumentReference.content", """,{"name":"source","valueInteger":0},{"name":"destination","valueInteger":7}""")]
    public void A_wrong_patch_is_refused(string type, string path, string rest)
    {
        using var doc = Parse(Document);
        using var patch = Operation(type, path, rest);
        Should.Throw<FhirException>(() => FhirPathPatch.Apply(doc, patch)).Issues.ShouldNotBeEmpty();
    }

    [Fact]
    public void An_add_names_the_element_it_makes()
    {
        using var patch = Operation("add", "DocumentReference", """,{"name":"name","valueString":"docStatus"},{"name":"value","valueCode":"final"}""");
        FhirPathPatch.PatchedPaths(patch)[0].Path.ShouldBe("DocumentReference.docStatus");
    }
}
