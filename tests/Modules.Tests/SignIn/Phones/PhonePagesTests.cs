using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Socle.Platform;
using Socle.SignIn;
using Socle.Support;

namespace Socle.Modules.Tests.SignIn.Phones;

using Phones = Socle.SignIn.Phones;

public sealed class PhonePagesTests
{
    [Theory, OnEachDatabase]
    public async Task A_desk_is_signed_in_by_the_number_typed_on_the_phone(DatabaseKind kind)
    {
        await using var world = await PhoneWorld.Open(kind);
        var (browser, device, phone) = await world.Phone();
        var desk = world.Stranger();
        var number = await Ask(desk);
        (await desk.Read("/connexion/telephone/attente")).ShouldContain("http-equiv=\"refresh\"");

        var page = await Request(browser);
        page.ShouldContain("Socle");
        page.ShouldNotContain($">{number}<");
        var told = await browser.Post(Address(page), page, world.Reply(page, phone, device, AnswerText.Approve, number));
        told.Status.ShouldBe(HttpStatusCode.SeeOther, told.Html);
        (await browser.Read("/telephone")).ShouldContain("Retournez à l");

        var waiting = await desk.Read("/connexion/telephone/attente");
        var entered = await desk.Post("/connexion/telephone/attente", waiting, new() { ["back"] = "/telephone" });
        (entered.Status, entered.Location).ShouldBe((HttpStatusCode.SeeOther, "/telephone"));
        (await desk.Read("/telephone")).ShouldContain("Téléphone de garde");
        // The ticket has served.
        (await desk.Post("/connexion/telephone/attente", waiting, [])).Status.ShouldNotBe(HttpStatusCode.SeeOther);

        // What the phone opened ends with the phone.
        var home = await browser.Read("/telephone");
        (await browser.Post("/telephone/retirer", home, new() { ["phone"] = phone.Id })).Status.ShouldBe(HttpStatusCode.SeeOther);
        (await desk.Open("/telephone")).Location.ShouldStartWith("/connexion");
        (await world.Get<Phones>().Find(phone.Id, default))!.State.ShouldBe(PhoneState.Revoked);
    }

    [Theory, OnEachDatabase]
    public async Task Each_answer_that_does_not_count_says_why(DatabaseKind kind)
    {
        await using var world = await PhoneWorld.Open(kind);
        var (browser, device, phone) = await world.Phone();
        var desk = world.Stranger();

        var number = await Ask(desk);
        var page = await Request(browser);
        var wrong = number == "57" ? "58" : "57";
        var empty = await browser.Post(Address(page), page, world.Reply(page, phone, device, AnswerText.Approve, "5"));
        (empty.Status, empty.Html.Contains("deux chiffres", StringComparison.Ordinal)).ShouldBe((HttpStatusCode.UnprocessableEntity, true));
        var told = await browser.Post(Address(page), page, world.Reply(page, phone, device, AnswerText.Approve, wrong));
        (told.Status, told.Html.Contains("Ce n’est pas le numéro", StringComparison.Ordinal)).ShouldBe((HttpStatusCode.UnprocessableEntity, true), told.Html);
        (await desk.Read("/connexion/telephone/attente")).ShouldContain("Rien ne s");
        var again = await browser.Post(Address(page), page, world.Reply(page, phone, device, AnswerText.Approve, number));
        (again.Status, again.Html.Contains("déjà été donnée", StringComparison.Ordinal)).ShouldBe((HttpStatusCode.Conflict, true));

        number = await Ask(desk);
        page = await Request(browser);
        world.Database.Clock.Move(TimeSpan.FromSeconds(121));
        var late = await browser.Post(Address(page), page, world.Reply(page, phone, device, AnswerText.Approve, number));
        (late.Status, late.Html.Contains("a expiré", StringComparison.Ordinal)).ShouldBe((HttpStatusCode.Gone, true));
        (await desk.Read("/connexion/telephone/attente")).ShouldContain("expiré sans réponse");

        await Ask(desk);
        page = await Request(browser);
        var closed = await browser.Post(Address(page), page, world.Reply(page, phone, device, AnswerText.NotMe));
        closed.Status.ShouldBe(HttpStatusCode.SeeOther);
        (await browser.Read("/telephone")).ShouldContain("signalée");
        (await world.Database.Audit.Latest(null, 20, default)).ShouldContain(line => line.Entry.Action == "phone-notme");
    }

