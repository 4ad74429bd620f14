using Socle.Fhir;
using Socle.Platform;

namespace Socle.Identities;

/// <summary>A search by traits: birth name, given names, sex and birth date, the place of birth where it is needed.</summary>
/// <param name="GivenNames">The first one, or the list of birth as far as it is known.</param>
sealed record InsiQuestion(string BirthName, IReadOnlyList<string> GivenNames, string Sex, string BirthDate, string? BirthPlace)
{
    const int Longest = 255;

    /// <summary>The traits in their normal form; refused when one is missing or is none.</summary>
    public static InsiQuestion Of(Traits? traits)
    {
        string?[] missing =
        [
            string.IsNullOrWhiteSpace(traits?.BirthName) ? InsiTrait.BirthName.French : null, string.IsNullOrWhiteSpace(traits?.FirstName) ? "prénom" : null,
            traits?.Sex is not ("F" or "M") ? InsiTrait.Sex.French : null, string.IsNullOrWhiteSpace(traits?.BirthDate) ? InsiTrait.BirthDate.French : null
        ];
        if (missing.Any(one => one is not null)) throw IdentitiesRefusals.InsiTraitMissing.With(string.Join(", ", missing.OfType<string>()));
        if (traits!.BirthPlace is { } place && !Cog.IsValid(place)) throw IdentitiesRefusals.InsiTrait.With(InsiTrait.BirthPlace.French, "un code officiel géographique a cinq caractères");
        var date = Traits.IsoDate(traits.BirthDate) ?? throw IdentitiesRefusals.InsiTrait.With(InsiTrait.BirthDate.French, "ce n’est pas une date");
        return new(Normal(traits.BirthName, InsiTrait.BirthName), Normal(traits.FirstName!, InsiTrait.GivenNames).Split(' '), traits.Sex!, date, traits.BirthPlace);
    }

    /// <summary>What to ask with next, when these traits are several people's.</summary>
    public InsiNext Next => GivenNames.Count == 1 ? InsiNext.OtherGivenNames : BirthPlace is null ? InsiNext.BirthPlace : InsiNext.Nothing;

    /// <summary>Whether somebody of the same name, sex and birth date is meant; the row is only where the register has nothing to say against it.</summary>
    public bool Selects(PatientCard card) =>
        IsBeginning(GivenNames, Words(card.FirstName)) && (BirthPlace is null || Cog.IsSame(BirthPlace, card.BirthPlaceCode));

    /// <summary>The traits that differ from an identity's. Of the given names those that were asked with are compared, the place only if it was given.</summary>
    public IReadOnlyList<InsiTrait> Differences(InsiIdentity identity)
    {
        var found = new List<InsiTrait>();
        if (Traits.Key(BirthName) != Traits.Key(identity.BirthName)) found.Add(InsiTrait.BirthName);
        if (!IsBeginning(GivenNames, identity.GivenNames)) found.Add(InsiTrait.GivenNames);
        if (Sex != identity.Sex) found.Add(InsiTrait.Sex);
        if (BirthDate != identity.BirthDate) found.Add(InsiTrait.BirthDate);
        if (BirthPlace is not null && !Cog.IsSame(BirthPlace, identity.BirthPlace)) found.Add(InsiTrait.BirthPlace);
        return found;
    }

    static string[] Words(string givenNames) => FrenchText.TryInsTrait(givenNames, out var trait) ? trait.Split(' ') : [];

    // « JEAN » is not the first name of JEAN-PIERRE; « JEAN PIERRE » is, however it was written.
    static bool IsBeginning(IReadOnlyList<string> asked, IReadOnlyList<string> known)
    {
        var key = Traits.Key(string.Join(' ', asked));
        if (known.Count == 0) return key == Traits.Key(InsiIdentity.NoGivenName);
        for (var words = 1; words <= known.Count; words++)
            if (Traits.Key(string.Join(' ', known.Take(words))) == key) return true;
        return false;
    }

    static string Normal(string text, InsiTrait trait)
    {
        if (text.Length > Longest) throw IdentitiesRefusals.InsiTrait.With(trait.French, $"il a plus de {Longest} caractères");
        return FrenchText.TryInsTrait(text, out var normal) ? normal : throw IdentitiesRefusals.InsiTrait.With(trait.French, FrenchText.FaultOf(text) switch
        {
            TraitFault.Hidden => "il contient des caractères invisibles ou de sens d’écriture",
            TraitFault.MixedScripts => "il mêle des lettres de plusieurs alphabets",
            TraitFault.OtherScript => "il n’est pas en lettres latines",
            TraitFault.Empty => "il n’a pas de lettre",
            _ => "il contient un chiffre ou un signe"
        });
    }
}

/// <summary>A number and the traits it is said to belong to.</summary>
sealed record InsiClaim(string System, string Matricule, InsiQuestion Traits)
{
    /// <summary>The register knows numbers of 15 characters under the systems of the INS; any other is refused, not searched.</summary>
    public static InsiClaim Of(string? system, string? matricule, Traits? traits)
    {
        if (system is null || !Ins.Systems.Current.Contains(system) || matricule is not { Length: 15 } || !matricule.All(char.IsAsciiLetterOrDigit))
            throw IdentitiesRefusals.InsMalformed.With(matricule is { Length: <= 40 } ? matricule : "");
        return new(system, matricule, InsiQuestion.Of(traits));
    }
}
