using Socle.Platform;

namespace Socle.SignIn;

/// <summary>What the provider says no with. To programs the code is the error of RFC 6749, 7009, 7662, 9126, 9449 and OpenID Connect, with « _ » for « - ».</summary>
static class ProviderRefusals
{
    public static readonly RefusalKind InvalidRequest = new("invalid-request", Reason.Malformed, "La demande n’est pas recevable : {0}.");
    public static readonly RefusalKind InvalidClient = new("invalid-client", Reason.Unauthenticated, "Le logiciel n’a pas prouvé qui il est : {0}.");
    public static readonly RefusalKind InvalidGrant = new("invalid-grant", Reason.Malformed, "Ce qui est présenté ne vaut plus ou ne vaut pas ici : {0}.");
    public static readonly RefusalKind UnauthorizedClient = new("unauthorized-client", Reason.Malformed, "Ce logiciel n’est pas enregistré pour cela : {0}.");
    public static readonly RefusalKind UnsupportedGrant = new("unsupported-grant-type", Reason.Malformed, "Ce type de demande de jeton n’existe pas ici.");
    public static readonly RefusalKind UnsupportedResponse = new("unsupported-response-type", Reason.Malformed, "Seul « response_type=code » existe ici.");
    public static readonly RefusalKind InvalidScope = new("invalid-scope", Reason.Malformed, "L’étendue « {0} » n’est pas ouverte à ce logiciel.");
    public static readonly RefusalKind RequestObject = new("request-not-supported", Reason.Malformed, "Une demande signée (« request ») ne se lit pas ici : poussez-la (RFC 9126).");
    public static readonly RefusalKind RequestUri = new("invalid-request-uri", Reason.Malformed, "Cette demande poussée n’existe pas, a expiré ou vient d’un autre logiciel.");
    public static readonly RefusalKind ProofMissing = new("invalid-dpop-proof", Reason.Malformed, "La preuve de possession (DPoP) ne va pas : {0}.");
    public static readonly RefusalKind NonceWanted = new("use-dpop-nonce", Reason.Malformed, "La preuve de possession doit porter le nonce de ce serveur.");
    public static readonly RefusalKind ProofRefused = new("invalid-token", Reason.Unauthenticated, "Le jeton est lié à une clé, et la preuve de cette clé ne va pas : {0}.");
    public static readonly RefusalKind NonceWantedHere = new("resource-use-dpop-nonce", Reason.Unauthenticated, "La preuve de possession doit porter le nonce de ce serveur.");
    public static readonly RefusalKind InsufficientScope = new("insufficient-scope", Reason.Forbidden, "Le jeton n’a pas l’étendue « openid ».");
    public static readonly RefusalKind UnknownClient = new(
        "unknown-client", Reason.Malformed, "Le logiciel qui vous envoie ici n’est pas enregistré, ou ne l’est plus. Rien ne lui a été transmis.");
    public static readonly RefusalKind UnknownRedirect = new(
        "unknown-redirect", Reason.Malformed, "Le logiciel qui vous envoie ici demande un retour à une adresse qui n’est pas la sienne. Rien ne lui a été transmis.");
    public static readonly RefusalKind RequestOver = new(
        "sign-in-request-over", Reason.Gone, "Cette demande de connexion a expiré ou a déjà servi. Retournez au logiciel et recommencez.");
    public static readonly RefusalKind UnknownLogout = new(
        "unknown-logout", Reason.Malformed, "L’adresse de retour après la déconnexion n’est pas enregistrée pour ce logiciel.");
    public static readonly RefusalKind KeysUnreachable = new(
        "client-keys-unreachable", Reason.Unprocessable, "Les clés du logiciel ne se lisent pas à l’adresse {0} : {1}.");
    public static readonly RefusalKind TooManyWaiting = new(
        "too-many-waiting-clients", Reason.TooMany, "Trop de logiciels attendent d’être validés. Écrivez à l’exploitant.");
    public static readonly RefusalKind WrongClient = new("client-wrong", Reason.Unprocessable, "L’enregistrement ne va pas : {0}.");
    public static readonly RefusalKind NoSuchClient = new("no-such-client", Reason.NotFound, "Aucun logiciel n’est enregistré sous ce nom.");
}
