using Socle.Platform;

namespace Socle.Directories;

public static class DirectoriesRefusals
{
    public static readonly RefusalKind UnknownExtract = new(
        "extract-unknown", Reason.Unprocessable, "Les colonnes de « {0} » ne sont celles d’aucune extraction connue (RPPS, ADELI, FINESS).");
    public static readonly RefusalKind UnknownEncoding = new(
        "extract-encoding-unknown", Reason.Unprocessable, "L’encodage « {0} » n’est pas connu ici : utf-8 ou cp1252.");
    public static readonly RefusalKind WrongEncoding = new(
        "extract-encoding", Reason.Unprocessable,
        "Ce fichier n’est pas en UTF-8 : ligne {0}, colonne {1}. Rien n’a été repris. S’il est en Windows-1252, dites-le : --encoding cp1252.");
    public static readonly RefusalKind CutFile = new(
        "extract-cut", Reason.Unprocessable,
        "Ce fichier est coupé : sa dernière ligne ({0}) a {1} champs sur {2}, ou n’est pas finie. Rien n’a été repris ni retiré.");
    public static readonly RefusalKind LineTooLong = new(
        "extract-line", Reason.Unprocessable, "La ligne {0} dépasse {1} Kio : ce n’est pas une extraction.");
    public static readonly RefusalKind WrongRpps = new("directories-rpps", Reason.Unprocessable, "« {0} » n’est pas un numéro RPPS.");
    public static readonly RefusalKind ReasonMissing = new("directories-reason", Reason.Unprocessable, "Dites pourquoi : la raison est gardée dans la trace.");
    public static readonly RefusalKind WrongPhone = new(
        "directories-phone", Reason.Unprocessable, "Un numéro de téléphone a dix chiffres, ou commence par + et l’indicatif du pays.");
    public static readonly RefusalKind WrongMailbox = new(
        "directories-mailbox", Reason.Unprocessable, "Une messagerie sécurisée de santé finit par « mssante.fr » : prenom.nom@domaine.mssante.fr.");
    public static readonly RefusalKind WrongAddress = new(
        "directories-address", Reason.Unprocessable, "Une adresse a une voie, un code postal de cinq chiffres et une commune.");
    public static readonly RefusalKind NoSuchCorrection = new("directories-correction", Reason.NotFound, "Cette demande de correction n’existe pas.");
    public static readonly RefusalKind NoSuchImport = new("directories-import", Reason.NotFound, "Cette reprise d’extraction n’existe pas.");
    public static readonly RefusalKind NoEntry = new("directories-no-entry", Reason.NotFound, "L’annuaire n’a pas d’entrée pour le RPPS {0}.");
    public static readonly RefusalKind DecidedAlready = new("directories-decided", Reason.Conflict, "Cette demande a déjà été décidée.");
    public static readonly RefusalKind WrongStructure = new("directories-structure", Reason.Unprocessable, "« {0} » n’est pas un numéro FINESS.");
    public static readonly RefusalKind NoStructure = new(
        "directories-no-structure", Reason.Unprocessable, "L’annuaire n’a pas de structure en activité sous le numéro FINESS {0}.");
    public static readonly RefusalKind NotYourStructure = new(
        "directories-other-structure", Reason.Forbidden, "Vous inscrivez les personnes de votre structure seulement.");
    public static readonly RefusalKind WrongName = new(
        "directories-name", Reason.Unprocessable, "Un nom a des lettres d’un seul alphabet, sans caractère invisible, 100 au plus.");
    public static readonly RefusalKind WrongStaffNumber = new(
        "directories-staff-number", Reason.Unprocessable, "Un matricule a 1 à 30 lettres sans accent, chiffres, points ou tirets.");
    public static readonly RefusalKind HasRpps = new(
        "directories-has-rpps", Reason.Unprocessable, "{0} est un numéro RPPS : cette personne est inscrite par son ordre ou par l’État, pas par son employeur.");
    public static readonly RefusalKind WrongEnd = new(
        "directories-role-end", Reason.Unprocessable, "La fin du contrat est un jour à venir, dans cinq ans au plus.");
    public static readonly RefusalKind NotLater = new(
        "directories-role-later", Reason.Unprocessable, "Pour prolonger, indiquez un jour plus tardif que la fin actuelle.");
    public static readonly RefusalKind OtherPerson = new(
        "directories-role-person", Reason.Conflict, "Le matricule {0} est celui d’une autre personne de cette structure.");
    public static readonly RefusalKind RoleTwice = new(
        "directories-role-twice", Reason.Conflict, "Cette personne a déjà ce rôle dans cette structure : prolongez-le.");
    public static readonly RefusalKind NoSuchRole = new("directories-role", Reason.NotFound, "Ce rôle n’existe pas.");
    public static readonly RefusalKind RoleChanged = new("directories-role-changed", Reason.Conflict, "Ce rôle a changé entre-temps, ou il est terminé.");
}
