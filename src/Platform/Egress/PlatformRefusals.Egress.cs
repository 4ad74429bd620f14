namespace Socle.Platform;

public static partial class PlatformRefusals
{
    // One sentence for every reason: whoever gave the address must not learn what stands in our network.
    public static readonly RefusalKind EgressNotAllowed = new("egress-not-allowed", Reason.Unprocessable,
        "Cette adresse ne peut pas être appelée : il faut une adresse https dont l’exploitant a inscrit le nom d’hôte (réglage Egress:Hosts).");

    public static readonly RefusalKind EgressUnreachable = new("egress-unreachable", Reason.Unavailable,
        "L’adresse appelée ne répond pas, ou pas à temps.");

    public static readonly RefusalKind EgressTooLarge = new("egress-too-large", Reason.TooLarge,
        "L’adresse appelée a répondu plus de {0:N0} octets.");
}
