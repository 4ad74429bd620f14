using System.Globalization;

namespace Socle.Fhir;

public enum InsCheck { Right, WrongKey, Malformed }

/// <summary>A national health identity number with a right structure and a right key: 13 characters and 2 of key.</summary>
public readonly record struct Ins
{
    Ins(string value) => Value = value;

    public string Value { get; }

    public override string ToString() => Value;

    /// <summary>Exactly 15 characters, structure and key right.</summary>
    public static bool TryParse(string? text, out Ins ins)
    {
        ins = default;
        if (text is null || Check(text) != InsCheck.Right) return false;
        ins = new Ins(text);
        return true;
    }

    public static Ins Parse(string text) => TryParse(text, out var ins)
        ? ins
        : throw new FhirException("value", null, "Ce matricule INS n’est pas valide\u202f: 15 caractères et une clé juste sont attendus.");

    /// <summary>As people type it: blanks and dots between the groups, a or b in lower case.</summary>
    public static bool TryReadTyped(string? text, out Ins ins)
    {
        var kept = (text ?? "").Where(c => !char.IsWhiteSpace(c) && c is not ('.' or '\u202f')).ToArray();
        return TryParse(new string(kept).ToUpperInvariant(), out ins);
    }

    public static InsCheck Check(string text)
    {
        if (text.Length != 15 || !HasStructure(text)) return InsCheck.Malformed;
        return Two(text, 13) == KeyOf(text) ? InsCheck.Right : InsCheck.WrongKey;
    }

    /// <summary>Adds the key to 13 characters of right structure.</summary>
    public static Ins FromParts(string first13)
    {
        if (first13.Length != 13 || !HasStructure(first13 + "01"))
            throw new FhirException("value", null, "Treize caractères de matricule INS sont attendus.");
        return new Ins(first13 + KeyOf(first13).ToString("00", CultureInfo.InvariantCulture));
    }

    /// <summary>Null when nothing is wrong. An error under a production system, a warning under test and demonstration ones.</summary>
    public static Issue? Judge(string system, string? value, string? expression = null)
    {
        if (!Systems.IsIns(system)) return null;
        if (system == Systems.InsC) return IsInsC(value) ? null : Fault("warning", expression, "INS-C: 22 digits expected.");
        var severity = Systems.IsProduction(system) ? "error" : "warning";
        return Check(value ?? "") switch
        {
            InsCheck.Right => null,
            InsCheck.WrongKey => Fault(severity, expression, "La clé du matricule INS est fausse."),
            _ => Fault(severity, expression, "La structure du matricule INS est fausse."),
        };
    }

    static Issue Fault(string severity, string? expression, string why) => new(severity, "value", expression, why);

    static bool IsInsC(string? value) => value is { Length: 20 or 22 } && value.All(char.IsAsciiDigit);

    // Sex 1 2, temporary 3 4, waiting 7 8; year; month; department; commune; order; key.
    static bool HasStructure(string text)
    {
        if (text[0] is not ('1' or '2' or '3' or '4' or '7' or '8')) return false;
        var corsica = text[5] == '2' && text[6] is 'A' or 'B';
        for (var i = 0; i < 15; i++)
            if (!char.IsAsciiDigit(text[i]) && !(i == 6 && corsica)) return false;
        return IsMonth(Two(text, 3)) && (corsica || IsDepartment(text)) && !text.AsSpan(7, 3).SequenceEqual("000")
            && !text.AsSpan(10, 3).SequenceEqual("000") && Two(text, 13) is >= 1 and <= 97;
    }

    static bool IsMonth(int month) => month is >= 1 and <= 12 or 20 or >= 30 and <= 42 or >= 50 and <= 99;

    // 01–96: France (20: Corsica until 1976; 91–96 also the former departments and protectorates); 97, 98: overseas; 99: abroad.
    static bool IsDepartment(string text) => Two(text, 5) != 0 && (Two(text, 5) is not (97 or 98) || text[7] != '0');

    static int Two(string text, int at) => (text[at] - '0') * 10 + text[at + 1] - '0';

    static int KeyOf(string text)
    {
        var rest = 0;
        for (var i = 0; i < 13; i++)
        {
            // 2A counts as 19 and 2B as 18.
            var digit = (i, text[6]) switch
            {
                (5, 'A' or 'B') => 1,
                (6, 'A') => 9,
                (6, 'B') => 8,
                _ => text[i] - '0',
            };
            rest = (rest * 10 + digit) % 97;
        }
        return 97 - rest;
    }

    public static class Systems
    {
        public const string Nir = "urn:oid:1.2.250.1.213.1.4.8";
        public const string Nia = "urn:oid:1.2.250.1.213.1.4.9";
        public const string Test = "urn:oid:1.2.250.1.213.1.4.10";
        public const string Demo = "urn:oid:1.2.250.1.213.1.4.11";
        /// <summary>The calculated identifier of before 2019: never searched by, only kept.</summary>
        public const string InsC = "urn:oid:1.2.250.1.213.1.4.2";

        public static IReadOnlyList<string> Current { get; } = [Nir, Nia, Test, Demo];

        public static bool IsIns(string system) => system is Nir or Nia or Test or Demo or InsC;

        public static bool IsProduction(string system) => system is Nir or Nia;
    }
}
