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
}
