using Socle.Fhir;
using Socle.Identities;
using Socle.Platform;
using Socle.Support;

namespace Socle.Modules.Tests.Identities;

public class MatchTests
{
    static readonly Agent OutOfPractice = FhirWorld.Nurse with { Structure = null, StructureName = null };

    [Theory, OnEachDatabase]
    public async Task Traits_find_one_or_none_or_several_and_nobody_is_picked(DatabaseKind kind)
    {
        await using var world = await InsiWorld.Open(kind);
        var jeanne = Register.Qualified("LEFÈVRE", ["Jeanne", "Marie-Louise"]);
        var id = await world.Add(jeanne);
        await world.Add(Register.Qualified("LEFEVRE", ["JEAN-PIERRE"], sex: "M"));
        await world.Add(Register.Qualified("LE GOFF", ["ANNE", "LUCIE"], place: "29019"));
        await world.Add(Register.Qualified("LE GOFF", ["ANNE", "SOIZIC"], place: "29019"));
        await world.Add(Register.Qualified("LE GOFF", ["ANNE", "SOIZIC", "EVE"], place: "20004"));
        await world.Add(Register.Qualified("LE GOFF", ["ANNE", "SOIZIC", "EVE"], place: "29019"));
        await world.Add(Register.Qualified("PROVISOIRE", ["ZOE"]) with { Status = IdentityStatus.Provisional });
        await world.Add(Register.Qualified("SANSLIEU", ["ZOE"]) with { BirthPlaceCode = null });
        await world.Add(Register.Qualified("SANS NOM", ["ZOE"], born: "1962"));
        await world.Add(Register.Qualified("UNNOM", [], place: "99109"));
        foreach (var (asked, codes) in new (NewPatient, string)[]
        {
            (Register.Asked("Lefevre", "Jeanne"), "00"),
            (Register.Asked("lefèvre", "JEANNE MARIE LOUISE", place: "29232"), "00"),
            (Register.Asked("LEFEVRE", "MARIE-LOUISE"), "01"),                   // not the first one
            (Register.Asked("LEFEVRE", "JEANNE", place: "29019"), "01"),
            (Register.Asked("LEFEVRE", "JEANNE", born: "1957-03"), "01"),         // a part of a date is another date
            (Register.Asked("LEFEVRE", "JEANNE", sex: "M"), "01"),
            (Register.Asked("LEFEVRE", "JEAN", sex: "M"), "01"),                  // JEAN-PIERRE is one name
            (Register.Asked("LEFEVRE", "JEAN PIERRE", sex: "M"), "00"),
            (Register.Asked("LE GOFF", "ANNE"), "02 other-given-names"),
            (Register.Asked("LE-GOFF", "ANNE LUCIE"), "00"),
            (Register.Asked("LE GOFF", "ANNE SOIZIC"), "02 birth-place"),
            (Register.Asked("LE GOFF", "ANNE SOIZIC", place: "2A004"), "00"),     // Corsica, written in the other way
            (Register.Asked("LE GOFF", "ANNE SOIZIC", place: "29019"), "02"),     // nothing is left to ask
            (Register.Asked("PROVISOIRE", "ZOE"), "01"),                          // no identity of the register
            (Register.Asked("SANSLIEU", "ZOE"), "01"),                            // its five traits are not all known
            (Register.Asked("SANS NOM", "ZOE", born: "1962"), "00"),
            (Register.Asked("UNNOM", "SANS PRENOM"), "00")
        })
        {
            var reply = await world.Match(FhirWorld.Laboratory, asked);
            InsiWorld.CodesOf(reply).ShouldBe(codes, $"{asked.BirthName} {string.Join(' ', asked.GivenNames)}");
            (InsiWorld.PersonOf(reply) is not null).ShouldBe(codes == "00");
            reply.Json.GetProperty("total").GetInt32().ShouldBe(codes == "00" ? 1 : 0);
        }

        var found = InsiWorld.PersonOf(await world.Match(FhirWorld.Laboratory, Register.Asked("LEFEVRE", "JEANNE")))!.Value;
        using var person = FhirDocument.Parse(System.Text.Encoding.UTF8.GetBytes(found.GetRawText()));
        person.Root["id"].Text.ShouldBe(id);
        PatientReader.Read(person.Root).ShouldBe(new("LEFEVRE", "JEANNE MARIE-LOUISE", "1957-03-14", "F", "29232"));
        PatientReader.InsOf(person.Root).ShouldHaveSingleItem().Value.ShouldBe(jeanne.Ins);
        person.Root["name"]["given"].Text.ShouldBe("JEANNE");
        // The number with its traits and nothing else of the record.
        foreach (var more in new[] { "address", "telecom", "active" }) person.Root[more].Exists.ShouldBeFalse();
        // The person sees that the teleservice was asked, and by whom.
        (await world.TraceOf(id)).Count(line => line.Entry.Agent.Id == FhirWorld.Laboratory.Id && line.Entry.Action == "search").ShouldBe(3);
    }

