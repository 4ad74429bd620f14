namespace Socle.Identities;

/// <summary>
/// UNVERIFIED. The names of the SOAP service that installed software calls: its WSDL and schemas are not public, and these are put together from what is known of
/// them by hearsay. They stand here and nowhere else, so that the day they can be held against the original is the day one file changes.
/// </summary>
static class InsiSoapNames
{
    public const string Service = "http://www.cnamts.fr/INSiRecSansVitale";

    // Requests: the one child of the Body.
    public const string SearchByTraits = "RechercherINSParTraitsIdentite", SearchByCard = "RechercherINSParCarteVitale", Verify = "VerifierINS";

    // Traits, in requests and answers.
    public const string Traits = "TIQ", BirthName = "NomNaissance", FirstName = "Prenom", GivenNames = "ListePrenom", Sex = "Sexe", BirthDate = "DateNaissance",
        BirthPlace = "LieuNaissance";

    // Numbers.
    public const string Active = "INSACTIF", Former = "INSHISTO", Number = "IdIndividu", Matricule = "NumIdentifiant", Key = "Cle", Oid = "OID";

    public const string Card = "JetonPresentation";

    // Answers: « …Reponse » of the request.
    public const string AnswerSuffix = "Reponse", Report = "CR", Code = "CodeCR", Label = "LibelleCR", Next = "Complement", Person = "INDIVIDU", Differs = "TraitDifferent";

    // What to ask with next, and the traits that differ, are told in the names of the traits above.
    public static string Of(InsiNext next) => next == InsiNext.BirthPlace ? BirthPlace : GivenNames;

    public static string Of(InsiTrait trait) =>
        trait == InsiTrait.BirthName ? BirthName : trait == InsiTrait.GivenNames ? GivenNames : trait == InsiTrait.Sex ? Sex
        : trait == InsiTrait.BirthDate ? BirthDate : BirthPlace;

    /// <summary>1957-03-14; what is not known of a date is 00.</summary>
    public static string WriteDate(string iso) => iso.Length switch { 4 => iso + "-00-00", 7 => iso + "-00", _ => iso };
}
