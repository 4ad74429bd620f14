using System.Buffers;
using System.Globalization;
using System.Text;
using Socle.Fhir;
using Socle.Platform;

namespace Socle.Identities;

/// <summary>The identity that the « Datamatrix INS » carries (ANS, format 2.2): the number with its five traits, never without them.</summary>
/// <param name="Matricule">15 characters.</param>
/// <param name="Oid">Of the number's system, without « urn:oid: ».</param>
/// <param name="GivenNames">The given names of birth, separated by blanks.</param>
/// <param name="Sex">"F" or "M".</param>
/// <param name="BirthDate">ISO, whole or partial.</param>
/// <param name="BirthPlace">The 5 characters of the official geographical code.</param>
public sealed record InsDatamatrix(string Matricule, string Oid, string GivenNames, string BirthName, string Sex, string BirthDate, string BirthPlace)
{
    const string Header = "IS010000000000000000000000";
    const char Separator = '\x1d';

    // What the drivers of hand scanners make of the separator, which no keyboard has.
    static readonly string[] separators = ["␝", "<GS>", "{GS}", "^]"];

    static readonly SearchValues<char> ofOid = SearchValues.Create("0123456789.");

    static readonly Field[] fields =
    [
        new("S1", 15, Fixed: true), new("S2", 20, Fixed: false), new("S3", 100, Fixed: false), new("S4", 100, Fixed: false), new("S5", 1, Fixed: true),
        new("S6", 10, Fixed: true), new("S7", 5, Fixed: true)
    ];

    /// <summary>The text of the symbol. Names that are longer than the format holds are cut, as it asks.</summary>
    public string Write()
    {
        string[] values = [Matricule, Oid, Cut(FrenchText.InsTrait(GivenNames)), Cut(FrenchText.InsTrait(BirthName)), Sex, Turned(BirthDate), BirthPlace];
        var text = new StringBuilder(Header);
        foreach (var (field, value) in fields.Zip(values))
        {
            if (field.Fixed ? value.Length != field.Length : value.Length is 0 || value.Length > field.Length)
                throw IdentitiesRefusals.DatamatrixIncomplete.With(field.Name);
            text.Append(field.Name).Append(value);
            if (!field.Fixed && value.Length < field.Length) text.Append(Separator);
        }
        return text.ToString();
    }

    /// <summary>
    /// Of a qualified Patient: null for any other, whose number may not be shared, and where one of the traits is not known or cannot be
    /// written (a digit in a name, a place that is no code).
    /// </summary>
    public static InsDatamatrix? Of(FhirNode patient)
    {
        if (PatientReader.ActiveIns(patient) is not { } ins || !ReliabilityOfPatient.Read(patient, hasIns: true).MayLeaveWithIns) return null;
        return PatientReader.Read(patient) is { FirstName: { } first, BirthDate: { } born, Sex: { } sex, BirthPlace: { } place } traits
            && ins.Value.Length == 15 && ins.Value.All(char.IsAsciiLetterOrDigit) && Cog.IsValid(place)
            && FrenchText.TryInsTrait(first, out _) && FrenchText.TryInsTrait(traits.BirthName, out _)
            ? new(ins.Value, ins.System["urn:oid:".Length..], first, traits.BirthName, sex, born, place)
            : null;
    }

    /// <summary>A search field may be given a scan instead of a number.</summary>
    public static bool IsScan(string text) => text.TrimStart().StartsWith("IS01", StringComparison.Ordinal);

    public Traits Traits => new(BirthName, GivenNames, BirthDate, Sex, BirthPlace);

    /// <summary>Reads what a camera or a hand scanner gives: fields in any order, each once. What cannot be read is refused with its place.</summary>
    public static InsDatamatrix Read(string scanned)
    {
        var text = scanned.Trim(' ', '\r', '\n', '\t');
        foreach (var written in separators) text = text.Replace(written, Separator.ToString(), StringComparison.Ordinal);
        if (!text.StartsWith(Header, StringComparison.Ordinal)) throw IdentitiesRefusals.DatamatrixForeign.With();
        var separated = text.Contains(Separator);
        var found = new Dictionary<string, string>();
        for (var at = Header.Length; at < text.Length;)
        {
            var field = Array.Find(fields, known => string.CompareOrdinal(text, at, known.Name, 0, 2) == 0) ?? throw Unreadable(at);
            var value = field.ValueIn(text, at + 2, separated);
            if (value.Length == 0 || field.Fixed && value.Length != field.Length || !found.TryAdd(field.Name, value)) throw Unreadable(at);
            at += 2 + value.Length;
            // The last field needs no separator, a full one has none.
            if (at < text.Length && text[at] == Separator) at++;
            else if (at < text.Length && separated && !field.Fixed && value.Length < field.Length && field.Name != "S2") throw Unreadable(at);
        }
        foreach (var field in fields)
            if (!found.ContainsKey(field.Name)) throw IdentitiesRefusals.DatamatrixIncomplete.With(field.Name);
        if (found["S5"] is not ("F" or "M")) throw IdentitiesRefusals.DatamatrixIncomplete.With("S5");
        var date = Traits.IsoDate(string.Concat(found["S6"].Split('-').Reverse())) ?? throw IdentitiesRefusals.DatamatrixIncomplete.With("S6");
        return new(found["S1"], found["S2"], found["S3"], found["S4"], found["S5"], date, found["S7"]);
    }

