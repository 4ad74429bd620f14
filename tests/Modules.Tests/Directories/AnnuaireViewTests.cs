using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Socle.Support;
using static Socle.Modules.Tests.Directories.AnnuaireWorld;

namespace Socle.Modules.Tests.Directories;

/// <summary>The public view: what is hidden never leaves it, is found by nothing, and counts nowhere.</summary>
public sealed class AnnuaireViewTests
{
    [Theory, OnEachDatabase]
    public async Task The_restricted_view_shows_what_the_public_one_hides(DatabaseKind kind)
    {
        await using var on = await AnnuaireWorld.Open(kind);
        var doctor = Practitioner("99999000011", "EXEMPLE");
        doctor["birthDate"] = "1980-01-02";
        doctor["gender"] = "female";
        doctor["address"] = new JsonArray(new JsonObject { ["city"] = "Chezelle" });
        doctor["text"] = new JsonObject { ["status"] = "generated", ["div"] = "<div xmlns=\"http://www.w3.org/1999/xhtml\">secret</div>" };
        doctor["telecom"] = new JsonArray(Mailbox("ouverte@m.mssante.fr", red: false), Mailbox("rouge@m.mssante.fr", red: true), new JsonObject { ["system"] = "phone", ["value"] = "0199000001" });
        doctor["extension"] = new JsonArray(Card("3100000042"), new JsonObject { ["url"] = Guide + "as-ext-data-trace", ["valueCode"] = "x" });
        var id = await on.Create(doctor);

        var seen = (await on.Public($"/Practitioner/{id}")).Text;
        foreach (var hidden in new[] { "1980", "female", "Chezelle", "secret", "rouge@", "0199000001", "3100000042", "as-ext-smartcard" }) seen.ShouldNotContain(hidden);
        foreach (var shown in new[] { "EXEMPLE", "ouverte@m.mssante.fr", "as-ext-data-trace", "99999000011", "qualification" }) seen.ShouldContain(shown);
        (await on.Restricted($"/Practitioner/{id}")).Body.ShouldBe((await on.Fhir.Send(on.Steward, $"Practitioner/{id}")).Body);
        Matches(await on.Restricted("/Practitioner?mailbox-mss=rouge")).ShouldBe([id]);
        Matches(await on.Public("/Practitioner?mailbox-mss=rouge")).ShouldBeEmpty();
        Matches(await on.Public("/Practitioner?mailbox-mss=ouverte")).ShouldBe([id]);
        (await on.Public("/Practitioner?mailbox-mss:contains=rouge&_summary=count")).Json.GetProperty("total").GetInt32().ShouldBe(0);
        (await on.Public("/Practitioner?number-smartcard=3100000042")).Status.ShouldBe(400);
    }

