using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Socle.Browser.Tests.Journeys;

/// <summary>Real means of signing in, with Chromium's virtual authenticator: opened, used, lost and given back; by keyboard alone where one signs in.</summary>
public sealed class MeansJourney(RunningSocle socle, Chromium chromium) : IClassFixture<RunningSocle>, IClassFixture<Chromium>
{
    const string Nurse = "99999000013";

    [InBrowser]
    public async Task A_professional_opens_the_eCPS_by_two_codes_signs_in_by_passkey_and_comes_back_in_person_after_a_loss()
    {
        await using var desk = await NewContext();
        var page = await desk.NewPageAsync();
        await AddDevice(page);
        await page.GotoAsync(Url("/connexion"));
        await page.Check();
        await page.Shoot("connexion-moyens");
        await page.GetByRole(AriaRole.Link, new() { NameRegex = new("ouvrir mon moyen de connexion") }).ClickAsync();
        await page.Check();
        await page.GetByRole(AriaRole.Link, new() { Name = "Je suis un professionnel de santé" }).ClickAsync();
        await page.GetByLabel("Numéro RPPS").FillAsync(Nurse);
        await page.Check();
        await page.GetByRole(AriaRole.Button, new() { Name = "Envoyer les deux codes" }).ClickAsync();
        await page.GetByLabel("Code reçu par messagerie").FillAsync(await Code(desk, "mailbox", "infirmiere@mssante.example"));
        await page.GetByLabel("Code reçu par téléphone").FillAsync(await Code(desk, "phone", "+33639980"));
        await page.Check();
        await page.Shoot("connexion-codes");
        await page.GetByRole(AriaRole.Button, new() { Name = "Vérifier" }).ClickAsync();
        await page.GetByLabel("Nom de cette clé").FillAsync("Poste du cabinet");
        await page.Check();
        await page.GetByRole(AriaRole.Button, new() { Name = "Créer la clé d’accès" }).ClickAsync();
        await page.WaitForURLAsync("**/compte");
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Poste du cabinet" })).ToBeVisibleAsync();
        await page.Check();
        await page.Shoot("connexion-compte");

        // Out and in again, without the mouse.
        await page.GetByRole(AriaRole.Button, new() { Name = "Se déconnecter" }).ClickAsync();
        await page.GotoAsync(Url("/connexion"));
        await TabTo(page, "Se connecter avec ma clé d’accès");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync("**/bouquet");

        // The key is lost: the registrar sees the person, and a new device takes its place.
        await using var counter = await NewContext();
        var registrar = await counter.NewPageAsync();
        await registrar.SignIn(socle.Address, "/connexion/registre", "egistr");
        await registrar.GetByLabel("Numéro RPPS ou INS").FillAsync(Nurse);
        await registrar.GetByLabel("J’ai vu la personne").CheckAsync();
        await registrar.GetByRole(AriaRole.Button, new() { Name = "Faire le code" }).ClickAsync();
        var code = await registrar.Locator(".note code").InnerTextAsync();
        await registrar.Check();
        await using var other = await NewContext();
        var phone = await other.NewPageAsync();
        await AddDevice(phone);
        await phone.GotoAsync(Url("/connexion/recuperer"));
        await phone.Check();
        await phone.GetByRole(AriaRole.Link, new() { Name = "On m’a remis un code" }).ClickAsync();
        await phone.GetByLabel("Code remis").FillAsync(code);
        await phone.Check();
        await phone.GetByRole(AriaRole.Button, new() { Name = "Continuer" }).ClickAsync();
        await phone.GetByRole(AriaRole.Button, new() { Name = "Créer la clé d’accès" }).ClickAsync();
        await phone.WaitForURLAsync("**/compte");
        await page.GotoAsync(Url("/bouquet"));
        page.Url.ShouldContain("/connexion?back=");
        await page.GetByRole(AriaRole.Button, new() { Name = "Se connecter avec ma clé d’accès" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("n’a pas été acceptée");
        await page.Check();
    }

    [InBrowser]
    public async Task A_citizen_opens_an_account_with_the_card_and_a_code_and_makes_a_rescue_code()
    {
        await using var context = await NewContext();
        var page = await context.NewPageAsync();
        await AddDevice(page);
        await page.GotoAsync(Url("/connexion/messages"));
        await page.Check();
        var (who, card) = await Adult(page);
        var parts = Regex.Match(who, @"^(\S+(?: \S+)*?) (\S+), (\d{2}/\d{2}/\d{4})$");
        await page.GotoAsync(Url("/connexion/ouvrir/citoyen"));
        await page.GetByLabel("Nom de naissance").FillAsync(parts.Groups[1].Value);
        await page.GetByLabel("Premier prénom").FillAsync(parts.Groups[2].Value);
        await page.GetByLabel("Date de naissance").FillAsync(parts.Groups[3].Value);
        await page.GetByLabel("Numéro de série").FillAsync(card);
        await page.Check();
        await page.Shoot("connexion-citoyen");
        await page.GetByRole(AriaRole.Button, new() { Name = "Envoyer le code" }).ClickAsync();
        await page.GetByLabel("Code reçu par téléphone").FillAsync(await Code(context, "phone", "+336"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Vérifier" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Créer la clé d’accès" }).ClickAsync();
        await page.WaitForURLAsync("**/compte");
        await page.GetByRole(AriaRole.Button, new() { Name = "Faire un code de secours" }).ClickAsync();
        Regex.IsMatch(await page.Locator("main code").InnerTextAsync(), "^([0-9A-F]{4} ?){8}$").ShouldBeTrue();
        await page.Check();
        await page.GotoAsync(Url("/espace"));
        new Uri(page.Url).AbsolutePath.ShouldStartWith("/espace/");
        await page.Check();
    }

    // The first of the invented people who is old enough and whose name is two words.
    static async Task<(string Who, string Card)> Adult(IPage page)
    {
        var rows = page.Locator("dl.definitions div");
        for (var i = 0; i < await rows.CountAsync(); i++)
        {
            var who = await rows.Nth(i).Locator("dt").InnerTextAsync();
            if (Regex.Match(who, @"^\S+ \S+, \d{2}/\d{2}/(\d{4})$") is { Success: true } adult && int.Parse(adult.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture) < 2005)
                return (who, await rows.Nth(i).Locator("dd").InnerTextAsync());
        }
        throw new InvalidOperationException("No adult among the invented people.");
    }

    /// <summary>The newest code of a channel, once it has arrived.</summary>
    async Task<string> Code(IBrowserContext context, string channel, string to)
    {
        var page = await context.NewPageAsync();
        for (var i = 0; i < 60; i++)
        {
            await page.GotoAsync(Url("/connexion/messages"));
            foreach (var one in await page.Locator($"[data-channel={channel}]").AllInnerTextsAsync())
                if (one.Contains(to, StringComparison.Ordinal) && Regex.Match(one, @"Votre code est (\d{4} \d{4})") is { Success: true } found)
                {
                    await page.CloseAsync();
                    return found.Groups[1].Value;
                }
            await Task.Delay(500);
        }
        throw new InvalidOperationException($"No code came by {channel}.");
    }

    static async Task TabTo(IPage page, string name)
    {
        for (var i = 0; i < 40; i++)
        {
            await page.Keyboard.PressAsync("Tab");
            if (await page.EvaluateAsync<string>("document.activeElement.textContent.trim()") == name) return;
        }
        throw new InvalidOperationException($"{name} is not reached by the keyboard.");
    }

    static async Task AddDevice(IPage page)
    {
        var session = await page.Context.NewCDPSessionAsync(page);
        await session.SendAsync("WebAuthn.enable");
        await session.SendAsync("WebAuthn.addVirtualAuthenticator", new()
        {
            ["options"] = new Dictionary<string, object>
            {
                ["protocol"] = "ctap2", ["transport"] = "internal", ["hasResidentKey"] = true, ["hasUserVerification"] = true, ["isUserVerified"] = true,
                ["automaticPresenceSimulation"] = true
            }
        });
    }

    async Task<IBrowserContext> NewContext()
    {
        var context = await chromium.Browser.NewContextAsync(new() { Locale = "fr-FR" });
        context.SetDefaultTimeout(60_000);
        return context;
    }

    string Url(string path) => new Uri(socle.Address, path).ToString();
}