    static Refusal Unreadable(int at) => IdentitiesRefusals.DatamatrixUnreadable.With(at + 1);

    static string Cut(string name) => name.Length <= 100 ? name : name[..100].TrimEnd();

    // 1985-06-18 → 18-06-1985; what is not known is 00.
    static string Turned(string iso)
    {
        var parts = iso.Split('-');
        return $"{(parts.Length > 2 ? parts[2] : "00")}-{(parts.Length > 1 ? parts[1] : "00")}-{parts[0]}";
    }

    sealed record Field(string Name, int Length, bool Fixed)
    {
        // A field of a page does not take the separator that a scanner types. The end is known all the same: a number of a system has digits
        // and dots only, and where no separator came at all, a name has no digit.
        public string ValueIn(string text, int at, bool separated)
        {
            var rest = text.AsSpan(Math.Min(at, text.Length));
            if (rest.Length > Length + 2) rest = rest[..(Length + 2)];
            var end = Fixed ? -1
                : Name == "S2" ? rest.IndexOfAnyExcept(ofOid)
                : separated ? rest.IndexOf(Separator)
                : rest.IndexOfAnyInRange('0', '9') - 1;
            if (end >= 0) rest = rest[..end];
            return (rest.Length > Length ? rest[..Length] : rest).ToString();
        }
    }
}

/// <summary>A square Data Matrix symbol, ISO/IEC 16022 with error correction ECC 200, of a text of characters below 128.</summary>
public sealed class DatamatrixSymbol
{
    const int QuietZone = 2;

    readonly bool[,] dark;

    DatamatrixSymbol(bool[,] dark) => this.dark = dark;

    /// <summary>Modules a side, finder included, quiet zone not.</summary>
    public int Size => dark.GetLength(0);

    /// <summary>From the upper left.</summary>
    public bool IsDark(int row, int column) => dark[row, column];

    /// <summary>The smallest symbol that holds the text; throws an ArgumentException when none does, or for a character from 128 on.</summary>
    public static DatamatrixSymbol Of(string text)
    {
        var (shape, data) = DatamatrixText.Encode(text);
        var bits = DatamatrixPlacement.Place(shape.Inner, DatamatrixCorrection.Append(shape, data));
        return new(Framed(shape, bits));
    }

    /// <summary>Modules a side with the quiet zone, which belongs to the symbol: the side of the drawing's view box.</summary>
    public int DrawnSize => Size + 2 * QuietZone;

    /// <summary>The dark modules as the data of one SVG path, a run of a row each.</summary>
    public string ToPath()
    {
        var path = new StringBuilder();
        for (var row = 0; row < Size; row++)
        {
            for (var column = 0; column < Size; column++)
            {
                if (!dark[row, column]) continue;
                var from = column;
                while (column + 1 < Size && dark[row, column + 1]) column++;
                path.Append(CultureInfo.InvariantCulture, $"M{from + QuietZone} {row + QuietZone}h{column - from + 1}v1h{from - column - 1}z");
            }
        }
        return path.ToString();
    }

    // Each region has a solid edge on its left and below, a dotted one above and on its right.
    static bool[,] Framed(DatamatrixShape shape, bool[,] bits)
    {
        var framed = new bool[shape.Size, shape.Size];
        var region = shape.Inner / shape.RegionsASide;
        for (var row = 0; row < shape.Size; row++)
        {
            for (var column = 0; column < shape.Size; column++)
            {
                var (inRow, inColumn) = (row % (region + 2), column % (region + 2));
                framed[row, column] = (inRow, inColumn) switch
                {
                    (_, 0) => true,
                    var (r, _) when r == region + 1 => true,
                    (0, _) => column % 2 == 0,
                    var (_, c) when c == region + 1 => row % 2 == 1,
                    _ => bits[row / (region + 2) * region + inRow - 1, column / (region + 2) * region + inColumn - 1]
                };
            }
        }
        return framed;
    }
}
