using System.Text;
using Socle.Fhir;
using Socle.Platform;
using Socle.Store;
using Socle.Support;
using Xunit.Abstractions;

namespace Socle.Core.Tests.Store;

/// <summary>Resources of other makers, read from the data folder beside the repository when it is there.</summary>
public sealed class SampleDataTests(ITestOutputHelper output)
{
    static readonly string? Folder = Above("shared/data");

    [Theory, OnEachDatabase]
    public async Task Each_sample_resource_is_stored_found_and_read_back(DatabaseKind kind)
    {
        if (Folder is null)
        {
            (Environment.GetEnvironmentVariable("CI") == "true").ShouldBeFalse("CI needs ../shared/data");
            output.WriteLine("skipped: ../shared/data is not here");
            return;
        }
        await using var on = await TestStore.Open(kind);
        var (stored, spoiled) = (0, 0);
        var faults = new List<string>();
        foreach (var file in Files("fhir-r4-examples", "mhd", "eprescription", "synthea"))
        {
            foreach (var json in Resources(file))
            {
                if (!FhirDocument.TryParse(json, out var document, out _))
                {
                    spoiled++;
                    continue;
                }
                using (document)
                {
                    if (await Fault(on, document) is { } fault) faults.Add($"{Path.GetFileName(file)}: {fault}");
                    else stored++;
                }
            }
        }
        output.WriteLine($"{kind}: {stored} stored, {spoiled} that the structure check refuses");
        faults.ShouldBeEmpty();
        stored.ShouldBeGreaterThan(100);
    }

    static async Task<string?> Fault(TestStore on, FhirDocument document)
    {
        try
        {
            if (document.ResourceType == "Bundle" && document.Root["type"].Text is "transaction" or "batch")
            {
                using var bundle = Bundles.Parse(document);
                var results = await on.Records.Process(on.Steward, bundle, WriteOptions.Default with { KeepIds = true }, default);
                return results.FirstOrDefault(result => result.Failure is not null)?.Failure?.Message;
            }
            var options = WriteOptions.Default with { KeepIds = true };
            var result = (await on.Records.Write(on.Steward, [new WriteOp.Create(document)], options, default))[0];
            if (document.Root["id"].Text is not { } id) return null;
            if (result.Stored.Id != id) return $"{document.ResourceType}/{id} became {result.Stored.Id}";
            if ((await on.Found(on.Steward, $"{document.ResourceType}?_id={id}")).Count != 1) return $"{document.ResourceType}/{id} is not found";
            var again = (await on.Records.Write(on.Steward, [new WriteOp.Create(document)], options, default))[0];
            return again.Stored.Version == result.Stored.Version ? null : $"{document.ResourceType}/{id} made a version when it came again";
        }
        catch (Refusal refusal) when (refusal.Code is "reference-without-match" or "resource-not-found")
        {
            return null;   // a transaction that speaks of what another server holds
        }
        catch (Exception error) when (error is Refusal or FhirException)
        {
            return $"{document.ResourceType}/{document.Root["id"].Text}: {error.Message}";
        }
    }

    static IEnumerable<string> Files(params string[] folders) => folders.Select(folder => Path.Combine(Folder!, folder)).Where(Directory.Exists)
        .SelectMany(folder => Directory.EnumerateFiles(folder, "*.json", SearchOption.AllDirectories).Concat(
            Directory.EnumerateFiles(folder, "*.ndjson", SearchOption.AllDirectories)))
        .Where(file => new FileInfo(file).Length < 3_000_000).Order(StringComparer.Ordinal).Take(400);

    static IEnumerable<byte[]> Resources(string file)
    {
        if (file.EndsWith(".ndjson", StringComparison.Ordinal))
            return File.ReadLines(file).Where(line => line.Length > 0).Take(100).Select(Encoding.UTF8.GetBytes);
        return [File.ReadAllBytes(file)];
    }

    static string? Above(string path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Directory.Exists(Path.Combine(folder.FullName, "..", path))) return Path.Combine(folder.FullName, "..", path);
        }
        return null;
    }
}
