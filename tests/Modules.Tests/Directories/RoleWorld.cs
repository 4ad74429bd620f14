using System.Net;
using System.Text.RegularExpressions;
using Socle.Directories;
using Socle.Platform;
using Socle.Support;

namespace Socle.Modules.Tests.Directories;

/// <summary>Two structures, who registers for them, and the registrar; the pages over HTTP as a browser asks for them.</summary>
sealed partial class RoleWorld(AnnuaireWorld annuaire) : IAsyncDisposable
{
    public static readonly string Hospital = ExtractMaker.WithKey("99000001"), Clinic = ExtractMaker.WithKey("99000002");

    public static Agent Registrar { get; } = new(AgentKind.Steward, "steward:registre", "Registre", null, null, null, 940, 0);
    public static Agent Employer { get; } = new(AgentKind.System, "system:rh", "Nadia Essai", null, Hospital, "Hôpital des Essais", 950, 0);
    public static Agent OtherEmployer { get; } = new(AgentKind.Professional, "rpps:99999000005", "Paul Essai", "Médecin", Clinic, "Clinique des Essais", 951, 0);

    /// <summary>The same person, signed in for a structure that they have no mandate for.</summary>
    public static Agent Elsewhere { get; } = OtherEmployer with { Structure = Hospital, OwnerKey = 950 };

    public AnnuaireWorld Annuaire => annuaire;
    public FhirWorld Fhir => annuaire.Fhir;
    public EmployedRoles Roles => Fhir.Get<EmployedRoles>();
    public TestClock Clock => Fhir.Database.Clock;

    public static async Task<RoleWorld> Open(DatabaseKind kind)
    {
        var world = new RoleWorld(await AnnuaireWorld.Open(kind, $$"""
            {"Store": {"Settle": "00:00:05", "SearchBudget": "00:01:00"},
             "Directories": {"Registrars": ["steward:registre"], "Employers": ["system:rh={{Hospital}}", "rpps:99999000005={{Clinic}}"]} }
            """));
        await world.Annuaire.Create(AnnuaireWorld.Organization(Hospital, "Hôpital des Essais"));
        await world.Annuaire.Create(AnnuaireWorld.Organization(Clinic, "Clinique des Essais"));
        return world;
    }

    public static NewRole Asked(DateOnly ends, string number = "A-17", string structure = "", string family = "Tanguy", string code = "331") =>
        new(structure.Length > 0 ? structure : Hospital, family, "Maëlle", number, EmployedRole.Of(code)!, ends);

    public async Task<int> Shown(string query) => AnnuaireWorld.Matches(await Annuaire.Public("/" + query)).Count;

    public Task<FhirReply> Get(Agent? agent, string path) => Fhir.Send(agent is null ? null : Fhir.Token(agent), $"http://localhost:{Fhir.Port}{path}");

    /// <summary>The form of a page, sent as the page would.</summary>
    public async Task<FhirReply> Post(Agent? agent, string path, string from, params (string Name, string Value)[] fields)
    {
        var page = await Get(agent, from);
        var values = fields.ToDictionary(field => field.Name, field => field.Value);
        if (Token().Match(page.Text) is { Success: true } token) values["socle-token"] = WebUtility.HtmlDecode(token.Groups[1].Value);
        var cookies = page.Headers.TryGetValue("Set-Cookie", out var set) ? string.Join("; ", Cookie().Matches(set).Select(match => match.Groups[1].Value)) : "";
        using var form = new FormUrlEncodedContent(values);
        return await Fhir.Send(agent is null ? null : Fhir.Token(agent), HttpMethod.Post, $"http://localhost:{Fhir.Port}{path}", form, ("Sec-Fetch-Site", "same-origin"), ("Cookie", cookies));
    }

    /// <summary>The content of a page, without secrets of the form and hashes of assets.</summary>
    public static string Stable(string html) => Blanks().Replace(Secrets().Replace(html[html.IndexOf("<main", StringComparison.Ordinal)..html.IndexOf("</main>", StringComparison.Ordinal)], "…"), "\n").Trim() + "\n";

    public ValueTask DisposeAsync() => annuaire.DisposeAsync();

    [GeneratedRegex("name=\"socle-token\" value=\"([^\"]*)\"")]
    private static partial Regex Token();

    [GeneratedRegex("(__Host-[^=;, ]+=[^;]+)")]
    private static partial Regex Cookie();

    [GeneratedRegex("(?<=name=\"socle-(token|form)\" value=\")[^\"]*|(?<=[.])[0-9a-f]{16}(?=[.])|(?<=roles/)[0-9]+|[0-9A-F]{6,}-[0-9A-F-]+|localhost:[0-9]+")]
    private static partial Regex Secrets();

    [GeneratedRegex("\\s*\\n\\s*")]
    private static partial Regex Blanks();
}
