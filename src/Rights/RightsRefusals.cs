using Socle.Platform;

namespace Socle.Rights;

static class RightsRefusals
{
    public static readonly RefusalKind NoSuchCard = new("card-unknown", Reason.NotFound,
        "Cette carte n’existe pas ou ne vous est pas ouverte. Revenez à votre espace pour en choisir une.");

    public static readonly RefusalKind NoSuchCertificate = new("certificate-unknown", Reason.NotFound,
        "Cette attestation n’existe pas ou ne vous est pas ouverte. Revenez à votre carte pour en faire une autre.");

    public static readonly RefusalKind NotCovered = new("certificate-not-covered", Reason.Conflict,
        "Aucun droit ouvert n’est connu pour cette personne : il n’y a rien à attester.");

    public static readonly RefusalKind NoSuchReading = new("card-reading-unknown", Reason.NotFound,
        "Cette lecture n’est pas celle de ce poste, ou n’existe plus. Ouvrez-en une autre.");

    public static readonly RefusalKind ReadingOver = new("card-reading-over", Reason.Conflict,
        "Cette lecture a attendu trop longtemps. Ouvrez-en une autre et demandez un nouveau code.");

    public static readonly RefusalKind CodeUnreadable = new("card-code-unreadable", Reason.Unprocessable,
        "Ce code n’est pas celui d’une carte, ou il en manque une partie. Scannez-le à nouveau.");

    public static readonly RefusalKind CodeOfAnotherReader = new("card-code-other-reader", Reason.Conflict,
        "Ce code a été fait pour un autre poste. La personne doit scanner le code affiché ici.");

    public static readonly RefusalKind CodeAlreadyRead = new("card-code-used", Reason.Conflict,
        "Ce code a déjà servi. Ouvrez une nouvelle lecture et demandez un nouveau code.");

    public static readonly RefusalKind CodeForged = new("card-code-forged", Reason.Unprocessable,
        "Ce code n’est pas signé par le téléphone qu’il nomme. Demandez à la personne de le présenter à nouveau.");

    public static readonly RefusalKind PhoneRevoked = new("card-phone-revoked", Reason.Conflict,
        "Ce téléphone n’est plus reconnu : il a été retiré, ou son compte est fermé. Demandez une pièce d’identité et la carte elle-même.");

    public static readonly RefusalKind ClockWrong = new("card-clock-wrong", Reason.Unprocessable,
        "L’horloge de ce téléphone se trompe de {0} minutes ; cinq sont tolérées. La personne doit régler l’heure et recommencer.");

    public static readonly RefusalKind CodeTooOld = new("card-code-too-old", Reason.Conflict,
        "Ce code a plus d’une minute. Demandez à la personne d’en montrer un nouveau.");

    public static readonly RefusalKind NotYoursToShow = new("card-not-yours", Reason.Conflict,
        "La personne qui présente cette carte n’en a pas, ou plus, le droit. Demandez à qui elle appartient.");

    public static readonly RefusalKind ScopeMissing = new("card-scope-missing", Reason.Forbidden,
        "Le jeton ne permet pas de lire une carte : il lui faut user/Patient.r et user/Coverage.r.");

    public static readonly RefusalKind NoSuchDelegation = new("card-delegation-unknown", Reason.Unprocessable,
        "Ce code n’est pas reconnu, a déjà servi ou n’est plus valable. Demandez-en un autre à la personne.");

    public static readonly RefusalKind AdultsOnly = new("card-delegation-adults", Reason.Forbidden,
        "Un mineur ne confie pas sa carte : un parent peut le faire depuis son propre espace.");
}
