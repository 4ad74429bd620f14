using Socle.Platform;

namespace Socle.Bouquet;

static class BouquetRefusals
{
    public static readonly RefusalKind NoSuchPatient = new("bouquet-no-such-patient", Reason.NotFound,
        "Cette personne n’est pas connue ici. Recherchez-la par son INS ou par ses traits.");

    public static readonly RefusalKind NoSuchDocument = new("bouquet-no-such-document", Reason.NotFound,
        "Ce document n’existe pas ou ne vous est pas ouvert.");
}
