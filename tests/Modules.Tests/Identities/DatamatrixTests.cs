using System.Diagnostics;
using System.Text.Json;
using Socle.Fhir;
using Socle.Identities;
using Socle.Modules.Tests.Host;
using Socle.Platform;

namespace Socle.Modules.Tests.Identities;

public class DatamatrixTests
{
    const char Separator = '\x1d';

    // The two that are published: the one of ZXing's regression test, the one of Mediboard.
    const string OtherOrder = "IS010000000000000000000000S1118058599124123S21.2.250.1.213.1.4.8\x1dS3FIRST NAMETEST\x1dS5MS618-06-1985S713201S4LASTNAMETEST";
    const string FullNumber = "IS010000000000000000000000S1123549685274612S225978456325481569525S3TEST1 TEST2 TEST\x1dS4DATAMATRIXTEST\x1dS5MS631-08-2021S717000";

    static readonly InsDatamatrix Jeanne = new("257032923200170", "1.2.250.1.213.1.4.10", "JEANNE MARIE-LOUISE", "LEFEVRE", "F", "1957-03-14", "29232");

    [Fact]
    public void Both_published_texts_are_read()
    {
        InsDatamatrix.Read(OtherOrder).ShouldBe(new("118058599124123", "1.2.250.1.213.1.4.8", "FIRST NAMETEST", "LASTNAMETEST", "M", "1985-06-18", "13201"));
        InsDatamatrix.Read(FullNumber).ShouldBe(new("123549685274612", "25978456325481569525", "TEST1 TEST2 TEST", "DATAMATRIXTEST", "M", "2021-08-31", "17000"));
    }

    [Fact]
    public void What_is_written_is_the_format_s_and_read_again()
    {
        Jeanne.Write().ShouldBe($"IS010000000000000000000000S1257032923200170S21.2.250.1.213.1.4.10S3JEANNE MARIE-LOUISE{Separator}S4LEFEVRE{Separator}S5FS614-03-1957S729232");
        InsDatamatrix.Read(Jeanne.Write()).ShouldBe(Jeanne);
        var other = InsDatamatrix.Read(OtherOrder);
        InsDatamatrix.Read(other.Write()).ShouldBe(other);
        other.Write()[26..].ShouldBe($"S1118058599124123S21.2.250.1.213.1.4.8{Separator}S3FIRST NAMETEST{Separator}S4LASTNAMETEST{Separator}S5MS618-06-1985S713201");
    }

    [Theory]
    [InlineData("1957-03", "00-03-1957")]
    [InlineData("1957", "00-00-1957")]
    public void A_birth_date_that_is_not_whole_stays_so(string iso, string written)
    {
        var text = (Jeanne with { BirthDate = iso }).Write();
        text.ShouldContain("S6" + written + "S7");
        InsDatamatrix.Read(text).BirthDate.ShouldBe(iso);
    }

    [Fact]
    public void A_name_of_the_greatest_length_has_no_separator_and_a_longer_one_is_cut()
    {
        var text = (Jeanne with { BirthName = new string('A', 120), GivenNames = new string('B', 100) }).Write();
        text.ShouldContain("S3" + new string('B', 100) + "S4" + new string('A', 100) + "S5F");
        InsDatamatrix.Read(text).BirthName.ShouldBe(new string('A', 100));
    }

    [Fact]
    public void Accents_are_written_as_the_register_answers_and_hidden_characters_are_refused()
    {
        (Jeanne with { BirthName = "Lefèvre d’Œuvre" }).Write().ShouldContain("S4LEFEVRE D'OEUVRE\x1d");
        Should.Throw<FhirException>(() => (Jeanne with { BirthName = "LEFEVRE\u202e" }).Write());
    }

    [Theory]
    [InlineData("␝")]
    [InlineData("<GS>")]
    [InlineData("{GS}")]
    [InlineData("^]")]
    public void The_separators_of_hand_scanners_are_known(string separator) =>
        InsDatamatrix.Read(OtherOrder.Replace("\x1d", separator, StringComparison.Ordinal) + "\r\n").ShouldBe(InsDatamatrix.Read(OtherOrder));

    [Fact]
    public void A_field_of_a_page_that_swallows_the_separators_is_read_all_the_same()
    {
        InsDatamatrix.Read(Jeanne.Write().Replace("\x1d", "", StringComparison.Ordinal)).ShouldBe(Jeanne);
        var long100 = Jeanne with { BirthName = new string('S', 100), GivenNames = "S" };
        InsDatamatrix.Read(long100.Write().Replace("\x1d", "", StringComparison.Ordinal)).ShouldBe(long100);
    }

    [Fact]
    public void Only_a_qualified_person_has_one()
    {
        using var qualified = FhirDocument.Parse(PatientBuilder.Build(Support.Sample.Jeanne));
        var code = InsDatamatrix.Of(qualified.Root)!;
        code.Traits.Contradictions(PatientReader.Read(qualified.Root)!).ShouldBeEmpty();
        code.Oid.ShouldBe("1.2.250.1.213.1.4.10");
        foreach (var less in new[] { Support.Sample.Jeanne with { Status = IdentityStatus.Provisional }, Support.Sample.Jeanne with { Ins = null }, Support.Sample.Jeanne with { BirthPlaceCode = null } })
        {
            using var other = FhirDocument.Parse(PatientBuilder.Build(less));
            InsDatamatrix.Of(other.Root).ShouldBeNull();
        }
    }

