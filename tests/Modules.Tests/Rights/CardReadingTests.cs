using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Socle.Access;
using Socle.Platform;
using Socle.SignIn;
using Socle.Support;

namespace Socle.Modules.Tests.Rights;

public sealed class CardReadingTests
{
    sealed record Desk(Browsing Who, string Path, string Nonce)
    {
        public static async Task<Desk> Open(Browsing professional)
        {
            var (status, location, text) = await professional.Post("/bouquet/cartes", "/bouquet/cartes");
            status.ShouldBe(303, text);
            var page = await professional.Get(location);
            return new(professional, location, Regex.Match(page.Text, "la personne saisit\u202f: ([A-Z2-7]{4}-[A-Z2-7]{4})").Groups[1].Value.Replace("-", "", StringComparison.Ordinal));
        }

        public async Task<(int Status, string Text)> Read(string code)
        {
            var (status, _, text) = await Who.Post(Path, Path, ("code", code));
            return (status, text);
        }
    }

    [Theory, OnEachDatabase]
    public async Task A_card_says_who_is_there_and_opens_the_record_without_a_declaration(DatabaseKind kind)
    {
        await using var world = await RightsWorld.Open(kind);
        using var phone = await TestPhone.Enrol(world, world.Jeanne.Agent);
        var (nurse, jeanne, path) = (await world.SignIn(world.Nurse), await world.SignIn(world.Jeanne), RightsWorld.PathOf(world.Jeanne));
        (await nurse.Get("/bouquet/patients/" + path)).Text.ShouldContain("Pourquoi ouvrez-vous ce dossier");

        var desk = await Desk.Open(nurse);
        // As a hand scanner types it: small letters, a blank, the line's end.
        (await desk.Read(" " + phone.Show(desk.Nonce, path, world.Clock.GetUtcNow()).ToLowerInvariant() + "\r\n")).Status.ShouldBe(303);
        var read = await nurse.Get(desk.Path);
        read.Text.ShouldContain(await world.NumberOf(world.Jeanne));
        read.Text.ShouldContain("Droits inventés.");
        read.Text.ShouldContain("Régime");

        var record = await nurse.Get("/bouquet/patients/" + path);
        record.Text.ShouldNotContain("Pourquoi ouvrez-vous ce dossier");
        record.Text.ShouldContain("Preuve de présence");
        var accesses = await jeanne.Get($"/espace/{path}/acces");
        accesses.Text.ShouldContain("Carte Vitale présentée par la personne");
        accesses.Text.ShouldContain("a lu votre carte Vitale");

        // It ends by itself, and what was read leaves the screen before.
        world.Clock.Move(TimeSpan.FromMinutes(16));
        (await nurse.Get(desk.Path)).Status.ShouldBe(409);
        var declared = (await world.Get<AccessDesk>().RelationsOf(world.Nurse.Agent, default)).Single(one => one.Patient == world.Jeanne.Agent.PatientKey);
        declared.IsOfPresence.ShouldBeTrue();
        (declared.Until - declared.Since).ShouldBe(TimeSpan.FromDays(31));
        world.Clock.Move(TimeSpan.FromDays(32));
        (await world.Get<AccessDesk>().Explain(world.Nurse.Agent, world.Jeanne.Agent.PatientKey, default)).Allowed.ShouldBeFalse();
    }

