using Microsoft.Playwright;

namespace Socle.Browser.Tests.Journeys;

/// <summary>Somebody looks for care: by keyboard alone, with and without JavaScript, on the map and in the list.</summary>
public sealed class OfferJourney(RunningSocle socle, Chromium chromium) : IClassFixture<RunningSocle>, IClassFixture<Chromium>
{
    static readonly string? Folder = Environment.GetEnvironmentVariable("SOCLE_WRITE_GUIDE") == "1" ? Path.Combine(Sources.Root, "docs", "guide") : null;

    [InBrowser]
    public async Task By_keyboard_from_the_question_to_the_map_and_the_list()
    {
        await using var context = await Browse(javaScript: true);
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(60_000);
        await page.GotoAsync(new Uri(socle.Address, "/").ToString());
        await page.GetByRole(AriaRole.Link, new() { Name = "Trouver un soin" }).PressAsync("Enter");
        await page.WaitForURLAsync(url => new Uri(url).AbsolutePath == "/offre");
        await Picture(page, "offre");

        await TabTo(page, "Quoi");
        await page.Keyboard.TypeAsync("cardiologue");
        await TabTo(page, "Où");
        await page.Keyboard.TypeAsync("quimper");
        await TabTo(page, "Dans un rayon de");
        await TabTo(page, "Accessible en fauteuil roulant");
        await page.Keyboard.PressAsync("Space");
        await TabTo(page, "Rechercher");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync(url => url.Contains("fauteuil=on", StringComparison.Ordinal));
        (await page.Locator("#found").InnerTextAsync()).ShouldBe("Cardiologue près de Quimper");
        await Picture(page, "offre-resultats");

        // The list goes from near to far, each entry says where, and all of them are accessible.
        var entries = page.Locator("ol.offers > li");
        var count = await entries.CountAsync();
        count.ShouldBeGreaterThan(0);
        for (var i = 0; i < count; i++)
        {
            var text = await entries.Nth(i).InnerTextAsync();
            text.ShouldContain("Accessible en fauteuil roulant");
            text.ShouldMatch(@"\d (km|m)");
            text.ShouldMatch("(Ouvert|Fermé|Horaires non communiqués)");
        }
        (await page.Locator("svg.map a.mark").CountAsync()).ShouldBe(count);

        // From a number of the map to its entry, and back.
        await page.Locator("#found").EvaluateAsync("e => { e.tabIndex = -1; e.focus() }");
        for (var i = 0; i < 3 && await Focused(page) != "m-1"; i++) await page.Keyboard.PressAsync("Tab");
        (await Focused(page)).ShouldBe("m-1");
        await page.Keyboard.PressAsync("Enter");
        page.Url.ShouldEndWith("#r-1");
        (await Focused(page)).ShouldBe("r-1", "the entry takes the focus");
        for (var i = 0; i < 3 && !(await page.EvaluateAsync<string>("document.activeElement.getAttribute('href') ?? ''")).StartsWith("#m-", StringComparison.Ordinal); i++) await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");
        page.Url.ShouldEndWith("#m-1");
    }

    [InBrowser]
    public async Task What_is_not_understood_is_helped_and_nothing_found_says_what_to_do()
    {
        await using var context = await Browse(javaScript: false);
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(60_000);
        await page.GotoAsync(new Uri(socle.Address, "/offre").ToString());
        await page.GetByLabel("Quoi").FillAsync("cardio");
        await page.GetByLabel("Où").FillAsync("Kimper");
        await page.GetByRole(AriaRole.Button, new() { Name = "Rechercher" }).ClickAsync();
        await Assertions.Expect(page.GetByLabel("Où")).ToHaveAttributeAsync("aria-invalid", "true");
        (await page.GetByLabel("Où").InputValueAsync()).ShouldBe("Kimper", "what was typed stays");
        await page.GetByRole(AriaRole.Link, new() { Name = "Quimper (29000)" }).ClickAsync();
        (await page.Locator("#found").InnerTextAsync()).ShouldBe("Cardiologue près de Quimper");

        await page.GotoAsync(new Uri(socle.Address, "/offre?quoi=urgences&ou=Mende&rayon=5").ToString());
        await page.GetByText("Rien ne correspond à moins de 5 km.").WaitForAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Chercher plus loin" }).ClickAsync();
        page.Url.ShouldContain("rayon=10");
        await page.GotoAsync(new Uri(socle.Address, "/offre?quoi=&ou=").ToString());
        (await page.GetByRole(AriaRole.Alert).InnerTextAsync()).ShouldContain("2 points");
        await page.GotoAsync(new Uri(socle.Address, "/offre?quoi=pharmacie&ou=Lyon&heure=25:99").ToString());
        (await page.GetByRole(AriaRole.Alert).InnerTextAsync()).ShouldContain("14:30");
    }

    [InBrowser]
    public async Task The_pages_of_the_offer_are_well_made_in_both_languages()
    {
        await using var context = await Browse(javaScript: true);
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(60_000);
        foreach (var path in new[] { "/offre?lang=en", "/offre?quoi=medecin-generaliste&ou=Quimper&rayon=20&lang=en", "/offre?quoi=x&ou=Quimperr", "/offre?quoi=urgences&ou=Mende&rayon=5" })
        {
            await page.GotoAsync(new Uri(socle.Address, path).ToString());
            await Well(page);
        }
        await using var doctor = await Browse(javaScript: true);
        var beds = await doctor.NewPageAsync();
        beds.SetDefaultTimeout(60_000);
        await beds.SignIn(socle.Address, "/bouquet", "Karim Benali");
        await beds.GotoAsync(new Uri(socle.Address, "/bouquet/lits?ou=Quimper&rayon=100").ToString());
        (await beds.GetByRole(AriaRole.Table).InnerTextAsync()).ShouldContain("Donnée ancienne");
        (await beds.GetByRole(AriaRole.Main).InnerTextAsync()).ShouldContain("ne sont pas comptés");
        await Picture(beds, "lits");
    }

    static async Task TabTo(IPage page, string label)
    {
        for (var i = 0; i < 40; i++)
        {
            await page.Keyboard.PressAsync("Tab");
            var here = await page.EvaluateAsync<string>("(document.activeElement.labels?.[0] ?? document.activeElement).innerText ?? ''");
            if (here.Trim().StartsWith(label, StringComparison.Ordinal)) return;
        }
        throw new InvalidOperationException($"« {label} » is not reached by the tab key.");
    }

    static Task<string> Focused(IPage page) => page.EvaluateAsync<string>("document.activeElement.id");

    Task<IBrowserContext> Browse(bool javaScript) =>
        chromium.Browser.NewContextAsync(new() { JavaScriptEnabled = javaScript, Locale = "fr-FR", ViewportSize = new() { Width = 1280, Height = 900 } });

    static async Task Picture(IPage page, string name)
    {
        foreach (var width in Folder is null ? Array.Empty<int>() : [320, 1280])
        {
            await page.SetViewportSizeAsync(width, 900);
            await page.ScreenshotAsync(new() { Path = Path.Combine(Folder!, $"{name}-{width}.png"), FullPage = true });
        }
        await page.SetViewportSizeAsync(1280, 900);
        await Well(page);
    }

    static async Task Well(IPage page)
    {
        await page.Check();
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await page.Check();
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
    }
}
