namespace Socle.Fhir.Tests.Identifiers;

public sealed class NumbersTests
{
    [Theory]
    [InlineData("10000023084", IdentifierCheck.Right)]
    [InlineData("01234567897", IdentifierCheck.Right)]
    [InlineData("10102727017", IdentifierCheck.WrongKey)]      // an official example that breaks its own rule
    [InlineData("10000023085", IdentifierCheck.WrongKey)]
    [InlineData("1000002308", IdentifierCheck.Malformed)]
    [InlineData("1000002308A", IdentifierCheck.Malformed)]
    public void Rpps_numbers(string text, IdentifierCheck expected) => Rpps.Check(text).ShouldBe(expected);

    [Theory]
    [InlineData("540002698", IdentifierCheck.Right)]
    [InlineData("590064036", IdentifierCheck.Right)]
    [InlineData("750712184", IdentifierCheck.Right)]
    [InlineData("010000024", IdentifierCheck.Right)]
    [InlineData("540002699", IdentifierCheck.WrongKey)]
    [InlineData("2A0000014", IdentifierCheck.Right)]
    [InlineData("2B0000020", IdentifierCheck.Right)]
    [InlineData("2C0000020", IdentifierCheck.Malformed)]
    [InlineData("54000269", IdentifierCheck.Malformed)]
    public void Finess_numbers(string text, IdentifierCheck expected) => Finess.Check(text).ShouldBe(expected);

    [Theory]
    [InlineData("759312345", IdentifierCheck.Right)]
    [InlineData("2A9312345", IdentifierCheck.Right)]
    [InlineData("75931234", IdentifierCheck.Malformed)]
    [InlineData("7593A2345", IdentifierCheck.Malformed)]
    public void Adeli_numbers(string text, IdentifierCheck expected) => Adeli.Check(text).ShouldBe(expected);

    [Theory]
    [InlineData("810000023084", IdentifierCheck.Right, NationalIdKind.Rpps, "10000023084", null)]
    [InlineData("0759312345", IdentifierCheck.Right, NationalIdKind.Adeli, "759312345", null)]
    [InlineData("3540002698/EMP-12", IdentifierCheck.Right, NationalIdKind.Finess, "540002698", "EMP-12")]
    [InlineData("1759312345/12", IdentifierCheck.Right, NationalIdKind.AdeliOffice, "759312345", "12")]
    [InlineData("810102727017", IdentifierCheck.WrongKey, NationalIdKind.Rpps, "10102727017", null)]
    [InlineData("210000023084", IdentifierCheck.Malformed, default(NationalIdKind), null, null)]
    [InlineData("3540002698/", IdentifierCheck.Malformed, default(NationalIdKind), null, null)]
    [InlineData("8", IdentifierCheck.Malformed, default(NationalIdKind), null, null)]
    public void National_identifiers_of_professionals(string text, IdentifierCheck expected, NationalIdKind kind, string? number,
        string? inner)
    {
        NationalId.Check(text).ShouldBe(expected);
        NationalId.TryParse(text, out var id).ShouldBe(expected == IdentifierCheck.Right);
        if (expected == IdentifierCheck.Malformed) return;
        (id.Kind, id.Number, id.Internal, id.Value).ShouldBe((kind, number, inner, text));
    }

    [Theory]
    [InlineData("1540002698", IdentifierCheck.Right, StructureIdKind.Finess)]
    [InlineData("2732829320", IdentifierCheck.Right, StructureIdKind.Siren)]
    [InlineData("373282932000074", IdentifierCheck.Right, StructureIdKind.Siret)]
    [InlineData("41000002308401", IdentifierCheck.Right, StructureIdKind.RppsRank)]
    [InlineData("410000023084001", IdentifierCheck.Right, StructureIdKind.RppsRank)]
    [InlineData("1540002699", IdentifierCheck.WrongKey, StructureIdKind.Finess)]
    [InlineData("9540002698", IdentifierCheck.Malformed, StructureIdKind.Finess)]
    public void National_identifiers_of_structures(string text, IdentifierCheck expected, StructureIdKind kind)
    {
        StructureId.Check(text).ShouldBe(expected);
        if (StructureId.TryParse(text, out var id)) id.Kind.ShouldBe(kind);
    }

    [Fact]
    public void Made_numbers_are_right()
    {
        for (var i = 0; i < 500; i++)
        {
            Rpps.FromParts($"1{i * 7919:000000000}").Value.Length.ShouldBe(11);
            Finess.FromParts($"{(i % 2 == 0 ? "2A" : "75")}{i * 31:000000}").Value.Length.ShouldBe(9);
        }
        NationalId.Of(Rpps.Parse("10000023084")).Value.ShouldBe("810000023084");
        StructureId.Of(Finess.Parse("540002698")).Value.ShouldBe("1540002698");
    }
}