    [Theory, OnEachDatabase]
    public async Task What_is_refused_says_why_and_opens_nothing(DatabaseKind kind)
    {
        await using var world = await RightsWorld.Open(kind);
        using var phone = await TestPhone.Enrol(world, world.Jeanne.Agent);
        using var other = await TestPhone.Enrol(world, world.Malik.Agent);
        var path = RightsWorld.PathOf(world.Jeanne);
        var (nurse, second, pharmacist) = (await world.SignIn(world.Nurse), await world.SignIn(world.Nurse), await world.SignIn(world.Pharmacist));
        DateTimeOffset Now() => world.Clock.GetUtcNow();
        async Task Refused(Desk desk, string code, string why)
        {
            var (status, text) = await desk.Read(code);
            status.ShouldBe(422, why);
            text.ShouldContain(why);
            text.ShouldNotContain(await world.NumberOf(world.Jeanne));
        }

        var desk = await Desk.Open(nurse);
        var good = phone.Show(desk.Nonce, path, Now());
        await Refused(desk, "n’importe quoi", "n’est pas celui d’une carte");
        await Refused(desk, good[..^1], "n’est pas celui d’une carte");
        await Refused(desk, good + "A", "n’est pas celui d’une carte");
        await Refused(desk, "A" + good[1..], "n’est pas celui d’une carte");
        // A photo of the screen: another desk of the same professional, and another professional's.
        await Refused(await Desk.Open(second), good, "a été fait pour un autre poste");
        await Refused(await Desk.Open(pharmacist), good, "a été fait pour un autre poste");
        // A code that was made for no desk.
        await Refused(desk, phone.Show("AAAABBBB", path, Now()), "a été fait pour un autre poste");
        await Refused(desk, phone.Show(desk.Nonce, path, Now(), named: other), "n’est pas signé par le téléphone");
        await Refused(desk, phone.Show(desk.Nonce, path, Now().AddHours(1), TimeSpan.FromHours(1)), "L’horloge de ce téléphone");
        await Refused(desk, phone.Show(desk.Nonce, path, Now(), TimeSpan.FromHours(-1)), "se trompe de 60 minutes");
        await Refused(desk, phone.Show(desk.Nonce, path, Now(), TimeSpan.FromSeconds(301)), "L’horloge de ce téléphone");
        await Refused(desk, phone.Show(desk.Nonce, path, Now().AddMinutes(3)), "L’horloge de ce téléphone");
        await Refused(desk, phone.Show(desk.Nonce, path, Now().AddMinutes(-3)), "L’horloge de ce téléphone");
        // The wrong parent: somebody else's child, an adult who is nobody's.
        await Refused(desk, phone.Show(desk.Nonce, (await world.ChildrenOf(world.Malik))[0], Now()), "n’en a pas, ou plus, le droit");
        await Refused(desk, other.Show(desk.Nonce, path, Now()), "n’en a pas, ou plus, le droit");
        // Replay: a minute later, at the same desk, which still waits.
        world.Clock.Move(TimeSpan.FromSeconds(62));
        await Refused(desk, good, "Ce code a plus d’une minute");
        // It holds within the minute, with a clock that is four minutes wrong, and serves once.
        var late = phone.Show(desk.Nonce, path, Now(), TimeSpan.FromMinutes(4));
        world.Clock.Move(TimeSpan.FromSeconds(50));
        (await desk.Read(late)).Status.ShouldBe(303);
        await Refused(desk, late, "Ce code a déjà servi");
        await Refused(await Desk.Open(nurse), late, "Ce code a déjà servi");

        var waited = await Desk.Open(nurse);
        world.Clock.Move(TimeSpan.FromMinutes(6));
        await Refused(waited, phone.Show(waited.Nonce, path, Now()), "a attendu trop longtemps");
        var last = await Desk.Open(nurse);
        var shown = phone.Show(last.Nonce, path, Now());
        await phone.Revoke(world);
        await Refused(last, shown, "Ce téléphone n’est plus reconnu");
        // Nobody but the desk that opened it sees a reading.
        (await second.Get(desk.Path)).Status.ShouldBe(404);
        (await pharmacist.Get(desk.Path)).Status.ShouldBe(404);
        (await world.Get<AccessDesk>().RelationsOf(world.Pharmacist.Agent, default)).ShouldBeEmpty();
    }

