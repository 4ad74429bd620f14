using Microsoft.Playwright;

namespace Socle.Browser.Tests.Journeys;

/// <summary>A professional asks for a correction of their own entry, the registrar decides, all by keyboard.</summary>
public sealed class DirectoryJourney(RunningSocle socle, Chromium chromium) : IClassFixture<RunningSocle>, IClassFixture<Chromium>
{
    [InBrowser]
    public async Task A_correction_is_asked_validated_and_shown_with_the_keyboard_alone()
    {
        await using var doctor = await chromium.Browser.NewContextAsync(new() { Locale = "fr-FR" });
        var mine = await doctor.NewPageAsync();
        mine.SetDefaultTimeout(60_000);
        await mine.SignIn(socle.Address, "/bouquet", "Karim Benali");
        await Press(mine, mine.GetByRole(AriaRole.Link, new() { Name = "Mon entrée dans l’annuaire" }));
        await Look(mine);
        await Type(mine, "Téléphone professionnel", "12");
        await Press(mine, mine.GetByRole(AriaRole.Button, new() { Name = "Envoyer au registre" }));
        await Assertions.Expect(mine.GetByLabel("Téléphone professionnel")).ToHaveAttributeAsync("aria-invalid", "true");
        await Look(mine);
        await Type(mine, "Téléphone professionnel", "02 98 00 00 12");
        await Type(mine, "Messagerie sécurisée de santé", "karim.benali@essai.mssante.fr");
        await Press(mine, mine.GetByRole(AriaRole.Button, new() { Name = "Envoyer au registre" }));
        await Assertions.Expect(mine.Locator("body")).ToContainTextAsync("attend la décision du registre");

        await using var office = await chromium.Browser.NewContextAsync(new() { Locale = "fr-FR" });
        var register = await office.NewPageAsync();
        register.SetDefaultTimeout(60_000);
        await register.SignIn(socle.Address, "/annuaire/registre", "Registre des professionnels");
        await Look(register);
        await Press(register, register.GetByRole(AriaRole.Link, new() { Name = "Karim Benali" }));
        await Look(register);
        await Press(register, register.GetByRole(AriaRole.Button, new() { Name = "Accepter la correction" }));
        await Assertions.Expect(register.Locator("body")).ToContainTextAsync("est dans l’annuaire");

        await mine.ReloadAsync();
        await Assertions.Expect(mine.Locator("body")).ToContainTextAsync("est acceptée");
        await Assertions.Expect(mine.Locator("dl.definitions")).ToContainTextAsync("0298000012, karim.benali@essai.mssante.fr");
        await Look(mine);

        await Type(register, "RPPS du professionnel à suspendre", (await mine.Locator("dl.definitions div:has(dt:text-is(\"RPPS\")) dd").InnerTextAsync()).Trim());
        await Type(register, "Motif de la suspension", "Essai");
        await Press(register, register.GetByRole(AriaRole.Button, new() { Name = "Suspendre" }));
        await Assertions.Expect(register.Locator("body")).ToContainTextAsync("est suspendu");
        await Look(register);
        await mine.ReloadAsync();
        await Assertions.Expect(mine).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/connexion"));
        await Press(register, register.GetByRole(AriaRole.Button, new() { NameRegex = new("^Lever la suspension de") }));
        await mine.GotoAsync(new Uri(socle.Address, "/bouquet/annuaire").ToString());
        await Assertions.Expect(mine.Locator("h1")).ToHaveTextAsync("Mon entrée dans l’annuaire");
    }

    static async Task Look(IPage page)
    {
        await Assertions.Expect(page.Locator("h1")).ToBeVisibleAsync();
        await page.Check();
    }

    static async Task Press(IPage page, ILocator control)
    {
        await control.First.FocusAsync();
        await page.RunAndWaitForResponseAsync(() => page.Keyboard.PressAsync("Enter"), answer => answer.Request.IsNavigationRequest && answer.Status != 303);
        await page.WaitForLoadStateAsync();
    }

    static async Task Type(IPage page, string label, string text)
    {
        await page.GetByLabel(label).FocusAsync();
        await page.Keyboard.PressAsync("Control+A");
        await page.Keyboard.TypeAsync(text);
    }
}
