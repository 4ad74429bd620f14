using Microsoft.AspNetCore.Http;
using Socle.Access;
using Socle.Api;
using Socle.Platform;

namespace Socle.Directories;

/// <summary>
/// The ROR's interface: five types to be read and searched with a token and the four headers that say for whom, and the capacity patch of the regions,
/// which comes without them.
/// </summary>
static class RorDoor
{
    public const string Root = "/ror/fhir";
    public const string Challenge = "Bearer realm=\"ror\"";
    const string CapacityPath = "ws-synchro-dispo-lits-fhir/Location";
    const int LongestHeader = 40;

    public static readonly IReadOnlyList<string> Types = ["Organization", "HealthcareService", "Location", "Practitioner", "PractitionerRole"];

    /// <summary>Each header with the table its value is of; null: it carries the code.</summary>
    static readonly (string Name, string? Oid)[] Headers =
    [
        ("Ror-Profil-Utilisateur-Code", null), ("Ror-Profil-Utilisateur-System", "1.2.250.1.213.1.6.1.66"),
        ("Ror-Role-Metier-Code", null), ("Ror-Role-Metier-System", "1.2.250.1.213.1.1.4.6")
    ];

    public static FhirDoor Of(AccessDesk desk, DirectoriesSettings settings, PatchCapacity capacity) => new(Root, Types, (http, stop) => Enter(http, desk, settings, stop))
    {
        Description = "ROR : offre de soins, structures, lieux, professionnels et capacités",
        Security = "Jeton OAuth 2.0 (Authorization: Bearer) et, pour une lecture, les quatre en-têtes Ror-Profil-Utilisateur-* et Ror-Role-Metier-*.",
        Operations = [new FhirOperation("ror-capacity", "PATCH", CapacityPath, "", (call, stop) => ReceiveCapacity.Handle(call, capacity, stop), 1 << 20)],
        Announced = new RorView(Confidentiality.Highest)
    };

    static async ValueTask<FhirVisitor> Enter(HttpContext http, AccessDesk desk, DirectoriesSettings settings, CancellationToken stop)
    {
        if (http.AgentOrNull() is not { } agent || http.Scopes() is not { } granted) throw ApiRefusals.NoToken.With();
        if (HttpMethods.IsPatch(http.Request.Method))
        {
            var sent = Headers.Where(header => http.Request.Headers.ContainsKey(header.Name)).Select(header => header.Name).ToList();
            if (sent.Count > 0) throw OfferRefusals.HeadersForbidden.With(Issues(sent, "invalid", "must be absent"), string.Join(", ", sent));
            if (!granted.Allows("system", "Location", 'u')) throw OfferRefusals.NotYourPlace.With();
        }
        else CheckHeaders(http.Request.Headers);
        return new(await desk.Enter(agent, Purposes.Of(agent.Kind), granted, stop), new RorView(LevelOf(agent, settings)));
    }

    static void CheckHeaders(IHeaderDictionary headers)
    {
        var missing = Headers.Where(header => string.IsNullOrWhiteSpace(headers[header.Name].ToString())).Select(header => header.Name).ToList();
        if (missing.Count > 0) throw OfferRefusals.HeadersMissing.With(Issues(missing, "required", "is required"), string.Join(", ", missing));
        var wrong = Headers.Where(header => !IsUnderstood(headers[header.Name].ToString().Trim(), header.Oid)).Select(header => header.Name).ToList();
        if (wrong.Count > 0) throw OfferRefusals.UnknownProfile.With(Issues(wrong, "value", "is not understood"), string.Join(", ", wrong));
    }

    static bool IsUnderstood(string value, string? oid) => oid is null
        ? value.Length <= LongestHeader && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.')
        : value == oid || value == "urn:oid:" + oid;

    static IReadOnlyList<RefusalIssue> Issues(IEnumerable<string> headers, string code, string why) =>
        [.. headers.Select(name => new RefusalIssue("error", code, "http." + name.ToLowerInvariant(), $"header {name} {why}"))];

    // What the operator agreed with a client, whatever profile it announces: without an agreement only what is public.
    static int LevelOf(Agent agent, DirectoriesSettings settings)
    {
        if (agent.Kind == AgentKind.Steward) return Confidentiality.Highest;
        foreach (var line in settings.RorConfidentiality)
            if (line.Split('=', 2) is [var client, { Length: 1 } level] && agent.Id == "system:" + client && level[0] is >= '1' and <= '3') return level[0] - '0';
        return 1;
    }
}
