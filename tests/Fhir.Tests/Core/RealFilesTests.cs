using Xunit.Abstractions;

namespace Socle.Fhir.Tests.Core;

public sealed class RealFilesTests(ITestOutputHelper output)
{
    [Fact]
    public void Real_resources_are_accepted()
    {
        // Its ElementDefinition.example have a label and no value[x], which R4 requires.
        string[] rightly = ["StructureDefinition-fr-posologie.json"];
        var refused = new List<string>();
        foreach (var file in RealFiles.In("fhir-r4-examples", "synthea", "mhd", "eprescription"))
        {
            if (FhirDocument.TryParse(File.ReadAllBytes(file), out var doc, out var issues)) doc.Dispose();
            else refused.Add(Path.GetFileName(file) + ": " + string.Join(" | ", issues.Take(4).Select(i => $"{i.Expression} {i.Diagnostics}")));
        }
        foreach (var line in refused) output.WriteLine(line);
        refused.Where(r => !rightly.Contains(r[..r.IndexOf(':', StringComparison.Ordinal)])).ShouldBeEmpty();
    }
}
