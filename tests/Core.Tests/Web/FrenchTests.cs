using System.Globalization;
using Socle.Platform.Web;

namespace Socle.Core.Tests.Web;

public sealed class FrenchTests
{
    static readonly DateOnly Today = new(2026, 3, 4);

    public static TheoryData<string, string> Days => new()
    {
        { "2026-03-04", "aujourd’hui" }, { "2026-03-03", "hier" }, { "2026-03-05", "demain" }, { "2026-03-02", "2 mars 2026" }, { "2026-02-01", "1er février 2026" }
    };

    [Theory, MemberData(nameof(Days))]
    public void Days_are_in_words(string day, string words) => French.Day(DateOnly.Parse(day, CultureInfo.InvariantCulture), Today).ShouldBe(words);

    [Fact]
    public void Moments_are_in_the_time_of_paris()
    {
        var clock = new FixedClock(new(2026, 3, 3, 23, 30, 0, TimeSpan.Zero));   // 00:30 on the 4th in Paris
        French.Moment(new(2026, 3, 3, 13, 2, 0, TimeSpan.Zero), clock).ShouldBe("hier à 14\u00a0h\u00a002");
        French.Today(clock).ShouldBe(Today);
    }

    [Theory]
    [InlineData("1992-03-05", "33 ans")]
    [InlineData("1992-03-04", "34 ans")]
    [InlineData("2024-02-29", "2 ans")]
    [InlineData("2025-07-01", "8 mois")]
    [InlineData("2026-02-20", "12 jours")]
    [InlineData("2026-03-03", "1 jour")]
    [InlineData("2026-03-04", "0 jour")]
    public void Ages_are_in_words(string birth, string age) => French.Age(DateOnly.Parse(birth, CultureInfo.InvariantCulture), Today).ShouldBe(age);

    [Fact]
    public void Numbers_and_sizes_are_french()
    {
        French.Number(1234567.5m).ShouldBe("1\u202F234\u202F567,5");
        French.Size(999).ShouldBe("999 octets");
        French.Size(1_230_000).ShouldBe("1,2 Mo");
    }

    [Fact]
    public void Texts_get_the_right_blanks_and_apostrophes()
    {
        Typography.French("« Qui a lu l'ordonnance ? »").ShouldBe("«\u202FQui a lu l’ordonnance\u202F?\u202F»");
        Typography.French("https://x").ShouldBe("https://x");
    }

    sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
