using System.Buffers;
using System.Diagnostics;
using Socle.Fhir.Tests.Core;
using Socle.Fhir.Tests.Search;
using Socle.Tests.Support;

namespace Socle.Fhir.Tests.Xml;

/// <summary>JSON → XML → JSON: strings and digits as they were.</summary>
public sealed class XmlRoundTripTests
{
    [Theory, InlineData("fhir-r4-examples"), InlineData("synthea"), InlineData("mhd"), InlineData("eprescription")]
    public void Real_resources_come_back_from_XML(string folder)
    {
        if (!SharedData.Exists(folder)) return;
        var (count, bytes, watch, differences) = (0, 0L, new Stopwatch(), new List<string>());
        foreach (var file in Directory.EnumerateFiles(SharedData.At(folder), "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            foreach (var doc in IndexerTests.Resources(file))
            {
                using var _ = doc;
                watch.Start();
                var back = Back(doc);
                watch.Stop();
                (count, bytes) = (count + 1, bytes + doc.Bytes.Length);
                using (FhirDocument.Parse(back)) { }
                if (SameJson.Difference(doc.Bytes, back) is { } difference) differences.Add($"{Path.GetFileName(file)}: {difference}");
            }
        }
        Console.WriteLine($"{folder}: {count} resources, {bytes / 1024} KiB to XML and back in {watch.ElapsedMilliseconds} ms");
        differences.ShouldBeEmpty();
        count.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void The_samples_come_back_from_XML()
    {
        foreach (var sample in Samples.All)
        {
            using var doc = FhirDocument.Parse(sample);
            SameJson.Difference(sample, Back(doc)).ShouldBeNull();
        }
    }

    [Fact]
    public void Generated_resources_come_back_from_XML()
    {
        var seed = Seed.Of(20_261_122);
        var random = new Random(seed);
        for (var round = 0; round < 3_000; round++)
        {
            var json = GeneratedResource.Write(random);
            using var doc = FhirDocument.Parse(json);
            var back = Back(doc);
            SameJson.Difference(json, back).ShouldBeNull($"seed {seed}, round {round}: {System.Text.Encoding.UTF8.GetString(json)}");
            using (FhirDocument.Parse(back)) { }
        }
    }

    static byte[] Back(FhirDocument doc)
    {
        var xml = new ArrayBufferWriter<byte>();
        FhirXml.Write(doc, xml);
        return FhirXml.ToJson(xml.WrittenMemory);
    }
}
