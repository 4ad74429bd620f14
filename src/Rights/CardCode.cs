using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Socle.Rights;

/// <summary>
/// What a phone shows at a desk: 175 letters and digits of one alphabet (RFC 4648, base 32), each value in one text only, small enough for a QR code and the same to a
/// hand scanner, a camera and a keyboard. Places: version 1, nonce 8, phone 26, person 26, moment 7, error of the phone's clock 4, signature 103
/// (docs/adr, « the code that a card shows »).
/// </summary>
sealed record CardCode(string Nonce, string Phone, string Person, DateTimeOffset At, TimeSpan ClockError, byte[] Signature)
{
    public const int Length = 175, NonceLength = 8;

    const int Signed = 72, SignatureLength = 64;
    const int HalfOfError = 1 << 19;
    const char Version = 'B';
    const string Domain = "socle-carte-1:";
    const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>What the phone's key signs: the code without its signature, and what it is for.</summary>
    public byte[] SignedBytes => SignedBytesOf(Body);

    /// <summary>When it was signed, by the server's clock as the phone knows it.</summary>
    public DateTimeOffset SignedAt => At - ClockError;

    string Body => Version + Nonce + Phone.ToUpperInvariant() + Person.ToUpperInvariant() + Number(At.ToUnixTimeSeconds(), 7) + Number((long)ClockError.TotalSeconds + HalfOfError, 4);

    public string Write() => Body + Bytes(Signature);

    /// <summary>Blanks, hyphens, line ends and small letters are what readers and people make of it; anything else is no code.</summary>
    public static bool TryRead(string? typed, [NotNullWhen(true)] out CardCode? code)
    {
        code = null;
        if (typed is null || typed.Length > 4 * Length) return false;
        var text = Plain(typed);
        if (text.Length != Length || text[0] != Version || text.Any(c => !Alphabet.Contains(c, StringComparison.Ordinal))) return false;
        var (at, error) = (NumberOf(text[61..68]), NumberOf(text[68..72]) - HalfOfError);
        if (at > uint.MaxValue || !TryBytes(text[Signed..], out var signature)) return false;
        var read = new CardCode(text[1..9], text[9..35].ToLowerInvariant(), text[35..61].ToLowerInvariant(), DateTimeOffset.FromUnixTimeSeconds(at), TimeSpan.FromSeconds(error), signature);
        // One value, one text: spare bits are zero.
        if (read.Write() != text) return false;
        code = read;
        return true;
    }

    /// <summary>A nonce as a person types it: eight letters and digits.</summary>
    public static string? ReadNonce(string? typed)
    {
        var text = Plain(typed ?? "");
        return text.Length == NonceLength && text.All(c => Alphabet.Contains(c, StringComparison.Ordinal)) ? text : null;
    }

    public static string NewNonce(Platform.Chance chance) => string.Concat(chance.Bytes(NonceLength).Select(b => Alphabet[b & 31]));

    /// <summary>40 bits, as a table keeps them.</summary>
    public static long NumberOf(string letters) => letters.Aggregate(0L, (sum, c) => sum * 32 + Alphabet.IndexOf(c, StringComparison.Ordinal));

    public static string LettersOf(long nonce) => Number(nonce, NonceLength);

    static byte[] SignedBytesOf(string body) => Encoding.ASCII.GetBytes(Domain + body);

    static string Plain(string typed)
    {
        var text = new StringBuilder(typed.Length);
        foreach (var c in typed)
            if (c is not (' ' or '-' or '\r' or '\n' or '\t' or '\u00a0' or '\u202f')) text.Append(char.ToUpperInvariant(c));
        return text.ToString();
    }

    static string Number(long value, int letters) => string.Create(letters, value, static (text, number) =>
    {
        for (var i = text.Length - 1; i >= 0; i--, number >>= 5) text[i] = Alphabet[(int)(number & 31)];
    });

    static string Bytes(byte[] bytes)
    {
        var text = new StringBuilder();
        var (bits, held) = (0, 0);
        foreach (var b in bytes)
        {
            (bits, held) = (((bits << 8) | b) & 0xfff, held + 8);
            for (; held >= 5; held -= 5) text.Append(Alphabet[(bits >> (held - 5)) & 31]);
        }
        return held == 0 ? text.ToString() : text.Append(Alphabet[(bits << (5 - held)) & 31]).ToString();
    }

    static bool TryBytes(string text, out byte[] bytes)
    {
        bytes = new byte[SignatureLength];
        var (bits, held, at) = (0, 0, 0);
        foreach (var c in text)
        {
            (bits, held) = (((bits << 5) | Alphabet.IndexOf(c, StringComparison.Ordinal)) & 0xfff, held + 5);
            if (held < 8) continue;
            held -= 8;
            if (at == bytes.Length) return false;
            bytes[at++] = (byte)(bits >> held);
        }
        return at == bytes.Length;
    }
}
