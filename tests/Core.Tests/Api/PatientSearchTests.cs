using Socle.Access;

namespace Socle.Core.Tests.Api;

public sealed class PatientSearchTests : IAsyncLifetime
{
    const string Demo = "urn:oid:1.2.250.1.213.1.4.11";
    ApiServer server = null!;
    string nurse = "", laboratory = "", patient = "";

    public async Task InitializeAsync()
    {
        server = await ApiServer.Start();
        (nurse, laboratory) = (server.Token(server.Nurse), server.Token(server.Laboratory));
        (patient, _) = await server.NewPatient("CHERCHEE", "280057512300101");
        await server.NewPatient("AUTRE", "180057512300202");
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task Before_a_relation_only_name_birth_date_and_sex_are_shown()
    {
        var found = await server.Get(nurse, $"Patient?identifier={Demo}|280057512300101");
        found.Status.ShouldBe(200, found.Text);
        found.Entries.Count.ShouldBe(1);
        found.Text.ShouldContain("CHERCHEE");
        found.Text.ShouldContain("1980-05-17");
        found.Text.ShouldContain("SUBSETTED");
        found.Entries[0].GetRawText().ShouldNotContain("0100000000");
        found.Entries[0].GetRawText().ShouldNotContain("280057512300101");
        (await server.Get(nurse, $"Patient/{patient}")).Status.ShouldBe(404);

        server.Storage.Keys.TryReadId(patient, out var key, out _).ShouldBeTrue();
        await server.Desk.DeclareRelation(server.Nurse, key, "consultation", default);
        (await server.Get(nurse, "Patient?family=CHERCHEE&birthdate=1980-05-17")).Text.ShouldContain("0100000000");
        var trace = await server.Storage.Audit.OfPatient(key, null, 10, default);
        trace.ShouldContain(line => line.Entry.Action == "search");
    }

    [Fact]
    public async Task Before_a_relation_no_label_says_where_a_person_was()
    {
        (await server.Post(server.Token(server.Steward), "Patient", $$$"""
            {"resourceType":"Patient","meta":{"tag":[{"system":"urn:service","code":"addictologie"}],"source":"https://clinique-des-essais.example/x","profile":["urn:p:suivi"],
             "security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"V"}]},"identifier":[{"system":"{{{Demo}}}","value":"290057512300303"}],
             "name":[{"family":"ETIQUETEE"}],"birthDate":"1990-05-17"}
            """)).Status.ShouldBe(201);
        foreach (var form in new[] { "", "&_summary=data", "&_elements=meta,name" })
        {
            var found = (await server.Get(nurse, $"Patient?identifier={Demo}|290057512300303{form}")).Entries.Single().GetProperty("resource");
            found.GetProperty("name")[0].GetProperty("family").GetString().ShouldBe("ETIQUETEE");
            var meta = found.GetProperty("meta");
            meta.EnumerateObject().Select(property => property.Name).ShouldBe(["tag"]);
            meta.GetProperty("tag").GetRawText().ShouldContain("SUBSETTED");
            meta.GetProperty("tag").GetRawText().ShouldNotContain("addictologie");
        }
    }

    [Theory]
    [InlineData("Patient"), InlineData("Patient?family=C"), InlineData("Patient?gender=female"), InlineData("Patient?birthdate=1980-05-17")]
    [InlineData("Patient?identifier=1,2,3"), InlineData("Patient?name=CH&birthdate=gt1900-01-01"), InlineData("Patient?name=CH&birthdate=1980")]
    [InlineData("Patient?name=C&birthdate=1980-05-17"), InlineData("Patient?name=CH&birthdate=1980-05-17,1980-05-18")]
    [InlineData("Patient?identifier=280057512300101&_content=0100000000"), InlineData("Patient?identifier=280057512300101&phone=0100000000")]
    [InlineData("Patient?family=CHERCHEE&birthdate=1980-05-17&_sort=address"), InlineData("Patient?identifier=280057512300101&_filter=phone eq 0100000000")]
    [InlineData("Patient?name=CHERCHEE"), InlineData("Patient?identifier:not=x&_count=100")]
    public async Task A_professional_of_nobody_cannot_browse(string path) => (await server.Get(nurse, path)).Status.ShouldBe(403);

    [Fact]
    public async Task Searches_and_vain_searches_are_counted_by_the_hour()
    {
        for (var i = 0; i < AccessBudget.UnknownPerHour; i++)
            (await server.Get(nurse, $"Patient?identifier={Demo}|{i}")).Status.ShouldBe(200);
        var stopped = await server.Get(nurse, $"Patient?identifier={Demo}|280057512300101");
        stopped.Status.ShouldBe(429, stopped.Text);
        stopped.Text.ShouldContain("access-too-many-unknown");

        var other = server.Nurse with { Id = "rpps:other", OwnerKey = 990 };
        var token = server.Token(other);
        for (var i = 0; i < AccessBudget.SearchesPerHour; i++)
            (await server.Get(token, $"Patient?identifier={Demo}|280057512300101")).Status.ShouldBe(200);
        (await server.Get(token, $"Patient?identifier={Demo}|280057512300101")).Text.ShouldContain("access-too-many-searches");
    }

    [Fact]
    public async Task A_software_asks_whether_a_record_exists_and_cannot_browse()
    {
        (await server.Get(laboratory, $"Patient?identifier={Demo}|280057512300101")).Entries.Count.ShouldBe(1);
        (await server.Get(laboratory, $"Patient?identifier={Demo}|999")).Entries.ShouldBeEmpty();
        foreach (var path in new[] { "Patient", "Patient?family=C", "Patient?identifier=280057512300101", $"Patient?identifier={Demo}|", $"Patient?identifier={Demo}|1,{Demo}|2" })
            (await server.Get(laboratory, path)).Status.ShouldBe(403, path);
        (await server.Get(laboratory, "Patient/_history")).Status.ShouldBe(403);
        (await server.Put(laboratory, $"Patient/{patient}", $$$$"""{"resourceType":"Patient","id":"{{{{patient}}}}","birthDate":"1900-01-01"}""")).Status.ShouldBe(403);
        (await server.Post(laboratory, "Practitioner", """{"resourceType":"Practitioner","identifier":[{"system":"https://rpps.esante.gouv.fr","value":"1"}]}""")).Status.ShouldBe(403);
        (await server.Post(laboratory, "CodeSystem", """{"resourceType":"CodeSystem","status":"active","content":"complete"}""")).Status.ShouldBe(403);
    }

    [Fact]
    public async Task A_batch_is_no_way_around()
    {
        var batch = """{"resourceType":"Bundle","type":"batch","entry":[{"request":{"method":"GET","url":"Patient?family=C"}}]}""";
        foreach (var token in new[] { nurse, laboratory })
            (await server.Post(token, "", batch)).Entries[0].GetProperty("response").GetProperty("status").GetString().ShouldStartWith("403");
    }
}
