using System.Text.Json.Nodes;

namespace Socle.Modules.Tests.Host;

/// <summary>`socle import` of a folder killed five times, and run again until it ends: everything is there exactly once.</summary>
public sealed class KilledImportTests : IDisposable
{
    const int Files = 200;
    const int Kills = 5;

    // So long that the lines nobody has read fill the pipe (64 KiB): an import that is quicker than this test waits there to be killed.
    static readonly string Folder = "in/" + string.Join('/', Enumerable.Repeat(new string('d', 200), 4));
    const int ObservationsPerFile = 3;

    readonly TemporaryFolder temporary = new();
    readonly Random random = new(20_262);
    readonly HashSet<string> told = [];   // files that the verb said were filed or already there

    public void Dispose() => temporary.Dispose();

    [Fact]
    public async Task A_killed_import_goes_on_where_it_was()
    {
        for (var i = 0; i < Files; i++) temporary.Write($"{Folder}/{i:000}.json", Bundle(i));
        for (var kill = 0; kill < Kills; kill++) await RunAndKill(told.Count + random.Next(2, 9));
        told.Count.ShouldBeInRange(Kills * 2, Files - 1, "the kills must fall in the middle");

        var said = (await Said.By("import", temporary.At("in"), "--data", temporary.At("data"))).ShouldSucceed();
        said.Output.ShouldContain("refusés : 0");
        (await Said.By("import", temporary.At("in"), "--data", temporary.At("data"))).ShouldSucceed().Output.ShouldContain($"déjà là : {Files}");
        (await Said.By("audit", "verify", "--data", temporary.At("data"))).ShouldSucceed();

        var trace = await AuditTrace.Of(temporary.At("data"));
        trace.StoredIds("Patient").Count().ShouldBe(Files);
        trace.StoredIds("Observation").Count().ShouldBe(Files * ObservationsPerFile);
        foreach (var type in new[] { "Patient", "Observation" })
            trace.Of("create", type).Select(line => line.Entry.Target).Distinct().Count().ShouldBe(trace.StoredIds(type).Count());
        (trace.Of("create", "Patient").Count + trace.Of("create", "Observation").Count).ShouldBe(Files * (1 + ObservationsPerFile));
    }

    // Killed right after the nth line: the file after it is being written, or its mark is not there yet.
    async Task RunAndKill(int lines)
    {
        using var import = RunningSocle.Launch("import", temporary.At("in"), "--json", "--data", temporary.At("data"));
        var errors = import.StandardError.ReadToEndAsync();
        for (var n = 0; n < lines && await import.StandardOutput.ReadLineAsync() is { } text; n++)
        {
            var line = JsonNode.Parse(text)!;
            var (file, state) = (line["file"]!.GetValue<string>(), line["state"]!.GetValue<string>());
            if (told.Contains(file)) state.ShouldBe("unchanged", file);
            else state.ShouldBeOneOf("filed", "unchanged");
            told.Add(file);
        }
        await Task.Delay(random.Next(0, 12));
        import.HasExited.ShouldBeFalse(await Task.WhenAny(errors, Task.FromResult("")) is { IsCompleted: true } done ? done.Result : "");
        import.Kill();
        await import.WaitForExitAsync();
    }

    // Half of them keep ids of their own, half are linked by urn:uuid and have none; half are one transaction, half a collection.
    static string Bundle(int i)
    {
        var withIds = i % 2 == 0;
        var type = i % 4 < 2 ? "transaction" : "collection";
        var link = $"urn:uuid:00000000-0000-4000-8000-{i:000000000000}";
        string Entry(string resource, string json, string? fullUrl) =>
            $$"""{ {{(fullUrl is null ? "" : $"\"fullUrl\":\"{fullUrl}\",")}}"resource":{{json}}{{(type == "transaction" ? $",\"request\":{{\"method\":\"POST\",\"url\":\"{resource}\"}}" : "")}} }""";
        var patient = $$"""{"resourceType":"Patient",{{(withIds ? $"\"id\":\"p{i}\"," : "")}}"name":[{"family":"ESSAI","given":["N{{i}}"]}],"birthDate":"1980-01-02"}""";
        var subject = withIds ? $"Patient/p{i}" : link;
        var observations = Enumerable.Range(0, ObservationsPerFile).Select(n => Entry("Observation",
            $$$"""{"resourceType":"Observation",{{{(withIds ? $"\"id\":\"o{i}-{n}\"," : "")}}}"status":"final","code":{"text":"poids"},"subject":{"reference":"{{{subject}}}"},"valueQuantity":{"value":{{{60 + n}}},"unit":"kg"}}""", null));
        return $$"""{"resourceType":"Bundle","type":"{{type}}","entry":[{{string.Join(',', observations.Prepend(Entry("Patient", patient, withIds ? null : link)))}}]}""";
    }
}
