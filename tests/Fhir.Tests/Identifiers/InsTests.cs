using FsCheck;
using FsCheck.Fluent;

namespace Socle.Fhir.Tests.Identifiers;

public sealed class InsTests
{
    [Theory]
    [InlineData("279035121518989", InsCheck.Right)]
    [InlineData("277076322082910", InsCheck.Right)]
    [InlineData("277010115400329", InsCheck.Right)]
    [InlineData("279035121518988", InsCheck.WrongKey)]
    [InlineData("279035121518900", InsCheck.Malformed)]     // a key is 01–97
    [InlineData("279035121518998", InsCheck.Malformed)]
    [InlineData("579035121518989", InsCheck.Malformed)]     // sex
    [InlineData("279135121518989", InsCheck.Malformed)]     // month 13
    [InlineData("279205121518989", InsCheck.WrongKey)]      // month 20: unknown
    [InlineData("279295121518989", InsCheck.Malformed)]
    [InlineData("279435121518989", InsCheck.Malformed)]
    [InlineData("279030021518989", InsCheck.Malformed)]     // department 00
    [InlineData("279039701518989", InsCheck.Malformed)]     // 97 needs its third digit
    [InlineData("279035100018989", InsCheck.Malformed)]     // commune 000
    [InlineData("27903512151898", InsCheck.Malformed)]
    [InlineData("2790351215189891", InsCheck.Malformed)]
    [InlineData("279032C21518989", InsCheck.Malformed)]
    [InlineData("27903A121518989", InsCheck.Malformed)]
    [InlineData("２79035121518989", InsCheck.Malformed)]    // a digit of another script
    [InlineData("", InsCheck.Malformed)]
    public void A_matricule_is_checked_by_structure_and_key(string text, InsCheck expected) => Ins.Check(text).ShouldBe(expected);

    [Theory]
    [InlineData("182032A001001", 1820319001001L)]
    [InlineData("182032B001001", 1820318001001L)]
    public void The_key_of_a_Corsican_birth_counts_2A_as_19_and_2B_as_18(string first13, long asNumber)
    {
        var ins = Ins.FromParts(first13);
        ins.Value[13..].ShouldBe((97 - asNumber % 97).ToString("00", System.Globalization.CultureInfo.InvariantCulture));
        Ins.TryParse(ins.Value, out _).ShouldBeTrue();
    }

    [Theory]
    [InlineData(Ins.Systems.Nir, "error")]
    [InlineData(Ins.Systems.Nia, "error")]
    [InlineData(Ins.Systems.Test, "warning")]
    [InlineData(Ins.Systems.Demo, "warning")]
    public void A_wrong_key_is_refused_in_production_and_warned_of_in_tests(string system, string severity)
    {
        Ins.Judge(system, "279035121518988", "Patient.identifier[0].value")!.Severity.ShouldBe(severity);
        Ins.Judge(system, "279035121518989").ShouldBeNull();
    }

    [Fact]
    public void Other_systems_are_not_judged() => Ins.Judge("urn:oid:1.2.3", "abc").ShouldBeNull();

    [Fact]
    public void People_type_blanks_and_small_letters()
    {
        Ins.TryReadTyped(" 2 79 03 51 215\u202f189 89", out var ins).ShouldBeTrue();
        ins.Value.ShouldBe("279035121518989");
        var corsican = Ins.FromParts("182032A001001").Value;
        Ins.TryReadTyped(corsican.ToLowerInvariant(), out ins).ShouldBeTrue();
        ins.Value.ShouldBe(corsican);
    }

    [Fact]
    public void Every_changed_digit_breaks_the_key()
    {
        var gen = from sex in Gen.Elements('1', '2', '3', '4', '7', '8')
                  from year in Gen.Choose(0, 99)
                  from month in Gen.Elements(1, 6, 12, 20, 30, 42, 50, 99)
                  from department in Gen.Elements("01", "51", "2A", "2B", "75", "99")
                  from commune in Gen.Choose(1, 999)
                  from order in Gen.Choose(1, 999)
                  from at in Gen.Choose(7, 12)
                  from digit in Gen.Choose(0, 9)
                  select (First: $"{sex}{year:00}{month:00}{department}{commune:000}{order:000}", at, digit);
        Prop.ForAll(gen.ToArbitrary(), x =>
        {
            var ins = Ins.FromParts(x.First).Value;
            var changed = ins.ToCharArray();
            changed[x.at] = (char)('0' + x.digit);
            var other = new string(changed);
            return Ins.Check(ins) == InsCheck.Right && (other == ins || Ins.Check(other) != InsCheck.Right);
        }).QuickCheckThrowOnFailure();
    }
}
