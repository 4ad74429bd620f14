using Socle.Fhir;
using Socle.SharedRecord;
using Socle.Store;
using Socle.Support;
using Socle.Terminology;

namespace Socle.Modules.Tests.Terminologies;

/// <summary>What is loaded is known at once, and again after a restart, on both databases.</summary>
public sealed class NomenclatureTests
{
    const string DocumentTypes = "https://mos.esante.gouv.fr/NOS/JDV_J07-XdsTypeCode-CISIS/FHIR/JDV-J07-XdsTypeCode-CISIS";

    [SharedDataTheory("nos"), OnEachDatabase]
    public async Task The_whole_nomenclature_is_filed_and_a_second_import_adds_nothing(DatabaseKind kind)
    {
        await using var world = await RecordWorld.Open(kind);
        var first = await world.Importer.Import([SharedData.At("nos")], new(), null, default);
        first.Outcomes.Count.ShouldBe(524);
        first.Count(ImportState.Filed).ShouldBe(518);
        first.Count(ImportState.Ignored).ShouldBe(1);     // the schema
        first.Resources.ShouldBe(518);
        first.Outcomes.Where(o => o.State == ImportState.Refused).Select(o => $"{Path.GetFileName(o.Path)}: {o.Detail}").ShouldBe(
        [
            "ActPharmacySupplyType.xml: Ce fichier est vide.",
            "CoverageRoleType.xml: Ce fichier est vide.",
            "JDV_Evaluation_AGGIR_PA_CISIS.xml: La table ne contient aucun code lisible : ligne 11 : code absent ou illisible (ligne 17).",
            "JDV_Evaluation_AGGIR_PH_CISIS.xml: La table ne contient aucun code lisible : ligne 11 : code absent ou illisible (ligne 17).",
            "MediaType.xml: Ce fichier est vide."
        ], ignoreOrder: true);
        var terminology = world.Get<ITerminology>();
        terminology.InValueSet(DocumentTypes, "http://loinc.org", "11502-2").ShouldBe(CodeVerdict.Yes);
        terminology.InValueSet(DocumentTypes, "http://loinc.org", "0-0").ShouldBe(CodeVerdict.No);
        terminology.Expand(DocumentTypes)!.ShouldContain(("http://loinc.org", "34112-3"));
        (await world.Importer.Import([SharedData.At("nos")], new(), null, default)).Resources.ShouldBe(0);

        await Found(world);

        var again = new TerminologyDesk(world.Database.Clock);
        again.Load(world.Store, world.Desk, default);
        (await again.Complete(default)).Content(again.Current.Set(DocumentTypes)!).Members.Count.ShouldBe(114);
    }

    /// <summary>« :in » a table of the nomenclature, by two of its names, and the code by its OID as an old document carries it.</summary>
    static async Task Found(RecordWorld world)
    {
        string[] codings = ["""{"system":"http://loinc.org","code":"11502-2"}""", """{"system":"urn:oid:2.16.840.1.113883.6.1","code":"34112-3"}""", """{"system":"http://loinc.org","code":"14749-6"}"""];
        foreach (var coding in codings)
            await world.Write(new WriteOp.Create(FhirDocument.Parse(System.Text.Encoding.UTF8.GetBytes(
                "{\"resourceType\":\"Basic\",\"code\":{\"coding\":[" + coding + "]}}"))));
        var scope = await world.Enter(RecordWorld.Steward);
        async Task<int> Count(string modifier, string set) => (await world.Store.Search(
            scope, SearchQuery.Parse("Basic", [new("code:" + modifier, set)], strict: true, world.Store.SearchEnvironment()), default)).Matches.Count;
        (await Count("in", DocumentTypes)).ShouldBe(2);
        (await Count("not-in", "urn:oid:1.2.250.1.213.1.1.5.471")).ShouldBe(1);
    }

    [Theory, OnEachDatabase]
    public async Task What_is_written_is_known_and_what_is_deleted_is_not(DatabaseKind kind)
    {
        await using var world = await RecordWorld.Open(kind);
        var terminology = world.Get<ITerminology>();
        terminology.InSystem("http://example.org/pets", "dog").ShouldBe(CodeVerdict.Unknown);
        var made = await Put(world, "cat");
        terminology.InSystem("http://example.org/pets", "dog").ShouldBe(CodeVerdict.No);
        await Put(world, "dog");
        terminology.InSystem("http://example.org/pets", "dog").ShouldBe(CodeVerdict.Yes);
        terminology.InSystem("http://example.org/pets", "cat").ShouldBe(CodeVerdict.No);
        await world.Write(new WriteOp.Delete("CodeSystem", made, null));
        terminology.InSystem("http://example.org/pets", "dog").ShouldBe(CodeVerdict.Unknown);
    }

    [Theory, OnEachDatabase]
    public async Task An_expired_code_is_refused_when_it_is_new_and_kept_where_it_stood(DatabaseKind kind)
    {
        await using var world = await RecordWorld.Open(kind);
        await Put(world, "dog");
        var today = world.Database.Clock.GetUtcNow();
        var stored = (await world.Write(new WriteOp.Create(Basic("dog"))))[0].Stored;
        await Put(world, "dog", today.AddDays(-1));
        var refusal = await Should.ThrowAsync<Socle.Platform.Refusal>(() => world.Write(new WriteOp.Create(Basic("dog"))));
        (refusal.Code, refusal.Issues[0].Expression).ShouldBe(("code-expired", "Basic.code.coding[0].code"));
        refusal.Issues[0].Diagnostics.ShouldContain("Utilisez « puppy »");
        await world.Write(new WriteOp.Update("Basic", stored.Id, null, Basic("dog", stored.Id)));
        await Put(world, "dog", today.AddDays(1));
        await world.Write(new WriteOp.Create(Basic("dog")));
    }

    [Theory, OnEachDatabase]
    public async Task A_resource_that_is_taken_over_keeps_its_codes(DatabaseKind kind)
    {
        await using var world = await RecordWorld.Open(kind);
        await Put(world, "dog", world.Database.Clock.GetUtcNow().AddDays(-1));
        var folder = Directory.CreateTempSubdirectory("socle-import-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "a.json"), """{"resourceType":"Basic","id":"old","code":{"coding":[{"system":"http://example.org/pets","code":"dog"}]}}""");
            (await world.Importer.Import([folder], new(), null, default)).Count(ImportState.Filed).ShouldBe(1);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static FhirDocument Basic(string code, string? id = null) => FhirDocument.Parse(System.Text.Encoding.UTF8.GetBytes(
        $$$"""{"resourceType":"Basic",{{{(id is null ? "" : $"\"id\":\"{id}\",")}}}"code":{"coding":[{"system":"http://example.org/pets","code":"{{{code}}}"}]}}"""));

    static async Task<string> Put(RecordWorld world, string code, DateTimeOffset? until = null)
    {
        var property = until is { } end ? $$$""","property":[{"code":"dateFin","valueDateTime":"{{{end:yyyy-MM-ddTHH:mm:sszzz}}}"},{"code":"replacedBy","valueCode":"puppy"}]""" : "";
        using var body = FhirDocument.Parse(System.Text.Encoding.UTF8.GetBytes(
            $$$"""{"resourceType":"CodeSystem","id":"pets","url":"http://example.org/pets","status":"active","content":"complete","concept":[{"code":"{{{code}}}"{{{property}}}}]}"""));
        return (await world.Write(new WriteOp.Update("CodeSystem", "pets", null, body)))[0].Stored.Id;
    }
}
