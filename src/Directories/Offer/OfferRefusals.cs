using Socle.Platform;

namespace Socle.Directories;

static class OfferRefusals
{
    public static readonly RefusalKind NoSuchPlace = new("ror-no-such-place", Reason.NotFound,
        "Aucun lieu de réalisation n’a cet identifiant de synchronisation. Signalez-le au gestionnaire régional.");

    public static readonly RefusalKind SeveralPlaces = new("ror-several-places", Reason.PreconditionFailed,
        "Plusieurs lieux de réalisation ont le même identifiant de synchronisation. Signalez-le au gestionnaire régional.");

    public static readonly RefusalKind NoIndicator = new("ror-no-indicator", Reason.NotFound,
        "Aucun indicateur de capacité ne correspond. Ajoutez-le (add).");

    public static readonly RefusalKind NotAnIndicator = new("ror-business-rule", Reason.Malformed,
        "La modification de capacité n’est pas conforme aux règles de gestion ; rien n’a changé.");

    public static readonly RefusalKind NotYourPlace = new("ror-not-your-place", Reason.Forbidden,
        "Ce logiciel n’a pas le droit d’écrire les capacités de cet établissement.");

    public static readonly RefusalKind HeadersMissing = new("ror-headers-missing", Reason.Malformed,
        "Les en-têtes du ROR qui disent le profil et le rôle de l’utilisateur manquent ou sont vides : {0}.");

    public static readonly RefusalKind HeadersForbidden = new("ror-headers-forbidden", Reason.Malformed,
        "Les en-têtes Ror-… ne s’envoient pas avec une mise à jour de capacité : {0}.");

    public static readonly RefusalKind UnknownProfile = new("ror-unknown-profile", Reason.Forbidden,
        "Le profil ou le rôle annoncé dans les en-têtes du ROR n’est pas reconnu ({0}).");
}
