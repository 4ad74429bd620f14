using Socle.Platform;

namespace Socle.SignIn;

/// <summary>CIBA Core 1.0 §11 and §13; to programs the code is the error, with « _ » for « - ».</summary>
static class CibaRefusals
{
    public static readonly RefusalKind InvalidBinding = new("invalid-binding-message", Reason.Malformed, "Le message de liaison (binding_message) a exactement deux chiffres.");

    public static readonly RefusalKind Pending = new("authorization-pending", Reason.Malformed, "La personne n’a pas encore répondu.");

    public static readonly RefusalKind SlowDown = new("slow-down", Reason.Malformed, "Le logiciel demande trop souvent\u202f: cinq secondes de plus entre deux demandes.");

    public static readonly RefusalKind Expired = new("expired-token", Reason.Malformed, "La demande a expiré sans réponse.");

    public static readonly RefusalKind Denied = new("ciba-denied", Reason.Malformed, "La personne a refusé, ou un autre numéro a été tapé.");

    public static readonly RefusalKind TooMany = new(
        "ciba-too-many", Reason.TooMany, "Une demande de ce logiciel attend déjà, ou trois ont été faites en dix minutes pour ce numéro.");
}
