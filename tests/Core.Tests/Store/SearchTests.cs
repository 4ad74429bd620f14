using System.Globalization;
using System.Text;
using Socle.Fhir;
using Socle.Platform;
using Socle.Store;
using Socle.Support;
using Socle.Tests.Support;
using Xunit.Abstractions;

namespace Socle.Core.Tests.Store;

public sealed class SearchTests(ITestOutputHelper output)
{
    static readonly string[] Codes = ["8867-4", "718-7", "2339-0", "29463-7"];
    static readonly string[] Families = ["Lévêque", "Le Guen", "Martin", "Martineau", "Nguyễn", "N'Diaye"];
    static readonly string[] Givens = ["Zoé", "Ange-Marie", "Jean", "Jeanne"];
    static readonly string[] Dates = ["2024", "2025-03", "2025-03-01", "2026-01-15T08:30:00Z", "2026-01-15T23:30:00+02:00", "2026-02-28"];

    [Theory, OnEachDatabase]
    public async Task Search_agrees_with_the_slow_search(DatabaseKind kind)
    {
        var seed = Seed.Of(20_261_122);
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var on = await TestStore.Open(kind);
        var stored = new List<Stored>();
        for (var i = 0; i < 12; i++) stored.Add(await on.Create(on.Steward, Sample.Patient(Any(random, Families), Any(random, Givens), Day(random), $"P-{i % 9}")));
        var patients = stored.ToArray();
        for (var i = 0; i < 160; i++) stored.Add(await on.Create(on.Steward, RandomObservation(random, patients)));
        Scope[] scopes = [on.Steward, on.Citizen(patients[0].PatientKey), on.Scope("trio", AgentKind.Professional,
            new Reach(false, patients[1..4].Select(patient => patient.PatientKey).ToHashSet(), false, null))];

        for (var i = 0; i < 250; i++)
        {
            var text = RandomSearch(random, patients);
            var mark = text.IndexOf('?', StringComparison.Ordinal);
            var query = TestStore.Query(text[..mark], text[(mark + 1)..] + "&_count=200&_total=accurate");
            var which = random.Next(scopes.Length);
            var page = await on.Records.Search(scopes[which], query, default);
            var expected = stored.Where(one => which == 0 || scopes[which].ReadReach.Patients.Contains(one.PatientKey)).Where(one => Matches(query, one));
            var found = page.Matches.Select(one => one.Id).ToList();
            found.Order(StringComparer.Ordinal).ShouldBe(expected.Select(one => one.Id).Order(StringComparer.Ordinal), $"seed {seed}, scope {which}, {text}");
            page.Total.ShouldBe(found.Count, $"seed {seed}, {text}");
            if (i % 5 == 0) (await ByPages(on, scopes[which], text)).ShouldBe(found, $"seed {seed}, scope {which}, pages of {text}");
        }
    }

    [Theory, OnEachDatabase]
    public async Task What_several_of_the_codes_find_is_counted_once(DatabaseKind kind)
    {
        await using var on = await TestStore.Open(kind);
        var patient = await on.Create(on.Steward, Sample.Patient());
        for (var i = 1; i <= 15; i++)
        {
            var observation = Sample.Observation(patient.Reference, "main", $"2026-01-{i:00}");
            await on.Create(on.Steward, observation.Replace("}]},", """},{"system":"urn:local","code":"a"},{"system":"urn:local","code":"b"}]},""", StringComparison.Ordinal));
        }
        (await ByPages(on, on.Steward, $"Observation?patient={patient.Id}&code=a,b&_sort=-date")).Count.ShouldBe(15);
    }

    [Theory, OnEachDatabase]
    public async Task Next_links_survive_inserts(DatabaseKind kind)
    {
        await using var on = await TestStore.Open(kind);
        var patient = await on.Create(on.Steward, Sample.Patient());
        for (var i = 1; i <= 20; i++) await on.Create(on.Steward, Sample.Observation(patient.Reference, date: $"2026-01-{i:00}"));
        string[] searches =
        [
            $"Observation?patient={patient.Id}&code=8867-4&_sort=-date", $"Observation?patient={patient.Id}&_sort=date", "Observation",
            $"Observation?patient={patient.Id}&_sort=code,-date"
        ];
        foreach (var search in searches)
        {
            var before = await ByPages(on, on.Steward, search);
            var seen = new List<string>();
            string? token = null;
            do
            {
                var page = await on.Search(on.Steward, $"{search}{(search.Contains('?', StringComparison.Ordinal) ? "&" : "?")}_count=3{(token is null ? "" : $"&_page={token}")}");
                seen.AddRange(page.Matches.Select(found => found.Id));
                token = page.NextToken;
                await on.Create(on.Steward, Sample.Observation(patient.Reference, date: "2026-03-01"));
            }
            while (token is not null && seen.Count < 200);
            seen.Distinct().Count().ShouldBe(seen.Count, search);
            before.ShouldAllBe(id => seen.Contains(id), search);
        }
    }

