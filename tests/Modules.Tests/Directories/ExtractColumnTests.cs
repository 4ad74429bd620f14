using System.Text.Json;
using Socle.Directories;
using Socle.SharedRecord;
using Socle.Support;
using static Socle.Modules.Tests.Directories.ExtractImportTests;

namespace Socle.Modules.Tests.Directories;

/// <summary>Columns that the public extract does not have (locums, RPPS+) or that were renamed between two editions.</summary>
public sealed class ExtractColumnTests
{
    static (string, string)[] Locum(int number) => [.. Person("8" + Rpps(number)), .. At(Finess(1))];

    // The header of the public extract with two columns more, whatever they are called.
    static Task<ImportOutcome> Dated(RecordWorld world, string begins, string ends, params (string Line, string From, string Until)[] lines) =>
        Import(world, "PS_Activite_202611220312.txt", $"{ExtractMaker.Header}{begins}|{ends}|\n" + string.Concat(lines.Select(line => $"{line.Line}{line.From}|{line.Until}|\n")));

    static async Task<(string? Start, string? End)> Period(RecordWorld world)
    {
        using var role = JsonDocument.Parse((await Find(world, "PractitionerRole")).ShouldHaveSingleItem().Bytes);
        if (!role.RootElement.TryGetProperty("period", out var period)) return (null, null);
        return (period.TryGetProperty("start", out var start) ? start.GetString() : null, period.TryGetProperty("end", out var end) ? end.GetString() : null);
    }

    public static TheoryData<string, string> Headers => new()
    {
        { "Date de début d'activité", "Date de fin d'activité" }, { "Date début activité", "Date fin activité" }, { "Date de début d’activité", "Date de fin de contrat" },
        { "DATE DE DEBUT D'ACTIVITE", "DATE DE FIN D'ACTIVITE" }, { " Date de debut d'activite ", "date de fin de contrat" }
    };

    [Theory, MemberData(nameof(Headers))]
    public async Task The_dates_of_a_locum_are_read_under_each_name_of_their_columns(string begins, string ends)
    {
        await using var world = await Open(DatabaseKind.Sqlite);
        (await Dated(world, begins, ends, (Line([.. Locum(1), ("Code genre activité", "GENR02")]), "02/11/2026", "31/12/2026"))).Faults.ShouldBeEmpty();
        (await Period(world)).ShouldBe(("2026-11-02", "2026-12-31"));
    }

    public static TheoryData<string, string, string?, string?> Dates => new()
    {
        { "02/11/2026", "31/12/2026", "2026-11-02", "2026-12-31" }, { "2026-11-02", "2026-12-31", "2026-11-02", "2026-12-31" }, { "29/02/2028", "", "2028-02-29", null },
        { "", "31/12/2026", null, "2026-12-31" }, { "", "", null, null }, { "02/11/2026", "02/11/2026", "2026-11-02", "2026-11-02" }
    };

    [Theory, MemberData(nameof(Dates))]
    public async Task A_date_is_kept_as_the_day_it_is(string from, string until, string? start, string? end)
    {
        await using var world = await Open(DatabaseKind.Sqlite);
        (await Dated(world, "Date de début d'activité", "Date de fin d'activité", (Line(Locum(1)), from, until))).Faults.ShouldBeEmpty();
        (await Period(world)).ShouldBe((start, end));
    }

    public static TheoryData<string, string, string> WrongDates => new()
    {
        { "31/02/2026", "", "ne se lit pas" }, { "29/02/2027", "", "ne se lit pas" }, { "", "11/31/2026", "ne se lit pas" }, { "2/11/2026", "", "ne se lit pas" },
        { "", "2026-13-01", "ne se lit pas" }, { "demain", "", "ne se lit pas" }, { "", "20261231", "ne se lit pas" }, { "01/01/2027", "31/12/2026", "vient avant le début" }
    };

    [Theory, MemberData(nameof(WrongDates))]
    public async Task A_line_with_a_wrong_date_is_listed_and_the_others_go_in(string from, string until, string says)
    {
        await using var world = await Open(DatabaseKind.Sqlite);
        var outcome = await Dated(world, "Date de début d'activité", "Date de fin d'activité",
            (Line(Locum(1)), "02/11/2026", "31/12/2026"), (Line(Locum(2)), from, until), (Line(Locum(3)), "", ""));
        outcome.Faults.ShouldHaveSingleItem().ShouldSatisfyAllConditions(fault => fault.ShouldStartWith("ligne 3 : "), fault => fault.ShouldContain(says));
        (await Report(world, "skipped")).ShouldHaveSingleItem().Line.ShouldBe(3);
        (await Find(world, "PractitionerRole")).Count.ShouldBe(2);
        (await Find(world, "Practitioner", ("identifier", "8" + Rpps(2)))).ShouldBeEmpty();
    }

    [Theory, OnEachDatabase]
    public async Task Another_end_is_a_change_of_the_same_situation_and_another_beginning_is_another_one(DatabaseKind kind)
    {
        await using var world = await Open(kind);
        var line = Line(Locum(1));
        const string Begins = "Date de début d'activité", Ends = "Date de fin d'activité";
        await Dated(world, Begins, Ends, (line, "02/11/2026", "31/12/2026"));
        (await Dated(world, Begins, Ends, (line, "02/11/2026", "31/01/2027"))).Detail.ShouldContain("0 ajoutées, 1 changées");
        (await Period(world)).ShouldBe(("2026-11-02", "2027-01-31"));
        (await Report(world, "changed")).ShouldHaveSingleItem().Detail.ShouldBe(Ends);
        (await Dated(world, Begins, Ends, (line, "02/11/2026", "31/01/2027"), (line, "01/03/2027", "31/03/2027"))).Detail.ShouldContain("1 ajoutées, 0 changées");
        (await Find(world, "PractitionerRole", ("active", "true"))).Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("Code rôle", "Libellé rôle", "Code genre activité")]
    [InlineData("Code fonction", "Libellé fonction", "Code genre d'activité")]
    [InlineData("CODE ROLE", "LIBELLE ROLE", "CODE GENRE ACTIVITE")]
    public async Task A_column_that_was_renamed_is_read_by_each_name(string role, string text, string genre)
    {
        await using var world = await Open(DatabaseKind.Sqlite);
        var line = Line([.. Locum(1), ("Code rôle", "FON-27"), ("Libellé rôle", "Chef de service")]);
        var header = ExtractMaker.Header.Replace("Code rôle", role, StringComparison.Ordinal).Replace("Libellé rôle", text, StringComparison.Ordinal).Replace("Code genre activité", genre, StringComparison.Ordinal);
        (await Import(world, "activite.txt", $"{header}\n{line}\n")).Faults.ShouldBeEmpty();
        var entry = System.Text.Encoding.UTF8.GetString((await Find(world, "PractitionerRole")).ShouldHaveSingleItem().Bytes.Span);
        foreach (var said in (string[])["\"FON-27\"", "Chef de service", "GENR01"]) entry.ShouldContain(said);
    }
}
