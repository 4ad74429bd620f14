using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Socle.Directories;
using Socle.Platform;
using Socle.Store;
using Socle.Support;

namespace Socle.Modules.Tests.Directories;

/// <summary>The ROR over HTTP: its headers, its searches, its hidden contacts, the capacity patch.</summary>
public sealed class RorTests
{
    const string Settings = """{"Directories": {"CapacityWriters": ["region=135*"], "RorConfidentiality": ["samu=2"]}}""";

    static readonly Agent Software = new(AgentKind.System, "system:labo", "Logiciel", null, "000000001", "Logiciel", 901, 0);
    static readonly Agent Samu = new(AgentKind.System, "system:samu", "Régulation", null, "000000002", "SAMU", 902, 0);
    static readonly Agent Region = new(AgentKind.System, "system:region", "Région", null, "000000003", "Région", 903, 0);

    static readonly (string Name, string Value)[] Headers =
    [
        ("Ror-Profil-Utilisateur-Code", "CU22"), ("Ror-Profil-Utilisateur-System", "1.2.250.1.213.1.6.1.66"),
        ("Ror-Role-Metier-Code", "AUTOMATE"), ("Ror-Role-Metier-System", "1.2.250.1.213.1.1.4.6")
    ];

    [Theory, OnEachDatabase]
    public async Task A_read_comes_with_four_headers_and_a_missing_one_is_named(DatabaseKind kind)
    {
        await using var world = await Open(kind);
        var token = world.Token(Software, "system/*.rs");
        (await Ask(world, token, "HealthcareService", Headers)).Status.ShouldBe(200);
        (await Ask(world, null, "HealthcareService", Headers)).Status.ShouldBe(401);
        foreach (var (name, _) in Headers)
        {
            var refused = await Ask(world, token, "HealthcareService", [.. Headers.Where(h => h.Name != name)]);
            refused.Status.ShouldBe(400, name);
            refused.Code.ShouldBe("ror-headers-missing");
            refused.Text.ShouldContain(name);
            foreach (var (other, _) in Headers.Where(h => h.Name != name)) refused.Text.ShouldNotContain(other + " is required");
        }
        var wrong = await Ask(world, token, "HealthcareService", [.. Headers[..3], ("Ror-Role-Metier-System", "1.2.3")]);
        (wrong.Status, wrong.Code).ShouldBe((403, "ror-unknown-profile"));
        (await Ask(world, token, "Patient", Headers)).Status.ShouldBe(404, "nobody's record stands behind this door");
    }

