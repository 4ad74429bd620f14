using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Microsoft.IdentityModel.Tokens;
using Microsoft.Playwright;
using Socle.SignIn;

namespace Socle.Browser.Tests.Journeys;

/// <summary>A desk and a phone, each a browser of its own: enrolment, sign-in by the number that is typed, every way in which it does not come to that, signature.</summary>
public sealed class PhoneJourney(PhoneServer server, Chromium chromium) : IClassFixture<PhoneServer>, IClassFixture<Chromium>
{
    [InBrowser]
    public async Task A_phone_is_enrolled_and_signs_its_person_in_at_a_desk_without_a_mouse()
    {
        await using var pair = await Open();
        var (desk, phone) = (pair.Desk, pair.Phone);
        await phone.GotoAsync(server.At("/telephone"));
        await Assertions.Expect(phone.GetByText("Ce téléphone n’est pas encore enregistré")).ToBeVisibleAsync();
        await phone.Check();
        await Enrol(phone);
        await Assertions.Expect(phone.GetByText("Ce téléphone peut répondre.")).ToBeVisibleAsync();
        await phone.Check();
        // The key is there and cannot be taken out.
        (await phone.EvaluateAsync<bool>(KeyIsKept)).ShouldBeTrue();
        (await phone.EvaluateAsync<string>("navigator.serviceWorker.ready.then(worker => new URL(worker.scope).pathname)")).ShouldBe("/telephone");

        var number = await Ask(desk);
        await desk.Check();
        await phone.GetByRole(AriaRole.Link, new() { Name = "demande à vous connecter" }).ClickAsync();
        await phone.Check();
        await phone.GetByLabel("Numéro affiché sur l’autre écran").FocusAsync();
        await phone.Keyboard.TypeAsync(number);
        await phone.Keyboard.PressAsync("Enter");
        await Assertions.Expect(phone.GetByText("C’est fait. Retournez à l’autre écran.")).ToBeVisibleAsync();
        await desk.WaitForURLAsync(server.At("/telephone"));
        await Assertions.Expect(desk.GetByText("Inès VAUBAN").First).ToBeVisibleAsync();
        // The desk is not the phone: it has no key.
        await Assertions.Expect(desk.GetByText("Ce téléphone n’est pas encore enregistré")).ToBeVisibleAsync();

        // What the phone opened ends when it is removed, and the phone says so.
        await phone.GotoAsync(server.At("/telephone"));
        await phone.GetByRole(AriaRole.Button, new() { Name = "Retirer Mon téléphone" }).First.ClickAsync();
        await Assertions.Expect(phone.GetByText("Ce téléphone a été retiré de votre compte").First).ToBeVisibleAsync();
        await phone.Check();
        await desk.GotoAsync(server.At("/telephone"));
        new Uri(desk.Url).AbsolutePath.ShouldBe("/connexion");
    }

    [InBrowser]
    public async Task A_wrong_number_a_refusal_and_time_each_close_and_say_so_on_both_sides()
    {
        await using var pair = await Open(Second);
        var (desk, phone) = (pair.Desk, pair.Phone);
        await phone.GotoAsync(server.At("/telephone"));
        await Enrol(phone);

        var number = await Ask(desk, Second);
        await OpenRequest(phone);
        await phone.GetByLabel("Numéro affiché").FillAsync(number == "57" ? "58" : "57");
        await phone.GetByRole(AriaRole.Button, new() { Name = "Me connecter" }).ClickAsync();
        await Assertions.Expect(phone.GetByText("Ce n’est pas le numéro de l’autre écran.")).ToBeVisibleAsync();
        await phone.Check();
        await Assertions.Expect(desk.GetByText("Rien ne s’est ouvert.")).ToBeVisibleAsync();
        await desk.Check();

        await Ask(desk, Second);
        await OpenRequest(phone);
        await phone.GetByRole(AriaRole.Button, new() { Name = "Refuser" }).ClickAsync();
        await Assertions.Expect(phone.GetByText("Vous avez refusé.")).ToBeVisibleAsync();
        await Assertions.Expect(desk.GetByText("Rien ne s’est ouvert.")).ToBeVisibleAsync();

        number = await Ask(desk, Second);
        await OpenRequest(phone);
        server.Clock.Move(TimeSpan.FromSeconds(121));
        await phone.GetByLabel("Numéro affiché").FillAsync(number);
        await phone.GetByRole(AriaRole.Button, new() { Name = "Me connecter" }).ClickAsync();
        await Assertions.Expect(phone.GetByText("Cette demande a expiré.")).ToBeVisibleAsync();
        await Assertions.Expect(desk.GetByText("La demande a expiré sans réponse.")).ToBeVisibleAsync();

        server.Clock.Move(-TimeSpan.FromSeconds(121));
    }

    [InBrowser]
    public async Task Who_did_not_ask_says_so_and_a_phone_whose_clock_is_wrong_is_told()
    {
        await using var pair = await Open(Third);
        var (desk, phone) = (pair.Desk, pair.Phone);
        await phone.GotoAsync(server.At("/telephone"));
        await Enrol(phone);
        await Ask(desk, Third);
        await OpenRequest(phone);
        await phone.GetByRole(AriaRole.Button, new() { Name = "Ce n’était pas moi" }).ClickAsync();
        await Assertions.Expect(phone.GetByText("La demande est fermée et signalée.")).ToBeVisibleAsync();
        await Assertions.Expect(desk.GetByText("Rien ne s’est ouvert.")).ToBeVisibleAsync();
        await desk.GotoAsync(server.At("/connexion/telephone"));
        await desk.GetByLabel("Numéro RPPS").FillAsync(Third);
        await desk.GetByRole(AriaRole.Button, new() { Name = "Envoyer la demande" }).ClickAsync();
        await Assertions.Expect(desk.GetByText("Une demande attend déjà").First).ToBeVisibleAsync();

        server.Clock.Move(TimeSpan.FromMinutes(11));
        await phone.GotoAsync(server.At("/test/enter/" + Third));
        var number = await Ask(desk, Third);
        await OpenRequest(phone);
        await Assertions.Expect(phone.GetByText("L’heure de ce téléphone est fausse")).ToBeVisibleAsync();
        await phone.GetByLabel("Numéro affiché").FillAsync(number);
        await phone.GetByRole(AriaRole.Button, new() { Name = "Me connecter" }).ClickAsync();
        await Assertions.Expect(phone.GetByText("Réglez-la, puis répondez de nouveau.")).ToBeVisibleAsync();
        server.Clock.Move(-TimeSpan.FromMinutes(11));
    }

