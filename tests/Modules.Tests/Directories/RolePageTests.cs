using System.Globalization;
using System.Runtime.CompilerServices;
using Socle.Directories;
using Socle.Platform;
using Socle.Support;

namespace Socle.Modules.Tests.Directories;

/// <summary>The pages of the register: who enters, what a wrong field answers, and what stands on them.</summary>
public sealed class RolePageTests
{
    static readonly Agent Citizen = new(AgentKind.Citizen, "patient:x", "Zoé Essai", null, null, null, 12, 12);

    static string Folder([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "Approved");

    [Fact]
    public async Task Each_page_opens_to_those_it_is_for_and_to_nobody_else()
    {
        await using var world = await RoleWorld.Open(DatabaseKind.Sqlite);
        var id = (await world.Roles.Register(RoleWorld.Employer, RoleWorld.Asked(In(world, 10)), default)).Id;
        Agent?[] all = [null, Citizen, FhirWorld.Nurse, FhirWorld.Laboratory, FhirWorld.Steward, RoleWorld.Elsewhere, RoleWorld.OtherEmployer, RoleWorld.Employer, RoleWorld.Registrar];
        foreach (var (method, path, statuses) in new (HttpMethod, string, int[])[]
        {
            //                                                   nobody citizen nurse labo steward elsewhere other employer registrar
            (HttpMethod.Get, "/annuaire/registre",                  [401, 403, 403, 403, 403, 403, 403, 403, 200]),
            (HttpMethod.Post, "/annuaire/registre/suspensions",     [401, 403, 403, 403, 403, 403, 403, 403, 422]),
            (HttpMethod.Get, "/annuaire/registre/reprises",         [401, 403, 403, 403, 403, 403, 403, 403, 200]),
            (HttpMethod.Get, "/annuaire/registre/roles",            [401, 403, 403, 403, 403, 403, 200, 200, 200]),
            (HttpMethod.Get, $"/annuaire/registre/roles/{id}",      [401, 403, 403, 403, 403, 403, 404, 200, 200]),
            (HttpMethod.Post, "/annuaire/registre/roles",           [401, 403, 403, 403, 403, 403, 422, 422, 422]),
            (HttpMethod.Post, $"/annuaire/registre/roles/{id}/prolonger", [401, 403, 403, 403, 403, 403, 404, 422, 422]),
            (HttpMethod.Post, $"/annuaire/registre/roles/{id}/terminer",  [401, 403, 403, 403, 403, 403, 404, 422, 422])
        })
            foreach (var (agent, status) in all.Zip(statuses))
            {
                var from = path.EndsWith("suspensions", StringComparison.Ordinal) ? "/annuaire/registre" : "/annuaire/registre/roles";
                var reply = method == HttpMethod.Get ? await world.Get(agent, path) : await world.Post(agent, path, from);
                // A page asks who is there by sending them to the door.
                (reply.Status == 303 && agent is null ? 401 : reply.Status).ShouldBe(status, $"{method} {path} as {agent?.Id}: {reply.Text}");
                if (status is not (200 or 422)) reply.Text.ShouldNotContain("Tanguy", customMessage: $"{path} as {agent?.Id}");
            }
    }

    public static TheoryData<string, string, string> Wrong => new()
    {
        { "nom", "", "Renseignez" }, { "nom", "T\u202Eanguy", "sans caractère invisible" }, { "nom", "Tаnguy", "un seul alphabet" }, { "nom", "1234", "un seul alphabet" },
        { "prenom", "", "Renseignez" }, { "matricule", "", "Renseignez" }, { "matricule", "A 17", "sans accent" }, { "matricule", "99999000005", "numéro RPPS" },
        { "matricule", "899999000005", "numéro RPPS" }, { "role", "10", "Choisissez" }, { "fin", "", "date" }, { "fin", "31/02/2027", "date" },
        { "fin", "01/01/2020", "un jour à venir" }, { "fin", "01/01/2090", "un jour à venir" }, { "structure", "123", "FINESS" }, { "structure", ExtractMaker.WithKey("99000077"), "pas de structure" }
    };

    [Theory, MemberData(nameof(Wrong))]
    public async Task A_wrong_field_is_said_at_the_field_and_nothing_is_registered(string field, string value, string says)
    {
        await using var world = await RoleWorld.Open(DatabaseKind.Sqlite);
        var fields = Fields(world);
        fields[field] = value;
        var reply = await world.Post(RoleWorld.Registrar, RegisterRole.Path, RegisterRole.Path, [.. fields.Select(pair => (pair.Key, pair.Value))]);
        reply.Status.ShouldBe(422, reply.Text);
        var html = System.Net.WebUtility.HtmlDecode(reply.Text);
        html.ShouldContain($"id=\"f-{field}-error\"");
        html[html.IndexOf($"id=\"f-{field}-error\"", StringComparison.Ordinal)..].ShouldContain(says);
        (await world.Roles.List(RoleWorld.Registrar, default)).ShouldBeEmpty();
        (await world.Shown("Practitioner?name=tanguy")).ShouldBe(0);
    }

    [Fact]
    public async Task What_an_employer_types_is_registered_prolonged_and_ended_and_stands_as_approved()
    {
        await using var world = await RoleWorld.Open(DatabaseKind.Sqlite);
        var fields = Fields(world);
        // Whatever an employer says of the structure: it is their own.
        fields["structure"] = RoleWorld.Clinic;
        (await world.Post(RoleWorld.Employer, RegisterRole.Path, RegisterRole.Path, [.. fields.Select(pair => (pair.Key, pair.Value))])).Status.ShouldBe(303);
        var role = (await world.Roles.List(RoleWorld.Registrar, default)).ShouldHaveSingleItem();
        role.Structure.ShouldBe(RoleWorld.Hospital);
        var (list, page) = ((await world.Get(RoleWorld.Employer, RegisterRole.Path)).Text, (await world.Get(RoleWorld.Employer, $"{RegisterRole.Path}/{role.Id}")).Text);
        var ends = French(role.Ends);
        Approve("Roles", RoleWorld.Stable(System.Net.WebUtility.HtmlDecode(list)).Replace(ends, "FIN", StringComparison.Ordinal));
        Approve("Role", RoleWorld.Stable(System.Net.WebUtility.HtmlDecode(page)).Replace(ends, "FIN", StringComparison.Ordinal));

        var later = In(world, 500).ToString("dd/MM/yyyy", CultureInfo.InvariantCulture);
        (await world.Post(RoleWorld.Employer, $"{RegisterRole.Path}/{role.Id}/prolonger", RegisterRole.Path, ("fin", later))).Status.ShouldBe(303);
        (await world.Roles.Find(RoleWorld.Employer, role.Id, default)).Ends.ShouldBe(In(world, 500));
        (await world.Post(RoleWorld.Employer, $"{RegisterRole.Path}/{role.Id}/terminer", RegisterRole.Path, ("motif", "Démission"))).Status.ShouldBe(303);
        (await world.Get(RoleWorld.Employer, $"{RegisterRole.Path}/{role.Id}")).Text.ShouldNotContain("<form method=\"post\" action=\"/annuaire");
        (await world.Roles.List(RoleWorld.Registrar, default)).ShouldBeEmpty();
    }

    static string French(DateOnly day) => day.ToString("d MMMM yyyy", CultureInfo.GetCultureInfo("fr-FR"));

    static Dictionary<string, string> Fields(RoleWorld world) => new()
    {
        ["structure"] = RoleWorld.Hospital, ["nom"] = "Tanguy", ["prenom"] = "Maëlle", ["matricule"] = "A-17", ["role"] = "331",
        ["fin"] = In(world, 400).ToString("dd/MM/yyyy", CultureInfo.InvariantCulture)
    };

    static DateOnly In(RoleWorld world, int days) => NewRole.DayOf(world.Clock.GetUtcNow()).AddDays(days);

    static void Approve(string name, string html)
    {
        var file = Path.Combine(Folder(), name + ".html");
        if (Environment.GetEnvironmentVariable("APPROVE") == "1") File.WriteAllText(file, html);
        html.ShouldBe(File.Exists(file) ? File.ReadAllText(file) : "", $"the approved file {name}.html differs");
    }
}
