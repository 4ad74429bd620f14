using Socle.Platform;

namespace Socle.Access;

public static class AccessRefusals
{
    public static readonly RefusalKind Denied = new("access-denied", Reason.Forbidden, "Vous n’avez pas accès à cette information.");

    public static readonly RefusalKind Suspended = new(
        "access-suspended", Reason.Forbidden, "Votre droit d’exercer est suspendu : votre ordre ou le registre des professionnels vous dira pourquoi.");

    public static readonly RefusalKind SharingSuspended = new("access-sharing-suspended", Reason.Forbidden,
        "Le partage de ce dossier est suspendu\u202f: son identité est en cours de vérification par la cellule d’identitovigilance. Les dépôts restent possibles.");

    public static readonly RefusalKind UnknownPurpose = new(
        "access-unknown-purpose", Reason.Forbidden, "Le motif d’accès indiqué n’est pas reconnu.");

    public static readonly RefusalKind UnknownReason = new(
        "access-unknown-reason", Reason.Unprocessable, "Choisissez dans la liste la raison pour laquelle vous prenez part aux soins.");

    public static readonly RefusalKind NotProfessional = new(
        "access-not-professional", Reason.Forbidden, "Seul un professionnel de santé peut déclarer qu’il prend part aux soins.");

    public static readonly RefusalKind NoSuchGuardian = new(
        "access-no-such-guardian", Reason.Conflict, "Cette autorité parentale n’est pas connue ici, ou a déjà pris fin.");

    public static readonly RefusalKind TooManySearches = new(
        "access-too-many-searches", Reason.TooMany, "Vous avez fait {0} recherches de personnes en une heure. Réessayez plus tard.");

    public static readonly RefusalKind TooManyUnknown = new(
        "access-too-many-unknown", Reason.TooMany, "Trop de recherches sans résultat en une heure. Réessayez plus tard.");

    public static readonly RefusalKind OnlyOwnClass = new(
        "access-citizen-class", Reason.Forbidden, "Un document ajouté par la personne se classe dans «\u00a0Autres documents déposés par le patient\u00a0» (90).");
}
