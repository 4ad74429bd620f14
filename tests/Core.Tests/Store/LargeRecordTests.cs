using System.Diagnostics;
using System.Globalization;
using Socle.Fhir;
using Socle.Platform;
using Socle.Store;
using Socle.Support;
using Xunit.Abstractions;

namespace Socle.Core.Tests.Store;

/// <summary>
/// Filters inside one patient with many rows, many parameters at once. 400 rows by default, to see that they agree; with
/// SOCLE_TEST_LARGE=10000 the times are those of docs/performance.md.
/// </summary>
public sealed class LargeRecordTests(ITestOutputHelper output)
{
    static readonly int Rows = int.Parse(Environment.GetEnvironmentVariable("SOCLE_TEST_LARGE") ?? "400", CultureInfo.InvariantCulture);

    [Theory, OnEachDatabase]
    public async Task Many_criteria_inside_one_large_record(DatabaseKind kind)
    {
        await using var on = await TestStore.Open(kind);
        var patient = await on.Create(on.Steward, Sample.Patient());
        for (var i = 0; i < Rows; i += 400)
        {
            var ops = Enumerable.Range(i, Math.Min(400, Rows - i)).Select(n => new WriteOp.Create(TestStore.Doc(Observation(patient.Reference, n)))).ToList();
            await on.Records.Write(on.Steward, [.. ops], WriteOptions.Default, default);
        }
        var (fifth, unhurried) = (Rows / 5, on.WithBudget(TimeSpan.FromMinutes(2)));
        await Takes("code, newest first, 20", $"patient={patient.Id}&code=c3&_sort=-date&_count=20", Math.Min(20, fifth));
        await Takes("one token (1 in 50)", $"patient={patient.Id}&category=k7&_count=20", Math.Min(20, Rows / 50));
        await Takes("code, category, status, date, value", $"patient={patient.Id}&code=c2&category=k7,k12&status=final&date=ge2020-01-01&value-quantity=gt1&_count=20", null);
        await Takes("two tokens that never meet", $"patient={patient.Id}&category=k7&code=c4", 0);
        await Takes("a value, which only bodies know", $"patient={patient.Id}&value-quantity=7|http://unitsofmeasure.org|mm&_count=20", Math.Min(20, Rows / 100));
        await Takes("a filter with or and not", $"patient={patient.Id}&_count=20&_filter=" + Uri.EscapeDataString("(category eq k7 or category eq k9) and not (status eq amended)"), null);
        await Takes("a word in the whole content", $"patient={patient.Id}&_content=mesure77&_count=20", Rows > 77 ? 1 : 0);
        await Takes("total of a token", $"patient={patient.Id}&category=k7&_summary=count", null);

        // However slow the machine that tests: the time that a search may take is another test's.
        async Task Takes(string what, string criteria, int? expected)
        {
            var query = TestStore.Query("Observation", criteria);
            var times = new List<double>();
            for (var run = 0; run < (Rows > 1_000 ? 15 : 2); run++)
            {
                var start = Stopwatch.GetTimestamp();
                var page = await unhurried.Search(on.Steward, query, default);
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                if (expected is { } count) page.Matches.Count.ShouldBe(count, what);
                page.Matches.ShouldAllBe(match => Matches(query, match), what);
            }
            times.Sort();
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{kind}, {Rows} rows, {what}: {times[times.Count / 2]:0.0} ms"));
        }
    }

    // By the index of its type each entry meets each value: 60 000 lines of a directory were refused for the time it took.
    [Theory, OnEachDatabase]
    public async Task Entries_of_the_shared_space_are_found_from_their_identifiers(DatabaseKind kind)
    {
        await using var on = await TestStore.Open(kind);
        var plan = await on.Database.Db.Explain(RecordStore.SharedRows(Definitions.TypeNumber("Organization"), [1, 2], $"r.labels >= 0"), default);
        var told = string.Join('\n', plan);
        told.ShouldContain(kind == DatabaseKind.Postgres ? "store_resource_pkey" : "sqlite_autoindex_store_resource_1 (patient=? AND number=?)");
        told.ShouldNotContain("store_resource_code");
        told.ShouldNotContain("store_resource_type");
    }

    static bool Matches(SearchQuery query, Stored stored)
    {
        using var document = FhirDocument.Parse(stored.Bytes);
        var values = new List<IndexValue>();
        Indexer.Extract(document, values);
        return query.Matches(values, document);
    }

    static string Observation(string patient, int n) => string.Create(CultureInfo.InvariantCulture, $$$$"""
        {"resourceType":"Observation","status":"{{{{(n % 3 == 0 ? "amended" : "final")}}}}","category":[{"coding":[{"system":"urn:cat","code":"k{{{{n % 50}}}}"}]}],
         "code":{"coding":[{"system":"urn:code","code":"c{{{{n % 5}}}}"}],"text":"mesure{{{{n}}}}"},"subject":{"reference":"{{{{patient}}}}"},
         "effectiveDateTime":"{{{{new DateTime(2015, 1, 1).AddHours(n * 7):yyyy-MM-dd'T'HH:mm:ss'Z'}}}}",
         "valueQuantity":{"value":{{{{n % 100}}}},"unit":"mm","system":"http://unitsofmeasure.org","code":"mm"},
         "note":[{"text":"Une note comme un clinicien en écrit, avec quelques phrases pour la longueur. Rien de plus à signaler ce jour."}]}
        """);
}
