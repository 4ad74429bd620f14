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
}
