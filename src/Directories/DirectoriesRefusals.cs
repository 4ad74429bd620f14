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
}