    [Theory, OnEachDatabase]
    public async Task A_phone_that_was_removed_cannot_answer(DatabaseKind kind)
    {
        await using var world = await PhoneWorld.Open(kind);
        var (browser, device, phone) = await world.Phone();
        var number = await Ask(world.Stranger());
        var page = await Request(browser);
        var other = await world.Enter();
        await other.Post("/telephone/retirer", await other.Read("/telephone"), new() { ["phone"] = phone.Id });
        var told = await browser.Post(Address(page), page, world.Reply(page, phone, device, AnswerText.Approve, number));
        (told.Status, told.Html.Contains("retiré de votre compte", StringComparison.Ordinal)).ShouldBe((HttpStatusCode.Forbidden, true));
    }

    [Theory, OnEachDatabase]
    public async Task Nobody_sees_or_answers_or_removes_what_is_somebody_elses(DatabaseKind kind)
    {
        await using var world = await PhoneWorld.Open(kind);
        var (browser, _, phone) = await world.Phone();
        var (stranger, strange, foreign) = await world.Phone(PhoneWorld.OtherRpps);
        var number = await Ask(world.Stranger());
        var page = await Request(browser);
        (await stranger.Open(Address(page))).Status.ShouldBe(HttpStatusCode.NotFound);
        (await stranger.Post(Address(page), await stranger.Read("/telephone/enregistrer"), world.Reply(page, foreign, strange, AnswerText.Approve, number))).Status.ShouldBe(HttpStatusCode.NotFound);
        (await stranger.Post("/telephone/retirer", await stranger.Read("/telephone"), new() { ["phone"] = phone.Id })).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await stranger.Read("/telephone")).ShouldNotContain(phone.Id);
        (await world.Stranger().Open("/telephone")).Location.ShouldStartWith("/connexion");
    }

    [Theory, OnEachDatabase]
    public async Task A_number_that_nobody_has_is_answered_with_the_same_pages(DatabaseKind kind)
    {
        await using var world = await PhoneWorld.Open(kind);
        await world.Phone();
        var (known, unknown) = (world.Stranger(), world.Stranger());
        await Ask(known);
        await Ask(unknown, PhoneWorld.OtherRpps);
        Plain(await unknown.Read("/connexion/telephone/attente")).ShouldBe(Plain(await known.Read("/connexion/telephone/attente")));
        foreach (var (desk, rpps) in new[] { (known, PhoneWorld.Rpps), (unknown, PhoneWorld.OtherRpps) })
        {
            var page = await desk.Read("/connexion/telephone");
            var again = await desk.Post("/connexion/telephone", page, new() { ["rpps"] = rpps, ["back"] = "/" });
            (again.Status, again.Html.Contains("attend déjà", StringComparison.Ordinal)).ShouldBe((HttpStatusCode.UnprocessableEntity, true));
        }
        world.Database.Clock.Move(TimeSpan.FromSeconds(121));
        Plain(await unknown.Read("/connexion/telephone/attente")).ShouldBe(Plain(await known.Read("/connexion/telephone/attente")));
    }

    [Theory, OnEachDatabase]
    public async Task Enrolment_takes_a_word_of_ours_signed_once_by_the_new_key_of_whoever_just_proved_who_they_are(DatabaseKind kind)
    {
        await using var world = await PhoneWorld.Open(kind);
        var browser = await world.Enter();
        using var device = new TestDevice();
        using var other = new TestDevice();
        var html = await browser.Read("/telephone/enregistrer");
        var right = PhoneWorld.Enrolment(html, device);
        (string Why, Dictionary<string, string> Fields)[] wrong =
        [
            ("another key", new(right) { ["cle"] = other.Jwk }), ("another signature", new(right) { ["preuve"] = PhoneWorld.Enrolment(html, other)["preuve"] }),
            ("no word of ours", PhoneWorld.Enrolment(html, device, "libre")), ("no key", new(right) { ["cle"] = "" }), ("no name", new(right) { ["nom"] = "" }),
            ("somebody else's word", PhoneWorld.Enrolment(html, device, WebUtility.HtmlDecode(Socle.Core.Tests.Web.WebServer.Hidden(await (await world.Enter(PhoneWorld.OtherRpps)).Read("/telephone/enregistrer"), "nonce"))))
        ];
        foreach (var (why, fields) in wrong) (await browser.Post("/telephone/enregistrer", html, fields)).Status.ShouldBe(HttpStatusCode.UnprocessableEntity, why);
        (await browser.Post("/telephone/enregistrer", html, right)).Status.ShouldBe(HttpStatusCode.SeeOther);
        // The word has served, for any key.
        (await browser.Post("/telephone/enregistrer", html, PhoneWorld.Enrolment(html, other))).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var slow = await browser.Read("/telephone/enregistrer");
        world.Database.Clock.Move(TimeSpan.FromMinutes(6));
        var late = await browser.Post("/telephone/enregistrer", slow, PhoneWorld.Enrolment(slow, other));
        (late.Status, late.Location!.Contains("back", StringComparison.Ordinal)).ShouldBe((HttpStatusCode.SeeOther, true));
        (await world.Get<Phones>().Of((await world.Get<Accounts>().Of("rpps:" + PhoneWorld.Rpps, default))!.Id, default)).Count.ShouldBe(1);
    }

    [Theory, OnEachDatabase]
    public async Task The_pages_are_an_application_that_can_be_installed(DatabaseKind kind)
    {
        await using var world = await PhoneWorld.Open(kind);
        var browser = await world.Enter();
        var home = await browser.Read("/telephone");
        home.ShouldContain("rel=\"manifest\" href=\"/telephone/application.webmanifest\"");
        using var manifest = await world.Server.Get("/telephone/application.webmanifest");
        manifest.Content.Headers.ContentType!.MediaType.ShouldBe("application/manifest+json");
        using var all = JsonDocument.Parse(await manifest.Content.ReadAsStringAsync());
        all.RootElement.GetProperty("start_url").GetString().ShouldBe("/telephone");
        foreach (var icon in all.RootElement.GetProperty("icons").EnumerateArray())
            (await world.Server.Get(icon.GetProperty("src").GetString()!)).Content.Headers.ContentType!.MediaType.ShouldBe(icon.GetProperty("type").GetString());
        using var worker = await world.Server.Get("/telephone/service.mjs");
        worker.Headers.GetValues("Service-Worker-Allowed").ShouldBe(["/telephone"]);
        worker.Content.Headers.ContentType!.MediaType.ShouldBe("text/javascript");
        var script = await worker.Content.ReadAsStringAsync();
        foreach (var word in new[] { "push", "showNotification" }) script.ShouldNotContain(word);   // nothing on a locked screen
        (await world.Stranger().Read("/telephone/hors-ligne")).ShouldContain("Pas de réseau");
    }

    static async Task<string> Ask(TestBrowser desk, string rpps = PhoneWorld.Rpps)
    {
        var page = await desk.Read("/connexion/telephone");
        var asked = await desk.Post("/connexion/telephone", page, new() { ["rpps"] = rpps, ["back"] = "/" });
        asked.Status.ShouldBe(HttpStatusCode.SeeOther, asked.Html);
        var number = Regex.Match(await desk.Read(asked.Location!), "two-digits[^>]*>(\\d\\d)<").Groups[1].Value;
        int.Parse(number, System.Globalization.CultureInfo.InvariantCulture).ShouldBeInRange(10, 99);
        return number;
    }

    static async Task<string> Request(TestBrowser browser) =>
        await browser.Read(Regex.Match(await browser.Read("/telephone"), "href=\"(/telephone/demandes/[a-z2-7]{26})\"").Groups[1].Value);

    static string Address(string page) => Regex.Match(page, "action=\"(/telephone/demandes/[a-z2-7]{26})\"").Groups[1].Value;

    // What differs between any two pages: numbers, tokens of forms, ids of forms.
    static string Plain(string html) => Regex.Replace(Regex.Replace(html, ">\\d\\d<|Numéro \\d\\d|N&#xE9;mero \\d\\d|Num&#xE9;ro \\d\\d", "NN"), "value=\"[0-9a-f]{32,64}\"", "");
}
