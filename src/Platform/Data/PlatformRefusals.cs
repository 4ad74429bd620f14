namespace Socle.Platform;

/// <summary>Every no that the platform itself can say.</summary>
public static partial class PlatformRefusals
{
    public static readonly RefusalKind TooManyWrites = new("too-many-writes", Reason.TooMany,
        "Trop d’enregistrements sont en attente. Réessayez dans quelques secondes.");

    public static readonly RefusalKind DiskFull = new("disk-full", Reason.InsufficientStorage,
        "Le disque du serveur est plein : rien n’a été enregistré. Prévenez l’exploitant de la plateforme.");

    public static readonly RefusalKind DatabaseUnavailable = new("database-unavailable", Reason.Unavailable,
        "La base de données ne répond pas. Rien n’a été confirmé. Réessayez dans quelques instants.");

    public static readonly RefusalKind StatementTooLong = new("statement-too-long", Reason.Unavailable,
        "La recherche a été arrêtée parce qu’elle durait trop longtemps. Précisez-la.");

    public static readonly RefusalKind ShuttingDown = new("shutting-down", Reason.Unavailable,
        "Le serveur s’arrête. Réessayez dans quelques instants.");

    public static readonly RefusalKind PatientErased = new("patient-erased", Reason.Gone,
        "Les données de cette personne ont été effacées définitivement.");

    public static readonly RefusalKind PatientKeyUnknown = new("patient-key-unknown", Reason.NotFound,
        "Ce dossier n’existe pas.");

    public static readonly RefusalKind SealBroken = new("seal-broken", Reason.Unavailable,
        "Ces données ont été altérées sur le serveur : elles ne sont pas affichées. Prévenez l’exploitant de la plateforme.");

    public static readonly RefusalKind BlobUnknown = new("blob-unknown", Reason.NotFound,
        "Ce fichier n’existe pas.");

    public static readonly RefusalKind BlobTooLarge = new("blob-too-large", Reason.TooLarge,
        "Le fichier dépasse la taille permise ({0:N0} octets).");

    public static readonly RefusalKind FolderInUse = new("folder-in-use", Reason.Conflict,
        "Le dossier de données « {0} » est déjà utilisé par un autre serveur Socle ; arrêtez-le d’abord. "
        + "(Data folder already in use by another Socle server; stop it first.)");

    public static readonly RefusalKind FolderNotDemonstration = new("folder-not-demonstration", Reason.Conflict,
        "Le dossier de données « {0} » contient de vraies données : le mode démonstration y est refusé. "
        + "(Data folder holds real data: demonstration mode is refused on it.)");

    public static readonly RefusalKind RootKeyMissing = new("root-key-missing", Reason.Unavailable,
        "La clé racine « {0} » manque ou n’est pas lisible, alors que le dossier contient des données. Rétablissez-la. "
        + "(Root key missing while the folder holds data; restore it.)");

    public static readonly RefusalKind RootKeyWrong = new("root-key-wrong", Reason.Unavailable,
        "La clé racine « {0} » n’est pas celle de cette base de données. Rétablissez la bonne. "
        + "(This root key is not the one of this database.)");

    public static readonly RefusalKind DatabaseFromTheFuture = new("database-from-the-future", Reason.Conflict,
        "La base de données a été créée par une version plus récente de Socle (étape {0}). Installez cette version. "
        + "(Database written by a newer version of Socle.)");

    public static readonly RefusalKind MigrationChanged = new("migration-changed", Reason.Conflict,
        "L’étape {0} de la base de données n’est pas celle qui a été appliquée. (A migration was changed after it ran.)");

    public static readonly RefusalKind DatabaseTooOld = new("database-too-old", Reason.Unavailable,
        "{0} {1} est trop ancien : il faut au moins la version {2}. (Database engine too old.)");
}
