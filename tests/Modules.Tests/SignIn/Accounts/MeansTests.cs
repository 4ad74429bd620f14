using System.Net;
using System.Text.RegularExpressions;
using Socle.Access;
using Socle.Fhir;
using Socle.Identities;
using Socle.Platform;
using Socle.SignIn;
using Socle.Support;
using Browser = Socle.Modules.Tests.SignIn.MeansWorld.Browser;
using People = Socle.Modules.Tests.SignIn.MeansWorld.Directory;

namespace Socle.Modules.Tests.SignIn;

/// <summary>Opening, signing in, adding, losing and recovering, by the pages, on both databases.</summary>
public sealed class MeansTests
{
    static readonly Agent Registrar = new(AgentKind.Steward, "steward:registre", "Registre", null, null, null, 1, 0);

    [Theory, OnEachDatabase]
    public async Task A_professional_opens_an_account_by_two_codes_and_signs_in_by_passkey(DatabaseKind kind)
    {
        await using var world = await MeansWorld.Open(kind);
        var (browser, device) = await world.Enrolled();
        (await browser.Page("/who")).ShouldBe($"rpps:{People.Nurse} Infirmier 990000015 eidas1");
        var page = await browser.Page("/compte");
        page.ShouldContain("Mon téléphone");
        page.ShouldContain("Inès VAUBAN");
        (await world.Messages()).Count(one => one.Text.Contains("moyen de connexion est ouvert", StringComparison.Ordinal)).ShouldBe(2, "every channel is told");
        (await world.Messages()).ShouldAllBe(one => one.To != "+33200000000", "the telephone of a place is others' too");

        var other = world.Open();
        (await other.SignIn(device)).Headers.Location!.ToString().ShouldBe("/bouquet");
        (await other.Page("/who")).ShouldStartWith("rpps:" + People.Nurse);
        (await world.Database.Audit.Latest(null, 20, default)).Select(line => line.Entry.Action).ShouldContain("account-open");
        device.Dispose();
    }

    [Theory, OnEachDatabase]
    public async Task Known_and_unknown_numbers_get_the_same_bytes_and_a_wrong_code_says_nothing(DatabaseKind kind)
    {
        await using var world = await MeansWorld.Open(kind);
        var seen = new List<string>();
        foreach (var rpps in new[] { People.Nurse, "99999000039" })
        {
            var browser = world.Open();
            var answer = await browser.Post("/connexion/ouvrir/professionnel", "/connexion/ouvrir/professionnel", ("rpps", rpps));
            await world.Deliver();
            var codes = await (await browser.Get("/connexion/ouvrir/codes")).Content.ReadAsStringAsync();
            var wrong = await browser.Post("/connexion/ouvrir/codes", "/connexion/ouvrir/codes", ("phone", "0000 0000"), ("mailbox", "1111 1111"));
            seen.Add(Stripped($"{answer.StatusCode} {answer.Headers.Location} {codes} {wrong.StatusCode} {await wrong.Content.ReadAsStringAsync()}"));
        }
        seen[0].ShouldBe(seen[1]);
        // The negative control: one of the two received codes.
        (await world.Messages()).Count(one => one.Text.Contains("code", StringComparison.Ordinal)).ShouldBe(2);
    }

