using Socle.Platform;

namespace Socle.SignIn;

static class PhonesRefusals
{
    public static readonly RefusalKind WrongKey = new(
        "phone-key", Reason.Unprocessable, "La clé de ce téléphone n’est pas lisible. Recommencez avec un navigateur à jour.");

    public static readonly RefusalKind TooMany = new(
        "phone-too-many", Reason.Conflict, "Vous avez déjà trois téléphones, ou celui-ci est déjà enregistré. Retirez un téléphone pour en ajouter un autre.");

    public static readonly RefusalKind Over = new(
        "phone-over", Reason.Conflict, "Ce téléphone n’est plus dans cet état\u202f: actualisez la page.");
}
