using Socle.Platform;

namespace Socle.Identities;

/// <summary>Every way this module says no.</summary>
public static class IdentitiesRefusals
{
    public static readonly RefusalKind InsMalformed = new("ins-malformed", Reason.Unprocessable,
        "Le matricule INS « {0} » n’a pas la forme attendue : 15 caractères, sexe, année, mois, commune, ordre et clé.");

    public static readonly RefusalKind InsWrongKey = new("ins-wrong-key", Reason.Unprocessable,
        "La clé du matricule INS ne correspond pas à ses 13 premiers caractères. Vérifiez la saisie, ou relisez la carte.");

    public static readonly RefusalKind InsTaken = new("ins-taken", Reason.Conflict,
        "Ce matricule INS est déjà celui d’un autre dossier. Deux dossiers ne portent pas le même matricule.");

    public static readonly RefusalKind TraitsConflict = new("ins-traits-conflict", Reason.Conflict,
        "Le matricule INS est connu avec d’autres traits : {0}. Rien n’a été changé ; l’identité est à vérifier avec la personne.");

    public static readonly RefusalKind NameForbiddenCharacters = new("name-characters", Reason.Unprocessable,
        "Le nom contient des caractères invisibles ou de sens d’écriture, qui feraient lire autre chose que ce qui est écrit.");

    public static readonly RefusalKind NameMixedScripts = new("name-scripts", Reason.Unprocessable,
        "Le nom mêle des lettres de plusieurs alphabets\u202f: une lettre grecque ou cyrillique s’y lit comme une lettre latine, et c’est un autre nom.");

    public static readonly RefusalKind InsiNotForYou = new("insi-not-for-you", Reason.Forbidden,
        "Le téléservice INSi est ouvert aux professionnels dans une situation d’exercice et aux logiciels autorisés à rechercher une personne.");

    public static readonly RefusalKind InsiNoPatient = new("insi-no-patient", Reason.Malformed,
        "Une ressource Patient est attendue, seule ou dans le paramètre « resource » ; « count » est un entier positif.");

    public static readonly RefusalKind InsiTraitMissing = new("insi-trait-missing", Reason.Unprocessable,
        "La recherche demande le nom de naissance, un prénom, le sexe et la date de naissance. Il manque\u202f: {0}.");

    public static readonly RefusalKind InsiTrait = new("insi-trait", Reason.Unprocessable, "Le trait « {0} » n’est pas admis\u202f: {1}.");

    public static readonly RefusalKind InsiMedia = new("insi-media", Reason.UnsupportedMedia, "Un message SOAP 1.2 est attendu (application/soap+xml).");

    public static readonly RefusalKind InsiAssertion = new("insi-assertion", Reason.Forbidden, "L’assertion VIHF n’est pas recevable\u202f: {0}.");

    public static readonly RefusalKind InsiCard = new("insi-card", Reason.Unprocessable,
        "La présentation de la carte Vitale n’est pas recevable\u202f: elle est signée par un lecteur connu ici, vaut quelques minutes et sert une fois.");

    public static readonly RefusalKind DatamatrixForeign = new("datamatrix-foreign", Reason.Unprocessable,
        "Ce code n’est pas un Datamatrix INS\u202f: il ne commence pas par « IS01 ».");

    public static readonly RefusalKind DatamatrixUnreadable = new("datamatrix-unreadable", Reason.Unprocessable,
        "Ce Datamatrix INS ne se lit pas à partir du caractère {0}. Si le lecteur perd les séparateurs, il est à régler pour transmettre le caractère GS.");

    public static readonly RefusalKind DatamatrixIncomplete = new("datamatrix-incomplete", Reason.Unprocessable,
        "Ce Datamatrix INS n’est pas complet\u202f: la zone {0} manque ou n’a pas la forme attendue. Un matricule ne se partage pas sans ses cinq traits.");

    public static readonly RefusalKind DoubtFirst = new("identity-doubt-first", Reason.Conflict,
        "Cette identité est fictive ou douteuse\u202f: elle ne peut être ni récupérée, ni validée, ni qualifiée avant que le doute soit levé.");

    public static readonly RefusalKind CaseClosed = new("identity-case-closed", Reason.Conflict,
        "Ce dossier de travail est déjà clos\u202f: quelqu’un d’autre vient de décider. Rien n’a été changé.");

    public static readonly RefusalKind MergeWithSelf = new("identity-merge-self", Reason.Unprocessable,
        "Un dossier ne se rapproche pas de lui-même. Choisissez deux dossiers différents.");

    public static readonly RefusalKind MergeCycle = new("identity-merge-cycle", Reason.Conflict,
        "Le dossier à conserver est déjà rattaché à l’autre\u202f: les rapprocher dans l’autre sens ferait un cercle. Défaites d’abord ce rapprochement.");

    public static readonly RefusalKind AlreadyMerged = new("identity-merged-already", Reason.Conflict,
        "Ce dossier est déjà rattaché à un autre. Rien n’a été changé.");

    public static readonly RefusalKind MergeChain = new("identity-merge-chain", Reason.Conflict,
        "L’un des dossiers porte déjà un rapprochement. Rapprochez du dossier conservé, ou défaites d’abord l’ancien rapprochement.");

    public static readonly RefusalKind NotMerged = new("identity-not-merged", Reason.Conflict,
        "Ce dossier n’est rattaché à aucun autre\u202f: il n’y a rien à défaire.");

    public static readonly RefusalKind WrittenSinceMerge = new("identity-written-since-merge", Reason.Conflict,
        "Depuis le rapprochement, {0} informations ont été écrites dans le dossier conservé. Confirmez qu’elles y restent avant de défaire.");

    public static readonly RefusalKind PersonUnknown = new("identity-person-unknown", Reason.NotFound,
        "L’un des deux dossiers n’existe pas ou n’existe plus.");

    public static readonly RefusalKind ReasonNeeded = new("identity-reason-needed", Reason.Unprocessable,
        "Écrivez le motif\u202f: la personne le lira dans la trace de son dossier.");

    public static readonly RefusalKind HolderNeeded = new("identity-holder-needed", Reason.Unprocessable,
        "Indiquez de qui est le matricule INS\u202f: l’autre dossier le perdra.");

    public static readonly RefusalKind CaseUnknown = new("identity-case-unknown", Reason.NotFound,
        "Ce dossier de travail n’existe pas.");
}