    [Theory, OnEachDatabase]
    public async Task Five_wrong_codes_end_it_even_for_the_right_one_and_help_keeps_what_was_done(DatabaseKind kind)
    {
        await using var world = await MeansWorld.Open(kind);
        var browser = world.Open();
        await browser.Post("/connexion/ouvrir/professionnel", "/connexion/ouvrir/professionnel", ("rpps", People.Nurse));
        var (phone, mailbox) = (await world.Code("phone"), await world.Code("mailbox"));
        for (var i = 0; i < Journeys.MostWrong; i++) await browser.Post("/connexion/ouvrir/codes", "/connexion/ouvrir/codes", ("phone", phone), ("mailbox", "0000 0000"));
        var spent = await browser.Post("/connexion/ouvrir/codes", "/connexion/ouvrir/codes", ("phone", phone), ("mailbox", mailbox));
        spent.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await browser.Get("/connexion/ouvrir/cle")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        var help = WebUtility.HtmlDecode(await (await browser.Post("/connexion/ouvrir/codes", "/connexion/ouvrir/aide")).Content.ReadAsStringAsync());
        help.ShouldContain("Votre demande est notée");
        var item = (await world.Get<JourneyStore>().WaitingHelp(default)).ShouldHaveSingleItem();
        item.Progress.Asked!.Rpps.ShouldBe(People.Nurse);
        for (var i = 0; i < Tries.OfOne; i++) await world.Open().Post("/connexion/ouvrir/professionnel", "/connexion/ouvrir/professionnel", ("rpps", People.Nurse));
        (await world.Open().Post("/connexion/ouvrir/professionnel", "/connexion/ouvrir/professionnel", ("rpps", People.Nurse))).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
    }

    [Theory, OnEachDatabase]
    public async Task A_second_account_never_opens_from_a_distance(DatabaseKind kind)
    {
        await using var world = await MeansWorld.Open(kind);
        var (browser, device) = await world.Enrolled();
        var thief = world.Open();
        await thief.Post("/connexion/ouvrir/professionnel", "/connexion/ouvrir/professionnel", ("rpps", People.Nurse));
        await world.Deliver();
        (await world.Messages())[0].Text.ShouldContain("vous en avez déjà un");
        // Nor once it is revoked: then in person only.
        var account = (await world.Get<Accounts>().Of("rpps:" + People.Nurse, default))!;
        await world.Get<Accounts>().Set(Registrar, account, AccountState.Revoked, "Fraude", default);
        (await browser.Get("/who")).StatusCode.ShouldBe(HttpStatusCode.SeeOther, "the session ended with the account");
        (await world.Open().SignIn(device)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        var code = (await Give(world, People.Nurse)).Code;
        var seen = world.Open();
        (await seen.Post("/connexion/ouvrir/guichet", "/connexion/ouvrir/guichet", ("code", code))).StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        (await world.Open().Post("/connexion/ouvrir/guichet", "/connexion/ouvrir/guichet", ("code", code))).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity, "once");
        using var fresh = new SoftAuthenticator();
        await FirstKey(seen, fresh);
        (await seen.Page("/who")).ShouldEndWith("eidas2", Case.Sensitive, "who was seen is surer");
        device.Dispose();
    }

