using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Socle.Tests.Support;
using Xunit.Abstractions;

namespace Socle.Fhir.Tests.Core;

public sealed class DocumentProperties(ITestOutputHelper output)
{
    [Fact]
    public void A_text_written_as_JSON_is_read_back() => Prop.ForAll<NonEmptyString>(given =>
    {
        var text = new string([.. given.Get.Where(c => c >= ' ' && !char.IsSurrogate(c))]) + "é\n\"\\😀";
        byte[] json = [.. "{\"resourceType\":\"Patient\",\"name\":[{\"family\":"u8, .. FhirJson.String(text), .. "}]}"u8];
        using var doc = FhirDocument.Parse(json);
        return doc.Root["name"]["family"].Text == text;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_calendar_agrees_with_that_of_the_platform()
    {
        var piece = Gen.Elements("0", "1", "2", "3", "9", "29", "30", "31", "12", "13", "02", "00", "-", "2024", "2026", "1900", "2000", "T");
        Prop.ForAll(piece.ListOf().Select(string.Concat).ToArbitrary(), text =>
        {
            var expected = text.Length is 4 or 7 or 10 && text.All(c => char.IsAsciiDigit(c) || c == '-')
                && DateTime.TryParseExact(text, ["yyyy", "yyyy-MM", "yyyy-MM-dd"], CultureInfo.InvariantCulture, DateTimeStyles.None, out _);
            return Dates.IsDate(Encoding.ASCII.GetBytes(text)) == expected;
        }).QuickCheckThrowOnFailure();
        for (var day = new DateTime(1899, 1, 1); day.Year < 2030; day = day.AddDays(1))
            Dates.IsDate(Encoding.ASCII.GetBytes(day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))).ShouldBeTrue();
    }

    [Fact]
    public void A_splice_changes_what_it_is_told_and_nothing_else()
    {
        var seed = Seed.Of(20_261_122);
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var round = 0; round < 2000; round++)
        {
            using var doc = FhirDocument.Parse(Samples.All[random.Next(Samples.All.Count)]);
            var nodes = Descendants(doc.Root).ToList();
            var splice = new Splice(doc);
            var victims = Enumerable.Range(0, random.Next(1, 4)).Select(_ => nodes[random.Next(nodes.Count)]).ToList();
            foreach (var victim in victims) splice.Remove(victim);
            splice.SetIdAndMeta("new-id", round, DateTimeOffset.UnixEpoch);
            var result = splice.Apply();
            using (JsonDocument.Parse(result)) { }
            var right = FhirDocument.TryParse(result, out var after, out var issues);
            issues.ShouldAllBe(i => i.Code == "required" || i.Code == "invariant" || i.Diagnostics.Contains("more than an id"),
                $"seed {seed}, round {round}: {string.Join(' ', victims.Select(v => v.Path))} {Encoding.UTF8.GetString(result)}");
            if (!right) continue;
            (after!.Root["id"].Text, after.Root["meta"]["versionId"].Text).ShouldBe(("new-id", round.ToString(CultureInfo.InvariantCulture)));
            after.Dispose();
        }
    }

    [Fact]
    public void Identity_leaves_the_rest_as_it_was()
    {
        foreach (var file in RealFiles.In("fhir-r4-examples", "mhd").Select(File.ReadAllBytes).Concat(Samples.All))
        {
            using var doc = FhirDocument.Parse(file);
            var splice = new Splice(doc);
            splice.SetIdAndMeta("x", 7, DateTimeOffset.UnixEpoch);
            var (before, after) = (JsonNode.Parse(doc.Bytes.Span)!.AsObject(), JsonNode.Parse(splice.Apply())!.AsObject());
            after["id"]!.GetValue<string>().ShouldBe("x");
            after["meta"]!["versionId"]!.GetValue<string>().ShouldBe("7");
            after.Take(3).Select(p => p.Key).ShouldBe(["resourceType", "id", "meta"]);
            foreach (var side in (JsonObject[])[before, after])
            {
                side.Remove("id");
                (side["meta"] as JsonObject)?.Remove("versionId");
                (side["meta"] as JsonObject)?.Remove("lastUpdated");
                if (side["meta"] is JsonObject { Count: 0 }) side.Remove("meta");
            }
            JsonNode.DeepEquals(before, after).ShouldBeTrue();
        }
    }

    internal static IEnumerable<FhirNode> Descendants(FhirNode node) => node.Children.SelectMany(c => Descendants(c).Prepend(c));
}