    [Theory, OnEachDatabase]
    public async Task A_code_that_two_desks_screens_send_at_once_serves_once(DatabaseKind kind)
    {
        await using var world = await RightsWorld.Open(kind);
        using var phone = await TestPhone.Enrol(world, world.Jeanne.Agent);
        var desk = await Desk.Open(await world.SignIn(world.Nurse));
        var code = phone.Show(desk.Nonce, RightsWorld.PathOf(world.Jeanne), world.Clock.GetUtcNow());
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => desk.Read(code)));
        answers.Count(answer => answer.Status == 303).ShouldBe(1);
        answers.Where(answer => answer.Status != 303).ShouldAllBe(answer => answer.Text.Contains("a déjà servi"));
    }

    [Theory, OnEachDatabase]
    public async Task Both_parents_show_their_child_until_one_loses_authority(DatabaseKind kind)
    {
        await using var world = await RightsWorld.Open(kind);
        using var mother = await TestPhone.Enrol(world, world.Helene.Agent);
        using var father = await TestPhone.Enrol(world, world.Malik.Agent);
        var (nurse, malik) = (await world.SignIn(world.Nurse), await world.SignIn(world.Malik));
        var child = (await world.ChildrenOf(world.Helene))[0];
        foreach (var parent in new[] { mother, father })
        {
            var desk = await Desk.Open(nurse);
            (await desk.Read(parent.Show(desk.Nonce, child, world.Clock.GetUtcNow()))).Status.ShouldBe(303);
        }
        (await malik.Get($"/espace/{child}/carte")).Status.ShouldBe(200);

        var registrar = await world.SignIn(world.People.First(p => p.Agent.Kind == AgentKind.Steward));
        world.Database.Keys.TryReadId(child, out var childKey, out _).ShouldBeTrue();
        var before = await Desk.Open(nurse);
        var shown = father.Show(before.Nonce, child, world.Clock.GetUtcNow());
        (await malik.Post($"/espace/{child}/carte", "/registre/parents/fin", ("enfant", child), ("parent", RightsWorld.PathOf(world.Malik)), ("motif", "Jugement"))).Status.ShouldBe(403);
        (await registrar.Post("/registre/parents", "/registre/parents/fin", ("enfant", child), ("parent", RightsWorld.PathOf(world.Malik)))).Status.ShouldBe(422, "a reason is asked for");
        (await registrar.Post("/registre/parents", "/registre/parents/fin", ("enfant", child), ("parent", RightsWorld.PathOf(world.Malik)), ("motif", "Jugement du 3 mars"))).Status.ShouldBe(303);

        var (status, text) = await before.Read(shown);
        status.ShouldBe(422);
        text.ShouldContain("n’en a pas, ou plus, le droit");
        (await malik.Get($"/espace/{child}/carte")).Status.ShouldBe(404);
        (await malik.Get($"/espace/{child}/documents")).Status.ShouldBe(404);
        (await world.Get<AccessDesk>().Explain(world.Malik.Agent, childKey, default)).WhyInFull.ShouldContain("L’autorité parentale a pris fin");
        var again = await Desk.Open(nurse);
        (await again.Read(mother.Show(again.Nonce, child, world.Clock.GetUtcNow()))).Status.ShouldBe(303);
        (await (await world.SignIn(world.Helene)).Get($"/espace/{child}/acces")).Text.ShouldContain("Jugement du 3 mars");
    }

    [Theory, OnEachDatabase]
    public async Task A_trusted_person_shows_the_card_for_a_time_and_does_nothing_else(DatabaseKind kind)
    {
        await using var world = await RightsWorld.Open(kind);
        using var phone = await TestPhone.Enrol(world, world.Malik.Agent);
        var (jeanne, malik, nurse) = (await world.SignIn(world.Jeanne), await world.SignIn(world.Malik), await world.SignIn(world.Nurse));
        var (card, mine) = ($"/espace/{RightsWorld.PathOf(world.Jeanne)}/carte", $"/espace/{RightsWorld.PathOf(world.Malik)}/carte");
        var given = await jeanne.Post(card + "/confiance", card + "/confiance", ("duree", "7"));
        var code = Regex.Match(given.Text, "class=\"letters\">([0-9A-Z-]{14})<").Groups[1].Value;
        (await jeanne.Post(card + "/confiance", card + "/confiance/prise", ("code", code))).Status.ShouldBe(422, "not by oneself");
        var taken = await malik.Post(mine + "/confiance", mine + "/confiance/prise", ("code", code.ToLowerInvariant()));
        taken.Location.ShouldBe(card);
        (await malik.Post(mine + "/confiance", mine + "/confiance/prise", ("code", code))).Status.ShouldBe(422, "once");

        (await malik.Get(card)).Text.ShouldContain("qui vous l’a confiée");
        (await malik.Get($"/espace/{RightsWorld.PathOf(world.Jeanne)}/documents")).Status.ShouldBe(404);
        (await malik.Post(mine, card + "/attestations", ("genre", "droits"))).Status.ShouldBe(404);
        (await malik.Get(card + "/confiance")).Status.ShouldBe(404);
        var desk = await Desk.Open(nurse);
        (await desk.Read(phone.Show(desk.Nonce, RightsWorld.PathOf(world.Jeanne), world.Clock.GetUtcNow()))).Status.ShouldBe(303);
        (await jeanne.Get(card + "/confiance")).Text.ShouldContain("Malik Haddad");

        var list = await jeanne.Get(card + "/confiance");
        var end = Regex.Match(list.Text, "action=\"([^\"]+/fin)\"").Groups[1].Value;
        (await jeanne.Post(card + "/confiance", end)).Status.ShouldBe(303);
        (await malik.Get(card)).Status.ShouldBe(404);

        var short1 = await jeanne.Post(card + "/confiance", card + "/confiance", ("duree", "1"));
        var second = Regex.Match(short1.Text, "class=\"letters\">([0-9A-Z-]{14})<").Groups[1].Value;
        (await malik.Post(mine + "/confiance", mine + "/confiance/prise", ("code", second))).Status.ShouldBe(303);
        world.Clock.Move(TimeSpan.FromHours(7));
        (await (await world.SignIn(world.Malik)).Get(card)).Status.ShouldBe(200);
        world.Clock.Move(TimeSpan.FromHours(18));
        (await (await world.SignIn(world.Malik)).Get(card)).Status.ShouldBe(404);
    }

    [Theory, OnEachDatabase]
    public async Task Software_reads_a_card_by_a_professionals_token(DatabaseKind kind)
    {
        await using var world = await RightsWorld.Open(kind);
        using var phone = await TestPhone.Enrol(world, world.Jeanne.Agent);
        using var http = new HttpClient { BaseAddress = new Uri($"http://localhost:{world.Port}") };
        string Token(Agent agent, string scopes) => world.Get<Tokens>().Issue(new(agent, scopes, TimeSpan.FromHours(1)));
        async Task<(int Status, JsonElement Body)> Call(string? token, string path, string? json = null)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json") };
            if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            using var answer = await http.SendAsync(request);
            return ((int)answer.StatusCode, JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement);
        }

        var token = Token(world.Nurse.Agent, "user/Patient.r user/Coverage.r");
        (await Call(null, "/api/cartes/lectures")).Status.ShouldBe(401);
        (await Call(Token(world.Jeanne.Agent, "patient/Patient.r"), "/api/cartes/lectures")).Status.ShouldBe(403);
        (await Call(Token(world.Nurse.Agent, "user/Patient.r"), "/api/cartes/lectures")).Body.GetProperty("code").GetString().ShouldBe("card-scope-missing");
        var opened = await Call(token, "/api/cartes/lectures");
        opened.Status.ShouldBe(201);
        var (id, nonce) = (opened.Body.GetProperty("id").GetString()!, opened.Body.GetProperty("nonce").GetString()!);
        opened.Body.GetProperty("qr").GetString().ShouldBe("SOCLE-CARTE-" + nonce);

        var path = $"/api/cartes/lectures/{id}/code";
        var code = JsonSerializer.Serialize(new { code = phone.Show(nonce, RightsWorld.PathOf(world.Jeanne), world.Clock.GetUtcNow()) });
        foreach (var bad in new[] { "", "[]", "{\"code\":7}", "{\"code\":\"B\"}", "{" })
            (await Call(token, path, bad)).Body.GetProperty("code").GetString().ShouldBe("card-code-unreadable");
        (await Call(Token(world.Pharmacist.Agent, "user/Patient.r user/Coverage.r"), path, code)).Status.ShouldBe(404);
        var read = await Call(token, path, code);
        read.Status.ShouldBe(200, read.Body.ToString());
        read.Body.GetProperty("simulated").GetBoolean().ShouldBeTrue();
        read.Body.GetProperty("identity").GetProperty("ins").GetProperty("value").GetString().ShouldBe(await world.NumberOf(world.Jeanne));
        read.Body.GetProperty("rights").GetProperty("items").GetArrayLength().ShouldBeGreaterThan(0);
        (await Call(token, path, code)).Body.GetProperty("code").GetString().ShouldBe("card-code-used");
        WebUtility.HtmlDecode(await http.GetStringAsync("/api")).ShouldContain("/api/cartes/lectures");
    }

    [Theory, OnEachDatabase]
    public async Task Nobody_declares_a_presence_and_a_longer_relation_is_not_cut(DatabaseKind kind)
    {
        await using var world = await RightsWorld.Open(kind);
        using var phone = await TestPhone.Enrol(world, world.Jeanne.Agent);
        var access = world.Get<AccessDesk>();
        var patient = world.Jeanne.Agent.PatientKey;
        (await Should.ThrowAsync<Refusal>(() => access.DeclareRelation(world.Nurse.Agent, patient, "presence", default))).Code.ShouldBe("access-unknown-reason");
        await access.DeclareRelation(world.Nurse.Agent, patient, "suivi", default);
        var desk = await Desk.Open(await world.SignIn(world.Nurse));
        (await desk.Read(phone.Show(desk.Nonce, RightsWorld.PathOf(world.Jeanne), world.Clock.GetUtcNow()))).Status.ShouldBe(303);
        (await access.RelationsOf(world.Nurse.Agent, default)).Single(one => one.Patient == patient).Reason.ShouldBe("suivi");
    }
}
