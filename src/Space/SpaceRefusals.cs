using Socle.Platform;

namespace Socle.Space;

static class SpaceRefusals
{
    public static readonly RefusalKind NoSuchRecord = new("space-no-such-record", Reason.NotFound,
        "Ce dossier n’existe pas ou ne vous est pas ouvert. Revenez à votre espace pour choisir un dossier.");

    public static readonly RefusalKind NoSuchDocument = new("space-no-such-document", Reason.NotFound,
        "Ce document n’existe pas ou ne vous est pas ouvert. Il a peut-être été retiré.");

    public static readonly RefusalKind NotYours = new("space-not-yours", Reason.Forbidden,
        "Vous pouvez retirer les documents que vous avez ajoutés. Pour les autres, adressez-vous à leur auteur.");
}
