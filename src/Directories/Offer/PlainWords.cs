using System.Globalization;
using System.Text;

namespace Socle.Directories;

/// <summary>Words to compare by, whatever somebody typed: capitals without accents, everything else a single blank.</summary>
static class PlainWords
{
    public static string Of(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var c in text.Normalize(NormalizationForm.FormD))
        {
            if (CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.NonSpacingMark) continue;
            if (c is 'œ' or 'Œ') plain.Append("OE");
            else if (c is 'æ' or 'Æ') plain.Append("AE");
            else if (char.IsLetterOrDigit(c)) plain.Append(char.ToUpperInvariant(c));
            else if (plain.Length > 0 && plain[^1] != ' ') plain.Append(' ');
        }
        return plain.ToString().TrimEnd();
    }
}