    [Fact]
    public void A_qualified_person_whose_traits_cannot_be_written_has_none()
    {
        var jeanne = Support.Sample.Jeanne;
        foreach (var wrong in new[]
        {
            jeanne with { BirthName = "LEFEVRE 2" }, jeanne with { GivenNames = ["JEANNE", "М"] }, jeanne with { BirthPlaceCode = "2923" },
            jeanne with { BirthPlaceCode = "BREST" }, jeanne with { Ins = "25703292329891" }, jeanne with { BirthDate = null }, jeanne with { Sex = "" }
        })
        {
            using var document = FhirDocument.Parse(PatientBuilder.Build(wrong));
            InsDatamatrix.Of(document.Root).ShouldBeNull();
        }
        using var right = FhirDocument.Parse(PatientBuilder.Build(jeanne with { BirthPlaceCode = "99109", BirthDate = "1957" }));
        DatamatrixSymbol.Of(InsDatamatrix.Of(right.Root)!.Write()).Size.ShouldBeGreaterThan(10);
    }

    [Theory]
    [InlineData("DC04FR0000011E2B1E2B0126", "datamatrix-foreign")]
    [InlineData("", "datamatrix-foreign")]
    [InlineData("IS010000000000000000000000", "datamatrix-incomplete")]
    [InlineData("IS010000000000000000000000S1257032923200170", "datamatrix-incomplete")]
    [InlineData("IS010000000000000000000000S12570329232", "datamatrix-unreadable")]
    [InlineData("IS010000000000000000000000X1257032923200170", "datamatrix-unreadable")]
    [InlineData("IS010000000000000000000000S5FS5F", "datamatrix-unreadable")]
    public void What_is_not_one_is_refused(string text, string code) => Should.Throw<Refusal>(() => InsDatamatrix.Read(text)).Code.ShouldBe(code);

    [Theory]
    [InlineData("S5F", "S5X")]
    [InlineData("14-03-1957", "31-02-1957")]
    [InlineData("14-03-1957", "1957-03-14")]
    public void A_trait_of_another_form_is_refused(string right, string wrong) =>
        Should.Throw<Refusal>(() => InsDatamatrix.Read(Jeanne.Write().Replace(right, wrong, StringComparison.Ordinal))).Code.ShouldBe("datamatrix-incomplete");

    [Fact]
    public void Without_its_traits_no_number_is_written() =>
        Should.Throw<Refusal>(() => (Jeanne with { BirthPlace = "" }).Write()).Code.ShouldBe("datamatrix-incomplete");

    // The worked example of ISO/IEC 16022 annex O: « 123456 ».
    [Fact]
    public void The_correction_is_the_standard_s() => DatamatrixCorrection.Append(DatamatrixShape.All[0], [142, 164, 186]).ShouldBe([142, 164, 186, 114, 25, 5, 88, 102]);

    [Fact]
    public void Every_module_of_every_size_is_laid_once()
    {
        foreach (var shape in DatamatrixShape.All)
        {
            var words = shape.Data + shape.Correction;
            (shape.Inner * shape.Inner / 8).ShouldBe(words, $"{shape.Size}");
            // All dark, then all light: what differs is laid.
            var (dark, light) = (DatamatrixPlacement.Place(shape.Inner, [.. Enumerable.Repeat((byte)255, words)]), DatamatrixPlacement.Place(shape.Inner, new byte[words]));
            Enumerable.Range(0, shape.Inner * shape.Inner).Count(i => dark[i / shape.Inner, i % shape.Inner] != light[i / shape.Inner, i % shape.Inner])
                .ShouldBe(words * 8, $"{shape.Size}");
        }
    }

    [WithNode]
    public async Task A_reader_that_nobody_here_wrote_reads_the_symbols()
    {
        string[] texts =
        [
            Jeanne.Write(), OtherOrder, FullNumber, "A", "AB1", "ABC", "123456", "ABCDE", "a_b{c}~", "ABCDEFGHI1",
            .. Enumerable.Range(1, 60).Select(length => string.Concat(Enumerable.Range(0, length * 9).Select(i => "AZ09 -'.\u001dbq"[(i * 7 + length) % 11])))
        ];
        var symbols = texts.Select(DatamatrixSymbol.Of).Select(symbol => Enumerable.Range(0, symbol.Size)
            .Select(row => string.Concat(Enumerable.Range(0, symbol.Size).Select(column => symbol.IsDark(row, column) ? '1' : '0'))));
        using var node = new Process
        {
            StartInfo = new ProcessStartInfo("node", ["datamatrix.mjs"])
            {
                WorkingDirectory = WithNodeAttribute.Folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true
            }
        };
        node.Start();
        var (output, errors) = (node.StandardOutput.ReadToEndAsync(), node.StandardError.ReadToEndAsync());
        try
        {
            await node.StandardInput.WriteAsync(JsonSerializer.Serialize(symbols));
            node.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended before it read all: its own words, below, say why.
        }
        await node.WaitForExitAsync();
        node.ExitCode.ShouldBe(0, await errors);
        JsonSerializer.Deserialize<string[]>(await output).ShouldBe(texts);
    }

    [Fact]
    public void A_text_that_no_symbol_holds_is_an_error()
    {
        Should.Throw<ArgumentException>(() => DatamatrixSymbol.Of("é"));
        Should.Throw<ArgumentException>(() => DatamatrixSymbol.Of(new string('A', 2_000)));
    }
}