    [Theory, OnEachDatabase]
    public async Task What_the_liste_rouge_hides_leaves_by_no_other_door(DatabaseKind kind)
    {
        await using var on = await AnnuaireWorld.Open(kind);
        var doctor = Practitioner("99999000011", "EXEMPLE");
        doctor["text"] = new JsonObject { ["status"] = "generated", ["div"] = "<div xmlns=\"http://www.w3.org/1999/xhtml\">rouge@m.mssante.fr</div>" };
        doctor["telecom"] = new JsonArray(Mailbox("ouverte@m.mssante.fr", red: false), Mailbox("rouge@m.mssante.fr", red: true));
        doctor["extension"] = new JsonArray(Card("3100000042"));
        var id = await on.Create(doctor);
        var role = await on.Create(Role(id, await on.Create(Organization("990000001", "CABINET"))));

        foreach (var agent in new[] { FhirWorld.Nurse, FhirWorld.Laboratory })
        {
            var token = on.Fhir.Token(agent);
            foreach (var path in new[] { $"Practitioner/{id}", $"Practitioner/{id}/_history", $"Practitioner?_id={id}", $"PractitionerRole?_id={role}&_include=PractitionerRole:practitioner" })
            {
                var seen = await on.Fhir.Send(token, path);
                seen.Status.ShouldBe(200, path + seen.Text);
                seen.Text.ShouldContain("ouverte@m.mssante.fr", Case.Sensitive, path);
                foreach (var hidden in new[] { "rouge@", "3100000042", "smartcard\"" }) seen.Text.ShouldNotContain(hidden, Case.Sensitive, path);
            }
            foreach (var query in new[] { "mailbox-mss=rouge", "number-smartcard=3100000042", "email=rouge@m.mssante.fr", "telecom=rouge@m.mssante.fr", "_content=rouge", "_text=rouge", "_sort=telecom&_id=x",
                "_filter=telecom eq rouge@m.mssante.fr" })
                (await on.Fhir.Send(token, $"Practitioner?{query}", ("Prefer", "handling=strict"))).Status.ShouldBe(400, query);
            foreach (var query in new[] { "practitioner.email=rouge@m.mssante.fr", "practitioner:Practitioner.number-smartcard=3100000042" })
                (await on.Fhir.Send(token, $"PractitionerRole?{query}", ("Prefer", "handling=strict"))).Status.ShouldBe(400, query);
            (await on.Fhir.Send(token, "Patient?_has:Practitioner:general-practitioner:email=rouge@m.mssante.fr", ("Prefer", "handling=strict"))).Status.ShouldBeOneOf(400, 403, 422);
        }
        // The registrar sees and asks by all of it.
        (await on.Fhir.Send(on.Steward, $"Practitioner/{id}")).Text.ShouldContain("rouge@m.mssante.fr");
        Matches(await on.Fhir.Send(on.Steward, "Practitioner?email=rouge@m.mssante.fr")).ShouldBe([id]);
    }

