using System.Globalization;
using System.Text;
using Socle.Fhir;
using Socle.Identities;
using Socle.SharedRecord;
using Socle.Store;
using Socle.Support;

namespace Socle.Modules.Tests.SharedRecord;

public class ImportTests
{
    static readonly string[] FhirFolders = ["synthea", "mhd", "fhir-r4-examples", "eprescription"];

    [SharedDataTheory("cda"), OnEachDatabase]
    public async Task The_national_samples_are_filed_true_conflicts_are_named_and_a_second_import_adds_nothing(DatabaseKind kind)
    {
        await using var world = await RecordWorld.Open(kind);
        var paths = new[] { SharedData.At("cda") };
        var first = await world.Importer.Import(paths, new(OpenRecords: true), null, default);
        first.Outcomes.Count.ShouldBe(61);
        first.Count(ImportState.Filed).ShouldBeGreaterThanOrEqualTo(56);
        foreach (var refused in first.Outcomes.Where(outcome => outcome.State == ImportState.Refused))
            (refused.Detail.Contains("INS", StringComparison.Ordinal) || refused.Detail.Contains("traits", StringComparison.Ordinal)).ShouldBeTrue(refused.Detail);
        await BytesComeBack(world, first);
        var second = await world.Importer.Import(paths, new(OpenRecords: true), null, default);
        second.Resources.ShouldBe(0);
        second.Count(ImportState.Filed).ShouldBe(0);
        if (kind == DatabaseKind.Sqlite) Table.Write("cda", first.Outcomes);
    }

    [SharedDataTheory("synthea", "mhd", "fhir-r4-examples", "eprescription"), OnEachDatabase]
    public async Task Each_FHIR_resource_is_stored_and_a_second_import_adds_nothing(DatabaseKind kind)
    {
        await using var world = await RecordWorld.Open(kind);
        var outcomes = new List<ImportOutcome>();
        foreach (var folder in FhirFolders)
        {
            var first = await world.Importer.Import([SharedData.At(folder)], new(), null, default);
            string.Join('\n', first.Outcomes.Where(o => o.State == ImportState.Refused || o.Faults.Count > 0).Select(o => $"{Path.GetFileName(o.Path)}: {o.Detail} {string.Join(" | ", o.Faults)}")).ShouldBe("");
            first.Resources.ShouldBeGreaterThan(20);
            outcomes.AddRange(first.Outcomes);
        }
        (await world.Importer.Import([.. FhirFolders.Select(folder => SharedData.At(folder))], new(), null, default)).Resources.ShouldBe(0);
        var scope = await world.Enter(RecordWorld.Steward);
        var query = SearchQuery.Parse("Patient", [new("_summary", "count")], strict: true);
        (await world.Store.Search(scope, query, default)).Total.ShouldNotBeNull().ShouldBeGreaterThanOrEqualTo(14);
        if (kind == DatabaseKind.Sqlite) Table.Write("fhir", outcomes);
    }