    [Theory, OnEachDatabase]
    public async Task A_next_link_belongs_to_its_search_and_its_actor(DatabaseKind kind)
    {
        await using var on = await TestStore.Open(kind);
        for (var i = 0; i < 5; i++) await on.Create(on.Steward, Sample.Patient(identifier: $"P-{i}"));
        var token = (await on.Search(on.Steward, "Patient?_count=2")).NextToken.ShouldNotBeNull();

        await Refused(on.Steward, $"Patient?_count=2&name=z&_page={token}");
        await Refused(on.Software("autre"), $"Patient?_count=2&_page={token}");
        await Refused(on.Steward, "Patient?_count=2&_page=AAAA");
        (await on.Search(on.Steward, $"Patient?_count=2&_page={token}")).Matches.Count.ShouldBe(2);

        async Task Refused(Scope scope, string search) =>
            (await Should.ThrowAsync<Refusal>(() => on.Search(scope, search))).Kind.ShouldBe(StoreRefusals.BadPageToken);
    }

    [Theory, OnEachDatabase]
    public async Task Includes_follow_references_both_ways(DatabaseKind kind)
    {
        await using var on = await TestStore.Open(kind);
        var doctor = await on.Create(on.Steward, Sample.Practitioner("Curie"));
        var patient = await on.Create(on.Steward, Sample.Patient());
        var observation = await on.Create(on.Steward, Sample.Observation(patient.Reference, extra: $$""","performer":[{"reference":"{{doctor.Reference}}"}]"""));

        (await Included($"Observation?patient={patient.Id}&_include=Observation:subject&_include=Observation:performer"))
            .ShouldBe([doctor.Id, patient.Id], ignoreOrder: true);
        (await Included($"Patient?_id={patient.Id}&_revinclude=Observation:subject")).ShouldBe([observation.Id]);
        (await Included("Practitioner?name=curie&_revinclude=Observation:performer&_include:iterate=Observation:subject"))
            .ShouldBe([observation.Id, patient.Id], ignoreOrder: true);
        (await on.Found(on.Steward, $"Observation?performer={doctor.Reference}")).ShouldBe([observation.Id]);
        (await on.Found(on.Steward, "Observation?patient.identifier=urn:test|P-1")).ShouldBe([observation.Id]);
        (await on.Found(on.Steward, "Observation?patient.name=inconnu")).ShouldBeEmpty();
        (await on.Found(on.Steward, "Patient?_has:Observation:patient:code=8867-4")).ShouldBe([patient.Id]);

        async Task<IReadOnlyList<string>> Included(string search) => [.. (await on.Search(on.Steward, search)).Included.Select(found => found.Id)];
    }

    [Theory, OnEachDatabase]
    public async Task A_resource_about_several_patients_is_found_by_each(DatabaseKind kind)
    {
        await using var on = await TestStore.Open(kind);
        var one = await on.Create(on.Steward, Sample.Patient());
        var other = await on.Create(on.Steward, Sample.Patient("Autre"));
        var observation = await on.Create(on.Steward, Sample.Observation(one.Reference, extra: $$""","performer":[{"reference":"{{other.Reference}}"}]"""));

        observation.PatientKey.ShouldBe(one.PatientKey);
        (await on.Found(on.Steward, $"Observation?performer={other.Reference}")).ShouldBe([observation.Id]);
        (await on.Found(on.Citizen(other.PatientKey), $"Observation?performer={other.Reference}")).ShouldBeEmpty();
    }

    static async Task<List<string>> ByPages(TestStore on, Scope scope, string search)
    {
        var (seen, token) = (new List<string>(), (string?)null);
        do
        {
            var page = await on.Search(scope, $"{search}{(search.Contains('?', StringComparison.Ordinal) ? "&" : "?")}_count=7{(token is null ? "" : $"&_page={token}")}");
            seen.AddRange(page.Matches.Select(found => found.Id));
            token = page.NextToken;
        }
        while (token is not null && seen.Count < 500);
        return seen;
    }

