using System.Globalization;
using System.Text;

namespace Socle.Fhir;

/// <summary>The two normal forms of text: the key of a search, and an identity trait of the INS.</summary>
public static class FrenchText
{
    /// <summary>Search key: compatibility decomposition, no diacritics, lower case, dashes, apostrophes and blanks as single
    /// blanks.</summary>
    public static string Normal(string text)
    {
        if (text.Length == 0) return "";
        if (IsPlain(text)) return text;
        var key = new StringBuilder(text.Length);
        var pending = false;
        foreach (var c in Decomposed(text))
        {
            if (IsMark(c)) continue;
            if (char.IsWhiteSpace(c) || char.IsControl(c) || IsDash(c) || IsApostrophe(c))
            {
                pending = key.Length > 0;
                continue;
            }
            if (pending) key.Append(' ');
            pending = false;
            AppendFolded(key, char.ToLowerInvariant(c));
        }
        // A text of marks and dashes only is still findable as it is written.
        return key.Length > 0 ? key.ToString() : text.Trim().ToLowerInvariant();
    }

    /// <summary>Upper case A–Z, blank, dash and apostrophe, as INSi answers. Refuses hidden characters, other scripts and digits.</summary>
    public static string InsTrait(string text) => TryInsTrait(text, out var trait)
        ? trait
        : throw new FhirException("value", null, "Ce trait d’identité contient un caractère qui n’est pas admis.");

    public static bool TryInsTrait(string text, out string trait)
    {
        trait = "";
        if (HasHidden(text)) return false;
        var kept = new StringBuilder(text.Length);
        foreach (var c in Decomposed(text))
        {
            if (IsMark(c)) continue;
            if (char.IsWhiteSpace(c)) { if (kept.Length > 0 && kept[^1] != ' ') kept.Append(' '); }
            else if (IsDash(c)) kept.Append('-');
            else if (IsApostrophe(c)) kept.Append('\'');
            else AppendFolded(kept, char.ToLowerInvariant(c));
        }
        trait = kept.ToString().TrimEnd().ToUpperInvariant();
        return trait.Length > 0 && trait.All(c => char.IsAsciiLetterUpper(c) || c is ' ' or '-' or '\'');
    }

    /// <summary>Bidirectional controls, zero-width and other format characters, controls, unassigned and private code points, half
    /// surrogates.</summary>
    public static bool HasHidden(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsAscii(text[i]) && !char.IsControl(text[i])) continue;
            if (Rune.DecodeFromUtf16(text.AsSpan(i), out var rune, out var used) != System.Buffers.OperationStatus.Done) return true;
            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format or UnicodeCategory.Control or UnicodeCategory.OtherNotAssigned
                or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate or UnicodeCategory.LineSeparator
                    or UnicodeCategory.ParagraphSeparator)
                return true;
            i += used - 1;
        }
        return false;
    }

    static bool IsPlain(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c)) continue;
            if (c != ' ' || i == 0 || i == text.Length - 1 || text[i - 1] == ' ') return false;
        }
        return true;
    }

    // Half surrogates and U+FFFE cannot be normalised; a replacement character keeps the key a text.
    static string Decomposed(string text)
    {
        try
        {
            return text.Normalize(NormalizationForm.FormKD);
        }
        catch (ArgumentException)
        {
            return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace('\uFFFE', '\uFFFD').Normalize(NormalizationForm.FormKD);
        }
    }

    static bool IsMark(char c) =>
        c >= 0x300 && char.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark
            or UnicodeCategory.Format;

    static bool IsDash(char c) => c == '-' || c > 0x7f && char.GetUnicodeCategory(c) == UnicodeCategory.DashPunctuation;

    static bool IsApostrophe(char c) => c is '\'' or '’' or '‘' or 'ʼ' or '`' or '´' or '′' or '\uff07';

    // Letters that decomposition leaves whole.
    static void AppendFolded(StringBuilder key, char c) => _ = c switch
    {
        'œ' => key.Append("oe"),
        'æ' => key.Append("ae"),
        'ß' => key.Append("ss"),
        'ø' => key.Append('o'),
        'ł' => key.Append('l'),
        'đ' => key.Append('d'),
        'ı' => key.Append('i'),
        _ => key.Append(c),
    };
}
