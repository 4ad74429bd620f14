using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Socle.Directories;
using Socle.Support;
using static Socle.Modules.Tests.Directories.AnnuaireWorld;

namespace Socle.Modules.Tests.Directories;

/// <summary>/annuaire/fhir/v2 as the guide describes it: parameters, includes, keys, quota, samples.</summary>
public sealed class AnnuaireTests
{
    [Theory, OnEachDatabase]
    public async Task Each_parameter_of_the_guide_finds_what_it_is_about_and_nothing_else(DatabaseKind kind)
    {
        await using var on = await AnnuaireWorld.Open(kind);
        var doctor = Practitioner("99999000011", "EXEMPLE");
        doctor["telecom"] = new JsonArray(Mailbox("camille.exemple@medecin.mssante.fr", red: false));
        doctor["extension"] = new JsonArray(Card("3100000042"));
        var (one, other) = (await on.Create(doctor), Practitioner("99999000029", "AUTRE", "Noé"));
        other["qualification"]![0]!["code"] = Coded("https://mos.esante.gouv.fr/NOS/TRE_G15-ProfessionSante/FHIR/TRE-G15-ProfessionSante", "60");
        other["identifier"] = new JsonArray(Identifier("urn:adeli", "999999999", "ADELI"));
        other.Remove("meta");
        var two = await on.Create(other);
        var parent = await on.Create(Organization("990000001", "Groupe des Essais"));
        var pharmacy = Organization("990000002", "Pharmacie du Test", parent);
        pharmacy["extension"] = new JsonArray(new JsonObject { ["url"] = Guide + "as-ext-organization-pharmacy-licence", ["valueString"] = "99#000123" });
        pharmacy["telecom"] = new JsonArray(Mailbox("contact@pharmacie.mssante.fr", red: false, "ORG"));
        pharmacy["address"]![0]!["line"] = new JsonArray("3 place du Marché");
        pharmacy["address"]![0]!["city"] = "Autreville";
        pharmacy["address"]![0]!["postalCode"] = "99200";
        pharmacy["type"] = new JsonArray(Coded("urn:r66", "620"));
        var officine = await on.Create(pharmacy);
        var role = await on.Create(Role(one, officine));
        var second = Role(two, parent);
        second["code"] = new JsonArray(Coded("https://mos.esante.gouv.fr/NOS/TRE_R23-ModeExercice/FHIR/TRE-R23-ModeExercice", "S"));
        second["identifier"] = new JsonArray(Identifier(Rpps, "1099999", "SITU"));
        second["telecom"] = new JsonArray(Mailbox("noe.autre@ch.mssante.fr", red: false));
        var salaried = await on.Create(second);
        var service = await on.Create(new JsonObject
        {
            ["resourceType"] = "HealthcareService", ["active"] = true, ["identifier"] = new JsonArray(Identifier("urn:arhgos", "99-1", "ARHGOS")),
            ["providedBy"] = new JsonObject { ["reference"] = $"Organization/{parent}" }, ["category"] = new JsonArray(Coded("urn:cat", "04")),
            ["type"] = new JsonArray(Coded("urn:type", "16")), ["characteristic"] = new JsonArray(Coded("urn:forme", "01"))
        });
        var device = await on.Create(new JsonObject
        {
            ["resourceType"] = "Device", ["status"] = "active", ["identifier"] = new JsonArray(Identifier("urn:arhgos", "99-2", "ARHGOS")),
            ["manufacturer"] = "Essais SA", ["modelNumber"] = "IRM-1", ["type"] = Coded("urn:eml", "06201"), ["owner"] = new JsonObject { ["reference"] = $"Organization/{parent}" }
        });

        foreach (var (query, expected) in new (string, string[])[]
        {
            ($"Practitioner?_id={one}", [one]), ("Practitioner?active=true", [one, two]), ("Practitioner?active=false", []),
            ("Practitioner?data-information-system=RPPS", [one]), ("Practitioner?data-registration-authority=CNOM", [one]),
            ("Practitioner?family=exem", [one]), ("Practitioner?family:exact=EXEMPLE", [one]), ("Practitioner?family:contains=empl", [one]), ("Practitioner?given=noe", [two]),
            ($"Practitioner?identifier={Rpps}%7C99999000011", [one]), ("Practitioner?identifier=899999000011", [one]), ("Practitioner?identifier-type=ADELI", [two]),
            ("Practitioner?mailbox-mss=camille.exemple@medecin.mssante.fr", [one]), ("Practitioner?mailbox-mss=camille", [one]),
            ("Practitioner?mailbox-mss:contains=medecin", [one]), ("Practitioner?mailbox-mss:exact=camille.exemple@medecin.mssante.fr", [one]), ("Practitioner?mailbox-mss=exemple", []),
            ("Practitioner?mailbox-mss-type=PER", [one]), ("Practitioner?mailbox-mss-type=ORG", []), ("Practitioner?mailbox-mss:missing=true", [two]),
            ("Practitioner?name=autre", [two]), ("Practitioner?number-smartcard=3100000042", [one]), ("Practitioner?type-smartcard=CPS", [one]),
            ("Practitioner?qualification-code=10", [one]), ("Practitioner?qualification-code=10&active=true", [one]),
            ("Practitioner?qualification-code=https://mos.esante.gouv.fr/NOS/TRE_G15-ProfessionSante/FHIR/TRE-G15-ProfessionSante%7C60", [two]),
            ("PractitionerRole?role=S", [salaried]), ("PractitionerRole?identifier=1099999", [salaried]), ($"PractitionerRole?practitioner={one}", [role]),
            ($"PractitionerRole?practitioner=Practitioner/{one}", [role]), ($"PractitionerRole?organization={officine}", [role]), ("PractitionerRole?mailbox-mss=noe.autre", [salaried]),
            ("PractitionerRole?mailbox-mss-type=PER", [salaried]), ($"PractitionerRole?practitioner.identifier={Rpps}%7C99999000011", [role]),
            ("PractitionerRole?organization:Organization.name=pharmacie", [role]), ("PractitionerRole?active=true", [role, salaried]), ("PractitionerRole?identifier-type=SITU", [salaried]),
            ("Organization?address-city=autreville", [officine]), ("Organization?address-postalcode=99123", [parent]), ("Organization?address-line=3%20place", [officine]),
            ("Organization?address=essais", []), ("Organization?address=12%20rue", [parent]), ("Organization?identifier=990000001", [parent]), ("Organization?identifier-type=FINEG", [parent, officine]),
            ("Organization?mailbox-mss=contact@", [officine]), ("Organization?mailbox-mss-type=ORG", [officine]), ("Organization?name=groupe", [parent]), ("Organization?name:contains=du%20test", [officine]),
            ($"Organization?partof={parent}", [officine]), ("Organization?pharmacy-licence=99%23000123", [officine]), ("Organization?type=620", [officine]), ("Organization?active=true", [parent, officine]),
            ($"HealthcareService?organization={parent}", [service]), ("HealthcareService?identifier=99-1", [service]), ("HealthcareService?service-category=04", [service]),
            ("HealthcareService?service-type=16", [service]), ("HealthcareService?characteristic=01", [service]), ("HealthcareService?active=true", [service]),
            ($"Device?organization={parent}", [device]), ("Device?identifier=99-2", [device]), ("Device?manufacturer=essais", [device]), ("Device?model=irm", [device]), ("Device?status=active", [device]),
            ("Device?type=06201", [device])
        })
            Matches(await on.Restricted($"/{query}&_total=accurate")).Order().ShouldBe(expected.Order(), query);

        // Dates by their prefixes.
        var at = (await on.Restricted($"/Practitioner/{one}")).Json.GetProperty("meta").GetProperty("lastUpdated").GetString()!;
        on.Fhir.Database.Clock.Move(TimeSpan.FromMinutes(1));
        foreach (var (prefix, there) in new[] { ("", true), ("eq", true), ("ne", false), ("ge", true), ("le", true), ("gt", false), ("lt", false), ("sa", false), ("eb", false), ("ap", true) })
            Matches(await on.Restricted($"/Practitioner?_lastUpdated={prefix}{Uri.EscapeDataString(at)}")).Contains(one).ShouldBe(there, prefix);
        Matches(await on.Restricted($"/Practitioner?_lastUpdated=ge{at[..10]}&_sort=_lastUpdated")).ShouldBe([one, two]);
        Matches(await on.Restricted($"/Practitioner?_lastUpdated=ge{at[..10]}&_sort=-_lastUpdated")).ShouldBe([two, one]);
        (await on.Restricted($"/Practitioner?_lastUpdated=ge{at[..10]}&_summary=count")).Json.GetProperty("total").GetInt32().ShouldBe(2);

        // What comes along.
        foreach (var (query, expected) in new (string, string[])[]
        {
            ($"PractitionerRole?_id={role}&_include=PractitionerRole:practitioner", [one]), ($"PractitionerRole?_id={role}&_include=PractitionerRole:organization", [officine]),
            ($"PractitionerRole?_id={role}&_include=*", [one, officine]), ($"PractitionerRole?_id={role}&_include=*&_include:iterate=Organization:partof", [one, officine, parent]),
            ($"Organization?_id={officine}&_include=Organization:partof", [parent]), ($"Organization?_id={parent}&_revinclude=Organization:partof", [officine]),
            ($"Device?_id={device}&_include=Device:organization", [parent]), ($"HealthcareService?_id={service}&_include=HealthcareService:organization", [parent]),
            ($"Practitioner?_id={one}&_revinclude=PractitionerRole:practitioner", [role]),
            ($"Organization?_id={parent}&_revinclude=Device:organization&_revinclude=HealthcareService:organization", [device, service])
        })
            Entries(await on.Public($"/{query}"), "include").Select(entry => entry.GetProperty("id").GetString()!).Order().ShouldBe(expected.Order(), query);

        // What is written of the answer.
        var page = await on.Public("/Practitioner?family=exemple&_total=accurate&_elements=name");
        page.Json.GetProperty("total").GetInt32().ShouldBe(1);
        page.Json.GetProperty("link")[0].GetProperty("url").GetString().ShouldBe($"{on.Base}/Practitioner?family=exemple&_total=accurate&_elements=name");
        page.Json.GetProperty("entry")[0].GetProperty("fullUrl").GetString().ShouldBe($"{on.Base}/Practitioner/{one}");
        page.Json.GetProperty("entry")[0].GetProperty("resource").TryGetProperty("qualification", out _).ShouldBeFalse();
        (await on.Public("/Practitioner?mailbox-mss=camille")).Json.GetProperty("link")[0].GetProperty("url").GetString().ShouldBe($"{on.Base}/Practitioner?mailbox-mss=camille");
        (await on.Public("/Practitioner?family=nobody")).Json.TryGetProperty("entry", out _).ShouldBeFalse();
    }

