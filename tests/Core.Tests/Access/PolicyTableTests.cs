using System.Text;
using Socle.Access;
using Socle.Fhir;
using Socle.Platform;
using Socle.Store;

namespace Socle.Core.Tests.Access;

public class PolicyTableTests
{
    static readonly AgentKind[] People = [AgentKind.Citizen, AgentKind.Professional, AgentKind.System];
    static readonly Interaction[] Writes = [Interaction.Create, Interaction.Update, Interaction.Patch, Interaction.Delete];

    [Fact]
    public void Every_type_of_R4_stands_in_one_group() =>
        Definitions.ResourceTypes.Where(type => PolicyTable.Group(type) is null).ShouldBeEmpty();

    [Theory]
    [InlineData("Patient"), InlineData("Practitioner"), InlineData("PractitionerRole"), InlineData("Organization"), InlineData("Location")]
    [InlineData("HealthcareService"), InlineData("CodeSystem"), InlineData("ValueSet"), InlineData("ConceptMap"), InlineData("StructureDefinition")]
    [InlineData("SearchParameter"), InlineData("RelatedPerson"), InlineData("Medication")]
    public void Only_the_steward_writes_who_people_are_and_what_words_mean(string type)
    {
        foreach (var write in Writes)
        {
            foreach (var kind in People) PolicyTable.Allows(kind, type, write).ShouldBeFalse($"{kind} {write} {type}");
            PolicyTable.Allows(AgentKind.Steward, type, write).ShouldBeTrue();
        }
    }

    [Fact]
    public void A_subscription_is_asked_for_by_software_and_professionals()
    {
        foreach (var write in Writes)
        {
            PolicyTable.Allows(AgentKind.Citizen, "Subscription", write).ShouldBeFalse();
            PolicyTable.Allows(AgentKind.Professional, "Subscription", write).ShouldBeTrue();
            PolicyTable.Allows(AgentKind.System, "Subscription", write).ShouldBeTrue();
        }
    }

    [Fact]
    public void A_citizen_writes_documents_only()
    {
        var written = Definitions.ResourceTypes.Where(type => Writes.Any(write => PolicyTable.Allows(AgentKind.Citizen, type, write)));
        written.ShouldBe(["Binary", "DocumentManifest", "DocumentReference", "List"]);
        PolicyTable.Allows(AgentKind.Citizen, "DocumentReference", Interaction.Delete).ShouldBeFalse();
    }

    [Fact]
    public void An_unknown_type_kind_or_interaction_is_denied()
    {
        PolicyTable.Allows(AgentKind.Steward, "Doctor", Interaction.Read).ShouldBeFalse();
        PolicyTable.Allows((AgentKind)77, "Observation", Interaction.Read).ShouldBeFalse();
        PolicyTable.Allows(AgentKind.Steward, "Observation", (Interaction)77).ShouldBeFalse();
    }

    [Fact]
    public void A_software_cannot_list_everybody() =>
        PolicyTable.Allows(AgentKind.System, "Patient", Interaction.History).ShouldBeFalse();

    [Theory]
    [InlineData(AgentKind.System, "system/*.cruds", "Observation", Interaction.Create, true)]
    [InlineData(AgentKind.System, "system/*.rs", "Observation", Interaction.Create, false)]
    [InlineData(AgentKind.System, "system/*.cruds", "Patient", Interaction.Update, false)]            // a scope never opens what the table closes
    [InlineData(AgentKind.System, "patient/*.cruds", "Observation", Interaction.Read, false)]         // another actor's prefix
    [InlineData(AgentKind.System, "system/Observation.rs?category=laboratory", "Observation", Interaction.Read, false)]
    [InlineData(AgentKind.Citizen, "patient/DocumentReference.rs", "DocumentReference", Interaction.Read, true)]
    [InlineData(AgentKind.Citizen, "patient/DocumentReference.rs", "Observation", Interaction.Read, false)]
    [InlineData(AgentKind.Citizen, "system/*.cruds", "DocumentReference", Interaction.Read, false)]
    [InlineData(AgentKind.Citizen, "", "DocumentReference", Interaction.Read, false)]
    [InlineData(AgentKind.Professional, "user/*.rs", "DocumentReference", Interaction.Search, true)]
    [InlineData(AgentKind.Professional, "user/*.r", "DocumentReference", Interaction.Search, false)]
    public void The_scopes_of_a_token_only_narrow(AgentKind kind, string scopes, string type, Interaction interaction, bool allowed)
    {
        var agent = new Agent(kind, "x", "x", null, null, null, 5, 7);
        var scope = ScopeBuilder.Build(agent, Purposes.Of(kind), Facts.None(DateTimeOffset.UnixEpoch), GrantedScopes.Parse(scopes));
        scope.Types.Allows(type, interaction).ShouldBe(allowed);
    }

    [Theory]
    [InlineData(AgentKind.Citizen), InlineData(AgentKind.Professional), InlineData(AgentKind.System)]
    public void No_scope_grants_a_patient_without_a_fact(AgentKind kind)
    {
        var agent = new Agent(kind, "x", "x", null, null, null, 5, 0);
        foreach (var scopes in new[] { "patient/*.cruds", "user/*.cruds", "system/*.cruds", "patient/*.cruds user/*.cruds system/*.cruds launch openid" })
        {
            var scope = ScopeBuilder.Build(agent, Purposes.Of(kind), Facts.None(DateTimeOffset.UnixEpoch), GrantedScopes.Parse(scopes));
            scope.ReadReach.Everyone.ShouldBeFalse();
            scope.ReadReach.Patients.ShouldBeEmpty();
            scope.WriteReach.Patients.ShouldBeEmpty();
            scope.WriteReach.Shared.ShouldBeFalse();
        }
    }

    [Fact]
    public void The_table_in_the_documents_is_the_table_in_the_code()
    {
        var text = new StringBuilder("""
            # Permissions

            Written by `PolicyTableTests` from `src/Access/PolicyTable.cs`; do not edit. Which interactions exist for whom; which records
            they reach is decided record by record (src/Access/README.md). r read, v version, s search, h history, c create, u update, p patch, d delete.

            | resources | citizen | professional | system | steward |
            |---|---|---|---|---|

            """);
        foreach (var group in Enum.GetValues<TypeGroup>())
        {
            var types = Definitions.ResourceTypes.Where(type => PolicyTable.Group(type) == group).ToList();
            var cells = People.Append(AgentKind.Steward).Select(kind => Letters(kind, types));
            text.Append("| **").Append(group).Append("**: ").AppendJoin(", ", types).Append(" | ").AppendJoin(" | ", cells).Append(" |\n");
        }
        GeneratedFile.MustEqual("docs/generated/permissions.md", text.ToString());
    }

    static string Letters(AgentKind kind, List<string> types)
    {
        var letters = string.Concat(Enum.GetValues<Interaction>().Where(i => types.All(type => PolicyTable.Allows(kind, type, i))).Select(Letter));
        return letters.Length == 0 ? "–" : letters;

        static char Letter(Interaction i) => i switch
        {
            Interaction.Vread => 'v', Interaction.Search => 's', Interaction.History => 'h', Interaction.Create => 'c',
            Interaction.Update => 'u', Interaction.Patch => 'p', Interaction.Delete => 'd', _ => 'r'
        };
    }
}
