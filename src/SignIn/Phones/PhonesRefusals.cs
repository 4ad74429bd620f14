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

    public static readonly RefusalKind NoSuchRequest = new(
        "phone-request-unknown", Reason.NotFound, "Cette demande n’existe plus. Si vous vous connectez en ce moment, demandez un nouveau numéro.");

    public static readonly RefusalKind TooManyPrompts = new(
        "phone-too-many-requests", Reason.TooMany, "Une demande attend déjà sur le téléphone, ou trois ont été faites en dix minutes. Réessayez plus tard.");

    public static readonly RefusalKind AnsweredBefore = new(
        "phone-answered", Reason.Conflict, "Un autre de vos téléphones a déjà répondu à cette demande.");

    public static readonly RefusalKind NotYours = new(
        "phone-unknown", Reason.Forbidden, "Ce téléphone n’est pas enregistré pour votre compte. Enregistrez-le d’abord.");

    public static readonly RefusalKind Revoked = new(
        "phone-revoked", Reason.Forbidden, "Ce téléphone a été retiré de votre compte\u202f: il ne peut plus répondre. Enregistrez-le de nouveau si c’est bien le vôtre.");

    public static readonly RefusalKind Suspended = new(
        "phone-suspended", Reason.Forbidden, "Ce téléphone est suspendu. Levez la suspension depuis votre compte pour qu’il puisse répondre.");

    public static readonly RefusalKind WrongProof = new(
        "phone-proof", Reason.Forbidden, "La réponse n’est pas signée par ce téléphone pour cette demande. Actualisez la page et recommencez.");

    public static readonly RefusalKind WrongClock = new(
        "phone-clock", Reason.Unprocessable, "L’heure de ce téléphone est fausse de plus de cinq minutes. Réglez-la, puis répondez de nouveau.");

    public static readonly RefusalKind NoAccount = new(
        "phone-no-account", Reason.Forbidden, "Connectez-vous avec votre clé d’accès : une session de démonstration n’a pas de téléphone.");

    public static readonly RefusalKind TooLateToEnrol = new(
        "phone-enrolment-over", Reason.Conflict, "Cette page d’enregistrement a plus de dix minutes. Actualisez-la et recommencez.");

    public static readonly RefusalKind NotYetApproved = new(
        "phone-not-approved", Reason.Conflict, "Le téléphone n’a pas encore répondu, ou sa réponse a déjà servi. Demandez un nouveau numéro.");
}