    [Theory, OnEachDatabase]
    public async Task Another_passkey_asks_to_prove_anew_and_every_channel_is_told(DatabaseKind kind)
    {
        await using var world = await MeansWorld.Open(kind);
        var (browser, device) = await world.Enrolled();
        using var second = new SoftAuthenticator();
        world.Database.Clock.Move(TimeSpan.FromMinutes(6));
        (await Add(browser, second)).StatusCode.ShouldBe(HttpStatusCode.Forbidden, "six minutes after the sign-in");
        var before = browser.Session;
        (await browser.Prove(device)).StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        browser.Session.ShouldNotBe(before);
        (await Add(browser, second)).StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        await world.Deliver();
        (await world.Messages()).Count(one => one.Text.Contains("ajoutée à votre compte", StringComparison.Ordinal)).ShouldBe(2);

        // The one that was lost is revoked from the other: its session ends, and it opens nothing more.
        var elsewhere = world.Open();
        (await elsewhere.SignIn(second)).StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        var first = Regex.Match(await elsewhere.Page("/compte"), "<h3>Mon téléphone</h3>.*?/compte/cle/([a-z2-7]{26})/revoquer", RegexOptions.Singleline).Groups[1].Value;
        (await elsewhere.Post("/compte", $"/compte/cle/{first}/revoquer")).StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        (await browser.Get("/who")).StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        (await world.Open().SignIn(device)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        var last = Regex.Match(await elsewhere.Page("/compte"), "/compte/cle/([a-z2-7]{26})/revoquer").Groups[1].Value;
        (await elsewhere.Post("/compte", $"/compte/cle/{last}/revoquer")).StatusCode.ShouldBe(HttpStatusCode.Conflict, "the last one stays");
        device.Dispose();
    }

    [Theory, OnEachDatabase]
    public async Task The_paper_code_opens_after_48_hours_unless_a_device_says_no(DatabaseKind kind)
    {
        await using var world = await MeansWorld.Open(kind);
        var (browser, device) = await world.Enrolled();
        var paper = await MakePaper(browser);
        var lost = world.Open();
        (await Paper(lost, paper)).ShouldContain("48 heures court");
        await world.Deliver();
        (await world.Messages()).Count(one => one.Text.Contains("accès dans 48 heures", StringComparison.Ordinal)).ShouldBe(2);
        world.Database.Clock.Move(TimeSpan.FromHours(47));
        (await Paper(lost, paper)).ShouldContain("48 heures court");
        (await browser.SignIn(device)).StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        (await browser.Page("/compte")).ShouldContain("Ce n’est pas moi");
        (await browser.Post("/compte", "/compte/recuperation/refuser")).StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        world.Database.Clock.Move(TimeSpan.FromHours(2));
        (await Paper(lost, paper)).ShouldContain("n’est pas le bon");

        await browser.SignIn(device);
        paper = await MakePaper(browser);
        await Paper(lost, paper);
        world.Database.Clock.Move(TimeSpan.FromHours(49));
        (await lost.Post("/connexion/recuperer", "/connexion/recuperer/papier", ("code", paper))).Headers.Location!.ToString().ShouldBe("/connexion/ouvrir/cle");
        using var fresh = new SoftAuthenticator();
        await FirstKey(lost, fresh);
        (await lost.Page("/who")).ShouldEndWith("eidas1", Case.Sensitive, "no higher than before");
        (await world.Open().SignIn(device)).StatusCode.ShouldBe(HttpStatusCode.Forbidden, "what was lost is revoked");
        (await Paper(world.Open(), paper)).ShouldContain("n’est pas le bon");
        device.Dispose();
    }

    [Theory, OnEachDatabase]
    public async Task Two_devices_bring_a_third_back_and_one_alone_does_not(DatabaseKind kind)
    {
        await using var world = await MeansWorld.Open(kind);
        var (browser, device) = await world.Enrolled();
        using var second = new SoftAuthenticator();
        await Add(browser, second);
        var other = world.Open();
        await other.SignIn(second);
        var lost = world.Open();
        await lost.Post("/connexion/recuperer", "/connexion/recuperer/appareils");
        var number = Regex.Match(await lost.Page("/connexion/recuperer/appareils"), @"<strong>(\d{4} \d{4})</strong>").Groups[1].Value;
        (await browser.Post("/compte/aider", "/compte/aider", ("number", number))).StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        (await browser.Post("/compte/aider", "/compte/aider", ("number", number))).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity, "the same device twice");
        (await lost.Get("/connexion/ouvrir/cle")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        var (stranger, strange) = await world.Enrolled(People.Doctor);
        await Choose(stranger, strange, "hopital");
        (await stranger.Post("/compte/aider", "/compte/aider", ("number", number))).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity, "somebody else's device");
        (await other.Post("/compte/aider", "/compte/aider", ("number", number))).StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        (await lost.Get("/connexion/recuperer/appareils")).Headers.Location!.ToString().ShouldBe("/connexion/ouvrir/cle");
        using var fresh = new SoftAuthenticator();
        await FirstKey(lost, fresh);
        (await lost.Page("/who")).ShouldStartWith("rpps:" + People.Nurse);
        (await world.Open().SignIn(second)).StatusCode.ShouldBe(HttpStatusCode.SeeOther, "the devices that said yes stay");
        device.Dispose();
        strange.Dispose();
    }

