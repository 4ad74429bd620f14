using Socle.Platform;

namespace Socle.Terminology;

static class TerminologyRefusals
{
    public static readonly RefusalKind UnknownSet = new("value-set-unknown", Reason.NotFound, "Le jeu de valeurs « {0} » n’est pas chargé ici.");

    public static readonly RefusalKind UnknownSystem = new("code-system-unknown", Reason.NotFound, "Le système de codes « {0} » n’est pas chargé ici.");

    public static readonly RefusalKind UnknownMap = new("concept-map-unknown", Reason.NotFound, "Aucune table de correspondance chargée ici ne répond à la demande.");

    public static readonly RefusalKind UnknownCode = new("code-unknown", Reason.NotFound, "Le code « {0} » est inconnu dans « {1} ».");

    public static readonly RefusalKind BadParameter = new("operation-parameter", Reason.Malformed, "Le paramètre « {0} » ne convient pas : {1}.");

    public static readonly RefusalKind MissingParameter = new("operation-parameter-missing", Reason.Malformed, "Il manque un paramètre : {0}.");

    public static readonly RefusalKind NotSupported = new("operation-parameter-unsupported", Reason.Unprocessable, "Le paramètre « {0} » n’est pas pris en charge.");

    public static readonly RefusalKind TooCostly = new("expansion-too-costly", Reason.Unprocessable,
        "Ce jeu de valeurs compte {0:N0} codes : demandez-les par pages (count et offset) ou filtrez-les (filter).");

    public static readonly RefusalKind NotListable = new("expansion-open", Reason.Unprocessable,
        "Ce jeu de valeurs ne peut pas être énuméré : il contient des codes de systèmes qui ne sont pas chargés en entier ({0}).");

    public static readonly RefusalKind BadValueSet = new("value-set-unusable", Reason.Unprocessable, "Ce jeu de valeurs ne peut pas être composé.");

    public static readonly RefusalKind ExpiredCode = new("code-expired", Reason.Unprocessable, "Un code n’est plus en vigueur : « {0} » ({1}).");
}
