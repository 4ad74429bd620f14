using FsCheck;
using FsCheck.Fluent;

namespace Socle.Fhir.Tests.Identifiers;

public sealed class FrenchTextTests
{
    [Theory]
    [InlineData("Éloïse  D’Œuvre-Noël", "eloise d oeuvre noel")]
    [InlineData("  LE   GOFF ", "le goff")]
    [InlineData("ﬁchier ①", "fichier 1")]
    [InlineData("Straße", "strasse")]
    [InlineData("Ægir Ødegård Łukasz", "aegir odegard lukasz")]
    [InlineData("jean pierre", "jean pierre")]
    [InlineData("--", "--")]
    [InlineData("a\uFFFEb", "a\uFFFDb")]    // a noncharacter cannot be normalised: the search threw
    [InlineData("", "")]
    public void The_search_key(string text, string key) => FrenchText.Normal(text).ShouldBe(key);

    [Theory]
    [InlineData("Noëlle-Aimée", "NOELLE-AIMEE")]
    [InlineData("  d’Hœnne   ", "D'HOENNE")]
    [InlineData("ŸVES\u00a0MARIE", "YVES MARIE")]
    [InlineData("SANS NOM", "SANS NOM")]
    [InlineData("Ó", "O")]                                    // one letter
    [InlineData("jean--pierre", "JEAN--PIERRE")]              // two hyphens join two names of parents
    [InlineData("JEAN\u2011PIERRE \u2013 LOU", "JEAN-PIERRE - LOU")]
    [InlineData("anne\u2212lise", "ANNE-LISE")]               // a minus
    [InlineData("D\u2019AVOINE", "D'AVOINE")]
    [InlineData("D\u2018AVOINE", "D'AVOINE")]
    [InlineData("D\u02bcAVOINE", "D'AVOINE")]
    [InlineData("D\u02bbAVOINE", "D'AVOINE")]
    [InlineData("D\u00b4AVOINE", "D'AVOINE")]                 // a spacing accent is no blank and accent
    [InlineData("D`AVOINE", "D'AVOINE")]
    [InlineData("D\u2032AVOINE", "D'AVOINE")]
    [InlineData("D\uff07AVOINE", "D'AVOINE")]
    [InlineData("LE \u00a0 \u202f GOFF", "LE GOFF")]
    [InlineData("Œuvrard Ærts Straße Łukasz Øster", "OEUVRARD AERTS STRASSE LUKASZ OSTER")]
    [InlineData("Þóra Guðrún", "THORA GUDRUN")]
    [InlineData("ＤＵＰＯＮＴ", "DUPONT")]                        // wide letters are the same letters
    [InlineData("E\u0301LODIE", "ELODIE")]                    // an accent of its own
    [InlineData("İpek Ğ", "IPEK G")]
    [InlineData("Nguyễn Thị", "NGUYEN THI")]
    public void The_trait_of_an_identity(string text, string trait) => FrenchText.InsTrait(text).ShouldBe(trait);

    [Theory]
    [InlineData("", TraitFault.Empty)]
    [InlineData(" - ' ", TraitFault.Empty)]
    [InlineData("DU\u202ePONT", TraitFault.Hidden)]           // right-to-left override
    [InlineData("DU\u2066PONT\u2069", TraitFault.Hidden)]     // isolates
    [InlineData("DU\u200fPONT", TraitFault.Hidden)]
    [InlineData("DU\u200bPONT", TraitFault.Hidden)]
    [InlineData("DU\u200dPONT", TraitFault.Hidden)]
    [InlineData("DU\ufeffPONT", TraitFault.Hidden)]
    [InlineData("DU\u034fPONT", TraitFault.Hidden)]           // joins nothing, shows nothing
    [InlineData("DU\u3164PONT", TraitFault.Hidden)]           // an empty letter
    [InlineData("DU\u2800PONT", TraitFault.Hidden)]
    [InlineData("DUPONT\ufe0f", TraitFault.Hidden)]
    [InlineData("DUPONT\U000e0041", TraitFault.Hidden)]       // a tag
    [InlineData("DU\u0007PONT", TraitFault.Hidden)]
    [InlineData("DU\u0378PONT", TraitFault.Hidden)]           // unassigned
    [InlineData("DU\ue000PONT", TraitFault.Hidden)]           // private
    [InlineData("DU\u0420ONT", TraitFault.MixedScripts)]      // Cyrillic Р
    [InlineData("DUP\u039fNT", TraitFault.MixedScripts)]      // Greek Ο
    [InlineData("DUP\u0555NT", TraitFault.MixedScripts)]      // Armenian Օ
    [InlineData("\u13a0UPONT", TraitFault.MixedScripts)]      // Cherokee Ꭰ
    [InlineData("DU\u00b5ONT", TraitFault.MixedScripts)]      // the sign of micro is a Greek letter
    [InlineData("\u0410\u0391", TraitFault.MixedScripts)]     // Cyrillic and Greek
    [InlineData("ПЕТРОВ", TraitFault.OtherScript)]
    [InlineData("محمد", TraitFault.OtherScript)]
    [InlineData("山田", TraitFault.OtherScript)]
    [InlineData("DUPONT2", TraitFault.OtherCharacter)]
    [InlineData("DUPONT (veuve)", TraitFault.OtherCharacter)]
    public void What_is_no_trait_is_refused_with_its_fault(string text, TraitFault fault)
    {
        FrenchText.FaultOf(text).ShouldBe(fault);
        FrenchText.TryInsTrait(text, out var trait).ShouldBeFalse();
        trait.ShouldBe("");
    }