    [Theory, OnEachDatabase]
    public async Task A_situation_is_chosen_at_sign_in_and_changed_under_a_new_cookie(DatabaseKind kind)
    {
        await using var world = await MeansWorld.Open(kind);
        var (browser, device) = await world.Enrolled(People.Doctor);
        (await browser.Get("/who")).StatusCode.ShouldBe(HttpStatusCode.SeeOther, "nobody is in before the choice");
        await Choose(browser, device, "hopital");
        (await browser.Page("/who")).ShouldBe($"rpps:{People.Doctor} Médecin 990000023 eidas1");
        var before = browser.Session;
        (await browser.Post("/compte/situation", "/compte/situation", ("situation", "10|C|cabinet"))).StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        browser.Session.ShouldNotBe(before);
        (await browser.Page("/who")).ShouldContain("990000015");
        (await browser.Post("/compte/situation", "/compte/situation", ("situation", "60|C|cabinet"))).StatusCode.ShouldBe(HttpStatusCode.Forbidden, "not one of theirs");
        (await world.Get<Sessions>().All(default)).ShouldHaveSingleItem().Agent.Structure.ShouldBe("990000015");
        device.Dispose();
    }

    [Theory, OnEachDatabase]
    public async Task The_end_of_a_contract_striking_off_and_suspension_end_sessions_and_their_tokens(DatabaseKind kind)
    {
        await using var world = await MeansWorld.Open(kind);
        var (browser, device) = await world.Enrolled(People.Doctor);
        var facts = world.People.Known[People.Doctor];
        var ends = new (string What, Func<Task> Happens, Func<Task> Undo)[]
        {
            ("contract", () => Set(facts with { Exercises = [facts.Exercises[0] with { Activities = [facts.Exercises[0].Activities[1]] }] }), () => Set(facts)),
            ("struck off", () => Set(facts with { IsActive = false }), () => Set(facts)),
            ("gone from the directory", () => Set(null), () => Set(facts)),
            ("suspended", () => world.Get<Suspensions>().Suspend(Registrar, People.Doctor, world.Database.Clock.GetUtcNow().AddMinutes(-1), "Décision", null, default),
                () => world.Get<Suspensions>().Lift(Registrar, People.Doctor, "Levée", null, default))
        };
        foreach (var (what, happens, undo) in ends)
        {
            await Choose(browser, device, "hopital");
            var sid = (await world.Get<Sessions>().All(default)).Single().Sid;
            await world.Get<EndedPractice>().Apply(default);
            (await world.Get<Sessions>().Lives(sid, default)).ShouldBeTrue("nothing happened yet");
            await happens();
            await world.Get<EndedPractice>().Apply(default);   // the job of every few seconds
            (await world.Get<Sessions>().Lives(sid, default)).ShouldBeFalse(what);
            (await browser.Get("/who")).StatusCode.ShouldBe(HttpStatusCode.SeeOther, what);
            await undo();
        }
        device.Dispose();

        Task Set(PractitionerFacts? now)
        {
            if (now is null) world.People.Known.Remove(People.Doctor);
            else world.People.Known[People.Doctor] = now;
            return Task.CompletedTask;
        }
    }

    [Theory, OnEachDatabase]
    public async Task A_session_ends_with_the_last_day_of_the_contract(DatabaseKind kind)
    {
        await using var world = await MeansWorld.Open(kind);
        // Ten in the evening in Paris, in winter: the contract's last day has two hours left.
        world.Database.Clock.MoveTo(new(2026, 12, 1, 21, 0, 0, TimeSpan.Zero));
        var nurse = world.People.Known[People.Nurse];
        world.People.Known[People.Nurse] = nurse with { Exercises = [nurse.Exercises[0] with { Activities = [nurse.Exercises[0].Activities[0] with { Until = new(2026, 12, 1) }] }] };
        var (browser, device) = await world.Enrolled();
        (await world.Get<Sessions>().All(default)).Single().EndsAt.ShouldBe(new DateTimeOffset(2026, 12, 1, 23, 0, 0, TimeSpan.Zero));
        device.Dispose();
    }

