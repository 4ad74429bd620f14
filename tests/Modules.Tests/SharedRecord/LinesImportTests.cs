using System.Text;
using Socle.Fhir;
using Socle.SharedRecord;
using Socle.Support;

namespace Socle.Modules.Tests.SharedRecord;

public sealed class LinesImportTests
{
    [Fact]
    public async Task A_file_of_lines_is_taken_in_line_by_line_and_once()
    {
        await using var world = await RecordWorld.Open(DatabaseKind.Sqlite);
        var file = Path.Combine(world.Database.Folder, "lots.ndjson");
        var lines = Enumerable.Range(0, 450).Select(i => $$"""{"resourceType":"Practitioner","id":"p{{i}}","name":[{"family":"Lignes{{i}}"}]}""").ToList();
        lines[210] = "{\"resourceType\":\"Practitioner\",\"id\":";
        await File.WriteAllTextAsync(file, "\uFEFF" + string.Join("\r\n", lines));
        var outcome = (await world.Importer.Import([file], new(), null, default)).Outcomes.Single();
        outcome.State.ShouldBe(ImportState.Filed);
        outcome.Resources.ShouldBe(449);
        outcome.Faults.ShouldHaveSingleItem().ShouldStartWith("ligne 211 :");
        lines.RemoveAt(210);
        await File.WriteAllTextAsync(file, string.Join('\n', lines));
        (await world.Importer.Import([file], new(), null, default)).Outcomes.Single().State.ShouldBe(ImportState.Unchanged);
        (await world.Importer.Import([file], new(), null, default)).Outcomes.Single().Detail.ShouldStartWith("Déjà repris");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1 << 16)]
    public async Task Lines_are_the_same_however_the_bytes_arrive(int atOnce)
    {
        var random = new Random(3_311);
        var expected = Enumerable.Range(0, 200).Select(i => new string((char)('a' + i % 26), random.Next(0, 900))).ToList();
        var bytes = Encoding.UTF8.GetBytes(string.Join('\n', expected));
        var (read, ends) = (new List<string>(), new List<long>());
        await foreach (var line in NdjsonReader.Read(new Slow(bytes, atOnce), 800))
        {
            read.Add(line.TooLong ? "(long)" : Encoding.UTF8.GetString(line.Bytes.Span));
            ends.Add(line.End);
        }
        read.ShouldBe(expected.Select(text => text.Length > 800 ? "(long)" : text));
        ends[^1].ShouldBe(bytes.Length);
        // From the end of any line the rest is the rest.
        var rest = new List<string>();
        await foreach (var line in NdjsonReader.Read(new Slow(bytes[(int)ends[99]..], atOnce), 800, 100, ends[99]))
        {
            rest.Add(line.TooLong ? "(long)" : Encoding.UTF8.GetString(line.Bytes.Span));
            line.Number.ShouldBe(100 + rest.Count);
        }
        rest.ShouldBe(read.Skip(100));
    }

    sealed class Slow(byte[] bytes, int atOnce) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(atOnce, buffer.Length)], cancellationToken);
    }
}
