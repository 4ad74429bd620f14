using FsCheck;
using FsCheck.Fluent;

namespace Socle.Fhir.Tests.Paths;

/// <summary>A failing run prints its seed; replay it with Config.WithReplay.</summary>
public sealed class PathProperties
{
    static readonly Gen<DateTimeOffset> Moments = from seconds in Gen.Choose(-2_000_000_000, 2_000_000_000)
                                                  from millis in Gen.Choose(0, 999)
                                                  from offset in Gen.Choose(-14 * 4, 14 * 4)
                                                  select DateTimeOffset.FromUnixTimeMilliseconds(seconds * 1000L + millis).ToOffset(TimeSpan.FromMinutes(offset * 15));

    [Fact]
    public void A_written_instant_is_read_as_the_same_microsecond() => Prop.ForAll(Moments.ToArbitrary(), moment =>
        PartialDate.TryParse(moment.ToString("yyyy-MM-ddTHH:mm:ss.fffzzz", System.Globalization.CultureInfo.InvariantCulture), out var date)
            && date.Low == moment.ToUnixTimeMilliseconds() * 1000 && date.High == date.Low + 1000).QuickCheckThrowOnFailure();

    [Fact]
    public void A_shorter_date_holds_the_longer_one() => Prop.ForAll(Moments.ToArbitrary(), moment =>
    {
        var text = moment.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        _ = PartialDate.TryParse(text, out var day);
        _ = PartialDate.TryParse(text[..7], out var month);
        _ = PartialDate.TryParse(text[..4], out var year);
        return year.Low <= month.Low && month.Low <= day.Low && day.High <= month.High && month.High <= year.High
            && day.High - day.Low == 86_400_000_000
            && day.ToString() == text && month.ToString() == text[..7] && year.ToString() == text[..4];
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_text_is_an_expression_or_a_refusal()
    {
        string[] words = ["name", "given", ".", "(", ")", "[", "]", "where", "1", "'a'", "@2020", "=", "|", "and", "is", "Patient",
            "$this", "%resource", "-", ",", "{", "}", "exists", " ", "'", "\\", "@T", "div", "~"];
        Prop.ForAll(Gen.Elements(words).ListOf().ToArbitrary(), parts =>
        {
            try
            {
                return FhirPath.Compile(string.Join(' ', parts)) is not null;
            }
            catch (FhirException refusal)
            {
                return refusal.Issues.Count > 0;
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));
    }

    [Fact]
    public void Any_search_text_is_a_query_or_a_refusal()
    {
        string[] names = ["birthdate", "name:exact", "identifier", "_sort", "_has:Observation:patient:code", "organization.name",
            "_include", "gender:not", "link:identifier", "_lastUpdated", "_count", "zzz"];
        var pair = from name in Gen.Elements(names)
                   from value in ArbMap.Default.GeneratorFor<string>()
                   select new KeyValuePair<string, string>(name, value ?? "");
        Prop.ForAll(pair.ListOf().ToArbitrary(), pairs =>
        {
            try
            {
                var query = Socle.Fhir.SearchQuery.Parse("Patient", pairs, strict: false);
                return Socle.Fhir.SearchQuery.Parse("Patient", query.Canonical(), strict: true).Canonical() == query.Canonical();
            }
            catch (FhirException refusal)
            {
                return refusal.Issues.Count > 0;
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));
    }
}