    [Theory, OnEachDatabase]
    public async Task A_citizen_opens_an_account_by_traits_card_and_code_and_a_child_does_not(DatabaseKind kind)
    {
        await using var world = await MeansWorld.Open(kind);
        var card = await world.NewCitizen(Sample.Jeanne with { Phone = "+33639980007" });
        var number = (await world.Get<CardNumbers>().Of(card.PatientKey, default))!;
        var browser = world.Open();
        await Ask(browser, "LEFEVRE", "JEANNE", "14/03/1957", number);
        var code = await world.Code("phone");
        (await browser.Post("/connexion/ouvrir/codes", "/connexion/ouvrir/codes", ("phone", code))).StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        using var device = new SoftAuthenticator();
        await FirstKey(browser, device);
        (await browser.Page("/who")).ShouldStartWith("patient:" + card.Id);
        (await world.Database.Audit.Latest(null, 30, default)).ShouldContain(line => line.Entry.Action == "account-open" && line.Entry.Patient == card.PatientKey);

        await world.Deliver();   // the notice that the account is open
        var sent = (await world.Messages()).Count;
        foreach (var (given, born, which) in new[] { ("JEANNE", "14/03/1957", "0000000000"), ("MARIE", "14/03/1957", number), ("JEANNE", "15/03/1957", number) })
            await Ask(world.Open(), "LEFEVRE", given, born, which);
        await world.Deliver();
        (await world.Messages()).Count.ShouldBe(sent, "a wrong card, name or date sends nothing");
        var child = await Ask(world.Open(), "PETIT", "ZOE", "14/03/2015", number);
        child.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        WebUtility.HtmlDecode(await child.Content.ReadAsStringAsync()).ShouldContain("Avant 16 ans");
    }

    static Task<HttpResponseMessage> Ask(Browser browser, string family, string given, string born, string card) =>
        browser.Post("/connexion/ouvrir/citoyen", "/connexion/ouvrir/citoyen", ("family", family), ("given", given), ("born", born), ("card", card));

    static Task<HttpResponseMessage> Add(Browser browser, SoftAuthenticator device) =>
        browser.Passkey(device, isNew: true, "/compte", "/compte/cle/defi", "/compte/cle", ("name", "Ma tablette"));

    static async Task FirstKey(Browser browser, SoftAuthenticator device)
    {
        var made = await browser.Passkey(device, isNew: true, "/connexion/ouvrir/cle", "/connexion/ouvrir/cle/defi", "/connexion/ouvrir/cle", ("name", "Nouveau"));
        made.StatusCode.ShouldBe(HttpStatusCode.SeeOther, await made.Content.ReadAsStringAsync());
    }

    static async Task Choose(Browser browser, SoftAuthenticator device, string place)
    {
        var asked = WebUtility.HtmlDecode(await (await browser.SignIn(device)).Content.ReadAsStringAsync());
        asked.ShouldContain("Hôpital");
        var kept = Core.Tests.Web.WebServer.Hidden(asked, "kept");
        (await browser.Post("/connexion", "/connexion/situation", ("kept", kept), ("situation", "10|C|" + place), ("back", "/"))).StatusCode.ShouldBe(HttpStatusCode.SeeOther);
    }

    static async Task<string> MakePaper(Browser browser)
    {
        var page = await (await browser.Post("/compte", "/compte/papier")).Content.ReadAsStringAsync();
        return Regex.Match(page, "<code>([0-9A-F ]{39})</code>").Groups[1].Value;
    }

    static async Task<string> Paper(Browser browser, string code) =>
        WebUtility.HtmlDecode(await (await browser.Post("/connexion/recuperer", "/connexion/recuperer/papier", ("code", code))).Content.ReadAsStringAsync());

    static async Task<(string Code, string Name)> Give(MeansWorld world, string number)
    {
        var http = new Microsoft.AspNetCore.Http.DefaultHttpContext();
        http.SetAgent(Registrar);
        return await world.Get<HandOverDesk>().Give(http, number, default);
    }

    static string Stripped(string html) => Regex.Replace(html, "name=\"socle-(token|form)\" value=\"[^\"]*\"", "");
}
