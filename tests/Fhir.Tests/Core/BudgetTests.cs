using System.Diagnostics;
using Xunit.Abstractions;

namespace Socle.Fhir.Tests.Core;

public sealed class BudgetTests(ITestOutputHelper output)
{
    [Fact]
    public void Reading_an_observation_makes_little_garbage()
    {
        const int rounds = 20_000;
        for (var i = 0; i < rounds; i++) FhirDocument.Parse(Samples.Observation).Dispose();
        var (before, watch) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.StartNew());
        for (var i = 0; i < rounds; i++) FhirDocument.Parse(Samples.Observation).Dispose();
        var (allocated, time) = ((GC.GetAllocatedBytesForCurrentThread() - before) / rounds, watch.Elapsed.TotalMicroseconds / rounds);
        output.WriteLine($"{Samples.Observation.Length} bytes: {time:F1} µs, {allocated} bytes allocated");
        allocated.ShouldBeLessThanOrEqualTo(4096);
    }
}
