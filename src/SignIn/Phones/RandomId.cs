using Socle.Platform;

namespace Socle.SignIn;

/// <summary>26 letters or digits: 130 bits of chance.</summary>
static class RandomId
{
    const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";

    public const int Length = 26;

    public static string Make(Chance chance) => string.Create(Length, chance.Bytes(Length), static (text, bytes) =>
    {
        for (var i = 0; i < text.Length; i++) text[i] = Alphabet[bytes[i] & 31];
    });

    public static bool Is(string? text) => text is { Length: Length } && text.All(c => Alphabet.Contains(c, StringComparison.Ordinal));
}
