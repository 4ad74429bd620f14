namespace Socle.Platform;

public static partial class PlatformRefusals
{
    public static readonly RefusalKind SignInNeeded = new("sign-in-needed", Reason.Unauthenticated, "Connectez-vous pour continuer.");
    public static readonly RefusalKind NotForYou = new("not-for-you", Reason.Forbidden, "Cette page n’est pas ouverte à votre profil.");
    public static readonly RefusalKind NoSuchPage = new("no-such-page", Reason.NotFound, "Cette page n’existe pas ou n’est plus là.");
    public static readonly RefusalKind MethodNotAllowed = new("method-not-allowed", Reason.NotAllowed, "Cette adresse ne répond pas à cette demande.");
    public static readonly RefusalKind BadRequest = new("bad-request", Reason.Malformed, "La demande n’est pas lisible.");
    public static readonly RefusalKind TooLarge = new("too-large", Reason.TooLarge, "L’envoi est trop volumineux.");
    public static readonly RefusalKind UnsupportedMedia = new("unsupported-media", Reason.UnsupportedMedia, "Ce format d’envoi n’est pas accepté ici.");
    public static readonly RefusalKind NotAcceptable = new("not-acceptable", Reason.NotAcceptable, "Aucun format demandé n’est disponible ici.");
    public static readonly RefusalKind UnknownHost = new("unknown-host", Reason.Malformed, "Ce serveur ne répond pas sous ce nom.");
    public static readonly RefusalKind CrossSite = new(
        "cross-site", Reason.Forbidden, "L’envoi ne vient pas d’une page de ce site. Ouvrez la page et recommencez.");
    public static readonly RefusalKind FormOutdated = new(
        "form-outdated", Reason.Forbidden, "Ce formulaire a été ouvert dans une autre session. Ouvrez la page à nouveau et recommencez.");
    public static readonly RefusalKind FieldRequired = new("field-required", Reason.Unprocessable, "Renseignez ce champ.");
    public static readonly RefusalKind Busy = new(
        "busy", Reason.Unavailable, "Le service est momentanément indisponible. Réessayez dans une minute.");
}
