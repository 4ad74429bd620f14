using System.Text.Json;
using Socle.Core.Tests.Api;
using Socle.Platform;
using Socle.Profiles;
using Socle.Terminology;

namespace Socle.Modules.Tests.Profiles;

/// <summary>$validate as a vendor calls it: always 200 and an OperationOutcome, but for who may not ask.</summary>
public class ValidateTests
{
    const string Right = """{"resourceType":"Patient","active":true,"birthDate":"1980-01-01","text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>"}}""";
    const string Wrong = """{"resourceType":"Patient","contact":[{"gender":"male"}]}""";
    const string Malformed = """{"resourceType":"Patient","gender":"homme","birthDate":"2026-02-30"}""";
    const string Profile = "https://exemple.test/ig/StructureDefinition/born";

    static Task<ApiServer> Start() => ApiServer.Start(new TerminologyModule(), new ProfilesModule());

    static string Issues(Answer answer)
    {
        answer.Json.GetProperty("resourceType").GetString().ShouldBe("OperationOutcome", answer.Text);
        return string.Join("; ", answer.Json.GetProperty("issue").EnumerateArray().Where(i => !i.ToString().Contains("dom-6", StringComparison.Ordinal)).Select(i =>
            $"{i.GetProperty("severity").GetString()} {(i.TryGetProperty("expression", out var e) ? e[0].GetString() : "-")}"));
    }

    static string Parameters(string resource, string rest = "") => $$"""{"resourceType":"Parameters","parameter":[{"name":"resource","resource":{{resource}} }{{rest}}]}""";

    public static TheoryData<string, string, string> Cases => new()
    {
        { "Patient/$validate", Right, "information -" },
        { "Resource/$validate", Right, "information -" },
        { "Patient/$validate", Wrong, "error Patient.contact[0]" },
        { "Patient/$validate", Malformed, "error Patient.gender; error Patient.birthDate" },
        { "Observation/$validate", Right, "error Patient" },
        { "Patient/$validate", Parameters(Wrong), "error Patient.contact[0]" },
        { "Patient/$validate", Parameters(Malformed), "error Resource.gender; error Resource.birthDate" },
        { "Patient/$validate?profile=" + Profile, Wrong, "error Patient.contact[0]; error Patient.birthDate" },
        { "Patient/$validate", Parameters(Wrong, $$""",{"name":"profile","valueUri":"{{Profile}}"}"""), "error Patient.contact[0]; error Patient.birthDate" },
        { "Patient/$validate?profile=urn:nowhere", Right, "warning Patient" },
        { "Patient/$validate?profile=" + Profile + "%7C1.0.0", Right, "information -" },
        { "Patient/$validate?mode=create", Right, "information -" },
        { "Patient/$validate?mode=update", Right, "error Patient.id" },
        { "Patient/$validate?mode=profile", Right, "error -" },
        { "Patient/$validate?mode=other", Right, "error -" },
        { "Patient/$validate?mode=delete", Right, "error -" },
        { "Patient/abc/$validate?mode=update", """{"resourceType":"Patient","id":"def","active":true}""", "error Patient.id" },
        { "Parameters/$validate", """{"resourceType":"Parameters","parameter":[{"name":"x"}]}""", "error Parameters.parameter[0]" }
    };

    [Fact]
    public async Task The_answer_lists_what_is_wrong()
    {
        await using var server = await Start();
        var token = server.Token(server.Steward);
        (await server.Post(token, "StructureDefinition", SamplePackage.Born)).Status.ShouldBe(201);
        foreach (var row in Cases)
        {
            var (path, body, issues) = ((string)row[0], (string)row[1], (string)row[2]);
            var answer = await server.Post(token, path, body);
            answer.Status.ShouldBe(200, $"{path}: {answer.Text}");
            Issues(answer).ShouldBe(issues, $"{path} {body}: {answer.Text}");
        }
        (await server.Get(token, "Patient?_summary=count")).Json.GetProperty("total").GetInt32().ShouldBe(0);
    }

    [Fact]
    public async Task What_is_stored_is_validated_where_it_stands_and_only_for_who_may_read_it()
    {
        await using var server = await Start();
        var steward = server.Token(server.Steward);
        var (id, citizen) = await server.NewPatient("Lenoir", "180057500108436");
        (await server.Post(steward, "StructureDefinition", SamplePackage.Profile("photo", "Patient", """{"id":"Patient.photo","path":"Patient.photo","min":1}"""))).Status.ShouldBe(201);
        foreach (var token in (string[])[steward, server.Token(citizen)])
        {
            Issues(await server.Get(token, $"Patient/{id}/$validate?profile={SamplePackage.Root}photo")).ShouldBe("error Patient.photo");
            Issues(await server.Get(token, $"Patient/{id}/$validate?mode=delete")).ShouldBe("information -");
        }
        var (_, stranger) = await server.NewPatient("Autre", "180057500108437");
        (await server.Get(server.Token(stranger), $"Patient/{id}/$validate")).Status.ShouldBe(404);
        Issues(await server.Get(server.Token(stranger), $"Patient/{id}/$validate?mode=delete")).ShouldBe("error -");
        (await server.Get(null, $"Patient/{id}/$validate")).Status.ShouldBe(401);
        (await server.Post(null, "Patient/$validate", Right)).Status.ShouldBe(401);
        (await server.Post(steward, "Patient/$validate", "")).Status.ShouldBe(400);
        (await server.Post(steward, "Nothing/$validate", Right)).Status.ShouldBe(404);
    }

    [Fact]
    public async Task A_write_that_breaks_a_rule_is_422_with_each_place_and_the_warnings_of_a_profile_are_in_the_outcome()
    {
        await using var server = await Start();
        var token = server.Token(server.Steward);
        var refused = await server.Post(token, "Patient", Wrong);
        refused.Status.ShouldBe(422, refused.Text);
        Issues(refused).ShouldBe("error Patient.contact[0]");
        refused.Text.ShouldContain("fhir-rule");
        (await server.Post(token, "StructureDefinition", SamplePackage.Born)).Status.ShouldBe(201);
        var claims = $$"""{"resourceType":"Patient","meta":{"profile":["{{Profile}}"]},"active":true}""";
        var told = await server.Post(token, "Patient", claims, ("Prefer", "return=OperationOutcome"));
        told.Status.ShouldBe(201, told.Text);
        Issues(told).ShouldBe("information -; warning Patient.birthDate");
        (await server.Get(token, "metadata")).Text.ShouldContain("OperationDefinition/Resource-validate");
    }

    [Fact]
    public async Task FHIRPath_asks_for_profiles_that_are_loaded()
    {
        await using var server = await Start();
        var token = server.Token(server.Steward);
        string Ask(string profile) => $$$"""
            {"resourceType":"Parameters","parameter":[{"name":"expression","valueString":"conformsTo('{{{profile}}}')"},{"name":"resource","resource":{{{Right}}} }]}
            """;
        (await server.Post(token, "StructureDefinition", SamplePackage.Born)).Status.ShouldBe(201);
        (await server.Post(token, "$fhirpath", Ask(Profile))).Text.Replace(" ", "", StringComparison.Ordinal).ShouldContain("\"valueBoolean\":true");
        (await server.Post(token, "StructureDefinition", SamplePackage.Profile("photo", "Patient", """{"id":"Patient.photo","path":"Patient.photo","min":1}"""))).Status.ShouldBe(201);
        (await server.Post(token, "$fhirpath", Ask(SamplePackage.Root + "photo"))).Text.Replace(" ", "", StringComparison.Ordinal).ShouldContain("\"valueBoolean\":false");
    }
}
