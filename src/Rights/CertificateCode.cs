using System.Security.Cryptography;
using System.Text;
using Socle.Platform;

namespace Socle.Rights;

/// <summary>Codes of papers: 12 letters and digits that nobody takes for one another, 60 bits by lot.</summary>
static class CertificateCode
{
    public const int Length = 12;

    const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    public static string New(Chance chance) => string.Concat(chance.Bytes(Length).Select(b => Alphabet[b & 31]));

    /// <summary>As typed: small letters, blanks, hyphens, O for 0 and I or L for 1 are understood. Null when it can be no code.</summary>
    public static string? Read(string? typed)
    {
        if (typed is null || typed.Length > 40) return null;
        var text = new StringBuilder();
        foreach (var c in typed.ToUpperInvariant())
        {
            var letter = c switch { 'O' => '0', 'I' or 'L' => '1', _ => c };
            if (letter is ' ' or '-' or '\u00a0' or '\u202f') continue;
            if (!Alphabet.Contains(letter, StringComparison.Ordinal)) return null;
            text.Append(letter);
        }
        return text.Length == Length ? text.ToString() : null;
    }

    public static byte[] Hash(string code) => SHA256.HashData(Encoding.ASCII.GetBytes("socle-certificate:" + code));
}
