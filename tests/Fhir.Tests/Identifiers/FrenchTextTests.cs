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
    public void The_trait_of_an_identity(string text, string trait) => FrenchText.InsTrait(text).ShouldBe(trait);

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
