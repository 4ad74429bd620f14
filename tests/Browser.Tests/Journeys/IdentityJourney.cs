using Microsoft.Playwright;

namespace Socle.Browser.Tests.Journeys;

/// <summary>The INS on paper and back: shown with its traits and its Datamatrix, typed into the search by a hand scanner.</summary>
public sealed class IdentityJourney(RunningSocle socle, Chromium chromium) : IClassFixture<RunningSocle>, IClassFixture<Chromium>
{
    [InBrowser]
    public async Task A_scanner_finds_the_person_whose_Datamatrix_was_shown_and_a_wrong_trait_shows_nobody()
    {
        await using var context = await chromium.Browser.NewContextAsync(new() { Locale = "fr-FR" });
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(30_000);
        await page.SignIn(socle.Address, "/bouquet", "Claire Jézéquel");
        await page.Locator("tbody th a").First.ClickAsync();
        await page.GetByLabel("Soins à domicile sur prescription").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Ouvrir le dossier" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Identité INS" }).ClickAsync();

        (await page.GetByRole(AriaRole.Img, new() { Name = "Datamatrix INS de" }).Locator("path").GetAttributeAsync("d"))!.Length.ShouldBeGreaterThan(1_000);
        var name = await Trait("Nom de naissance");
        var day = (await Trait("Date de naissance")).Replace('/', '-');
        var sex = await Trait("Sexe") == "Femme" ? "F" : "M";
        var head = $"IS010000000000000000000000S1{await Trait("Matricule INS")}S2{await Trait("Registre (OID)")}S3{Plain(await Trait("Prénoms de naissance"))}S4{Plain(name)}S5";
        var tail = $"S6{day}S7{await Trait("Lieu de naissance (code INSEE)")}";

        // A field of a page takes no separators, and a scanner ends with the enter key.
        await Type(head + sex + tail);
        (await Answer()).ShouldContain(name);
        await Type(head + (sex == "F" ? "M" : "F") + tail);
        var answer = await Answer();
        answer.ShouldContain("sexe");
        answer.ShouldNotContain(name);
        await Type(head);
        await Assertions.Expect(page.GetByLabel("INS").First).ToHaveAttributeAsync("aria-invalid", "true");

        Task<string> Answer() => page.Locator("section[aria-labelledby=find] [role=status]").InnerTextAsync();

        async Task<string> Trait(string term) => (await page.Locator($"dl.definitions div:has(dt:text-is(\"{term}\")) dd").InnerTextAsync()).Trim();

        async Task Type(string scan)
        {
            await page.GotoAsync(new Uri(socle.Address, "/bouquet").ToString());
            await page.GetByLabel("INS").First.FocusAsync();
            await page.Keyboard.TypeAsync(scan);
            await page.RunAndWaitForResponseAsync(() => page.Keyboard.PressAsync("Enter"), answer => answer.Url.EndsWith("/bouquet/recherche", StringComparison.Ordinal));
            await page.WaitForLoadStateAsync();
        }
    }

    // As the register writes it.
    static string Plain(string name) => new([.. name.Normalize(System.Text.NormalizationForm.FormD).Where(char.IsAscii).Select(char.ToUpperInvariant)]);
}
