using Socle.Fhir;
using Socle.Identities;

namespace Socle.Modules.Tests.Identities;

public class TraitsTests
{
    static readonly Traits Dominique = new("PAT-TROIS", "DOMINIQUE MARIE-LOUISE", "1979-03-28", "F");

    [Theory]
    [InlineData("Pat Trois", "Dominique", "1979-03-28", "F", "")]
    [InlineData("PAT-TROIS", "DOMINIQUE", "1979-03", null, "")]
    [InlineData("PAT-TROIS", null, null, null, "")]
    [InlineData("PAT-TROIS", "DOMINIQUE", "1976-05-31", "F", "date de naissance")]
    [InlineData("PAT-QUATRE", "Dominique", "1979-03-28", "M", "nom de naissance, sexe")]
    [InlineData("PAT-TROIS", "MARIE", "1979-03-28", "F", "prénom")]
    public void Traits_agree_or_name_what_contradicts(string name, string? first, string? born, string? sex, string expected) =>
        string.Join(", ", new Traits(name, first, born, sex).Contradictions(Dominique)).ShouldBe(expected);

    [Theory]
    [InlineData("19790328", "1979-03-28")]
    [InlineData("19790300", "1979-03")]
    [InlineData("19790000", "1979")]
    [InlineData("1979", "1979")]
    [InlineData("1979-03-28", "1979-03-28")]
    [InlineData("20230230", null)]
    [InlineData("hier", null)]
    public void A_date_keeps_what_is_known(string text, string? expected) => Traits.IsoDate(text).ShouldBe(expected);

    [Fact]
    public void A_patient_is_written_as_the_national_profile_asks_and_read_back()
    {
        using var document = FhirDocument.Parse(PatientBuilder.Build(Support.Sample.Jeanne));
        var traits = PatientReader.Read(document.Root)!;
        traits.ShouldBe(new("LEFEVRE", "JEANNE MARIE-LOUISE", "1957-03-14", "F", "29232"));
        var identifier = document.Root["identifier"];
        identifier["type"]["coding"]["code"].Text.ShouldBe("INS-NIR-TEST");
        identifier["use"].Text.ShouldBe("official");
        document.Root["name"]["given"].Text.ShouldBe("JEANNE");
    }

    [Fact]
    public void A_billing_number_under_the_same_system_is_no_INS()
    {
        using var document = FhirDocument.Parse("""
            {"resourceType":"Patient","identifier":[{"type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"NH"}]},"system":"urn:oid:1.2.250.1.213.1.4.8","value":"279035121518989"}]}
            """u8.ToArray());
        PatientReader.InsOf(document.Root).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("1962-00-00", "1962")]
    [InlineData("19620400", "1962-04")]
    [InlineData("31/02/2001", "2001-02")]     // a day that this calendar does not have
    [InlineData("00/00/1962", "1962")]
    [InlineData("1962-02-31", "1962-02")]
    [InlineData("1962-13-01", null)]
    [InlineData("au printemps", null)]
    [InlineData(null, null)]
    public void A_lunar_date_keeps_what_is_known_of_it(string? text, string? expected) => Traits.IsoLunarDate(text).ShouldBe(expected);

    [Theory]
    [InlineData("1962-01-01", "1962-00-00", "1962")]      // the first of January stands for a year
    [InlineData(null, "1962-04-00", "1962-04")]
    [InlineData("1962-04-17", "1970-00-00", "1962-04-17")]  // they contradict each other: the date of the resource
    [InlineData("1962-04-17", null, "1962-04-17")]
    public void The_lunar_date_of_the_national_profile_is_read(string? born, string? lunar, string expected)
    {
        var extension = lunar is null ? "" : "\"extension\":[{\"url\":\"https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-lunar-date\",\"valueString\":\"" + lunar + "\"}],";
        var date = born is null ? "" : ",\"birthDate\":\"" + born + "\"";
        using var document = FhirDocument.Parse(System.Text.Encoding.UTF8.GetBytes(
            $$"""{"resourceType":"Patient",{{extension}}"name":[{"use":"official","family":"SANS NOM"}]{{date}}}"""));
        PatientReader.Read(document.Root).ShouldBe(new Traits("SANS NOM", null, expected));
    }

    [Theory]
    [InlineData("Þóra d’Œuvre", "thora d oeuvre")]
    [InlineData("PAT-TROIS", "pat trois")]
    [InlineData("ST. JEAN", "st jean")]           // no trait, and found all the same
    [InlineData("Петров", "петров")]
    public void The_key_of_the_index_is_the_trait_s(string name, string key) => Traits.Key(name).ShouldBe(key);

    [Fact]
    public void Of_several_numbers_the_one_in_force_is_the_person_s()
    {
        using var document = FhirDocument.Parse("""
            {"resourceType":"Patient","identifier":[
              {"use":"old","system":"urn:oid:1.2.250.1.213.1.4.10","value":"279035121518989"},
              {"use":"temp","system":"urn:oid:1.2.250.1.213.1.4.9","value":"779035121518902"},
              {"use":"official","system":"urn:oid:1.2.250.1.213.1.4.10","value":"277076322082910"}]}
            """u8.ToArray());
        PatientReader.InsOf(document.Root).Count.ShouldBe(3);
        PatientReader.ActiveIns(document.Root)!.Value.ShouldBe("277076322082910");
    }
}
