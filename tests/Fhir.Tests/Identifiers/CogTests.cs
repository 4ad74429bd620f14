namespace Socle.Fhir.Tests.Identifiers;

public sealed class CogTests
{
    [Theory]
    [InlineData("29232", true)]
    [InlineData("2A004", true)]
    [InlineData("2B033", true)]
    [InlineData("20004", true)]      // Corsica before 1976
    [InlineData("97411", true)]
    [InlineData("99109", true)]      // abroad
    [InlineData("2C004", false)]
    [InlineData("1A004", false)]
    [InlineData("2a004", false)]
    [InlineData("00000", false)]
    [InlineData("2923", false)]
    [InlineData("292320", false)]
    [InlineData("BREST", false)]
    [InlineData(null, false)]
    public void A_place_is_five_characters_of_a_department_and_a_commune(string? code, bool expected) => Cog.IsValid(code).ShouldBe(expected);

    [Theory]
    [InlineData("20004", "2A004", true)]
    [InlineData("2B033", "20033", true)]
    [InlineData("2A004", "2A004", true)]
    [InlineData("2A004", "2B004", false)]
    [InlineData("20004", "2A005", false)]
    [InlineData("29004", "2A004", false)]
    [InlineData("", "2A004", false)]
    public void A_Corsican_place_is_the_same_before_and_after_the_split(string one, string other, bool expected)
    {
        Cog.IsSame(one, other).ShouldBe(expected);
        Cog.IsSame(other, one).ShouldBe(expected);
    }

    [Fact]
    public void A_number_of_before_the_split_counts_20_as_it_is_written()
    {
        var before = Ins.FromParts("1570320004001");
        before.Value[13..].ShouldBe((97 - 1570320004001 % 97).ToString("00", System.Globalization.CultureInfo.InvariantCulture));
        var after = Ins.FromParts("180032A004001");
        after.Value[13..].ShouldBe((97 - 1800319004001 % 97).ToString("00", System.Globalization.CultureInfo.InvariantCulture));
        Ins.Check(after.Value).ShouldBe(InsCheck.Right);
        Ins.Check("180032C004001" + after.Value[13..]).ShouldBe(InsCheck.Malformed);
    }

    [Theory]
    [InlineData("2990399109001")]    // born abroad
    [InlineData("1740997411001")]    // overseas: three digits of department, two of commune
    public void Births_outside_the_mainland_have_numbers_too(string first13) => Ins.Check(Ins.FromParts(first13).Value).ShouldBe(InsCheck.Right);
}
