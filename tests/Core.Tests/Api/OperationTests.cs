using Socle.Support;

namespace Socle.Core.Tests.Api;

/// <summary>The operations of the API: what they answer, page by page, and never more than the scope.</summary>
public sealed class OperationTests
{
    static string Observation(string patient, string code, string date, string more = "", string system = "http://loinc.org") => $$$$"""
        {"resourceType":"Observation","status":"final","code":{"coding":[{"system":"{{{{system}}}}","code":"{{{{code}}}}"}]},
         "subject":{"reference":"Patient/{{{{patient}}}}"},"effectiveDateTime":"{{{{date}}}}","valueQuantity":{"value":1}{{{{more}}}}}
        """;

    static IEnumerable<string> References(Answer answer, string? mode = null) => answer.Entries
        .Where(entry => mode is null || entry.GetProperty("search").GetProperty("mode").GetString() == mode)
        .Select(entry => entry.GetProperty("resource")).Select(resource => $"{resource.GetProperty("resourceType").GetString()}/{resource.GetProperty("id").GetString()}");

    static async Task<List<string>> AllPages(ApiServer server, string token, string path, int most)
    {
        var found = new List<string>();
        for (var next = path; next is not null;)
        {
            var page = await server.Get(token, next);
            page.Status.ShouldBe(200, page.Text);
            References(page, "match").Count().ShouldBeLessThanOrEqualTo(most);
            found.AddRange(References(page, "match"));
            next = page.Link("next");
            if (next is not null) next.ShouldNotContain("2026");
        }
        return found;
    }

    [Theory, OnEachDatabase]
    public async Task Everything_of_a_person_is_the_whole_record_and_nothing_else(DatabaseKind kind)
    {
        await using var server = await ApiServer.Start(kind, null);
        var steward = server.Token(server.Steward);
        var (patient, citizen) = await server.NewPatient("ESSAI", "180057512300101");
        var (other, _) = await server.NewPatient("AUTRE", "280057512300101");
        var doctor = (await server.Post(steward, "Practitioner", """{"resourceType":"Practitioner","name":[{"family":"EXEMPLE"}]}""")).Id;
        var expected = new List<string> { $"Patient/{patient}" };
        for (var i = 1; i <= 7; i++)
            expected.Add("Observation/" + (await server.Post(steward, "Observation",
                Observation(patient, "2339-0", $"2026-0{i}-01", $",\"performer\":[{{\"reference\":\"Practitioner/{doctor}\"}}]"))).Id);
        var foreign = (await server.Post(steward, "Observation", Observation(other, "2339-0", "2026-01-01"))).Id;
        // About somebody else, but this person is a party of it.
        var shared = await server.Post(steward, "Appointment", $$"""
            {"resourceType":"Appointment","status":"booked","participant":[{"actor":{"reference":"Patient/{{other}}"},"status":"accepted"},
             {"actor":{"reference":"Patient/{{patient}}"},"status":"accepted"}]}
            """);
        shared.Status.ShouldBe(201, shared.Text);

        var found = await AllPages(server, steward, $"Patient/{patient}/$everything?_count=3", 3);
        found.ShouldBe([.. expected, $"Appointment/{shared.Id}"], ignoreOrder: true);
        var page = await server.Get(steward, $"Patient/{patient}/$everything");
        References(page, "include").ShouldBe([$"Practitioner/{doctor}"]);
        page.Text.ShouldNotContain(foreign);

        (await AllPages(server, steward, $"Patient/{patient}/$everything?_type=Observation&_count=5", 5)).Count.ShouldBe(7);
        (await AllPages(server, steward, $"Patient/{patient}/$everything?_type=Observation&start=2026-03&end=2026-05", 50)).Count.ShouldBe(3);
        (await AllPages(server, steward, $"Patient/{patient}/$everything?start=2026-07-01", 50)).ShouldContain($"Patient/{patient}");
        (await AllPages(server, steward, $"Patient/{patient}/$everything?_since=2100-01-01", 50)).ShouldBeEmpty();
        var posted = await server.Post(steward, $"Patient/{patient}/$everything",
            """{"resourceType":"Parameters","parameter":[{"name":"_type","valueCode":"Patient"},{"name":"_count","valueInteger":10}]}""");
        References(posted).ShouldBe([$"Patient/{patient}"]);

        var own = server.Token(citizen);
        References(await server.Get(own, "Patient/$everything"), "match").ShouldBe(expected, ignoreOrder: true);
        (await server.Get(own, $"Patient/{other}/$everything")).Status.ShouldBe(404);
        (await server.Get(server.Token(server.Nurse), $"Patient/{patient}/$everything")).Status.ShouldBe(404);
        (await server.Get(steward, "Patient/$everything")).Status.ShouldBe(403);
        (await server.Get(server.Token(citizen, "patient/Patient.rs"), "Patient/$everything")).Text.ShouldNotContain("Observation");
    }

