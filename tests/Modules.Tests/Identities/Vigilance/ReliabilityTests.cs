using System.Globalization;
using System.Text;
using Socle.Core.Tests;
using Socle.Fhir;
using Socle.Identities;
using Socle.Platform;

namespace Socle.Modules.Tests.Identities;

public class ReliabilityTests
{
    static readonly IdentityStatus[] Statuses = Enum.GetValues<IdentityStatus>();
    static readonly IdentityFact[] Facts = Enum.GetValues<IdentityFact>();

    [Fact]
    public void The_diagram_of_the_statuses_is_the_table()
    {
        var text = new StringBuilder("# Statuses of an identity\n\nWritten by a test from the table of transitions; do not edit. A fact that has no arrow changes nothing; a doubtful or fictive identity is\n")
            .Append("provisional whatever was proved, and takes no proof before the doubt is settled.\n\n```mermaid\nstateDiagram-v2\n    [*] --> Provisional\n");
        foreach (var ((from, fact), to) in Reliability.Next.OrderBy(step => step.Key.From).ThenBy(step => step.Key.Fact))
            text.Append(CultureInfo.InvariantCulture, $"    {from} --> {to} : {fact}\n");
        GeneratedFile.MustEqual("docs/generated/identity-statuses.md", text.Append("```\n").ToString());
    }

    [Fact]
    public void Qualified_needs_both_proofs_in_either_order_and_loses_it_with_either()
    {
        var start = Reliability.Provisional;
        start.After(IdentityFact.InsFound).Status.ShouldBe(IdentityStatus.Recovered);
        start.After(IdentityFact.DocumentChecked).Status.ShouldBe(IdentityStatus.Validated);
        var one = start.After(IdentityFact.InsFound).After(IdentityFact.DocumentChecked);
        one.ShouldBe(start.After(IdentityFact.DocumentChecked).After(IdentityFact.InsFound));
        one.MayLeaveWithIns.ShouldBeTrue();
        one.After(IdentityFact.InsLost).Status.ShouldBe(IdentityStatus.Validated);
        one.After(IdentityFact.DocumentWithdrawn).Status.ShouldBe(IdentityStatus.Recovered);
        one.After(IdentityFact.TraitsChanged).Status.ShouldBe(IdentityStatus.Provisional);
    }

    // By what each status says has been proved, and not by the table.
    [Fact]
    public void From_every_status_every_fact_proves_what_it_proves_and_nothing_else()
    {
        static (bool Ins, bool Document) Proved(IdentityStatus status) =>
            (status is IdentityStatus.Recovered or IdentityStatus.Qualified, status is IdentityStatus.Validated or IdentityStatus.Qualified);
        foreach (var status in Statuses)
            foreach (var fact in Facts)
            {
                var (ins, document) = Proved(status);
                var expected = fact switch
                {
                    IdentityFact.InsFound => (true, document),
                    IdentityFact.InsLost => (false, document),
                    IdentityFact.DocumentChecked => (ins, true),
                    IdentityFact.DocumentWithdrawn => (ins, false),
                    _ => (false, false)
                };
                Proved(new Reliability(status).After(fact).Status).ShouldBe(expected, $"{status} {fact}");
            }
    }

    [Theory]
    [InlineData(IdentityAttributes.Fictive)]
    [InlineData(IdentityAttributes.Doubtful)]
    public void A_fictive_or_doubtful_identity_is_provisional_and_takes_no_proof(IdentityAttributes attribute)
    {
        foreach (var status in Statuses)
        {
            var doubted = new Reliability(status).With(attribute);
            doubted.Status.ShouldBe(IdentityStatus.Provisional);
            doubted.MayLeaveWithIns.ShouldBeFalse();
            Should.Throw<Refusal>(() => doubted.After(IdentityFact.InsFound)).Code.ShouldBe("identity-doubt-first");
            Should.Throw<Refusal>(() => doubted.After(IdentityFact.DocumentChecked)).Code.ShouldBe("identity-doubt-first");
            doubted.Without(attribute).Status.ShouldBe(IdentityStatus.Provisional, "a settled doubt proves nothing");
        }
    }

    [Fact]
    public void A_homonym_keeps_its_status() =>
        new Reliability(IdentityStatus.Qualified).With(IdentityAttributes.Homonym).MayLeaveWithIns.ShouldBeTrue();

    [Fact]
    public void Every_status_and_attribute_is_written_to_FHIR_and_read_again()
    {
        foreach (var status in Statuses)
            for (var attributes = 0; attributes < 8; attributes++)
            {
                var reliability = new Reliability(status).With((IdentityAttributes)attributes);
                var hasIns = status is IdentityStatus.Recovered or IdentityStatus.Qualified;
                using var patient = FhirDocument.Parse(PatientBuilder.Build(Support.Sample.Jeanne with
                {
                    Status = reliability.Status, Attributes = reliability.Attributes, Ins = hasIns ? Support.Sample.Jeanne.Ins : null
                }));
                ReliabilityOfPatient.Read(patient.Root, hasIns).ShouldBe(reliability);
            }
    }

    [Theory]
    [InlineData("""{"url":"identityStatus","valueCoding":{"code":"VALI"}}""", true, IdentityStatus.Qualified)]      // FR Core before 2.2.0
    [InlineData("""{"url":"identityStatus","valueCoding":{"code":"VALI"}}""", false, IdentityStatus.Validated)]
    [InlineData("""{"url":"identityStatus","valueCoding":{"code":"RECUP"}}""", false, IdentityStatus.Provisional)]    // nothing was recovered
    [InlineData("""{"url":"identityStatus","valueCoding":{"code":"FICT"}}""", true, IdentityStatus.Provisional)]
    [InlineData("""{"url":"identityStatus","valueCoding":{"code":"QUAL"}},{"url":"comment","valueCodeableConcept":{"coding":[{"code":"DOUT"}]}}""", true, IdentityStatus.Provisional)]
    [InlineData("""{"url":"identityStatus","valueCoding":{"code":"XYZ"}}""", true, IdentityStatus.Provisional)]
    public void What_others_write_is_read(string parts, bool hasIns, IdentityStatus expected)
    {
        using var patient = FhirDocument.Parse(Encoding.UTF8.GetBytes($$"""
            {"resourceType":"Patient","extension":[{"url":"https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-identity-reliability","extension":[{{parts}}]}]}
            """));
        ReliabilityOfPatient.Read(patient.Root, hasIns).Status.ShouldBe(expected);
    }
}
