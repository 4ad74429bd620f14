using Socle.Platform;

namespace Socle.Bulk;

public static class BulkRefusals
{
    public static readonly RefusalKind AsyncOnly = new("bulk-async-only", Reason.Malformed,
        "Cette opération est toujours différée\u00a0: envoyez l’en-tête «\u202fPrefer: respond-async\u202f».");
    public static readonly RefusalKind Parameter = new("bulk-parameter", Reason.Malformed,
        "Le paramètre «\u202f{0}\u202f» n’est pas pris en charge par cette opération.");
    public static readonly RefusalKind BadValue = new("bulk-value", Reason.Malformed, "La valeur du paramètre «\u202f{0}\u202f» ne convient pas\u00a0: {1}");
    public static readonly RefusalKind TooManyJobs = new("bulk-too-many-jobs", Reason.TooMany,
        "Vous avez déjà {0} demandes en cours\u00a0: attendez la fin de l’une d’elles, ou annulez-la.");
    public static readonly RefusalKind UnknownJob = new("bulk-unknown-job", Reason.NotFound, "Cette demande est inconnue, annulée ou expirée.");
    public static readonly RefusalKind Cancelled = new("bulk-cancelled", Reason.Gone, "Cette demande a été annulée.");
    public static readonly RefusalKind Failed = new("bulk-failed", Reason.Unprocessable, "La demande n’a pas abouti ({0}).");
    public static readonly RefusalKind Revoked = new("bulk-revoked", Reason.Forbidden,
        "Vos droits ont changé depuis la préparation de ce fichier\u00a0: il ne peut plus vous être remis. Refaites la demande.");
    public static readonly RefusalKind NotForYou = new("bulk-not-for-you", Reason.Forbidden,
        "L’import en masse est réservé aux logiciels et à l’opérateur.");
    public static readonly RefusalKind NoPatient = new("bulk-no-patient", Reason.Unprocessable, "Le patient «\u202f{0}\u202f» n’est pas connu ici, ou pas de ce groupe.");
    public static readonly RefusalKind BadManifest = new("bulk-manifest", Reason.Malformed, "Ce manifeste d’import ne peut pas être lu\u00a0: {0}");
    public static readonly RefusalKind BadInput = new("bulk-input", Reason.UnsupportedMedia,
        "Un import se donne par un manifeste (JSON ou Parameters), par du NDJSON ou par un formulaire de fichiers NDJSON.");
    public static readonly RefusalKind TooManyFaults = new("bulk-too-many-faults", Reason.Unprocessable,
        "Plus de {0} lignes ont été refusées\u00a0: l’import s’est arrêté.");
    public static readonly RefusalKind AddressOver = new("bulk-address-over", Reason.Gone,
        "L’adresse de ce fichier a déjà servi, ou date de plus de {0} secondes\u00a0: redemandez le manifeste de la demande, il en donne une nouvelle.");
    public static readonly RefusalKind DecidersOnly = new("bulk-deciders-only", Reason.Forbidden,
        "Les exports de grande taille sont autorisés ou refusés par l’opérateur seulement.");
    public static readonly RefusalKind SecondPerson = new("bulk-second-person", Reason.Forbidden,
        "Cet export doit être décidé par une autre personne que celle qui l’a demandé.");
    public static readonly RefusalKind NotHeld = new("bulk-not-held", Reason.NotFound, "Aucun export en attente d’une décision ne porte ce numéro.");
    public static readonly RefusalKind NoReason = new("bulk-no-reason", Reason.Malformed, "Dites pourquoi (paramètre «\u202freason\u202f», {0} caractères au plus).");
    public static readonly RefusalKind NotReleased = new("bulk-not-released", Reason.Forbidden, "Une seconde personne a refusé cet export\u00a0: {0}");
}