    [Fact]
    public async Task Bad_parameters_and_links_of_others_are_refused()
    {
        await using var server = await ApiServer.Start();
        var steward = server.Token(server.Steward);
        var (patient, citizen) = await server.NewPatient("ESSAI", "180057512300101");
        await server.Post(steward, "Observation", Observation(patient, "2339-0", "2026-01-01"));
        foreach (var query in (string[])["_since=never", "_count=many", "_count=1000000", "_type=Doctor", "start=x", "start=2026&end=2025", "_page=abc"])
            (await server.Get(steward, $"Patient/{patient}/$everything?{query}")).Status.ShouldBeInRange(400, 404, query);
        (await server.Get(steward, $"Patient/{patient}/$everything?colour=red", ("Prefer", "handling=strict"))).Status.ShouldBe(400);
        (await server.Get(steward, $"Patient/{patient}/$everything?colour=red")).Text.ShouldContain("colour");
        var next = (await server.Get(steward, $"Patient/{patient}/$everything?_count=1")).Link("next")!;
        (await server.Get(steward, next)).Status.ShouldBe(200);
        (await server.Get(server.Token(citizen), next)).Status.ShouldBe(400);
        (await server.Get(steward, $"Patient/{new string('a', 65)}/$everything")).Status.ShouldBe(400);
        (await server.Get(steward, "Patient/unknown/$everything")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task Everything_of_an_encounter_is_its_compartment()
    {
        await using var server = await ApiServer.Start();
        var steward = server.Token(server.Steward);
        var (patient, _) = await server.NewPatient("ESSAI", "180057512300101");
        var encounter = (await server.Post(steward, "Encounter", $$$$"""
            {"resourceType":"Encounter","status":"finished","class":{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"AMB"},"subject":{"reference":"Patient/{{{{patient}}}}"}}
            """)).Id;
        var inside = (await server.Post(steward, "Observation", Observation(patient, "2339-0", "2026-01-01", $",\"encounter\":{{\"reference\":\"Encounter/{encounter}\"}}"))).Id;
        await server.Post(steward, "Observation", Observation(patient, "2339-0", "2026-01-02"));
        var found = await server.Get(steward, $"Encounter/{encounter}/$everything");
        found.Status.ShouldBe(200, found.Text);
        References(found, "match").ShouldBe([$"Encounter/{encounter}", $"Observation/{inside}"], ignoreOrder: true);
        References(found, "include").ShouldBe([$"Patient/{patient}"]);
    }

    [Theory, OnEachDatabase]
    public async Task Lastn_is_the_newest_few_of_each_kind(DatabaseKind kind)
    {
        await using var server = await ApiServer.Start(kind, null);
        var steward = server.Token(server.Steward);
        var (patient, citizen) = await server.NewPatient("ESSAI", "180057512300101");
        var (other, _) = await server.NewPatient("AUTRE", "280057512300101");
        async Task<string> Add(string code, string date, string more = "", string of = "") =>
            "Observation/" + (await server.Post(steward, "Observation", Observation(of.Length == 0 ? patient : of, code, date, more))).Id;
        const string Lab = ",\"category\":[{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/observation-category\",\"code\":\"laboratory\"}]}]";
        await Add("2339-0", "2026-01-01", Lab);
        var glucose2 = await Add("2339-0", "2026-02-01", Lab);
        var glucose3 = await Add("2339-0", "2026-03-01");
        var weight1 = await Add("29463-7", "2025-06-01");
        await Add("2339-0", "2026-09-01", of: other);
        async Task<string[]> Last(string query)
        {
            var answer = await server.Get(steward, $"Observation/$lastn?{query}");
            answer.Status.ShouldBe(200, answer.Text);
            return [.. References(answer)];
        }
        (await Last($"patient={patient}")).ShouldBe([glucose3, weight1]);
        (await Last($"subject=Patient/{patient}&max=2")).ShouldBe([glucose3, glucose2, weight1]);
        (await Last($"patient={patient}&category=laboratory&max=1")).ShouldBe([glucose2]);
        (await Last($"patient={patient}&code=http://loinc.org|29463-7&max=3")).ShouldBe([weight1]);
        (await Last($"patient={patient}&date=lt2026-03")).ShouldBe([glucose2, weight1]);
        (await server.Post(steward, "Observation/$lastn",
            $$$$"""{"resourceType":"Parameters","parameter":[{"name":"patient","valueString":"{{{{patient}}}}"},{"name":"max","valueInteger":5}]}""")).Json.GetProperty("total").GetInt32().ShouldBe(4);

        // One observation carries both codes: the two kinds are one.
        var both = await server.Post(steward, "Observation", Observation(patient, "2339-0", "2026-04-01").Replace("\"code\":\"2339-0\"}", "\"code\":\"2339-0\"},{\"system\":\"http://loinc.org\",\"code\":\"29463-7\"}", StringComparison.Ordinal));
        (await Last($"patient={patient}&max=1")).ShouldBe(["Observation/" + both.Id]);

        (await server.Get(server.Token(citizen), $"Observation/$lastn?patient={other}")).Entries.ShouldBeEmpty();
        foreach (var query in (string[])["max=1", "code=2339-0", $"patient={patient}&max=0", $"patient={patient}&max=x", $"patient={patient}&max=101", $"patient={patient}&colour=red", $"patient={patient},{other}"])
            (await server.Get(steward, $"Observation/$lastn?{query}")).Status.ShouldBe(400, query);
    }

    [Fact]
    public async Task Meta_is_shown_added_to_and_taken_from_with_a_version_of_its_own()
    {
        await using var server = await ApiServer.Start();
        var steward = server.Token(server.Steward);
        var (patient, citizen) = await server.NewPatient("ESSAI", "180057512300101");
        var id = (await server.Post(steward, "Observation", Observation(patient, "2339-0", "2026-01-01", ",\"valueString\":\"x\"").Replace(",\"valueQuantity\":{\"value\":1}", "", StringComparison.Ordinal))).Id;
        static string Meta(string meta) => $$$$"""{"resourceType":"Parameters","parameter":[{"name":"meta","valueMeta":{{{{meta}}}}}]}""";
        const string Tag = """{"tag":[{"system":"urn:essai","code":"relu"}],"profile":["urn:essai:profil"],"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"R"}]}""";

        var added = await server.Post(steward, $"Observation/{id}/$meta-add", Meta(Tag));
        added.Status.ShouldBe(200, added.Text);
        added.Text.ShouldContain("relu");
        added.Text.ShouldContain("\"versionId\":\"2\"");
        (await server.Post(steward, $"Observation/{id}/$meta-add", Meta(Tag))).Text.ShouldContain("\"versionId\":\"2\"");     // there already
        (await server.Get(steward, $"Observation?_tag=urn:essai|relu")).Entries.Count.ShouldBe(1);
        (await server.Get(steward, $"Observation/{id}/_history/1/$meta")).Text.ShouldNotContain("relu");
        (await server.Get(steward, $"Observation/{id}/$meta")).Text.ShouldContain("urn:essai:profil");
        (await server.Get(steward, "Observation/$meta")).Text.ShouldContain("relu");
        (await server.Get(steward, "$meta")).Text.ShouldContain("relu");
        (await server.Get(steward, "Condition/$meta")).Text.ShouldBe("""{"resourceType":"Parameters"}""");

        (await server.Post(steward, $"Observation/{id}/$meta-delete", Meta("""{"tag":[{"system":"urn:essai","code":"relu"}]}"""))).Text.ShouldNotContain("relu");
        (await server.Get(steward, "Observation?_tag=urn:essai|relu")).Entries.ShouldBeEmpty();
        (await server.Get(steward, $"Observation/{id}")).Text.ShouldContain("urn:essai:profil");
        (await server.Post(steward, $"Observation/{id}/$meta-add", Meta(Tag), ("If-Match", "W/\"1\""))).Status.ShouldBe(412);
        (await server.Post(steward, $"Observation/{id}/$meta-add", """{"resourceType":"Parameters"}""")).Status.ShouldBe(400);
        (await server.Post(server.Token(citizen), $"Observation/{id}/$meta-add", Meta(Tag))).Status.ShouldBe(403);
        (await server.Get(server.Token(server.Nurse), $"Observation/{id}/$meta")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task A_document_holds_its_composition_and_what_that_refers_to_within_the_scope()
    {
        await using var server = await ApiServer.Start();
        var steward = server.Token(server.Steward);
        var (patient, citizen) = await server.NewPatient("ESSAI", "180057512300101");
        var (other, _) = await server.NewPatient("AUTRE", "280057512300101");
        var secret = (await server.Post(steward, "Observation", Observation(other, "2339-0", "2026-01-01"))).Id;
        var hospital = (await server.Post(steward, "Organization", """{"resourceType":"Organization","name":"Hôpital des Essais"}""")).Id;
        var doctor = (await server.Post(steward, "PractitionerRole", $$$$"""{"resourceType":"PractitionerRole","organization":{"reference":"Organization/{{{{hospital}}}}"}}""")).Id;
        var seen = (await server.Post(steward, "Observation", Observation(patient, "2339-0", "2026-01-01", """,\"meta\":{\"security\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-Confidentiality\",\"code\":\"R\"}]}""".Replace("\\\"", "\"", StringComparison.Ordinal)))).Id;
        var composition = await server.Post(steward, "Composition", $$$$"""
            {"resourceType":"Composition","status":"final","type":{"text":"Compte rendu"},"date":"2026-01-02","title":"Compte rendu",
             "subject":{"reference":"Patient/{{{{patient}}}}"},"author":[{"reference":"PractitionerRole/{{{{doctor}}}}"}],
             "section":[{"title":"Biologie","entry":[{"reference":"Observation/{{{{seen}}}}"},{"reference":"Observation/{{{{secret}}}}"}]}]}
            """);
        composition.Status.ShouldBe(201, composition.Text);

        var document = await server.Get(server.Token(citizen), $"Composition/{composition.Id}/$document");
        document.Status.ShouldBe(200, document.Text);
        document.Json.GetProperty("type").GetString().ShouldBe("document");
        document.Json.GetProperty("identifier").GetProperty("value").GetString()!.ShouldStartWith("urn:uuid:");
        var parts = document.Entries.Select(entry => entry.GetProperty("fullUrl").GetString()![server.Base.Length..]).ToList();
        parts[0].ShouldBe($"Composition/{composition.Id}");
        parts.ShouldBe([$"Composition/{composition.Id}", $"Patient/{patient}", $"PractitionerRole/{doctor}", $"Organization/{hospital}", $"Observation/{seen}"], ignoreOrder: true);
        document.Text.ShouldContain("\"security\":[");
        using (Socle.Fhir.FhirDocument.Parse(document.Body)) { }

        var kept = await server.Post(steward, $"Composition/{composition.Id}/$document", """{"resourceType":"Parameters","parameter":[{"name":"persist","valueBoolean":true}]}""");
        kept.Status.ShouldBe(200, kept.Text);
        kept.Entries.ShouldNotContain(entry => entry.GetProperty("fullUrl").GetString()!.Contains(secret, StringComparison.Ordinal));   // the steward sees both records
        (await server.Get(steward, $"Composition/{composition.Id}/$document")).Entries.Count.ShouldBe(7);
        kept.Entries.Count.ShouldBe(5);
        var bundle = kept.Headers["Location"][server.Base.Length..].Split("/_history")[0];
        (await server.Get(server.Token(citizen), bundle)).Status.ShouldBe(200);   // it stands in the person's record
        (await server.Get(server.Token(server.Nurse), bundle)).Status.ShouldBe(404);
        (await server.Get(server.Token(citizen), $"Composition/{composition.Id}/$document?persist=true")).Status.ShouldBe(403);
        (await server.Get(steward, $"Composition/{composition.Id}/$document?persist=perhaps")).Status.ShouldBe(400);
        (await server.Get(server.Token(server.Nurse), $"Composition/{composition.Id}/$document")).Status.ShouldBe(404);
    }
}