    [Fact]
    public void A_long_name_is_never_cut()
    {
        var given = string.Join(' ', Enumerable.Repeat("Marie-Hélène", 40));
        FrenchText.InsTrait(given).Length.ShouldBe(given.Length);
    }

    [Fact]
    public void Whatever_comes_in_a_trait_has_its_letters_only_and_is_its_own_form()
    {
        var seed = Environment.TickCount;
        Console.WriteLine($"seed {seed}");
        var random = new Random(seed);
        // What names are made of, what hides in them, and anything at all.
        string[] bits = ["a", "É", "œ", "Æ", "ß", "ð", "-", "‐", "–", "'", "’", "´", "`", " ", "\u00a0", "\u202f", "Р", "Ο", "\u200b", "\u202e", "\u0301", "1", "ﬀ", "Ａ", "\ud835\udc00", "ʼ", "İ", "ı"];
        var (right, wrong) = (0, 0);
        for (var i = 0; i < 20_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(0, 12)).Select(_ =>
                random.Next(8) == 0 ? ((char)random.Next(0x20, 0xffff)).ToString() : bits[random.Next(bits.Length)]));
            if (!FrenchText.TryInsTrait(text, out var trait)) { wrong++; FrenchText.FaultOf(text).ShouldNotBeNull(); continue; }
            right++;
            trait.ShouldMatch("^(?:[A-Z'-]+ )*[A-Z'-]+$", $"seed {seed}: {text}");
            trait.ShouldContain(c => char.IsAsciiLetterUpper(c));
            FrenchText.InsTrait(trait).ShouldBe(trait, $"seed {seed}: {text}");
            // Case and the way accents are composed change nothing.
            FrenchText.InsTrait(text.Normalize(System.Text.NormalizationForm.FormD)).ShouldBe(trait, $"seed {seed}: {text}");
        }
        Console.WriteLine($"{right} traits, {wrong} refused");
        right.ShouldBeGreaterThan(500);
        wrong.ShouldBeGreaterThan(500);
    }

    [Theory]
    [InlineData("DU\u202ePONT")]      // bidirectional control
    [InlineData("DU\u200bPONT")]      // zero width
    [InlineData("DU\u00adPONT")]      // soft hyphen
    [InlineData("DU\u0378PONT")]      // unassigned
    [InlineData("DU\ud800PONT")]      // half a surrogate
    [InlineData("ПЕТРОВ")]
    [InlineData("DUРONT")]            // a Cyrillic letter that looks Latin
    [InlineData("DUPONT2")]
    [InlineData("")]
    public void A_trait_with_hidden_or_foreign_characters_is_refused(string text)
    {
        FrenchText.TryInsTrait(text, out _).ShouldBeFalse();
        Should.Throw<FhirException>(() => FrenchText.InsTrait(text));
    }

    [Fact]
    public void Both_forms_are_stable() => Prop.ForAll<string>(text =>
    {
        text ??= "";
        var key = FrenchText.Normal(text);
        var again = !FrenchText.TryInsTrait(text, out var trait) || FrenchText.InsTrait(trait) == trait;
        return FrenchText.Normal(key) == key && again;
    }).QuickCheckThrowOnFailure();
}