    [Theory, OnEachDatabase]
    public async Task The_published_query_and_the_parameters_of_the_ROR_work(DatabaseKind kind)
    {
        await using var world = await Open(kind);
        var steward = world.Token(FhirWorld.Steward);
        var region = await Make(world, steward, "Organization", """{"resourceType":"Organization","name":"Groupe"}""");
        var structure = await Make(world, steward, "Organization", $$$"""{"resourceType":"Organization","name":"Hôpital","partOf":{"reference":"Organization/{{{region}}}"}}""");
        var place = await Make(world, steward, "Location", """{"resourceType":"Location","name":"Bâtiment A"}""");
        const string Root = "https://interop.esante.gouv.fr/ig/fhir/ror/StructureDefinition/";
        var service = await Make(world, steward, "HealthcareService", $$$"""
            {"resourceType":"HealthcareService","meta":{"tag":[{"system":"urn:region","code":"53"}]},"providedBy":{"reference":"Organization/{{{structure}}}"},"location":[{"reference":"Location/{{{place}}}"}],
             "category":[{"coding":[{"system":"urn:type-offre","code":"50"}]}],"specialty":[{"coding":[{"system":"urn:activite","code":"437"}]}],
             "characteristic":[{"coding":[{"system":"urn:modalite","code":"01"}]}],
             "notAvailable":[{"description":"Travaux","during":{"start":"2026-12-01","end":"2026-12-20"}}],
             "extension":[{"url":"{{{Root}}}ror-healthcareservice-patient-type","extension":[
               {"url":"supportedPatientInfo","valueCodeableConcept":{"coding":[{"system":"urn:public","code":"7"}]}},{"url":"ageRange","valueRange":{"low":{"value":16},"high":{"value":75} }}]},
              {"url":"{{{Root}}}ror-healthcareservice-psychiatric-sector","valueString":"29G03"},
              {"url":"{{{Root}}}ror-healthcareservice-intervention-zone","extension":[{"url":"interventionZone","valueCodeableConcept":{"coding":[{"code":"29"}]}}]}]}
            """);
        var person = await Make(world, steward, "Practitioner", """{"resourceType":"Practitioner","name":[{"family":"Exemple"}]}""");
        var role = await Make(world, steward, "PractitionerRole", $$$"""
            {"resourceType":"PractitionerRole","practitioner":{"reference":"Practitioner/{{{person}}}"},"healthcareService":[{"reference":"HealthcareService/{{{service}}}"}]}
            """);
        await Make(world, steward, "HealthcareService", """{"resourceType":"HealthcareService","name":"Autre"}""");
        for (var round = 0; round < 50 && await world.Get<RecordStore>().IndexParameters(50, default); round++) world.Database.Clock.Move(TimeSpan.FromSeconds(10));
        var token = world.Token(Software, "system/*.rs");

        var since = "2022-11-06T15:00";
        var published = $"HealthcareService?_filter=(_lastUpdated ge {since} or organization._lastUpdated:above ge {since})&_include=HealthcareService:organization&_include:iterate=Organization:partof"
            + "&_include=HealthcareService:location&_revinclude=PractitionerRole:service&_include=PractitionerRole:practitioner";
        var answer = await Ask(world, token, published.Replace(" ", "%20", StringComparison.Ordinal), Headers);
        answer.Status.ShouldBe(200, answer.Text);
        Ids(answer, "match").Count.ShouldBe(2);
        Ids(answer, "include").Order().ShouldBe(new[] { region, structure, place, role, person }.Order());
        (await Ask(world, token, published.Replace("ge 2022-11-06T15:00", "ge 2100-01-01T15:00", StringComparison.Ordinal).Replace(" ", "%20", StringComparison.Ordinal), Headers)).Text
            .ShouldNotContain(service);

        foreach (var (criteria, found) in new[]
        {
            ("service-category=50", 1), ("service-category=51", 0), ("specialty=437", 1), ("characteristic=urn:modalite|01", 1), ("characteristic=02", 0), ("patient-type=7", 1), ("patient-type=8", 0),
            ("age-range-low=le18", 1), ("age-range-low=le10", 0), ("age-range-high=ge70", 1), ("psychiatric-sector=29G03", 1), ("psychiatric-sector=35G01", 0), ("intervention-zone=29", 1),
            ("notavailable-closing-reopeningdate=ge2026-12-10", 1), ("notavailable-closing-reopeningdate=sa2026-12-25", 0), ("_tag=53", 1), ("_tag=urn:region|11", 0), ($"location=Location/{place}", 1),
        })
        {
            var page = await Ask(world, token, "HealthcareService?" + criteria, Headers);
            page.Status.ShouldBe(200, criteria + page.Text);
            Ids(page, "match").Count.ShouldBe(found, criteria);
        }
        (await Ask(world, token, "metadata", [])).Text.ShouldContain("psychiatric-sector");
    }

    [Theory, OnEachDatabase]
    public async Task A_restricted_contact_is_shown_to_those_it_is_for_and_found_by_nobody_else(DatabaseKind kind)
    {
        await using var world = await Open(kind);
        var id = await Make(world, world.Token(FhirWorld.Steward), "HealthcareService", """
            {"resourceType":"HealthcareService","name":"Réanimation","telecom":[{"system":"phone","value":"0200000001"},
              {"system":"phone","value":"0200000002","extension":[{"url":"https://interop.esante.gouv.fr/ig/fhir/ror/StructureDefinition/ror-telecom-confidentiality-level","valueCodeableConcept":{"coding":[{"code":"2"}]}}]},
              {"system":"phone","value":"0200000003","extension":[{"url":"https://interop.esante.gouv.fr/ig/fhir/ror/StructureDefinition/ror-telecom-confidentiality-level","valueCodeableConcept":{"coding":[{"code":"3"}]}}]}],
             "extension":[{"url":"https://interop.esante.gouv.fr/ig/fhir/ror/StructureDefinition/ror-healthcareservice-contact","extension":[
               {"url":"https://interop.esante.gouv.fr/ig/fhir/ror/StructureDefinition/ror-confidentiality-level","valueCodeableConcept":{"coding":[{"code":"3"}]}},{"url":"x","valueString":"0200000004"}]}]}
            """);
        foreach (var (agent, numbers) in new[] { (Software, "1"), (Samu, "12"), (FhirWorld.Steward, "1234") })
        {
            var token = world.Token(agent, "system/*.rs");
            foreach (var path in new[] { $"HealthcareService/{id}", "HealthcareService?name=reanimation" })
            {
                var text = (await Ask(world, token, path, Headers)).Text;
                foreach (var number in "1234") text.Contains("020000000" + number, StringComparison.Ordinal).ShouldBe(numbers.Contains(number, StringComparison.Ordinal), $"{agent.Id} {path} {number}");
            }
        }
        foreach (var hidden in new[] { "Practitioner?phone=0200000003", "PractitionerRole?practitioner.telecom=0200000003", "HealthcareService?_content=0200000003", "Practitioner?_filter=phone%20eq%200200000003" })
            (await Ask(world, world.Token(Software, "system/*.rs"), hidden, Headers)).Status.ShouldBe(400, hidden);
    }

