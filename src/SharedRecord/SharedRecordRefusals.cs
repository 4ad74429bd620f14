using Socle.Platform;

namespace Socle.SharedRecord;

/// <summary>Every way this module says no. The messages are read by worried people: calm, exact, with what to do.</summary>
public static class SharedRecordRefusals
{
    public static readonly RefusalKind FileEmpty = new("file-empty", Reason.Unprocessable,
        "Le fichier est vide (0 octet). Il a peut-être mal été copié ; essayez de l’ouvrir avant de le déposer de nouveau.");

    public static readonly RefusalKind FileTooLarge = new("file-too-large", Reason.TooLarge,
        "Le fichier dépasse {0} Mio, la taille la plus grande pour un document.");

    public static readonly RefusalKind FileKind = new("file-kind", Reason.UnsupportedMedia,
        "Ce fichier est {0}. Les documents acceptés sont : CDA, PDF, JPEG, PNG et texte (UTF-8).");

    public static readonly RefusalKind FileDamaged = new("file-damaged", Reason.Unprocessable,
        "Le fichier ressemble à {0}, mais il est abîmé ou incomplet : {1}.");

    public static readonly RefusalKind PdfPassword = new("pdf-password", Reason.Unprocessable,
        "Ce PDF est protégé par un mot de passe : personne d’autre ne pourrait le lire. Enregistrez-le sans protection, puis déposez-le.");

    public static readonly RefusalKind PdfActive = new("pdf-active-content", Reason.Unprocessable,
        "Ce PDF contient {0}. Par sécurité, il n’est pas accepté. « Imprimer en PDF » en donne une copie sans danger.");

    public static readonly RefusalKind Virus = new("file-virus", Reason.Unprocessable,
        "L’antivirus a reconnu un programme malveillant dans ce fichier ({0}). Il n’a pas été enregistré.");

    public static readonly RefusalKind AntivirusAway = new("antivirus-away", Reason.Unavailable,
        "L’antivirus ne répond pas. Le document n’a pas été enregistré ; réessayez dans quelques minutes.");

    public static readonly RefusalKind CdaInvalid = new("cda-invalid", Reason.Unprocessable,
        "Le document CDA ne peut pas être lu : {0}");

    public static readonly RefusalKind HashMismatch = new("document-hash", Reason.Unprocessable,
        "L’empreinte (hash) annoncée n’est pas celle du document reçu.");

    public static readonly RefusalKind SizeMismatch = new("document-size", Reason.Unprocessable,
        "La taille annoncée ({0} octets) n’est pas celle du document reçu ({1} octets).");

    public static readonly RefusalKind UniqueIdTaken = new("document-unique-id", Reason.Conflict,
        "Un autre document de ce dossier porte déjà l’identifiant {0}. Un identifiant ne désigne qu’un contenu.");

    public static readonly RefusalKind ReplacedUnknown = new("document-replaced-unknown", Reason.Unprocessable,
        "Le document à remplacer n’existe pas dans ce dossier.");

    public static readonly RefusalKind ReplacedNotCurrent = new("document-replaced-not-current", Reason.Conflict,
        "Le document à remplacer n’est plus en vigueur : il a déjà été remplacé ou supprimé.");

    public static readonly RefusalKind VersionOrder = new("document-version-order", Reason.Conflict,
        "La version {0} de ce document ne peut pas suivre la version {1} : les versions se déposent dans l’ordre.");

    public static readonly RefusalKind OtherPatient = new("document-other-patient", Reason.Unprocessable,
        "Ce document ne décrit pas la personne de ce dossier : {0}. Il n’a pas été enregistré.");

    public static readonly RefusalKind NoPatient = new("document-no-patient", Reason.Unprocessable,
        "Le document ne dit pas de qui il s’agit : son patient manque.");

    public static readonly RefusalKind AttachmentMissing = new("document-attachment-missing", Reason.Unprocessable,
        "Le contenu du document n’est ni dans la demande ni déjà enregistré dans ce dossier.");

    public static readonly RefusalKind OnlyStatus = new("document-only-status", Reason.NotAllowed,
        "Un document déposé ne change plus ; seuls son statut, sa confidentialité et son archivage se modifient.");

    public static readonly RefusalKind NotYours = new("document-not-yours", Reason.Forbidden,
        "Seul l’auteur d’un document, ou la personne pour les documents qu’elle a déposés, peut le supprimer.");

    public static readonly RefusalKind DocumentUnknown = new("document-unknown", Reason.NotFound,
        "Ce document n’existe pas, ou il ne vous est pas accessible.");

    public static readonly RefusalKind ViewExpired = new("document-view-expired", Reason.Gone,
        "Cette adresse de lecture n’est plus valable : elle sert une fois, pendant une minute. Revenez au dossier et rouvrez le document.");

    public static readonly RefusalKind NoRecord = new("import-no-record", Reason.Unprocessable,
        "Aucun dossier ne correspond à l’INS {0} du document. L’option --open-records permet d’en ouvrir un, provisoire.");

    public static readonly RefusalKind TitleMissing = new("document-title-missing", Reason.Unprocessable,
        "Donnez un titre au document : c’est sous ce nom qu’il apparaîtra dans le dossier.");
}
