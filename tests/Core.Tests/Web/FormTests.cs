using Socle.Platform.Web;

namespace Socle.Core.Tests.Web;

public sealed class FormTests
{
    public static TheoryData<string, string?> Days => new()
    {
        { "03/03/1980", "1980-03-03" }, { "3/3/1980", "1980-03-03" }, { "1980-03-03", "1980-03-03" }, { "3.3.1980", "1980-03-03" },
        { "03031980", "1980-03-03" }, { " 29/02/2024 ", "2024-02-29" }, { "29/02/2023", null }, { "31/04/2024", null }, { "03/13/1980", null },
        { "hier", null }, { "1/1/1", null }, { "01/01/9999", null }
    };

    [Theory, MemberData(nameof(Days))]
    public void A_day_is_read_as_people_write_it(string typed, string? day)
    {
        var form = Form.With(("day", typed));
        form.OptionalDay("day")?.ToString("yyyy-MM-dd", null).ShouldBe(day);
        form.HasErrors.ShouldBe(day is null);
        form.Typed("day").ShouldBe(typed);
    }

    [Fact]
    public void Three_fields_make_a_day()
    {
        Form.With(("d-day", "3"), ("d-month", "3"), ("d-year", "1980")).Day("d").ShouldBe(new(1980, 3, 3));
        var empty = Form.With(("d-day", ""), ("d-month", ""), ("d-year", ""));
        empty.OptionalDay("d").ShouldBeNull();
        empty.HasErrors.ShouldBeFalse();
    }

    [Fact]
    public void Errors_are_said_in_french_at_their_field()
    {
        var form = Form.With(("sex", "other"), ("count", "douze"));
        form.Required("name");
        form.Day("birth");
        form.Choice("sex", "male", "female");
        form.Number("count").ShouldBeNull();
        form.Errors.Select(e => e.Field).ShouldBe(["name", "birth", "sex", "count"]);
        form.ErrorOf("name").ShouldBe("Renseignez ce champ.");
        form.ErrorOf("birth").ShouldBe("Indiquez une date, par exemple 03/03/1980.");
    }

    [Fact]
    public void A_refusal_while_building_becomes_the_error_of_the_field()
    {
        var form = Form.With(("lot", "x"));
        form.Try<string>("lot", () => throw SampleModule.Sample.With("7")).ShouldBeNull();
        form.ErrorOf("lot").ShouldBe("Le document 7 a changé entre-temps.");
        form.Try("lot", () => "never built").ShouldBeNull();
    }

    [Theory]
    [InlineData("/documents?a=b", "/documents?a=b")]
    [InlineData("//evil.example", "/")]
    [InlineData("https://evil.example", "/")]
    [InlineData("/\\evil.example", "/")]
    [InlineData("", "/")]
    [InlineData("/a\nb", "/")]
    public void Only_an_address_of_this_site_follows_a_sign_in(string address, string followed) => Paths.Local(address).ShouldBe(followed);
}
