using Socle.Platform;

namespace Socle.Rights;

static class RightsRefusals
{
    public static readonly RefusalKind NoSuchCard = new("card-unknown", Reason.NotFound,
        "Cette carte n’existe pas ou ne vous est pas ouverte. Revenez à votre espace pour en choisir une.");

    public static readonly RefusalKind NoSuchCertificate = new("certificate-unknown", Reason.NotFound,
        "Cette attestation n’existe pas ou ne vous est pas ouverte. Revenez à votre carte pour en faire une autre.");

    public static readonly RefusalKind NotCovered = new("certificate-not-covered", Reason.Conflict,
        "Aucun droit ouvert n’est connu pour cette personne : il n’y a rien à attester.");
}
