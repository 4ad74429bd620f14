using Socle.Platform;

namespace Socle.SignIn;

public static class SignInRefusals
{
    public static readonly RefusalKind TokenInvalid = new(
        "token-invalid", Reason.Unauthenticated, "Le jeton d’accès n’est pas valable, a expiré ou n’est pas destiné à ce service.");
    public static readonly RefusalKind Suspended = new(
        "token-suspended", Reason.Unauthenticated, "Le droit d’exercer du professionnel de ce jeton est suspendu.");
    public static readonly RefusalKind TokenSessionEnded = new(
        "token-session-ended", Reason.Unauthenticated, "La session dans laquelle ce jeton a été donné est terminée.");
    public static readonly RefusalKind AccountExists = new(
        "account-exists", Reason.Conflict, "Cette personne a déjà un moyen de connexion.");
    public static readonly RefusalKind AccountGone = new(
        "account-gone", Reason.Conflict, "Ce moyen de connexion est révoqué : il ne peut plus servir. La personne peut en obtenir un nouveau.");
    public static readonly RefusalKind AccountNotActive = new(
        "account-not-active", Reason.Forbidden, "Votre moyen de connexion est suspendu ou révoqué.");
    public static readonly RefusalKind PasskeyRefused = new(
        "passkey-refused", Reason.Forbidden, "Cette clé d’accès n’a pas été acceptée. Recommencez ; si cela se répète, utilisez une autre de vos clés ou récupérez votre accès.");
    public static readonly RefusalKind PasskeyGone = new(
        "passkey-gone", Reason.Conflict, "Cette clé d’accès est déjà révoquée.");
    public static readonly RefusalKind ChallengeOver = new(
        "challenge-over", Reason.Forbidden, "La demande a expiré ou a déjà servi. Recommencez : vous avez deux minutes.");
    public static readonly RefusalKind TooMany = new(
        "sign-in-too-many", Reason.TooMany, "Trop d’essais. Attendez un quart d’heure avant de recommencer.");
    public static readonly RefusalKind StepUpNeeded = new(
        "step-up-needed", Reason.Forbidden, "Confirmez d’abord que c’est bien vous, avec votre clé d’accès.");
    public static readonly RefusalKind NoSituation = new(
        "no-situation", Reason.Forbidden, "L’annuaire ne vous connaît pas d’exercice en cours. Si c’est une erreur, écrivez à votre ordre ou à l’autorité qui vous a enregistré.");
    public static readonly RefusalKind NoAccount = new(
        "no-account", Reason.Forbidden, "Vous n’êtes pas connecté avec une clé d’accès.");
    public static readonly RefusalKind JourneyOver = new(
        "journey-over", Reason.Forbidden, "Cette démarche a expiré ou est terminée. Recommencez depuis la page de connexion.");
    public static readonly RefusalKind CodeWrong = new(
        "code-wrong", Reason.Unprocessable, "Ce code n’est pas le bon, ou il ne sert plus.");
    public static readonly RefusalKind CodesSpent = new(
        "codes-spent", Reason.Unprocessable, "Trop de codes faux. Demandez de l’aide : ce que vous avez fait est gardé.");
    public static readonly RefusalKind SameDevice = new(
        "same-device", Reason.Unprocessable, "Ce numéro doit être confirmé par deux appareils différents de la même personne, chacun avec sa clé.");
    public static readonly RefusalKind LastKey = new(
        "last-key", Reason.Conflict, "C’est votre dernière clé d’accès. Ajoutez-en une autre avant de la révoquer.");
    public static readonly RefusalKind TooManyKeys = new(
        "too-many-keys", Reason.Conflict, "Vous avez déjà {0} clés d’accès. Révoquez-en une d’abord.");
    public static readonly RefusalKind NobodyFound = new(
        "nobody-found", Reason.Unprocessable, "Personne ne porte ce numéro, ou cette personne ne peut pas encore avoir de moyen de connexion.");
    public static readonly RefusalKind ChannelClosed = new(
        "channel-closed", Reason.Unavailable, "Le message ne peut pas partir : vérifiez le réglage SignIn:{0}.");
    public static readonly RefusalKind NoSuchPerson = new(
        "no-such-person", Reason.NotFound, "Cette personne n’est plus dans la liste. Revenez à la liste et choisissez-en une autre.");
    public static readonly RefusalKind DemoOnly = new(
        "demo-only", Reason.NotFound, "Ce serveur ne propose pas la connexion de démonstration.");
}