    static bool Matches(SearchQuery query, Stored stored)
    {
        using var document = FhirDocument.Parse(stored.Bytes);
        var values = new List<IndexValue>();
        Indexer.Extract(document, values);
        return query.Matches(values, document);
    }

    static string RandomObservation(Random random, Stored[] patients)
    {
        var extra = new StringBuilder();
        if (random.Next(2) == 0)
            extra.Append(CultureInfo.InvariantCulture, $$""","valueQuantity":{"value":{{random.Next(40) / 4.0}},"unit":"g/L","system":"http://unitsofmeasure.org","code":"g/L"}""");
        if (random.Next(2) == 0) extra.Append(CultureInfo.InvariantCulture, $$""","category":[{"coding":[{"system":"urn:cat","code":"c{{random.Next(3)}}"}]}]""");
        if (random.Next(3) == 0) extra.Append(CultureInfo.InvariantCulture, $$""","performer":[{"reference":"{{Any(random, patients).Reference}}"}]""");
        if (random.Next(3) == 0) extra.Append(CultureInfo.InvariantCulture, $$""","identifier":[{"system":"urn:o","value":"{{random.Next(20)}}"}]""");
        var observation = Sample.Observation(Any(random, patients).Reference, Any(random, Codes), Any(random, Dates), extra.ToString());
        if (random.Next(4) == 0) observation = observation.Replace("}]},", $$"""},{"system":"urn:local","code":"{{Any(random, Codes)}}"}]},""", StringComparison.Ordinal);
        return observation;
    }

    static string RandomSearch(Random random, Stored[] patients)
    {
        var type = random.Next(4) == 0 ? "Patient" : "Observation";
        var clauses = Enumerable.Range(0, random.Next(1, 4)).Select(_ => type == "Patient" ? PatientClause(random, patients) : ObservationClause(random, patients));
        string[] sorts = type == "Patient" ? ["", "&_sort=birthdate", "&_sort=-family", "&_sort=_id"] : ["", "&_sort=-date", "&_sort=date", "&_sort=code,-date", "&_sort=-value-quantity"];
        return $"{type}?{string.Join('&', clauses.Distinct())}{Any(random, sorts)}";
    }

    static string PatientClause(Random random, Stored[] patients) => random.Next(8) switch
    {
        0 => $"name={Part(random, Families)}",
        1 => $"family:exact={Any(random, Families)}",
        2 => $"given:contains={Part(random, Givens)}",
        3 => $"birthdate={Any(random, ["", "ge", "lt", "le", "gt", "ne"])}{Day(random)[..(random.Next(2) == 0 ? 4 : 10)]}",
        4 => $"identifier={Any(random, ["urn:test|", "", "urn:autre|"])}P-{random.Next(10)}",
        5 => $"_id={Any(random, patients).Id},{Any(random, patients).Id}",
        6 => "gender=female",
        _ => Any(random, ["active=true", "active:not=true", "gender:missing=false", "_lastUpdated=ge2020"])
    };

    static string ObservationClause(Random random, Stored[] patients) => random.Next(11) switch
    {
        0 or 1 => $"patient={Any(random, patients).Id}",
        2 => $"subject={Any(random, patients).Reference},{Any(random, patients).Reference}",
        3 or 4 => $"code={Any(random, ["", "http://loinc.org|", "urn:local|", "|"])}{Any(random, Codes)}",
        5 => $"code={Any(random, Codes)},http://loinc.org|{Any(random, Codes)}",
        6 => $"date={Any(random, ["", "ge", "lt", "le", "gt", "ne", "sa", "eb"])}{Uri.EscapeDataString(Any(random, Dates))}",
        7 => $"category{Any(random, ["", ":not"])}=urn:cat|c{random.Next(3)}",
        8 => $"value-quantity={Any(random, ["", "ge", "lt"])}{random.Next(10)}",
        9 => $"performer={Any(random, patients).Reference}",
        _ => Any(random, [$"identifier=urn:o|{random.Next(20)}", "performer:missing=true", "status=final", "category:missing=true", "code:text=x"])
    };

    static string Part(Random random, string[] from) => Any(random, from)[..random.Next(1, 4)];

    static string Day(Random random) => new DateOnly(1950, 1, 1).AddDays(random.Next(60) * 365).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    static T Any<T>(Random random, T[] from) => from[random.Next(from.Length)];
}
