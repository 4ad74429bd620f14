using Microsoft.AspNetCore.Http;
using Socle.Api;

namespace Socle.Directories;

/// <summary>The Annuaire Santé interface: five types, to be read and searched, with a key.</summary>
static class AnnuaireDoor
{
    public const string Root = "/annuaire/fhir/v2";
    public const string Header = "ESANTE-API-KEY";
    public const string Challenge = "ApiKey realm=\"annuaire\"";

    public static readonly IReadOnlyList<string> Types = ["Practitioner", "PractitionerRole", "Organization", "HealthcareService", "Device"];

    static readonly AnnuaireView Public = new(AnnuaireLevel.Public), Restricted = new(AnnuaireLevel.Restricted);

    public static FhirDoor Of(AnnuaireKeys keys) => new(Root, Types, (http, stop) => Enter(http, keys, stop))
    {
        Description = "Annuaire Santé : professionnels, situations d’exercice, structures, activités et équipements",
        Security = $"Clé d’application dans l’en-tête {Header} ; une clé ouvre la vue publique ou la vue restreinte.",
        Announced = Public
    };

    static async ValueTask<FhirVisitor> Enter(HttpContext http, AnnuaireKeys keys, CancellationToken stop)
    {
        var given = http.Request.Headers[Header];
        var caller = given is [{ Length: > 0 and <= 200 } key] ? await keys.Find(key, stop) : null;
        if (caller is null) throw AnnuaireRefusals.NoKey.With();
        if (caller.Quota.Wait() is { } seconds)
        {
            http.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
            throw AnnuaireRefusals.TooFast.With(caller.Quota.PerSecond);
        }
        http.Response.Headers.CacheControl = "no-store";
        return new(caller.Scope, caller.Level == AnnuaireLevel.Restricted ? Restricted : Public);
    }
}
