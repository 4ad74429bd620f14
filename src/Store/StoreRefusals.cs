using Socle.Platform;

namespace Socle.Store;

public static class StoreRefusals
{
    public static readonly RefusalKind NotFound = new("resource-not-found", Reason.NotFound, "Cette ressource est inconnue.");
    public static readonly RefusalKind TypeNotAllowed = new("type-not-allowed", Reason.Forbidden,
        "Vos droits ne permettent pas cette action sur une ressource {0}.");
    public static readonly RefusalKind WriteNotAllowed = new("write-not-allowed", Reason.Forbidden,
        "Vos droits ne permettent pas d’écrire dans ce dossier.");
    public static readonly RefusalKind StaleVersion = new("stale-version", Reason.PreconditionFailed,
        "La ressource a changé depuis que vous l’avez lue\u00a0: relisez-la puis recommencez.");
    public static readonly RefusalKind WrittenMeanwhile = new("written-meanwhile", Reason.Conflict,
        "Une autre écriture a eu lieu au même moment\u00a0: recommencez.");
    public static readonly RefusalKind Deleted = new("resource-deleted", Reason.Gone, "Cette ressource a été supprimée.");
    public static readonly RefusalKind ManyMatches = new("many-matches", Reason.PreconditionFailed,
        "Plusieurs ressources répondent à la condition «\u202f{0}\u202f»\u00a0: rien n’a été écrit.");
    public static readonly RefusalKind NoMatch = new("no-match", Reason.NotFound,
        "Aucune ressource ne répond à la condition «\u202f{0}\u202f».");
    public static readonly RefusalKind EmptyCondition = new("empty-condition", Reason.Malformed,
        "La condition est vide ou ne restreint rien.");
    public static readonly RefusalKind ReferenceWithoutMatch = new("reference-without-match", Reason.PreconditionFailed,
        "La référence conditionnelle «\u202f{0}\u202f» ne désigne aucune ressource.");
    public static readonly RefusalKind ReferenceWithManyMatches = new("reference-with-many-matches", Reason.PreconditionFailed,
        "La référence conditionnelle «\u202f{0}\u202f» désigne plusieurs ressources.");
    public static readonly RefusalKind IdMismatch = new("id-mismatch", Reason.Malformed,
        "L’identifiant de l’adresse («\u202f{0}\u202f») n’est pas celui du contenu («\u202f{1}\u202f»).");
    public static readonly RefusalKind TypeMismatch = new("type-mismatch", Reason.Malformed,
        "L’adresse désigne une ressource {0}, le contenu est une ressource {1}.");
    public static readonly RefusalKind IdMissing = new("id-missing", Reason.Malformed,
        "Une mise à jour demande un identifiant ou une condition.");
    public static readonly RefusalKind IdMalformed = new("id-malformed", Reason.Malformed,
        "L’identifiant «\u202f{0}\u202f» n’a pas la forme d’un identifiant FHIR (1 à 64 lettres, chiffres, tirets ou points).");
    public static readonly RefusalKind SubjectChanged = new("subject-changed", Reason.Unprocessable,
        "Une mise à jour ne peut pas changer le patient de la ressource.");
    public static readonly RefusalKind SubjectUnknown = new("subject-unknown", Reason.Unprocessable,
        "Le patient désigné par la ressource n’est pas connu ici.");
    public static readonly RefusalKind SameTwice = new("same-resource-twice", Reason.Malformed,
        "La transaction écrit deux fois la même ressource\u00a0: {0}.");
    public static readonly RefusalKind DuplicateFullUrl = new("duplicate-full-url", Reason.Malformed,
        "Deux entrées portent la même adresse fullUrl\u00a0: {0}.");
    public static readonly RefusalKind TooManyEntries = new("too-many-entries", Reason.TooLarge,
        "Un lot compte au plus {0} entrées, celui-ci en a {1}.");
    public static readonly RefusalKind BadBundle = new("bad-bundle", Reason.Malformed, "Ce Bundle ne peut pas être traité\u00a0: {0}.");
    public static readonly RefusalKind SearchTooBroad = new("search-too-broad", Reason.Unprocessable,
        "Cette recherche porte sur trop de ressources\u00a0: ajoutez {0}.");
    public static readonly RefusalKind SearchTooLong = new("search-too-long", Reason.Unprocessable,
        "Cette recherche a été arrêtée parce qu’elle demandait trop de temps\u00a0: ajoutez {0}.");
    public static readonly RefusalKind BeingIndexed = new("parameter-being-indexed", Reason.Unprocessable,
        "Le critère «\u202f{0}\u202f» est en cours d’indexation\u00a0: d’ici là, ajoutez un patient.");
    public static readonly RefusalKind ParameterNotAllowed = new("parameter-not-allowed", Reason.Forbidden,
        "Seul un opérateur ou un logiciel autorisé peut activer un critère de recherche (SearchParameter).");
    public static readonly RefusalKind BadPageToken = new("bad-page-token", Reason.Malformed,
        "Ce lien de page n’est pas valable\u00a0: relancez la recherche.");
    public static readonly RefusalKind DocumentTooLarge = new("document-too-large", Reason.Unprocessable,
        "Ce document renvoie à plus de {0} ressources\u00a0: il ne peut pas être assemblé.");
    public static readonly RefusalKind CircleOfContained = new("circle-of-contained", Reason.Unprocessable,
        "Des ressources contenues se désignent l’une l’autre en cercle\u00a0: {0}.");
    public static readonly RefusalKind BadBinary = new("bad-binary", Reason.Unprocessable,
        "Le contenu du Binary n’est pas du base64 valable.");
}
