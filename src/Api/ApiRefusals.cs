using Socle.Platform;

namespace Socle.Api;

public static class ApiRefusals
{
    public static readonly RefusalKind NotFhir = new("fhir-nonconformant", Reason.Malformed, "Le contenu reçu n’est pas conforme à FHIR R4.");

    public static readonly RefusalKind UnknownRoute = new("fhir-unknown-route", Reason.NotFound, "Cette adresse n’existe pas dans l’interface FHIR.");

    public static readonly RefusalKind UnknownType = new("fhir-unknown-type", Reason.NotFound, "«\u00a0{0}\u00a0» n’est pas un type de ressource FHIR R4.");

    public static readonly RefusalKind TypeNotHere = new("fhir-type-not-here", Reason.NotFound, "«\u00a0{0}\u00a0» n’est pas un type de ressource de cette interface.");

    public static readonly RefusalKind WrongMethod = new("fhir-method", Reason.NotAllowed, "La méthode {0} ne s’applique pas à cette adresse.");

    public static readonly RefusalKind NoToken = new("fhir-no-token", Reason.Unauthenticated, "Présentez un jeton d’accès (Authorization: Bearer).");

    public static readonly RefusalKind BadAccept = new(
        "fhir-not-acceptable", Reason.NotAcceptable, "Cette interface répond en JSON ou en XML (application/fhir+json, application/fhir+xml, FHIR 4.0)\u202f; le format demandé n’est pas disponible.");

    public static readonly RefusalKind NotInXml = new(
        "fhir-not-in-xml", Reason.NotAcceptable, "Cette réponse ne peut pas s’écrire en XML\u202f; demandez-la en JSON (application/fhir+json).");

    public static readonly RefusalKind BadContentType = new(
        "fhir-content-type", Reason.UnsupportedMedia, "Le contenu doit être en JSON ou en XML (application/fhir+json, application/fhir+xml, FHIR 4.0)\u202f; «\u00a0{0}\u00a0» n’est pas accepté.");

    public static readonly RefusalKind BadPatchType = new(
        "fhir-patch-type", Reason.UnsupportedMedia,
        "Une modification partielle s’exprime en JSON Patch, en XML Patch ou en FHIRPath Patch (ressource Parameters)\u202f; «\u00a0{0}\u00a0» n’est pas accepté.");

    public static readonly RefusalKind PatchFails = new(
        "fhir-patch-fails", Reason.Unprocessable, "La modification demandée ne s’applique pas à cette ressource\u202f; rien n’a changé.");

    public static readonly RefusalKind BadCharset = new("fhir-charset", Reason.UnsupportedMedia, "Le contenu doit être en UTF-8\u202f; «\u00a0{0}\u00a0» n’est pas accepté.");

    public static readonly RefusalKind BadEncoding = new(
        "fhir-content-encoding", Reason.UnsupportedMedia, "Seules les compressions gzip et br sont acceptées\u202f; «\u00a0{0}\u00a0» ne l’est pas.");

    public static readonly RefusalKind BadGzip = new("fhir-gzip", Reason.Malformed, "Le contenu compressé est illisible.");

    public static readonly RefusalKind TooLarge = new("fhir-too-large", Reason.TooLarge, "Le contenu dépasse la taille acceptée ici ({0}).");

    public static readonly RefusalKind Empty = new("fhir-empty", Reason.Malformed, "Le contenu est vide.");

    public static readonly RefusalKind BadData = new("fhir-data", Reason.Malformed, "Une valeur «\u00a0data\u00a0» n’est pas du base64 valide.");

    public static readonly RefusalKind WrongType = new(
        "fhir-wrong-type", Reason.Malformed, "L’adresse désigne {0} et le contenu est une ressource {1}.");

    public static readonly RefusalKind WrongId = new("fhir-wrong-id", Reason.Malformed, "L’identifiant du contenu n’est pas celui de l’adresse.");

    public static readonly RefusalKind BadId = new(
        "fhir-bad-id", Reason.Malformed, "Un identifiant FHIR compte de 1 à 64 caractères parmi lettres sans accent, chiffres, tiret et point.");

    public static readonly RefusalKind BadVersion = new(
        "fhir-if-match", Reason.Malformed, "L’en-tête If-Match doit porter un numéro de version, par exemple W/\"3\".");

    public static readonly RefusalKind BadParameter = new("fhir-parameter", Reason.Malformed, "Le paramètre «\u00a0{0}\u00a0» a une valeur qui n’est pas comprise.");

    public static readonly RefusalKind BadExpression = new("fhir-fhirpath", Reason.Malformed, "L’expression FHIRPath n’a pas pu être évaluée.");

    public static readonly RefusalKind BadPage = new("fhir-page", Reason.Malformed, "Ce lien de page n’est plus valable. Relancez la recherche.");

    public static readonly RefusalKind NoCondition = new(
        "fhir-no-condition", Reason.Malformed, "Indiquez au moins un critère\u202f: une écriture sans identifiant ni critère n’est pas acceptée.");

    public static readonly RefusalKind PatientSearchTooWide = new(
        "fhir-patient-search", Reason.Forbidden,
        "La recherche d’une personne demande un identifiant (system|valeur), ou un nom et une date de naissance.");

    public static readonly RefusalKind IdentifierNeeded = new(
        "fhir-patient-identifier", Reason.Forbidden, "Un logiciel recherche une personne par identifiant (identifier=system|valeur).");

    public static readonly RefusalKind TooMany = new(
        "fhir-too-many", Reason.Malformed, "Le paramètre «\u00a0{0}\u00a0» va jusqu’à {1}.");

    public static readonly RefusalKind EverythingOfWhom = new(
        "fhir-everything", Reason.Forbidden,
        "Sans identifiant, $everything donne au citoyen son propre dossier. Désignez la personne (Patient/{id}/$everything) ou demandez un export ($export).");

    public static readonly RefusalKind LastOfWhom = new(
        "fhir-lastn", Reason.Malformed, "L’opération $lastn demande de qui il s’agit\u202f: patient=… ou subject=….");

    public static readonly RefusalKind BadIdempotencyKey = new(
        "fhir-idempotency-key", Reason.Malformed, "L’en-tête Idempotency-Key compte de 1 à 255 caractères ASCII visibles.");

    public static readonly RefusalKind SameKeyOtherBody = new(
        "fhir-idempotency-reused", Reason.Unprocessable,
        "Cette clé d’idempotence a déjà servi à une autre requête\u202f: prenez-en une nouvelle.");

    public static readonly RefusalKind SameKeyUnderWay = new(
        "fhir-idempotency-under-way", Reason.Conflict,
        "La première requête qui porte cette clé d’idempotence est encore en cours\u202f: réessayez dans un instant.");

    public static readonly RefusalKind NotInBatch = new(
        "fhir-not-in-batch", Reason.NotAllowed, "Cette opération ne s’appelle pas depuis un lot\u202f: appelez-la seule.");

    public static readonly RefusalKind NotSearchable = new(
        "fhir-system-search", Reason.Malformed, "Une recherche sans type de ressource demande _type ou un critère\u202f: /fhir?_type=Condition,Observation, /fhir/DocumentReference?…");

    public static readonly RefusalKind TextWithIncludes = new(
        "fhir-text-includes", Reason.Malformed, "Le paramètre _summary=text ne se combine pas avec _include ni _revinclude.");
}