    [InBrowser]
    public async Task A_phone_signs_a_document_that_it_shows_and_the_signature_is_right_without_us()
    {
        await using var pair = await Open();
        var phone = pair.Phone;
        await phone.GotoAsync(server.At("/telephone"));
        await Enrol(phone);
        var account = (await server.Get<Accounts>().Of("rpps:" + PhoneServer.Rpps, default))!;
        var agent = Agents.Professional(server.Get<Platform.Keys>(), PhoneServer.Rpps, account.Name, "Médecin", null, null);
        var document = SHA256.HashData([1, 2, 3]);
        var signatures = server.Get<PhoneSignatures>();
        var asked = await signatures.Ask(agent, "essai", "Logiciel des Essais", new(Base64UrlEncoder.Encode(document), "Ordonnance de « paracétamol » <1>", "Ordonnance"), default);
        await phone.GetByRole(AriaRole.Link, new() { Name = "Logiciel des Essais demande votre signature" }).ClickAsync();
        await Assertions.Expect(phone.GetByText("Ordonnance de « paracétamol » <1>")).ToBeVisibleAsync();
        await phone.Check();
        await phone.GetByLabel("Numéro affiché").FillAsync(asked.Number);
        await phone.GetByRole(AriaRole.Button, new() { Name = "Signer" }).ClickAsync();
        await Assertions.Expect(phone.GetByText("C’est fait.")).ToBeVisibleAsync();
        var result = await signatures.Look("essai", asked.Ticket, default);
        result.State.ShouldBe(SignatureState.Signed);
        using var http = new HttpClient();
        var keys = await http.GetStringAsync(server.At("/.well-known/signature-keys"));
        var found = SignatureVerifier.Verify(result.Signature!, document, keys);
        (found.Fault, found.Signer).ShouldBe((null, "8" + PhoneServer.Rpps));
    }

    const string Second = "99900000037", Third = "99900000011";

    const string KeyIsKept = """
        async () => {
          const db = await new Promise(done => { const asked = indexedDB.open('socle-phone', 1); asked.onsuccess = () => done(asked.result) })
          const key = await new Promise(done => { const asked = db.transaction('keys').objectStore('keys').getAll(); asked.onsuccess = () => done(asked.result[0]) })
          db.close()
          return key.privateKey.extractable === false && await crypto.subtle.exportKey('jwk', key.privateKey).then(() => false, () => true)
        }
        """;

    async Task<Pair> Open(string rpps = PhoneServer.Rpps)
    {
        var deskContext = await chromium.Browser.NewContextAsync(new() { Locale = "fr-FR" });
        var phoneContext = await chromium.Browser.NewContextAsync(new() { Locale = "fr-FR", ViewportSize = new() { Width = 390, Height = 780 } });
        var (desk, phone) = (await deskContext.NewPageAsync(), await phoneContext.NewPageAsync());
        foreach (var page in new[] { desk, phone }) page.SetDefaultTimeout(30_000);
        await phone.GotoAsync(server.At("/test/enter/" + rpps));
        return new(deskContext, phoneContext, desk, phone);
    }

    async Task Enrol(IPage phone)
    {
        await phone.GetByRole(AriaRole.Link, new() { Name = "Enregistrer ce téléphone" }).And(phone.Locator(":visible")).First.ClickAsync();
        await phone.Check();
        await phone.GetByRole(AriaRole.Button, new() { Name = "Enregistrer ce téléphone" }).ClickAsync();
        await phone.WaitForURLAsync(server.At("/telephone"));
        await Assertions.Expect(phone.GetByText("Ce téléphone est enregistré.")).ToBeVisibleAsync();
    }

    async Task<string> Ask(IPage desk, string rpps = PhoneServer.Rpps)
    {
        await desk.GotoAsync(server.At("/connexion/telephone?back=/telephone"));
        await desk.GetByLabel("Numéro RPPS").FillAsync(rpps);
        await desk.GetByRole(AriaRole.Button, new() { Name = "Envoyer la demande" }).ClickAsync();
        var number = (await desk.Locator(".two-digits").InnerTextAsync()).Trim();
        number.ShouldMatch("^[1-9][0-9]$");
        return number;
    }

    async Task OpenRequest(IPage phone)
    {
        if (new Uri(phone.Url).AbsolutePath != "/telephone") await phone.GotoAsync(server.At("/telephone"));
        await phone.GetByRole(AriaRole.Link, new() { NameRegex = new Regex("demande à vous connecter") }).ClickAsync();
        await phone.WaitForURLAsync(url => url.Contains("/telephone/demandes/", StringComparison.Ordinal));
    }

    sealed record Pair(IBrowserContext DeskContext, IBrowserContext PhoneContext, IPage Desk, IPage Phone) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await DeskContext.DisposeAsync();
            await PhoneContext.DisposeAsync();
        }
    }
}
