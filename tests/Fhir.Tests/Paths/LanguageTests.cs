using System.Diagnostics;
using System.Text;

namespace Socle.Fhir.Tests.Paths;

public sealed class LanguageTests
{
    static readonly FhirDocument Patient = FhirDocument.Parse(Encoding.UTF8.GetBytes("""
        {"resourceType":"Patient","id":"p","active":true,"birthDate":"1980-02","_birthDate":{"extension":[{"url":"http://x","valueString":"y"}]},
         "name":[{"use":"official","family":"Lefèvre","given":["Anne","Zoé"]},{"use":"usual","given":["Nanou"]}],
         "contained":[{"resourceType":"Practitioner","id":"d"}],
         "generalPractitioner":[{"reference":"#d"},{"reference":"Practitioner/1"},{"reference":"https://h/Organization/2/_history/1"},{"display":"?"}],
         "deceasedBoolean":false}
        """));

    [Theory]
    [InlineData("Patient.name.given", "Anne", "Zoé", "Nanou")]
    [InlineData("name.where(use = 'usual').given", "Nanou")]
    [InlineData("name.given[1]", "Zoé")]
    [InlineData("Patient.deceased", "false")]
    [InlineData("(Patient.deceased as boolean)", "false")]
    [InlineData("Patient.deceased as dateTime")]
    [InlineData("Patient.deceased.exists() and Patient.deceased != false", "false")]
    [InlineData("generalPractitioner.where(resolve() is Practitioner).count()", "2")]
    [InlineData("generalPractitioner.where(resolve() is Organization).reference", "https://h/Organization/2/_history/1")]
    [InlineData("generalPractitioner.resolve().where($this is Practitioner).id", "d")]
    [InlineData("birthDate.extension('http://x').value", "y")]
    [InlineData("birthDate.hasValue()", "true")]
    [InlineData("birthDate < @1980-03-01", "true")]
    [InlineData("birthDate < @1980-02-15")]                       // cannot be known
    [InlineData("birthDate = @1980-02", "true")]
    [InlineData("(1 | 2 | 2).count()", "2")]
    [InlineData("name.select(given.first() & '!')", "Anne!", "Nanou!")]
    [InlineData("{} and false", "false")]
    [InlineData("{} or true", "true")]
    [InlineData("{} implies true", "true")]
    [InlineData("({} and true).empty()", "true")]
    [InlineData("1 + 2 * 3 - 4 div 3", "6")]
    [InlineData("'a' in name.given or 'Anne' in name.given", "true")]
    [InlineData("name.given contains 'Zoé'", "true")]
    [InlineData("iif(active, 'oui', 'non')", "oui")]
    [InlineData("name.given.where($index > 0)", "Zoé", "Nanou")]
    [InlineData("%resource.id & %context.id", "pp")]
    [InlineData("%ucum", "http://unitsofmeasure.org")]
    [InlineData("'abc'.matches('^a.c$')", "true")]
    [InlineData("4 days > 1 day", "true")]
    [InlineData("1 'g' = 1000 'mg'", "true")]
    [InlineData("@2026-01-31 + 1 month", "2026-02-28")]
    [InlineData("descendants().count() > 10", "true")]
    [InlineData("children().where($this is HumanName).count()", "2")]
    [InlineData("repeat(children()).count() = descendants().count()", "true")]
    [InlineData("`name`.`given`.first()", "Anne")]
    [InlineData("name.all(given.exists())", "true")]
    [InlineData("name.trace('x', given).count()", "2")]
    [InlineData("7.toString() + 'x'.upper()", "7X")]
    [InlineData("Resource.id", "p")]
    [InlineData("DomainResource.id", "p")]
    [InlineData("Observation.id")]
    [InlineData("name.aggregate($total + 1, 0)", "2")]
    [InlineData("defineVariable('n', name.count()).select(%n)", "2")]
    public void Expressions(string expression, params string[] expected) =>
        FhirPath.Compile(expression).Evaluate(Patient.Root).Select(v => v.Text ?? v.TypeName).ShouldBe(expected);

    [Theory]
    [InlineData("", 1)]
    [InlineData("name.", 6)]
    [InlineData("name..given", 6)]
    [InlineData("name.where(", 12)]
    [InlineData("name[", 6)]
    [InlineData("name)", 5)]
    [InlineData("'open", 1)]
    [InlineData("1 +", 4)]
    [InlineData("name.nothing()", 6)]
    [InlineData("name.where()", 6)]
    [InlineData("@2026-13", 2)]
    [InlineData("a # b", 3)]
    [InlineData("a is Nothing", 13)]
    [InlineData("$that", 1)]
    [InlineData("/* open", 1)]
    public void A_wrong_expression_is_refused_with_its_position(string expression, int position)
    {
        var issue = Should.Throw<FhirException>(() => FhirPath.Compile(expression)).Issues[0];
        issue.Code.ShouldBe("invalid");
        issue.Diagnostics.ShouldContain($"position {position} ");
    }

    [Fact]
    public void Lengths_and_nodes_are_bounded()
    {
        FhirPath.Compile(new string(' ', 999) + "1").ShouldNotBeNull();
        Should.Throw<FhirException>(() => FhirPath.Compile(new string(' ', 1_000) + "1"));
        FhirPath.Compile(string.Concat(Enumerable.Repeat("1+", 249)) + "1").ShouldNotBeNull();
        Should.Throw<FhirException>(() => FhirPath.Compile(string.Concat(Enumerable.Repeat("1+", 250)) + "1"));
        Should.Throw<FhirException>(() => FhirPath.Compile(new string('(', 1_000)));
        Should.Throw<FhirException>(() => FhirPath.Compile(new string('-', 999) + "1"));
    }

    [Theory]
    [InlineData("(1|2|3|4|5|6|7|8|9|10).select((1|2|3|4|5|6|7|8|9|10).select((1|2|3|4|5|6|7|8|9|10).select((1|2|3|4|5|6|7|8|9|10).select((1|2|3|4|5|6|7|8|9|10)))))")]
    [InlineData("1.repeat($this + 1)")]
    [InlineData("'a'.repeat($this & $this)")]
    [InlineData("'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!'.matches('(a{900}){900}')")]
    [InlineData("descendants().select(%resource.descendants().select(%resource.descendants().select(%resource.descendants())))")]
    public void A_costly_expression_stops(string expression)
    {
        var path = FhirPath.Compile(expression);
        var watch = Stopwatch.StartNew();
        Should.Throw<FhirException>(() => path.Evaluate(Patient.Root));
        watch.ElapsedMilliseconds.ShouldBeLessThan(2_000);
    }

    [Fact]
    public void A_regular_expression_that_would_backtrack_takes_no_time()
    {
        var watch = Stopwatch.StartNew();
        FhirPath.Compile("'" + new string('a', 200) + "!'.matches('^(a+)+$')").IsTrue(Patient.Root).ShouldBeFalse();
        watch.ElapsedMilliseconds.ShouldBeLessThan(1_000);
    }

    [Fact]
    public void Time_comes_from_outside()
    {
        Should.Throw<FhirException>(() => FhirPath.Compile("now()").Evaluate(Patient.Root));
        var env = new FhirPathEnvironment { Now = new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero) };
        FhirPath.Compile("today()").Evaluate(Patient.Root, env)[0].Text.ShouldBe("2026-03-04");
    }
}
