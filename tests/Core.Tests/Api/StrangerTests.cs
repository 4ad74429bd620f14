using Socle.Access;
using Socle.Platform;

namespace Socle.Core.Tests.Api;

/// <summary>Whoever asks for what is not theirs must not be able to tell it from what does not exist (issue 2, done when 4).</summary>
public sealed class StrangerTests : IAsyncLifetime
{
    ApiServer server = null!;
    string steward = "", laboratory = "", patient = "", observation = "", document = "", binary = "", deleted = "", ghost = "";
    Agent stranger = null!, owner = null!;

    public async Task InitializeAsync()
    {
        server = await ApiServer.Start();
        (steward, laboratory) = (server.Token(server.Steward), server.Token(server.Laboratory));
        (patient, owner) = await server.NewPatient("CACHEE", "280057512300101");
        (_, stranger) = await server.NewPatient("CURIEUX", "180057512300202");
        observation = await Made("Observation", $$$$"""{"resourceType":"Observation","status":"final","code":{"text":"essai"},"subject":{"reference":"Patient/{{{{patient}}}}"}}""");
        document = await Made("DocumentReference", $$$$"""
            {"resourceType":"DocumentReference","status":"current","identifier":[{"system":"urn:essai","value":"d1"}],
             "subject":{"reference":"Patient/{{{{patient}}}}"},"content":[{"attachment":{"contentType":"text/plain","data":"YQ=="}}]}
            """);
        binary = await Made("Binary", $$$$"""{"resourceType":"Binary","contentType":"text/plain","securityContext":{"reference":"Patient/{{{{patient}}}}"},"data":"YQ=="}""");
        deleted = await Made("Observation", $$$$"""{"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/{{{{patient}}}}"}}""");
        (await server.Delete(laboratory, $"Observation/{deleted}")).Status.ShouldBe(204);
        // The id of nothing: the right shape, a patient key that nobody has.
        ghost = server.Storage.Keys.ExternalId(123456789, 1);
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    async Task<string> Made(string type, string json)
    {
        var answer = await server.Post(laboratory, type, json);
        answer.Status.ShouldBe(201, answer.Text);
        return answer.Id;
    }

    const string Status = """
        {"resourceType":"Parameters","parameter":[{"name":"operation","part":[{"name":"type","valueCode":"replace"},
         {"name":"path","valueString":"DocumentReference.status"},{"name":"value","valueCode":"entered-in-error"}]}]}
        """;

    [Fact]
    public async Task A_strange_citizen_sees_no_difference() => await SeesNoDifference(server.Token(stranger));

    [Fact]
    public async Task A_professional_without_relation_sees_no_difference() => await SeesNoDifference(server.Token(server.Nurse));

    [Fact]
    public async Task Another_structures_software_sees_no_difference() => await SeesNoDifference(server.Token(server.OtherLaboratory), patientToo: false);

    async Task SeesNoDifference(string token, bool patientToo = true)
    {
        var targets = new List<(string Type, string Id)>
        {
            ("Observation", observation), ("DocumentReference", document), ("Binary", binary), ("Observation", deleted)
        };
        if (patientToo) targets.Add(("Patient", patient));
        foreach (var (type, id) in targets)
            foreach (var ask in Asks(token, type))
            {
                var real = await ask(id);
                var none = await ask(ghost);
                // What the asker wrote may come back; nothing else may differ.
                real.Seen.Replace(id, "ID", StringComparison.Ordinal).ShouldBe(none.Seen.Replace(ghost, "ID", StringComparison.Ordinal), $"{type}/{id}");
                real.Text.Replace("family=CACHEE", "", StringComparison.Ordinal).ShouldNotContain("CACHEE");
            }
        // Nothing was changed by all this.
        (await server.Get(steward, $"DocumentReference/{document}")).Headers["ETag"].ShouldBe("W/\"1\"");
        (await server.Get(steward, $"Observation/{observation}")).Headers["ETag"].ShouldBe("W/\"1\"");
    }

    IEnumerable<Func<string, Task<Answer>>> Asks(string token, string type)
    {
        yield return id => server.Get(token, $"{type}/{id}");
        yield return id => server.Get(token, $"{type}/{id}", ("Accept", "application/fhir+json"));
        yield return id => server.Get(token, $"{type}/{id}", ("If-None-Match", "W/\"1\""));
        yield return id => server.Get(token, $"{type}/{id}/_history/1");
        yield return id => server.Get(token, $"{type}/{id}/_history/2");
        yield return id => server.Get(token, $"{type}/{id}/_history");
        yield return id => server.Get(token, $"{type}?_id={id}&_total=accurate");
        yield return id => server.Get(token, $"{type}?_id={id}&_summary=count");
        if (type is "Observation" or "DocumentReference")
        {
            yield return _ => server.Get(token, $"{type}?subject=Patient/{patient}&_total=accurate");
            yield return _ => server.Get(token, $"{type}?subject.family=CACHEE&_include={type}:subject");
        }
        yield return id => server.Send(token, HttpMethod.Post, $"{type}/_search", new FormUrlEncodedContent(new Dictionary<string, string> { ["_id"] = id }));
        yield return id => server.Delete(token, $"{type}/{id}");
        yield return id => server.Delete(token, $"{type}?_id={id}");
        yield return id => server.Patch(token, $"{type}/{id}", Status.Replace("DocumentReference", type, StringComparison.Ordinal));
        yield return id => server.Patch(token, $"{type}?_id={id}", Status.Replace("DocumentReference", type, StringComparison.Ordinal));
        yield return id => server.Put(token, $"{type}/{id}", Body(type, id), ("If-Match", "W/\"1\""));
        yield return id => server.Post(token, "", $$$$"""{"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":"GET","url":"{{{{type}}}}/{{{{id}}}}"}}]}""");
        yield return id => server.Post(token, "", $$$$"""{"resourceType":"Bundle","type":"batch","entry":[{"request":{"method":"GET","url":"{{{{type}}}}/{{{{id}}}}"}},{"request":{"method":"GET","url":"{{{{type}}}}?_id={{{{id}}}}"}}]}""");
        yield return id => server.Post(token, "", $$$$"""{"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":"DELETE","url":"{{{{type}}}}/{{{{id}}}}"}}]}""");
        yield return id => server.Post(token, "", $$$$"""{"resourceType":"Bundle","type":"transaction","entry":[{"resource":{{{{Status.Replace("DocumentReference", type, StringComparison.Ordinal)}}}},"request":{"method":"PATCH","url":"{{{{type}}}}/{{{{id}}}}"}}]}""");
    }

    static string Body(string type, string id) => type switch
    {
        "Patient" => $$$$"""{"resourceType":"Patient","id":"{{{{id}}}}","birthDate":"1900-01-01"}""",
        "Binary" => $$$$"""{"resourceType":"Binary","id":"{{{{id}}}}","contentType":"text/plain","data":"Yg=="}""",
        "DocumentReference" => $$$$"""{"resourceType":"DocumentReference","id":"{{{{id}}}}","status":"current","content":[{"attachment":{"title":"x"}}]}""",
        _ => $$$$"""{"resourceType":"Observation","id":"{{{{id}}}}","status":"final","code":{"text":"x"}}"""
    };

    [Fact]
    public async Task A_conditional_create_does_not_tell_what_is_hidden()
    {
        // The other software's document has this identifier: to a stranger it does not exist, and so one is made.
        var token = server.Token(server.OtherLaboratory);
        var body = $$$$"""
            {"resourceType":"DocumentReference","status":"current","identifier":[{"system":"urn:essai","value":"d1"}],
             "subject":{"reference":"Patient/{{{{patient}}}}"},"content":[{"attachment":{"contentType":"text/plain","data":"Yg=="}}]}
            """;
        var answer = await server.Post(token, "DocumentReference", body, ("If-None-Exist", "identifier=urn:essai|d1"));
        answer.Status.ShouldBe(201, answer.Text);
        answer.Id.ShouldNotBe(document);
    }

    [Fact]
    public async Task Those_whose_it_is_do_see_it()
    {
        var citizen = server.Token(owner);
        foreach (var path in new[] { $"Patient/{patient}", $"Observation/{observation}", $"DocumentReference/{document}", $"Observation/{observation}/_history/1" })
            (await server.Get(citizen, path)).Status.ShouldBe(200, path);
        (await server.Get(citizen, "Observation?_total=accurate")).Json.GetProperty("total").GetInt32().ShouldBe(1);
        (await server.Get(citizen, "Patient")).Entries.Count.ShouldBe(1);
        (await server.Get(laboratory, $"Observation/{observation}")).Status.ShouldBe(200);
        (await server.Get(citizen, $"Observation/{deleted}")).Status.ShouldBe(410);
    }

    [Fact]
    public async Task A_declared_relation_opens_the_record_until_it_is_ended()
    {
        var nurse = server.Token(server.Nurse);
        (await server.Get(nurse, $"DocumentReference/{document}")).Status.ShouldBe(404);
        await server.Desk.DeclareRelation(server.Nurse, owner.PatientKey, "domicile", default);
        (await server.Get(nurse, $"DocumentReference/{document}")).Status.ShouldBe(200);
        (await server.Desk.OfPatient(owner.PatientKey, default)).Single().ReasonText.ShouldBe("Soins à domicile sur prescription");
        (await server.Desk.Explain(server.Nurse, owner.PatientKey, default)).Allowed.ShouldBeTrue();
        await server.Desk.EndRelation(owner, owner.PatientKey, server.Desk.KeyOf(server.Nurse), default);
        (await server.Get(nurse, $"DocumentReference/{document}")).Status.ShouldBe(404);
        var trace = await server.Storage.Audit.OfPatient(owner.PatientKey, null, 50, default);
        trace.Take(3).Select(line => line.Entry.Action).ShouldBe(["relation-end", "read", "relation"], Case.Sensitive);
    }

    [Fact]
    public async Task The_trace_of_each_record_holds_its_own_reason()
    {
        var nurse = server.Token(server.Nurse);
        await server.Desk.DeclareRelation(server.Nurse, stranger.PatientKey, "avis", default);
        await server.Desk.DeclareRelation(server.Nurse, owner.PatientKey, "domicile", default);
        (await server.Get(nurse, $"DocumentReference/{document}")).Status.ShouldBe(200);
        var line = (await server.Storage.Audit.OfPatient(owner.PatientKey, null, 1, default)).Single();
        line.Entry.Why!.ShouldContain("Soins à domicile sur prescription");
        line.Entry.Agent.Id.ShouldBe(server.Nurse.Id);
    }

    [Fact]
    public async Task A_person_adds_documents_of_their_own_class_to_their_own_record_only()
    {
        var citizen = server.Token(owner);
        (await server.Post(citizen, "DocumentReference", Mine(patient, "90"))).Status.ShouldBe(201);
        (await server.Post(citizen, "DocumentReference", Mine(patient, "10"))).Status.ShouldBe(403);
        (await server.Post(citizen, "DocumentReference", Body("DocumentReference", "x"))).Status.ShouldBe(403);
        (await server.Post(citizen, "Observation", Body("Observation", "x"))).Status.ShouldBe(403);
        var elsewhere = await server.Post(server.Token(stranger), "DocumentReference", Mine(patient, "90"));
        elsewhere.Status.ShouldNotBe(500);
        (await server.Get(citizen, "DocumentReference?_summary=count")).Json.GetProperty("total").GetInt32().ShouldBe(2);

        static string Mine(string patient, string code) => $$$$"""
            {"resourceType":"DocumentReference","status":"current","subject":{"reference":"Patient/{{{{patient}}}}"},
             "category":[{"coding":[{"system":"urn:oid:1.2.250.1.213.1.1.4.1","code":"{{{{code}}}}"}]}],
             "content":[{"attachment":{"contentType":"text/plain","data":"YQ=="}}]}
            """;
    }

    [Fact]
    public async Task A_scope_narrows_even_what_is_ones_own()
    {
        var token = server.Token(owner, "patient/DocumentReference.rs");
        (await server.Get(token, $"DocumentReference/{document}")).Status.ShouldBe(200);
        (await server.Get(token, $"Observation/{observation}")).Status.ShouldBe(403);
        (await server.Post(token, "DocumentReference", Body("DocumentReference", "x"))).Status.ShouldBe(403);
    }
}