    [Theory, OnEachDatabase]
    public async Task A_number_with_its_traits_is_verified_and_what_differs_is_named(DatabaseKind kind)
    {
        await using var world = await InsiWorld.Open(kind);
        var jeanne = Register.Qualified("LEFÈVRE", ["Jeanne", "Marie-Louise"]);
        var id = await world.Add(jeanne);
        var loic = Register.Qualified("LE GOFF", ["LOIC"], sex: "M");
        await world.Add(loic with { Status = IdentityStatus.Provisional });
        var with = (NewPatient asked) => asked with { InsSystem = Ins.Systems.Test, Ins = jeanne.Ins };
        foreach (var (asked, codes) in new (NewPatient, string)[]
        {
            (with(Register.Asked("Lefevre", "Jeanne")), "OK"),
            (with(Register.Asked("LEFEVRE", "JEANNE MARIE-LOUISE", place: "29232")), "OK"),
            (with(Register.Asked("LEFEBVRE", "JEANNE", place: "29019")), "KO birth-name birth-place"),
            (with(Register.Asked("LEFEVRE", "ANNE", "1957-03-15", "M")), "KO given-names sex birth-date"),
            (with(Register.Asked("LEFEVRE", "JEANNE")) with { Ins = Register.Number("F", 9_999) }, "KO"),
            (with(Register.Asked("LEFEVRE", "JEANNE")) with { InsSystem = Ins.Systems.Demo }, "KO"),
            (Register.Asked("LE GOFF", "LOIC", sex: "M") with { InsSystem = Ins.Systems.Test, Ins = loic.Ins }, "KO")
        })
        {
            var reply = await world.Match(FhirWorld.Laboratory, asked);
            InsiWorld.CodesOf(reply).ShouldBe(codes);
            (InsiWorld.PersonOf(reply) is not null).ShouldBe(codes == "OK");
        }
        (await world.TraceOf(id)).Count(line => line.Entry.Action == "search").ShouldBe(4);
    }

    [Theory, OnEachDatabase]
    public async Task A_number_that_was_replaced_is_told_as_former_and_verifies_nobody(DatabaseKind kind)
    {
        await using var world = await InsiWorld.Open(kind);
        var jeanne = Register.Qualified("LEFEVRE", ["JEANNE"]);
        var former = Register.Number("F", 5_000);
        var json = System.Text.Encoding.UTF8.GetString(PatientBuilder.Build(jeanne)).Replace("\"identifier\":[",
            $$"""{{"\""}}identifier":[{"use":"old","system":"{{Ins.Systems.Test}}","value":"{{former}}"},""", StringComparison.Ordinal);
        (await world.Fhir.Post(world.Fhir.Token(FhirWorld.Steward), "Patient", json)).Status.ShouldBe(201);
        var found = InsiWorld.PersonOf(await world.Match(FhirWorld.Laboratory, Register.Asked("LEFEVRE", "JEANNE")))!.Value;
        found.GetProperty("identifier").EnumerateArray().Select(i => (i.GetProperty("use").GetString(), i.GetProperty("value").GetString()))
            .ShouldBe([("official", jeanne.Ins), ("old", former)]);
        var asked = Register.Asked("LEFEVRE", "JEANNE") with { InsSystem = Ins.Systems.Test, Ins = former };
        InsiWorld.CodesOf(await world.Match(FhirWorld.Laboratory, asked)).ShouldBe("KO");
    }

