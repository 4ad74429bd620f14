using System.Text;
using Socle.Fhir;
using Socle.Identities;
using Socle.Platform;
using Socle.Store;
using Socle.Support;

namespace Socle.Modules.Tests.Identities;

/// <summary>« Only a qualified identity leaves with its INS », by every door by which a Patient leaves.</summary>
public class InsReleaseTests
{
    static readonly Agent Laboratory = new(AgentKind.System, "system:labo", "Labo", null, "000000001", "Labo", 901, 0);
    static readonly Agent Nurse = new(AgentKind.Professional, "rpps:99999000016", "Claire", "Infirmière", null, null, 9, 0);

    public static TheoryData<DatabaseKind, IdentityStatus, IdentityAttributes, bool> Cases()
    {
        var cases = new TheoryData<DatabaseKind, IdentityStatus, IdentityAttributes, bool>();
        foreach (var kind in new[] { DatabaseKind.Sqlite, DatabaseKind.Postgres })
        {
            if (kind == DatabaseKind.Postgres && PostgresServer.WhyAbsent is not null && !PostgresServer.IsRequired) continue;
            cases.Add(kind, IdentityStatus.Provisional, IdentityAttributes.None, false);
            cases.Add(kind, IdentityStatus.Recovered, IdentityAttributes.None, false);
            cases.Add(kind, IdentityStatus.Qualified, IdentityAttributes.None, true);
            cases.Add(kind, IdentityStatus.Qualified, IdentityAttributes.Doubtful, false);
            cases.Add(kind, IdentityStatus.Qualified, IdentityAttributes.Fictive, false);
            cases.Add(kind, IdentityStatus.Qualified, IdentityAttributes.Homonym, true);
        }
        return cases;
    }

    [Theory, MemberData(nameof(Cases))]
    public async Task A_number_leaves_with_a_qualified_identity_only(DatabaseKind kind, IdentityStatus status, IdentityAttributes attributes, bool leaves)
    {
        await using var world = await RecordWorld.Open(kind);
        var jeanne = await world.AddPatient(Sample.Jeanne with { Status = status, Attributes = attributes });
        using var note = FhirDocument.Parse(Encoding.UTF8.GetBytes(
            $$$"""{"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/{{{jeanne.Id}}}"}}"""));
        await world.Store.Write(await world.Enter(Laboratory), [new WriteOp.Create(note)], WriteOptions.Default, default);
        await world.Desk.DeclareRelation(Nurse, jeanne.PatientKey, "consultation", default);

        foreach (var agent in new[] { Laboratory, Nurse })
        {
            var left = await Everywhere(world, agent, jeanne.Id);
            left.Count.ShouldBeGreaterThanOrEqualTo(4);
            foreach (var (door, text) in left) text.Contains(Sample.Jeanne.Ins!, StringComparison.Ordinal).ShouldBe(leaves, $"{agent.Kind} by {door}: {text}");
        }
        // The person and the operator see what is kept.
        foreach (var agent in new[] { world.Citizen(jeanne), RecordWorld.Steward })
            (await Everywhere(world, agent, jeanne.Id)).ShouldAllBe(pair => pair.Text.Contains(Sample.Jeanne.Ins!));
    }

    static async Task<List<(string Door, string Text)>> Everywhere(RecordWorld world, Agent agent, string id)
    {
        var scope = await world.Enter(agent);
        var found = new List<(string, string)>();
        void Add(string door, IEnumerable<Stored> all) => found.AddRange(all.Where(one => one.Type == "Patient").Select(one => (door, Encoding.UTF8.GetString(one.Bytes.Span))));
        Add("read", [(await world.Store.Read(scope, "Patient", id, default))!]);
        Add("vread", [(await world.Store.ReadVersion(scope, "Patient", id, 1, default))!]);
        Add("search", (await world.Store.Search(scope, SearchQuery.Parse("Patient", [new("identifier", $"{Sample.Jeanne.InsSystem}|{Sample.Jeanne.Ins}")], strict: true), default)).Matches);
        Add("include", (await world.Store.Search(scope, SearchQuery.Parse("Observation", [new("_include", "Observation:subject")], strict: true), default)).Included);
        if (agent.Kind != AgentKind.System)
        {
            Add("history", (await world.Store.History(scope, "Patient", id, new(), default))!.Versions);
            Add("everything", (await world.Store.Everything(scope, "Patient", id, new(), default))!.Resources);
            Add("export", (await world.Store.Export(scope, new("Patient", DateTimeOffset.MaxValue), (_, _) => Task.FromResult<IReadOnlySet<long>>(new HashSet<long>()), default)).Resources);
        }
        Add("notice", await world.Store.Notify(scope, SearchQuery.Parse("Patient", [], strict: true), (await world.Store.Resolve(scope, "Patient", id, default))!.PatientKey, 1, default) is { } notice ? [notice] : []);
        return found;
    }
}
