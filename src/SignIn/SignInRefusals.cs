using Socle.Platform;

namespace Socle.SignIn;

public static class SignInRefusals
{
    public static readonly RefusalKind TokenInvalid = new(
        "token-invalid", Reason.Unauthenticated, "Le jeton d’accès n’est pas valable, a expiré ou n’est pas destiné à ce service.");
    public static readonly RefusalKind Suspended = new(
        "token-suspended", Reason.Unauthenticated, "Le droit d’exercer du professionnel de ce jeton est suspendu.");
    public static readonly RefusalKind NoSuchPerson = new(
        "no-such-person", Reason.NotFound, "Cette personne n’est plus dans la liste. Revenez à la liste et choisissez-en une autre.");
    public static readonly RefusalKind DemoOnly = new(
        "demo-only", Reason.NotFound, "Ce serveur ne propose pas la connexion de démonstration.");
}