    [Theory, OnEachDatabase]
    public async Task Only_a_professional_in_practice_and_an_authorised_software_may_ask(DatabaseKind kind)
    {
        await using var world = await InsiWorld.Open(kind);
        var jeanne = Register.Qualified("LEFEVRE", ["JEANNE"]);
        var id = await world.Add(jeanne);
        world.Fhir.Storage.Keys.TryReadId(id, out var key, out _);
        var citizen = new Agent(AgentKind.Citizen, $"patient:{id}", "Jeanne Lefevre", null, null, null, key, key);
        var asked = Register.Asked("LEFEVRE", "JEANNE");
        (await world.Match((string?)null, asked)).Status.ShouldBe(401);
        foreach (var (agent, scopes, status) in new[]
        {
            (FhirWorld.Nurse, null, 200), (FhirWorld.Laboratory, null, 200), (FhirWorld.Steward, null, 200),
            (OutOfPractice, null, 403), (citizen, null, 403),
            (FhirWorld.Nurse, "user/Observation.rs", 403), (FhirWorld.Nurse, "system/Patient.s", 403), (FhirWorld.Laboratory, "system/Patient.r", 403),
            (FhirWorld.Laboratory, "system/Patient.s", 200)
        })
            (await world.Match(agent, asked, scopes)).Status.ShouldBe(status, $"{agent.Id} {scopes}");
        // In a Bundle it is the same.
        var entry = $$"""{"resourceType":"Bundle","type":"batch","entry":[{"request":{"method":"POST","url":"Patient/$match"},"resource":{{InsiWorld.Parameters(asked)}}}]}""";
        foreach (var (agent, status) in new[] { (FhirWorld.Laboratory, "200"), (OutOfPractice, "403") })
            (await world.Fhir.Post(world.Fhir.Token(agent), "", entry)).Json.GetProperty("entry")[0].GetProperty("response").GetProperty("status").GetString()!
                .ShouldStartWith(status);
    }

    [Theory, OnEachDatabase]
    public async Task A_professional_who_guesses_is_stopped(DatabaseKind kind)
    {
        await using var world = await InsiWorld.Open(kind);
        var statuses = new List<int>();
        for (var i = 0; i < 22; i++)
            statuses.Add((await world.Match(FhirWorld.Nurse, Register.Asked("LEFEVRE", "JEANNE") with { InsSystem = Ins.Systems.Test, Ins = Register.Number("F", 7_000 + i) })).Status);
        statuses.ShouldBe([.. Enumerable.Repeat(200, 20), 429, 429]);
    }

    [Theory, OnEachDatabase]
    public async Task What_is_no_question_is_refused_with_its_fault(DatabaseKind kind)
    {
        await using var world = await InsiWorld.Open(kind);
        foreach (var (asked, code, words) in new (NewPatient, string, string)[]
        {
            (Register.Asked("DU\u0420ONT", "ZOE"), "insi-trait", "plusieurs alphabets"),
            (Register.Asked("DU\u202ePONT", "ZOE"), "insi-trait", "invisibles"),
            (Register.Asked("DUPONT", "Z\u200bOE"), "insi-trait", "invisibles"),
            (Register.Asked("ПЕТРОВ", "ZOE"), "insi-trait", "lettres latines"),
            (Register.Asked("DUPONT2", "ZOE"), "insi-trait", "un chiffre"),
            (Register.Asked(new string('A', 300), "ZOE"), "insi-trait", "255"),
            (Register.Asked("DUPONT", "ZOE", place: "BREST"), "insi-trait", "lieu de naissance"),
            (Register.Asked("DUPONT", ""), "insi-trait-missing", "prénom"),
            (Register.Asked("DUPONT", "ZOE", sex: ""), "insi-trait-missing", "sexe"),
            (Register.Asked("DUPONT", "ZOE") with { BirthDate = null }, "insi-trait-missing", "date de naissance"),
            (Register.Asked("DUPONT", "ZOE") with { InsSystem = Ins.Systems.Test, Ins = "12" }, "ins-malformed", "12")
        })
        {
            var reply = await world.Match(FhirWorld.Laboratory, asked);
            reply.Status.ShouldBe(422, reply.Text);
            reply.Code.ShouldBe(code);
            reply.Text.ShouldContain(words);
        }
        foreach (var body in new[]
        {
            """{"resourceType":"Parameters"}""", """{"resourceType":"Observation","status":"final","code":{"text":"x"}}""",
            """{"resourceType":"Parameters","parameter":[{"name":"resource","resource":{"resourceType":"Group","type":"person","actual":true}}]}""",
            """{"resourceType":"Parameters","parameter":[{"name":"resource","resource":{"resourceType":"Patient"}},{"name":"count","valueInteger":0}]}"""
        })
            (await world.Fhir.Post(world.Fhir.Token(FhirWorld.Laboratory), "Patient/$match", body)).Code.ShouldBe("insi-no-patient");
        // The example of the vendors' page, as it stands there.
        var example = await world.Fhir.Post(world.Fhir.Token(FhirWorld.Laboratory), MatchPatient.Example.Path, MatchPatient.Example.Body!);
        (example.Status, InsiWorld.CodesOf(example)).ShouldBe((MatchPatient.Example.Status, "01"));
        // A single resource may be the body itself.
        var alone = System.Text.Encoding.UTF8.GetString(PatientBuilder.Build(Register.Asked("DUPONT", "ZOE")));
        InsiWorld.CodesOf(await world.Fhir.Post(world.Fhir.Token(FhirWorld.Laboratory), "Patient/$match", alone)).ShouldBe("01");
    }
}
