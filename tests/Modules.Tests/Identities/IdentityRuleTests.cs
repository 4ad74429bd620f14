using System.Text;
using Socle.Fhir;
using Socle.Identities;
using Socle.Platform;
using Socle.Store;
using Socle.Support;

namespace Socle.Modules.Tests.Identities;

public class IdentityRuleTests
{
    [Theory, OnEachDatabase]
    public async Task A_name_that_deceives_the_eye_is_refused_and_one_of_another_alphabet_is_kept(DatabaseKind kind)
    {
        await using var world = await RecordWorld.Open(kind);
        foreach (var (family, code) in new[] { ("DU\u0420ONT", "name-scripts"), ("DU\u202ePONT", "name-characters"), ("DU\u3164PONT", "name-characters") })
            (await Should.ThrowAsync<Refusal>(() => world.AddPatient(new(family, ["ZOE"], "1980-05-17", "F")))).Code.ShouldBe(code);
        (await world.AddPatient(new("ПЕТРОВ", ["ИВАН"], "1980-05-17", "M"))).BirthName.ShouldBe("ПЕТРОВ");
        (await world.AddPatient(new("D’ŒUVRE", ["ZOE"], "1980-05-17", "F"))).BirthName.ShouldBe("D’ŒUVRE");
        (await world.Identities.LookUp(new Traits("d'Oeuvre", "Zoé", "1980-05-17"), default)).ShouldBeOfType<Found.One>();
    }

    [Theory, OnEachDatabase]
    public async Task A_lunar_date_is_kept_as_written_and_found_by_what_is_known(DatabaseKind kind)
    {
        await using var world = await RecordWorld.Open(kind);
        const string Lunar = """{"url":"https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-lunar-date","valueString":"1962-00-00"}""";
        var bytes = Encoding.UTF8.GetBytes($$"""{"resourceType":"Patient","extension":[{{Lunar}}],"name":[{"use":"official","family":"SANS NOM","given":["ZOE"]}],"birthDate":"1962-01-01"}""");
        using var body = FhirDocument.Parse(bytes);
        var stored = (await world.Write(new WriteOp.Create(body)))[0].Stored;
        Encoding.UTF8.GetString(stored.Bytes.Span).ShouldContain(Lunar);
        (await world.Identities.Card(stored.PatientKey, default))!.BirthDate.ShouldBe("1962");
        (await world.Identities.LookUp(new Traits("sans nom", "zoe", "1962"), default)).ShouldBeOfType<Found.One>();
    }

    [Theory, OnEachDatabase]
    public async Task A_Corsican_place_of_birth_is_found_in_either_way_of_writing_it(DatabaseKind kind)
    {
        await using var world = await RecordWorld.Open(kind);
        await world.AddPatient(new("COLONNA", ["LUCIE"], "1957-03-14", "F") { BirthPlaceCode = "20004" });
        (await world.Identities.LookUp(new Traits("COLONNA", "LUCIE", "1957-03-14", "F", "2A004"), default)).ShouldBeOfType<Found.One>();
        (await world.Identities.LookUp(new Traits("COLONNA", "LUCIE", "1957-03-14", "F", "2A005"), default)).ShouldBeOfType<Found.None>();
    }
}