    [Theory, OnEachDatabase]
    public async Task What_the_guide_does_not_list_is_refused_or_told(DatabaseKind kind)
    {
        await using var on = await AnnuaireWorld.Open(kind);
        await on.Create(Practitioner("99999000011", "EXEMPLE"));
        foreach (var query in new[] { "telecom=x", "phone=1", "email=a", "gender=male", "_has:PractitionerRole:practitioner:role=S", "_filter=family%20eq%20x", "_content=x", "_text=x", "_tag=x", "_list=1",
            "_sort=birthdate", "_sort=telecom", "_include=Practitioner:x", "_revinclude=Provenance:target", "number-smartcard=1", "type-smartcard=CPS", "in-service=true", "mailbox-mss-public=x", "nonsense=1" })
        {
            var strict = await on.Public($"/Practitioner?{query}");
            strict.Status.ShouldBe(400, query);
            strict.Json.GetProperty("resourceType").GetString().ShouldBe("OperationOutcome");
            var lenient = await on.Public($"/Practitioner?{query}", ("Prefer", "handling=lenient"));
            Entries(lenient, "match").Count.ShouldBe(1, query);
            Entries(lenient, "outcome").Count.ShouldBe(1, query);
            lenient.Json.GetProperty("link")[0].GetProperty("url").GetString().ShouldBe($"{on.Base}/Practitioner");
        }
        (await on.Public("/Practitioner?_count=a")).Status.ShouldBe(400);
        (await on.Public("/Practitioner?_lastUpdated=hier")).Status.ShouldBe(400);
        (await on.Public("/Practitioner/absent")).Status.ShouldBe(404);
        (await on.Public("/Patient")).Status.ShouldBe(404);
        foreach (var method in new[] { "PUT", "DELETE", "PATCH" })
            (await on.Ask(on.RestrictedKey, new HttpMethod(method), "/Practitioner/x", new StringContent("{}", Encoding.UTF8, "application/fhir+json"))).Status.ShouldBe(405);
        (await on.Ask(on.RestrictedKey, HttpMethod.Post, "/Practitioner", new StringContent("{}", Encoding.UTF8, "application/fhir+json"))).Status.ShouldBe(405);
        var form = await on.Ask(on.PublicKey, HttpMethod.Post, "/Practitioner/_search", new StringContent("family=exemple", Encoding.UTF8, "application/x-www-form-urlencoded"));
        Entries(form, "match").Count.ShouldBe(1);

        var said = (await on.Ask(null, "/metadata")).Json.GetProperty("rest")[0].GetProperty("resource").EnumerateArray().ToList();
        said.Select(one => one.GetProperty("type").GetString()).ShouldBe(["Practitioner", "PractitionerRole", "Organization", "HealthcareService", "Device"]);
        var names = said[0].GetProperty("searchParam").EnumerateArray().Select(one => one.GetProperty("name").GetString()).ToList();
        names.ShouldContain("mailbox-mss");
        names.ShouldContain("qualification-code");
        names.ShouldNotContain("telecom");
        names.ShouldNotContain("mailbox-mss-public");
    }

