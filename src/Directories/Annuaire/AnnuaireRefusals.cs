using Socle.Platform;

namespace Socle.Directories;

static class AnnuaireRefusals
{
    public static readonly RefusalKind NoKey = new(
        "annuaire-key", Reason.Unauthenticated, "Présentez une clé de l’Annuaire Santé en vigueur (en-tête ESANTE-API-KEY).");

    public static readonly RefusalKind TooFast = new(
        "annuaire-too-fast", Reason.TooMany, "Cette clé permet {0} requêtes par seconde\u202f: réessayez dans un instant.");

    public static readonly RefusalKind NameTaken = new(
        "annuaire-key-name", Reason.Conflict, "Une clé de ce nom existe déjà\u202f: retirez-la, ou choisissez un autre nom.");
}