    [Theory, OnEachDatabase]
    public async Task An_entry_that_ended_is_its_identifiers_and_is_found_by_them_only(DatabaseKind kind)
    {
        await using var on = await AnnuaireWorld.Open(kind);
        var id = await on.Create(Practitioner("99999000011", "PARTIE", active: false));
        foreach (var key in new[] { on.PublicKey, on.RestrictedKey })
        {
            var read = await on.Ask(key, $"/Practitioner/{id}");
            read.Status.ShouldBe(200, read.Text);
            read.Json.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal).ShouldBe(["active", "id", "identifier", "meta", "resourceType"]);
            foreach (var query in new[] { "family=partie", "name=partie", "qualification-code=10", "name:contains=ART" }) Matches(await on.Ask(key, $"/Practitioner?{query}")).ShouldBeEmpty(query);
            foreach (var query in new[] { "identifier=99999000011", $"_id={id}", "active=false", "_lastUpdated=ge2020-01-01&active=false" })
            {
                on.Fhir.Database.Clock.Move(TimeSpan.FromSeconds(10));
                Matches(await on.Ask(key, $"/Practitioner?{query}")).ShouldBe([id], query);
            }
        }
        // Where nothing is said an entry stands.
        var unsaid = Practitioner("99999000029", "TACITE");
        unsaid.Remove("active");
        var other = await on.Create(unsaid);
        Matches(await on.Public("/Practitioner?family=tacite")).ShouldBe([other]);
    }

    static readonly string[] Names =
    [
        "_id", "active", "family", "given", "identifier", "identifier-type", "mailbox-mss", "mailbox-mss-type", "name", "number-smartcard", "type-smartcard", "qualification-code", "data-information-system",
        "telecom", "email", "phone", "address", "address-city", "address-line", "gender", "birthdate", "communication", "_content", "_text", "_filter", "_tag", "_profile", "organization", "practitioner", "role",
        "partof", "type", "pharmacy-licence", "status", "manufacturer", "_has:PractitionerRole:practitioner:mailbox-mss", "practitioner.mailbox-mss", "practitioner:Practitioner.mailbox-mss",
        "practitioner.telecom", "organization.mailbox-mss", "organization.telecom", "mailbox-mss-public", "in-service", "_source", "_security"
    ];

    static readonly string[] Modifiers = ["", "", "", ":exact", ":contains", ":text", ":missing", ":not", ":identifier", ":of-type", ":above", ":in"];

    static readonly string[] More =
    [
        "_summary=true", "_summary=count", "_summary=data", "_elements=telecom", "_elements=extension,telecom", "_elements=Practitioner.telecom", "_total=accurate", "_include=*", "_include=PractitionerRole:practitioner",
        "_revinclude=PractitionerRole:practitioner", "_revinclude=PractitionerRole:organization", "_sort=mailbox-mss", "_sort=-telecom", "_sort=_lastUpdated", "_format=xml", "_pretty=true", "_count=3", "_lastUpdated=ge2020-01-01"
    ];

    [Theory, OnEachDatabase]
    public async Task No_hidden_value_ever_leaves_the_public_view_whatever_is_asked(DatabaseKind kind)
    {
        var seed = Seed.Of(20261122);
        var dice = new Random(seed);
        await using var on = await AnnuaireWorld.Open(kind);
        var hidden = new List<string>();
        string Canary(string form)
        {
            var value = string.Format(System.Globalization.CultureInfo.InvariantCulture, form, $"canary{dice.Next(1_000_000, 9_999_999)}");
            hidden.Add(value);
            return value;
        }
        JsonArray Telecom(bool person)
        {
            var list = new JsonArray(Mailbox($"libre{dice.Next(1_000_000)}@m.mssante.fr", red: false), Mailbox(Canary("{0}@m.mssante.fr"), red: true));
            var odd = Mailbox(Canary("{0}@odd.mssante.fr"), red: true);
            odd["extension"]![0]!["extension"]![1] = new JsonObject { ["url"] = "listeRouge", ["valueString"] = "false" };   // says nothing plain
            list.Add(odd);
            if (person) list.Add(new JsonObject { ["system"] = "phone", ["value"] = Canary("01-{0}") });
            else list.Add(new JsonObject { ["system"] = "phone", ["use"] = "home", ["value"] = Canary("02-{0}") });
            for (var i = list.Count - 1; i > 0; i--)
            {
                var j = dice.Next(i + 1);
                var (one, other) = (list[i]!.DeepClone(), list[j]!.DeepClone());
                (list[i], list[j]) = (other, one);
            }
            return list;
        }
        for (var i = 0; i < 12; i++)
        {
            var doctor = Practitioner($"999990{i:00000}", $"NOM{i % 3}", active: i % 5 != 0);
            doctor["telecom"] = Telecom(person: true);
            doctor["address"] = new JsonArray(new JsonObject { ["line"] = new JsonArray(Canary("rue {0}")), ["city"] = Canary("ville {0}") });
            doctor["extension"] = new JsonArray(Card(Canary("{0}")), new JsonObject { ["url"] = Guide + "as-ext-practitioner-birth-place", ["valueString"] = Canary("lieu {0}") });
            doctor["qualification"]![0]!["extension"] = new JsonArray(Card(Canary("{0}")), new JsonObject { ["url"] = Guide + "as-ext-level", ["valueString"] = "niveau" });
            doctor["text"] = new JsonObject { ["status"] = "generated", ["div"] = $"<div xmlns=\"http://www.w3.org/1999/xhtml\">{Canary("{0}")}</div>" };
            doctor["contained"] = new JsonArray(new JsonObject { ["resourceType"] = "Organization", ["id"] = "o", ["name"] = Canary("{0}") });
            if (i % 5 == 0) doctor["name"]![0]!["family"] = Canary("Nom{0}");   // ended: a name no more
            var id = await on.Create(doctor);
            var place = Organization($"9900000{i:00}", $"Structure {i % 4}");
            place["telecom"] = Telecom(person: false);
            place["contact"] = new JsonArray(new JsonObject { ["name"] = new JsonObject { ["text"] = Canary("{0}") }, ["telecom"] = Telecom(person: true) });
            var at = await on.Create(place);
            var role = Role(id, at);
            role["telecom"] = Telecom(person: false);
            role["extension"] = new JsonArray(Card(Canary("{0}"), "as-ext-practitionerrole-smartcard"));
            await on.Create(role);
        }
        on.Fhir.Database.Clock.Move(TimeSpan.FromMinutes(1));
        // The values are there: who may see them finds them.
        Matches(await on.Restricted($"/Practitioner?mailbox-mss={hidden.First(value => value.EndsWith("@m.mssante.fr", StringComparison.Ordinal))}")).Count.ShouldBeLessThanOrEqualTo(1);
        (await on.Restricted("/Practitioner?_count=200")).Text.ShouldContain("canary");

        var (asked, equal) = (0, 0);
        for (var round = 0; round < 400; round++)
        {
            var value = hidden[dice.Next(hidden.Count)];
            var sought = dice.Next(3) == 0 ? value[..dice.Next(1, value.Length + 1)] : value;
            if (!sought.Contains("canary", StringComparison.Ordinal)) sought = value;
            var absent = sought.Replace("canary", "cinary", StringComparison.Ordinal);
            var (type, name) = (new[] { "Practitioner", "PractitionerRole", "Organization" }[dice.Next(3)], Names[dice.Next(Names.Length)] + Modifiers[dice.Next(Modifiers.Length)]);
            var more = dice.Next(2) == 0 ? "" : "&" + More[dice.Next(More.Length)];
            var lenient = dice.Next(3) > 0;
            var form = dice.Next(4) == 0;
            var one = await Asked(sought);
            var other = await Asked(absent);
            foreach (var canary in hidden) one.ShouldNotContain(canary, Case.Insensitive, $"seed {seed}: {type}?{name}={sought}{more}");
            one.Replace("cinary", "canary", StringComparison.Ordinal).ShouldBe(other.Replace("cinary", "canary", StringComparison.Ordinal), $"seed {seed}: {type}?{name}={sought}{more}");
            asked++;
            if (one.StartsWith("200", StringComparison.Ordinal)) equal++;

            async Task<string> Asked(string text)
            {
                var query = $"{name}={Uri.EscapeDataString(name.StartsWith("_filter", StringComparison.Ordinal) ? $"telecom eq \"{text}\"" : text)}{more}";
                (string, string)[] headers = lenient ? [("Prefer", "handling=lenient")] : [];
                var reply = form
                    ? await on.Ask(on.PublicKey, HttpMethod.Post, $"/{type}/_search", new StringContent(query, Encoding.UTF8, "application/x-www-form-urlencoded"), headers)
                    : await on.Public($"/{type}?{query}", headers);
                var seen = reply.Text;
                // The echo of what was asked is the caller's own.
                foreach (var echo in new[] { Uri.EscapeDataString(text), text, Uri.EscapeDataString(Uri.EscapeDataString(text)) }.Distinct())
                    seen = seen.Replace(echo, "…", StringComparison.Ordinal);
                return $"{reply.Status} {System.Text.RegularExpressions.Regex.Replace(seen, "_page=[^\"]+", "_page")}";
            }
        }
        equal.ShouldBeGreaterThan(asked / 3);
        // And page after page of everything, read one by one too.
        foreach (var type in new[] { "Practitioner", "PractitionerRole", "Organization" })
        {
            for (var next = $"/{type}?_count=5&_include=*"; next is not null;)
            {
                var page = await on.Public(next);
                foreach (var canary in hidden) page.Text.ShouldNotContain(canary, Case.Insensitive);
                foreach (var id in Matches(page))
                {
                    var read = await on.Public($"/{type}/{id}", ("Accept", dice.Next(2) == 0 ? "application/fhir+xml" : "application/fhir+json"));
                    foreach (var canary in hidden) read.Text.ShouldNotContain(canary, Case.Insensitive);
                }
                next = page.Json.GetProperty("link").EnumerateArray().Where(link => link.GetProperty("relation").GetString() == "next").Select(link => link.GetProperty("url").GetString()).FirstOrDefault();
            }
        }
    }
}
