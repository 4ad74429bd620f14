using Socle.Platform;

namespace Socle.Subscriptions;

public static class SubscriptionsRefusals
{
    public static readonly RefusalKind Headers = new("subscription-header", Reason.Unprocessable,
        "Un abonnement ne choisit pas les en-têtes des notifications\u00a0: retirez channel.header.");
    public static readonly RefusalKind Channel = new("subscription-channel", Reason.Unprocessable,
        "Le canal «\u202f{0}\u202f» n’est pas pris en charge\u00a0: rest-hook ou websocket.");
    public static readonly RefusalKind Payload = new("subscription-payload", Reason.Unprocessable,
        "Le contenu «\u202f{0}\u202f» n’est pas pris en charge\u00a0: application/fhir+json, ou rien.");
    public static readonly RefusalKind FullResource = new("subscription-full-resource", Reason.Unprocessable,
        "Une notification vers une adresse extérieure ne porte que des identifiants\u00a0: demandez id-only ou empty, puis lisez la ressource.");
    public static readonly RefusalKind Topic = new("subscription-topic", Reason.Unprocessable, "Le sujet «\u202f{0}\u202f» n’est pas connu.");
    public static readonly RefusalKind Criteria = new("subscription-criteria", Reason.Unprocessable, "Ce critère ne peut pas être suivi\u00a0: {0}");
    public static readonly RefusalKind Status = new("subscription-status", Reason.Unprocessable,
        "Vous demandez un abonnement (requested) ou vous l’arrêtez (off)\u00a0; le reste, le serveur le dit.");
    public static readonly RefusalKind NoEndpoint = new("subscription-endpoint", Reason.Unprocessable, "Un abonnement rest-hook donne une adresse (channel.endpoint).");
    public static readonly RefusalKind Over = new("subscription-over", Reason.Unprocessable, "La fin de l’abonnement (end) est déjà passée.");
    public static readonly RefusalKind OnlyByApi = new("subscription-only-by-api", Reason.Unprocessable,
        "Un abonnement se dépose par l’API, avec un jeton\u00a0: il suit les droits de ce jeton.");
    public static readonly RefusalKind NotYours = new("subscription-not-yours", Reason.Forbidden,
        "Cet abonnement suit les droits de celui qui l’a demandé\u00a0: lui seul peut le changer.");
    public static readonly RefusalKind TooMany = new("subscription-too-many", Reason.TooMany, "Vous avez déjà {0} abonnements\u00a0: supprimez-en un.");
    public static readonly RefusalKind TooManySockets = new("subscription-too-many-sockets", Reason.TooMany, "Trop de connexions sont ouvertes\u00a0: fermez-en une.");
    public static readonly RefusalKind NoSocket = new("subscription-no-socket", Reason.Malformed, "Cette adresse attend une connexion websocket.");
    public static readonly RefusalKind NotWebsocket = new("subscription-not-websocket", Reason.Unprocessable, "Cet abonnement n’est pas de canal websocket.");
    public static readonly RefusalKind BadNumber = new("subscription-number", Reason.Malformed, "Le paramètre «\u202f{0}\u202f» est un nombre entier.");
}
