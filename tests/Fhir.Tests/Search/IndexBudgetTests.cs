using System.Diagnostics;
using System.Text;

namespace Socle.Fhir.Tests.Search;

public sealed class IndexBudgetTests
{
    static readonly byte[] Observation = Encoding.UTF8.GetBytes("""
        {"resourceType":"Observation","id":"6bfabdc9-d46b-80e8-e854-17691d24d757","meta":{"versionId":"1","lastUpdated":"2026-01-10T08:00:00.123Z","profile":["https://interop.esante.gouv.fr/ig/fhir/mesures/StructureDefinition/mesures-observation-bp"]},
         "text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>Pression artérielle : 128/82 mmHg, mesurée assise au repos après cinq minutes</p></div>"},
         "identifier":[{"system":"urn:ietf:rfc:3986","value":"urn:uuid:187e0c12-8dd2-67e2-99b2-bf273c878281"}],
         "status":"final","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"vital-signs","display":"Signes vitaux"}]}],
         "code":{"coding":[{"system":"http://loinc.org","code":"85354-9","display":"Pression artérielle systolique et diastolique"}],"text":"Pression artérielle"},
         "subject":{"reference":"Patient/cd185ab58efbc68a4779d49dd4"},"effectiveDateTime":"2026-01-10T08:00:00+01:00","performer":[{"reference":"Practitioner/ed6c4a96b3ae15e3146ba7be0289"}],
         "component":[{"code":{"coding":[{"system":"http://loinc.org","code":"8480-6","display":"Pression systolique"}]},"valueQuantity":{"value":128,"unit":"mmHg","system":"http://unitsofmeasure.org","code":"mm[Hg]"}},
          {"code":{"coding":[{"system":"http://loinc.org","code":"8462-4","display":"Pression diastolique"}]},"valueQuantity":{"value":82,"unit":"mmHg","system":"http://unitsofmeasure.org","code":"mm[Hg]"}}]}
        """);

    [Fact]
    public void A_resource_of_1500_bytes_is_parsed_and_indexed_with_little_memory()
    {
        Observation.Length.ShouldBeInRange(1_400, 2_000);
        var values = new List<IndexValue>();
        for (var i = 0; i < 500; i++) Once(values);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) Once(values);
        var bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / 100;
        var best = double.MaxValue;
        for (var batch = 0; batch < 50; batch++)
        {
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < 50; i++) Once(values);
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalMicroseconds / 50);
        }
        Console.WriteLine($"Parse and index of {Observation.Length} bytes: {bytes} bytes allocated, {best:F1} µs at best, {values.Count} values");
        bytes.ShouldBeLessThanOrEqualTo(4_096);
    }

    static void Once(List<IndexValue> values)
    {
        using var doc = FhirDocument.Parse(Observation);
        values.Clear();
        Indexer.Extract(doc, values);
    }
}
