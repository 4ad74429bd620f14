using System.Text;

namespace Socle.Fhir.Tests.Validation;

public sealed class DisplayTests
{
    static readonly TerminologyIndex Index = TerminologyIndex.Of([Encoding.UTF8.GetBytes("""
        {"resourceType":"CodeSystem","url":"https://exemple.test/cs","status":"active","content":"complete","concept":[
         {"code":"a","display":"Tension artérielle","designation":[{"language":"en","value":"Blood pressure"}]},{"code":"b"}]}
        """), Encoding.UTF8.GetBytes("""
        {"resourceType":"ValueSet","url":"https://exemple.test/vs","status":"active","compose":{"include":[{"system":"https://exemple.test/heard","concept":[{"code":"h","display":"Cheville"}]}]}}
        """)], () => DateTimeOffset.UnixEpoch);

    static readonly Validator Validator = new(ProfileSet.Empty, Index);

    [Theory]
    [InlineData("cs", "a", "Tension artérielle", true)]
    [InlineData("cs", "a", "TENSION  arterielle", true)]
    [InlineData("cs", "a", "blood pressure", true)]
    [InlineData("cs", "a", "Poids", false)]
    [InlineData("cs", "b", "Poids", true)]
    [InlineData("cs", "none", "Poids", true)]
    [InlineData("other", "a", "Poids", true)]
    [InlineData("heard", "h", "Cheville", true)]
    [InlineData("heard", "h", "Genou", false)]
    public void A_display_that_is_no_name_of_its_code_is_a_warning(string system, string code, string display, bool right)
    {
        var json = Encoding.UTF8.GetBytes($$"""
            {"resourceType":"Basic","code":{"coding":[{"system":"https://exemple.test/{{system}}","code":"{{code}}","display":"{{display}}"}] } }
            """);
        Validator.Validate(json).Where(i => i.Expression == "Basic.code.coding[0].display").Select(i => i.Severity).ShouldBe(right ? [] : ["warning"]);
        using var document = FhirDocument.Parse(json);
        Validator.Judge(document, default, []).Issues.ShouldBeEmpty("a write does not look at it");
    }
}