    [Theory, OnEachDatabase]
    public async Task Without_a_key_in_force_the_answer_is_always_the_same_and_a_key_has_its_quota(DatabaseKind kind)
    {
        await using var on = await AnnuaireWorld.Open(kind);
        await on.Create(Practitioner("99999000011", "EXEMPLE"));
        var keys = on.Fhir.Get<AnnuaireKeys>();
        var gone = await keys.Issue("partie", AnnuaireLevel.Restricted, null, default);
        (await on.Ask(gone, "/Practitioner")).Status.ShouldBe(200);
        (await keys.Revoke("partie", default)).ShouldBeTrue();
        (await keys.Revoke("partie", default)).ShouldBeFalse();
        var nobody = (await on.Ask(null, "/Practitioner?family=x")).Seen;
        nobody.ShouldStartWith("401");
        nobody.ShouldContain("OperationOutcome");
        foreach (var key in new[] { gone, "x", new string('k', 500), Guid.Empty.ToString(), on.PublicKey.ToUpperInvariant() + "0" })
            (await on.Ask(key, "/Practitioner?identifier=99999000011")).Seen.ShouldBe(nobody);
        var withToken = await on.Fhir.Send(on.Steward, on.Base + "/Practitioner");   // a token is no key
        withToken.Status.ShouldBe(401);
        nobody.ShouldEndWith(withToken.Text);
        (await on.Restricted("/Practitioner")).Headers["Cache-Control"].ShouldBe("no-store");

        var slow = await keys.Issue("lente", AnnuaireLevel.Public, null, default);
        var answers = new List<FhirReply>();
        for (var i = 0; i < 200 && answers.TrueForAll(answer => answer.Status == 200); i++) answers.Add(await on.Ask(slow, "/Practitioner?_count=0"));
        answers[^1].Status.ShouldBe(429);
        answers.Count.ShouldBeGreaterThan(17);
        answers[^1].Headers["Retry-After"].ShouldBe("1");
        answers[^1].Code.ShouldBe("annuaire-too-fast");
        (await on.Public("/Practitioner")).Status.ShouldBe(200);   // another key is another caller
        await Task.Delay(1_100);
        (await on.Ask(slow, "/Practitioner")).Status.ShouldBe(200);
        (await keys.List(default)).Select(row => row.Name).ShouldBe(["lente", "publique", "restreinte"]);
        (await Should.ThrowAsync<Platform.Refusal>(() => keys.Issue("lente", AnnuaireLevel.Public, null, default))).Code.ShouldBe("annuaire-key-name");
    }

