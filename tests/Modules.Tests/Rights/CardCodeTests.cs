using System.Security.Cryptography;
using Socle.Rights;
using Socle.Tests.Support;

namespace Socle.Modules.Tests.Rights;

public sealed class CardCodeTests
{
    const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    static CardCode Sample(ECDsa key, Random random)
    {
        string Letters(int count) => new([.. Enumerable.Range(0, count).Select(_ => Alphabet[random.Next(32)])]);
        var code = new CardCode(Letters(8), Letters(26).ToLowerInvariant(), Letters(26).ToLowerInvariant(), DateTimeOffset.FromUnixTimeSeconds(random.NextInt64(1L << 32)),
            TimeSpan.FromSeconds(random.Next(-500_000, 500_000)), new byte[64]);
        return code with { Signature = key.SignData(code.SignedBytes, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation) };
    }

    static bool Verifies(ECDsa key, CardCode code) =>
        key.VerifyData(code.SignedBytes, code.Signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    [Fact]
    public void What_is_written_is_read_back()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var random = new Random(Seed.Of(7_175));
        for (var i = 0; i < 500; i++)
        {
            var code = Sample(key, random);
            code.Write().Length.ShouldBe(CardCode.Length);
            CardCode.TryRead(code.Write(), out var read).ShouldBeTrue();
            read.ShouldBe(code with { Signature = read!.Signature });
            read.Signature.ShouldBe(code.Signature);
            Verifies(key, read).ShouldBeTrue();
            CardCode.LettersOf(CardCode.NumberOf(code.Nonce)).ShouldBe(code.Nonce);
        }
    }

    // As scanners and people spell it; then it is the same code, not another.
    [Fact]
    public void Of_a_hundred_thousand_changed_codes_none_is_taken_but_the_one_that_was_signed()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var seed = Seed.Of(10_571);
        var random = new Random(seed);
        var original = Sample(key, random).Write();
        var (read, same) = (0, 0);
        for (var i = 0; i < 100_000; i++)
        {
            var text = Changed(original, random);
            if (!CardCode.TryRead(text, out var code)) continue;
            read++;
            if (!Verifies(key, code)) continue;
            code.Write().ShouldBe(original, $"seed {seed}: {text}");
            same++;
        }
        Console.WriteLine($"seed {seed}: {read} read as codes, {same} of them the original in another spelling");
        read.ShouldBeGreaterThan(10_000, "most changes must come as far as the signature");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("B")]
    [InlineData("SOCLE-CARTE-AAAABBBB")]
    public void What_is_no_code_is_not_read(string? text) => CardCode.TryRead(text, out _).ShouldBeFalse();

    [Fact]
    public void A_text_of_megabytes_is_no_code() => CardCode.TryRead(new string('A', 5_000_000), out _).ShouldBeFalse();

    static string Changed(string text, Random random)
    {
        var at = random.Next(text.Length);
        return random.Next(8) switch
        {
            0 => text.Remove(at, 1),
            1 => text.Insert(at, Alphabet[random.Next(32)].ToString()),
            2 => text[..at],
            3 => text.Insert(at, new[] { " ", "-", "\r\n", "é", "\0", "1" }[random.Next(6)]),
            4 => text[..at] + char.ToLowerInvariant(text[at]) + text[(at + 1)..],
            5 => text.Length > at + 2 ? text[..at] + text[at + 1] + text[at] + text[(at + 2)..] : text,
            _ => text[..at] + Alphabet[random.Next(32)] + text[(at + 1)..]
        };
    }
}