    [Theory, OnEachDatabase]
    public async Task Nothing_aborts_a_run_and_lines_dangling_subjects_and_files_of_nobody_are_told_apart(DatabaseKind kind)
    {
        await using var world = await RecordWorld.Open(kind);
        var jeanne = await world.AddPatient(Sample.Jeanne);
        var folder = Directory.CreateTempSubdirectory("socle-import-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "a.json"), "{ not json");
            File.WriteAllText(Path.Combine(folder, "b.ndjson"), """
                {"resourceType":"Observation","id":"o1","status":"final","code":{"text":"poids"},"subject":{"reference":"Patient/inconnu"}}
                {"resourceType":"Observation","id":"o2","status":"nope"
                {"resourceType":"Organization","id":"org-1","name":"Cabinet"}
                """);
            File.WriteAllBytes(Path.Combine(folder, "c.pdf"), DemoPdf.Write("Courrier", ["Bonjour"]));
            File.WriteAllText(Path.Combine(folder, "d.zip"), "PK\u0003\u0004");
            File.WriteAllText(Path.Combine(folder, "e.xml"), "<ClinicalDocument xmlns='urn:hl7-org:v3'></ClinicalDocument>");
            var alone = await world.Importer.Import([folder, Path.Combine(folder, "absent")], new(), null, default);
            alone.Outcomes.Select(o => o.State).ShouldBe([ImportState.Refused, ImportState.Filed, ImportState.Ignored, ImportState.Ignored, ImportState.Refused, ImportState.Refused]);
            (alone.Outcomes[1].Resources, alone.Outcomes[1].Quarantined, alone.Outcomes[1].Faults.Count).ShouldBe((2, 1, 1));
            var named = await world.Importer.Import([Path.Combine(folder, "c.pdf")], new(Ins: Sample.Jeanne.Ins), null, default);
            named.Outcomes[0].State.ShouldBe(ImportState.Filed);
            var scope = await world.Enter(RecordWorld.Steward);
            (await world.Documents.OfPatient(scope, jeanne.Id, null, default)).ShouldHaveSingleItem().Title.ShouldBe("c");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static async Task BytesComeBack(RecordWorld world, ImportSummary summary)
    {
        var scope = await world.Enter(RecordWorld.Steward);
        var checkedFiles = 0;
        foreach (var outcome in summary.Outcomes.Where(outcome => outcome.State == ImportState.Filed))
        {
            var bytes = await File.ReadAllBytesAsync(outcome.Path);
            var data = CdaReader.Metadata(bytes);
            var query = SearchQuery.Parse("DocumentReference", [new("identifier", $"urn:ietf:rfc:3986|{data.UniqueId}")], strict: true);
            var stored = (await world.Store.Search(scope, query, default)).Matches.ShouldHaveSingleItem(outcome.Path);
            using var document = FhirDocument.Parse(stored.Bytes);
            var attachment = document.Root["content"]["attachment"];
            attachment["hash"].Text.ShouldBe(Convert.ToBase64String(DocumentBytes.Sha1(bytes)));
            document.Root["type"]["coding"]["code"].Text.ShouldBe(data.Type.Code);
            await using var content = (await world.Store.OpenBinary(scope, attachment["url"].Text!["Binary/".Length..], default))!;
            using var back = new MemoryStream();
            await content.CopyToAsync(back);
            back.ToArray().AsSpan().SequenceEqual(bytes).ShouldBeTrue(outcome.Path);
            checkedFiles++;
        }
        checkedFiles.ShouldBeGreaterThanOrEqualTo(56);
    }
}

/// <summary>docs/generated/import-outcomes.md: what became of each file of ../shared/data.</summary>
static class Table
{
    static readonly Lock One = new();

    public static void Write(string part, IReadOnlyList<ImportOutcome> outcomes)
    {
        if (SharedData.Repository is not { } repository) return;
        lock (One)
        {
            var path = Path.Combine(repository, "docs", "generated", "import-outcomes.md");
            var parts = new SortedDictionary<string, string>(Read(path), StringComparer.Ordinal) { [part] = Part(part, outcomes) };
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, "# What an import of ../shared/data does\n\nWritten by `ImportTests`; not by hand.\n\n" + string.Concat(parts.Values));
        }
    }

    static Dictionary<string, string> Read(string path)
    {
        if (!File.Exists(path)) return [];
        var parts = File.ReadAllText(path).Split("## ").Skip(1).Select(text => "## " + text);
        return parts.ToDictionary(text => text[3..text.IndexOf('\n', StringComparison.Ordinal)].Trim());
    }

    static string Part(string part, IReadOnlyList<ImportOutcome> outcomes)
    {
        var text = new StringBuilder($"## {part}\n\n");
        text.AppendLine(CultureInfo.InvariantCulture, $"{outcomes.Count} files: {Count(ImportState.Filed)} filed, {Count(ImportState.Refused)} refused, {Count(ImportState.Ignored)} without anything to store; {outcomes.Sum(o => o.Resources)} resources, {outcomes.Sum(o => o.Quarantined)} of them in quarantine.\n");
        text.AppendLine("| file | outcome | resources | quarantined | detail |\n|---|---|---|---|---|");
        foreach (var outcome in outcomes)
            text.AppendLine(CultureInfo.InvariantCulture, $"| {Path.GetRelativePath(SharedData.At(), outcome.Path)} | {outcome.State.ToString().ToLowerInvariant()} | {outcome.Resources} | {outcome.Quarantined} | {outcome.Detail.Replace("|", "\\|", StringComparison.Ordinal)} |");
        return text.Append('\n').ToString();

        int Count(ImportState state) => outcomes.Count(outcome => outcome.State == state);
    }
}