    [Theory, OnEachDatabase]
    public async Task A_key_is_nobody_elsewhere_and_a_page_belongs_to_its_key(DatabaseKind kind)
    {
        await using var on = await AnnuaireWorld.Open(kind);
        for (var i = 0; i < 60; i++) await on.Create(Practitioner($"999990{i:00000}", "PAGE"));
        (await on.Fhir.Send(null, "Practitioner", ("ESANTE-API-KEY", on.RestrictedKey))).Status.ShouldBe(401);
        var page = await on.Public("/Practitioner?name=page");
        Entries(page, "match").Count.ShouldBe(50);
        var next = page.Json.GetProperty("link").EnumerateArray().Single(link => link.GetProperty("relation").GetString() == "next").GetProperty("url").GetString()!;
        (await on.Restricted(next)).Status.ShouldBe(400);
        Entries(await on.Public(next), "match").Count.ShouldBe(10);
    }

    [SharedDataTheory("annuaire-sante", "mss-json"), OnEachDatabase]
    public async Task The_published_samples_come_in_and_the_malformed_ones_are_refused_with_line_and_column(DatabaseKind kind)
    {
        await using var on = await AnnuaireWorld.Open(kind);
        var good = new List<JsonObject>();
        foreach (var file in Directory.GetFiles(SharedData.At("mss-json"), "*.json").Order(StringComparer.Ordinal))
        {
            var json = JsonNode.Parse(await File.ReadAllTextAsync(file))!.AsObject();
            if (json["resourceType"]!.GetValue<string>() == "Bundle") good.AddRange(json["entry"]!.AsArray().Select(entry => entry!["resource"]!.DeepClone().AsObject()));
            else good.Add(json);
        }
        good.Count.ShouldBeGreaterThanOrEqualTo(4);
        foreach (var resource in good)
        {
            var id = await on.Create(resource);
            var found = await on.Restricted($"/Practitioner/{id}");
            found.Status.ShouldBe(200, found.Text);
            foreach (var telecom in resource["telecom"]?.AsArray() ?? [])
            {
                var address = telecom!["value"]!.GetValue<string>();
                Matches(await on.Restricted($"/Practitioner?mailbox-mss:exact={Uri.EscapeDataString(address)}")).ShouldContain(id, address);
            }
        }

        var (malformed, exact, refused) = (0, 0, 0);
        foreach (var file in Directory.GetFiles(SharedData.At("annuaire-sante"), "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var text = await File.ReadAllTextAsync(file);
            var fault = FaultOf(text);
            var answer = await on.Fhir.Post(on.Steward, "Practitioner", text);
            answer.Status.ShouldBe(400, $"{file}: {answer.Text}");
            refused++;
            if (fault is not { } at) continue;
            malformed++;
            // Reading stops at the fault, or before it: a list or an object without a type is no resource from its first line on.
            var place = answer.Json.GetProperty("issue").EnumerateArray().Select(issue => Regex.Match(issue.GetProperty("diagnostics").GetString()!, @"\(line (\d+), column (\d+)"))
                .Last(match => match.Success);
            var line = long.Parse(place.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
            line.ShouldBeInRange(1, at.Line, file);
            if (line == at.Line) exact++;
        }
        malformed.ShouldBe(11);
        exact.ShouldBeGreaterThanOrEqualTo(5);
        refused.ShouldBe(14);

        static (long Line, long Byte)? FaultOf(string text)
        {
            try
            {
                using var _ = JsonDocument.Parse(text);
                return null;
            }
            catch (JsonException error)
            {
                return (error.LineNumber!.Value + 1, error.BytePositionInLine!.Value);
            }
        }
    }

    [Fact]
    public async Task The_place_of_a_fault_is_a_line_and_a_column_of_characters()
    {
        await using var on = await AnnuaireWorld.Open(DatabaseKind.Sqlite);
        var answer = await on.Fhir.Post(on.Steward, "Organization", "{\n  \"resourceType\": \"Organization\",\n  \"name\": \"Éèà\",,\n}");
        answer.Status.ShouldBe(400);
        answer.Text.ShouldContain("(line 3, column 17");
    }
}