    [Theory, OnEachDatabase]
    public async Task The_capacity_patch_comes_without_the_headers_and_answers_as_published(DatabaseKind kind)
    {
        await using var world = await Open(kind);
        await Make(world, world.Token(FhirWorld.Steward), "Location", """{"resourceType":"Location","name":"Unité","identifier":[{"value":"1350054680/SSR38888"}]}""");
        var token = world.Token(Region, "system/Location.u");
        var body = """
            {"parameter":[{"name":"operation","part":[{"name":"type","valueString":"TYPE"},{"name":"path","valueString":"Location.extension.where(url='URL')"},
              {"name":"value","part":[{"extension":[{"extension":[{"url":"capacityType","valueString":"01"},{"url":"capacityStatus","valueString":"02"},{"url":"temporalityCapacity","valueString":"01"},
               {"url":"nbCapacity","valueInteger":3}],"url":"URL"}]}]}]}],"resourceType":"Parameters"}
            """.Replace("URL", Capacity.Url, StringComparison.Ordinal);

        var first = await Patch(token, "1350054680/SSR38888", "replace");
        first.Status.ShouldBe(404);
        Issue(first).ShouldBe(("not-found", $"Location.extension.where(url='{Capacity.Url}')"));
        (await Patch(token, "1350054680/SSR38888", "add")).Status.ShouldBe(200);
        (await Patch(token, "1350054680/SSR38888", "replace")).Status.ShouldBe(200);
        Issue(await Patch(token, "1350054680/RIEN", "replace")).ShouldBe(("not-found", "Location"));
        (await Patch(token, "1350054680/SSR38888", "replace", Headers)).Code.ShouldBe("ror-headers-forbidden");
        (await Patch(world.Token(Region, "system/Location.rs"), "1350054680/SSR38888", "add")).Status.ShouldBe(403);
        (await Patch(world.Token(Software, "system/Location.u"), "1350054680/SSR38888", "add")).Status.ShouldBe(403);
        (await Patch(null, "1350054680/SSR38888", "add")).Status.ShouldBe(401);

        async Task<FhirReply> Patch(string? bearer, string identifier, string type, params (string, string)[] headers)
        {
            var content = new StringContent(body.Replace("TYPE", type, StringComparison.Ordinal), Encoding.UTF8);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/fhir+json");
            return await world.Send(bearer, HttpMethod.Patch, $"http://localhost:{world.Port}{RorDoor.Root}/ws-synchro-dispo-lits-fhir/Location?identifier={identifier}", content, headers);
        }

        static (string, string) Issue(FhirReply reply)
        {
            var issue = reply.Json.GetProperty("issue")[0];
            return (issue.GetProperty("code").GetString()!, issue.GetProperty("expression")[0].GetString()!);
        }
    }

    static Task<FhirWorld> Open(DatabaseKind kind) => FhirWorld.Open(kind, Settings, () => new DirectoriesModule());

    static async Task<string> Make(FhirWorld world, string token, string type, string json)
    {
        var made = await world.Post(token, type, json);
        made.Status.ShouldBe(201, made.Text);
        return made.Id;
    }

    static Task<FhirReply> Ask(FhirWorld world, string? token, string path, (string, string)[] headers) =>
        world.Send(token, HttpMethod.Get, $"http://localhost:{world.Port}{RorDoor.Root}/{path}", null, headers);

    static List<string> Ids(FhirReply bundle, string mode) => !bundle.Json.TryGetProperty("entry", out var entries) ? []
        : [.. entries.EnumerateArray().Where(e => e.GetProperty("search").GetProperty("mode").GetString() == mode).Select(e => e.GetProperty("resource").GetProperty("id").GetString()!)];
}
