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
    public static readonly RefusalKind NoSuchPerson = new(
        "no-such-person", Reason.NotFound, "Cette personne n’est plus dans la liste. Revenez à la liste et choisissez-en une autre.");
    public static readonly RefusalKind DemoOnly = new(
        "demo-only", Reason.NotFound, "Ce serveur ne propose pas la connexion de démonstration.");
}
