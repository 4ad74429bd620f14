using System.Diagnostics;
using Socle.Fhir.Tests.Core;
using Xunit.Abstractions;

namespace Socle.Fhir.Tests.Validation;

public sealed class ValidationBudgetTests(ITestOutputHelper output)
{
    [Fact]
    public void An_observation_is_validated_in_little_time_and_memory()
    {
        var validator = new Validator(ProfileSet.Empty, BuiltInTerminology.Instance);
        var (write, whole) = (new ValidationOptions(Claims: false, ErrorsOnly: true), new ValidationOptions());
        using var doc = FhirDocument.Parse(Samples.Observation);
        validator.Validate(doc, write).ShouldBeEmpty();
        var (atWrite, writeBytes) = Measure(() => validator.Validate(doc, write));
        var (full, _) = Measure(() => validator.Validate(Samples.Observation, whole));
        output.WriteLine($"{Samples.Observation.Length} bytes: rules of R4 {atWrite:F1} µs and {writeBytes} bytes allocated; parsed and fully validated {full:F1} µs");
        writeBytes.ShouldBeLessThanOrEqualTo(8_192);
        // The budget is 200 µs; a busy machine may take ten times that.
        full.ShouldBeLessThan(2_000);
    }

    static (double Microseconds, long Bytes) Measure(Action once)
    {
        for (var i = 0; i < 300; i++) once();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) once();
        var bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / 100;
        var best = double.MaxValue;
        for (var batch = 0; batch < 50; batch++)
        {
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < 50; i++) once();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalMicroseconds / 50);
        }
        return (best, bytes);
    }
}
