using System.Security.Cryptography;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Socle.Platform;

namespace Socle.Core.Tests.Platform;

public sealed class PhrasesTests
{
    [Fact]
    public void The_phrases_are_never_changed_for_what_was_sealed_with_them_is_kept()
    {
        Convert.ToHexStringLower(SHA256.HashData(Phrases.Page)).ShouldBe("1a674eb57c636f4d8e8115b883f28a22de9d0b797231b4bb1cd7c2aee70435b7");
    }

    [Fact]
    public void What_is_packed_opens_to_the_same_bytes()
    {
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000), Prop.ForAll(Texts(), text =>
        {
            var packed = new byte[text.Length];
            var size = Phrases.Pack(text, packed);
            if (size == 0) return true;
            var plain = new byte[text.Length];
            return size < text.Length && Phrases.TryOpen(packed.AsSpan(0, size), plain) && plain.AsSpan().SequenceEqual(text);
        }));
    }

    [Fact]
    public void Long_texts_too()
    {
        foreach (var length in new[] { 1, 8, 9, 270, 4_096, Phrases.Most })
        {
            foreach (var text in new[] { Random(length), Encoding.ASCII.GetBytes(new string('a', length)), Repeated(length) })
            {
                var (packed, plain) = (new byte[length], new byte[length]);
                var size = Phrases.Pack(text, packed);
                if (size == 0) continue;
                Phrases.TryOpen(packed.AsSpan(0, size), plain).ShouldBeTrue();
                plain.ShouldBe(text);
                Phrases.TryOpen(packed.AsSpan(0, size), new byte[length - 1]).ShouldBeFalse();
                Phrases.TryOpen(packed.AsSpan(0, size), new byte[length + 1]).ShouldBeFalse();
            }
        }
        Phrases.Pack(Random(4_096), new byte[4_096]).ShouldBe(0, "what has no pattern is not made longer");
        Phrases.Pack(Repeated(4_096), new byte[4_096]).ShouldBeLessThan(300);
    }

    [Fact]
    public void A_short_resource_becomes_less_than_half_of_itself()
    {
        var text = Encoding.UTF8.GetBytes("""
            {"resourceType":"Condition","id":"a1","clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"resolved"}]},"code":{"coding":[{"system":"http://snomed.info/sct","code":"195662009","display":"Acute viral pharyngitis"}],"text":"Pharyngite"},"subject":{"reference":"Patient/b2"},"onsetDateTime":"2024-11-02"}
            """);
        Phrases.Pack(text, new byte[text.Length]).ShouldBeInRange(1, text.Length / 2);
    }

    [Fact]
    public void Foreign_bytes_are_refused_and_never_fault()
    {
        var random = new Random(20_261_122);
        var text = Repeated(2_000);
        var packed = new byte[2_000];
        var size = Phrases.Pack(text, packed);
        for (var turn = 0; turn < 20_000; turn++)
        {
            var broken = packed.AsSpan(0, random.Next(size + 1)).ToArray();
            for (var change = random.Next(4); change > 0 && broken.Length > 0; change--) broken[random.Next(broken.Length)] = (byte)random.Next(256);
            Phrases.TryOpen(broken, new byte[random.Next(3_000)]);
        }
    }

    // Pieces of the phrases, of the text itself, and noise: matches near and far, that overlap and that do not.
    static Arbitrary<byte[]> Texts() => Gen.Choose(0, int.MaxValue).Select(seed =>
    {
        var random = new Random(seed);
        var text = new List<byte>();
        for (var piece = random.Next(1, 12); piece > 0; piece--)
        {
            var length = random.Next(1, 90);
            switch (random.Next(4))
            {
                case 0:
                    var start = random.Next(Phrases.Page.Length - length);
                    text.AddRange(Phrases.Page.Slice(start, length));
                    break;
                case 1 when text.Count > 0:
                    for (var from = random.Next(text.Count); length > 0; length--) text.Add(text[from++]);
                    break;
                case 2:
                    text.AddRange(Enumerable.Repeat((byte)random.Next(256), length));
                    break;
                default:
                    for (; length > 0; length--) text.Add((byte)random.Next(256));
                    break;
            }
        }
        return text.ToArray();
    }).ToArbitrary();

    static byte[] Random(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    static byte[] Repeated(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)"{\"code\":\"8867-4\",\"value\":60.5},"[i % 31])];
}
