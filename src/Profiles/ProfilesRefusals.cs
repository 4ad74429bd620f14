using Socle.Platform;

namespace Socle.Profiles;

/// <summary>Every way this module says no.</summary>
public static class ProfilesRefusals
{
    public static readonly RefusalKind BreaksRules = new("fhir-rule", Reason.Unprocessable,
        "La ressource ne respecte pas les règles de FHIR R4. Rien n’a été enregistré ; chaque point à corriger est indiqué.");

    public static readonly RefusalKind BreaksProfile = new("profile-not-respected", Reason.Unprocessable,
        "La ressource ne respecte pas un profil qu’elle déclare (meta.profile). Rien n’a été enregistré ; chaque point à corriger est indiqué.");

    public static readonly RefusalKind BadPackage = new("package-unreadable", Reason.Unprocessable,
        "Ce fichier n’est pas un paquet FHIR lisible (npm, .tgz) : {0}.");

    public static readonly RefusalKind PackageTooLarge = new("package-too-large", Reason.TooLarge,
        "Ce paquet dépasse ce qui est accepté : {0}.");
}
