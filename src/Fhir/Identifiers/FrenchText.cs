using System.Globalization;
using System.Text;

namespace Socle.Fhir;

/// <summary>Why a text is no identity trait.</summary>
public enum TraitFault
{
    /// <summary>Nothing but blanks, dashes and apostrophes.</summary>
    Empty,

    /// <summary>Characters that show nothing, or that turn the direction of what is read.</summary>
    Hidden,

    /// <summary>Letters of two alphabets in one name.</summary>
    MixedScripts,

    /// <summary>Letters that are not Latin.</summary>
    OtherScript,

    /// <summary>A digit or a sign.</summary>
    OtherCharacter
}

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

    /// <summary>Upper case A–Z, blank, dash and apostrophe, as INSi answers. Refuses what <see cref="FaultOf"/> names.</summary>
    public static string InsTrait(string text) => TryInsTrait(text, out var trait)
        ? trait
        : throw new FhirException("value", null, "Ce trait d’identité contient un caractère qui n’est pas admis.");

    /// <summary>
    /// The normal form of an identity trait: compatibility composition (NFKC) and upper case, no diacritics, every apostrophe « ' », every
    /// dash « - », single blanks. Nothing is cut, however long. The form is its own normal form.
    /// </summary>
    public static bool TryInsTrait(string text, out string trait) => Judge(text, out trait) is null;

    /// <summary>Why a text is no identity trait; null when it is one.</summary>
    public static TraitFault? FaultOf(string text) => Judge(text, out _);

    static TraitFault? Judge(string text, out string trait)
    {
        trait = "";
        if (HasHidden(text)) return TraitFault.Hidden;
        if (HasMixedScripts(text)) return TraitFault.MixedScripts;
        var kept = new StringBuilder(text.Length);
        // A spacing accent falls into a blank and an accent: it is an apostrophe before that, or never.
        foreach (var c in Decomposed(string.Create(text.Length, text, WithApostrophes)))
        {
            if (IsMark(c)) continue;
            if (char.IsWhiteSpace(c)) { if (kept.Length > 0 && kept[^1] != ' ') kept.Append(' '); }
            else if (IsDash(c) || c == '\u2212') kept.Append('-');
            else if (IsApostrophe(c)) kept.Append('\'');
            else AppendLatin(kept, char.ToLowerInvariant(c));
        }
        var made = kept.ToString().TrimEnd().ToUpperInvariant();
        if (!made.Any(char.IsLetterOrDigit)) return TraitFault.Empty;
        if (!made.All(c => char.IsAsciiLetterUpper(c) || c is ' ' or '-' or '\''))
            return made.Any(c => char.IsLetter(c) && !char.IsAscii(c)) ? TraitFault.OtherScript : TraitFault.OtherCharacter;
        trait = made;
        return null;
    }

    static void WithApostrophes(Span<char> into, string text)
    {
        for (var i = 0; i < text.Length; i++) into[i] = IsWrittenAsApostrophe(text[i]) ? '\'' : text[i];
    }

    /// <summary>
    /// Letters of more than one alphabet: « DUPONT » with a Cyrillic Р or a Greek Ο reads the same and is another name. The modifier letters,
    /// which belong to none, do not count.
    /// </summary>
    public static bool HasMixedScripts(string text)
    {
        if (Ascii.IsValid(text)) return false;
        var found = Script.None;
        foreach (var rune in Decomposed(text).EnumerateRunes())
        {
            var script = ScriptOf(rune);
            if (script == Script.None || script == found) continue;
            if (found != Script.None) return true;
            found = script;
        }
        return false;
    }

    enum Script { None, Latin, Greek, Cyrillic, Armenian, Georgian, Cherokee, Other }

    // Whatever looks like no Latin letter is one heap: Chinese and Japanese mix theirs by right.
    static Script ScriptOf(Rune rune)
    {
        if (rune.IsAscii) return Rune.IsLetter(rune) ? Script.Latin : Script.None;
        if (!Rune.IsLetter(rune) || Rune.GetUnicodeCategory(rune) == UnicodeCategory.ModifierLetter) return Script.None;
        return rune.Value switch
        {
            <= 0x2af or >= 0x1d00 and <= 0x1d25 or >= 0x1e00 and <= 0x1eff or >= 0x2c60 and <= 0x2c7f or >= 0xa720 and <= 0xa7ff or >= 0xab30 and <= 0xab64 => Script.Latin,
            >= 0x370 and <= 0x3ff or >= 0x1d26 and <= 0x1d2a or >= 0x1f00 and <= 0x1fff => Script.Greek,
            >= 0x400 and <= 0x52f or >= 0x1c80 and <= 0x1c8f or 0x1d2b or >= 0xa640 and <= 0xa69f => Script.Cyrillic,
            >= 0x530 and <= 0x58f => Script.Armenian,
            >= 0x10a0 and <= 0x10ff or >= 0x1c90 and <= 0x1cbf or >= 0x2d00 and <= 0x2d2f => Script.Georgian,
            >= 0x13a0 and <= 0x13ff or >= 0xab70 and <= 0xabbf => Script.Cherokee,
            _ => Script.Other
        };
    }

    /// <summary>Bidirectional controls, zero-width and other characters that show nothing, controls, unassigned and private code points, half
    /// surrogates.</summary>
    public static bool HasHidden(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsAscii(text[i]) && !char.IsControl(text[i])) continue;
            if (Rune.DecodeFromUtf16(text.AsSpan(i), out var rune, out var used) != System.Buffers.OperationStatus.Done) return true;
            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format or UnicodeCategory.Control or UnicodeCategory.OtherNotAssigned
                or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate or UnicodeCategory.LineSeparator
                    or UnicodeCategory.ParagraphSeparator || IsIgnorable(rune.Value))
                return true;
            i += used - 1;
        }
        return false;
    }

    // Marks and letters that are drawn as nothing: joiner of graphemes, Hangul fillers, Khmer vowels, variation selectors, the empty Braille cell.
    static bool IsIgnorable(int value) => value is 0x34f or 0x115f or 0x1160 or 0x17b4 or 0x17b5 or >= 0x180b and <= 0x180f or 0x2800 or 0x3164
        or >= 0xfe00 and <= 0xfe0f or 0xffa0 or >= 0xe0000 and <= 0xe0fff;

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

    // Those too that are letters for Unicode: the search key, which stands in the index, keeps them as they are.
    static bool IsWrittenAsApostrophe(char c) => IsApostrophe(c) || c is '‛' or '‵' or 'ʹ' or 'ʻ' or 'ʽ' or 'ˈ' or 'ˊ' or 'ˋ';

    // As travel documents write them (ICAO 9303): letters of Latin alphabets that neither decompose nor stand in the search key.
    static void AppendLatin(StringBuilder trait, char c) => _ = c switch
    {
        'þ' => trait.Append("th"),
        'ð' => trait.Append('d'),
        'ħ' => trait.Append('h'),
        'ŋ' => trait.Append('n'),
        'ŧ' => trait.Append('t'),
        'ĸ' => trait.Append('q'),
        'ə' => trait.Append('e'),
        _ => AppendFolded(trait, c)
    };

    // Letters that decomposition leaves whole.
    static StringBuilder AppendFolded(StringBuilder key, char c) => c switch
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
