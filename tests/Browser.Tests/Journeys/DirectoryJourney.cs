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

    [InBrowser]
    public async Task An_employer_registers_prolongs_and_ends_a_role_with_the_keyboard_alone()
    {
        await using var office = await chromium.Browser.NewContextAsync(new() { Locale = "fr-FR" });
        var page = await office.NewPageAsync();
        page.SetDefaultTimeout(60_000);
        await page.SignIn(socle.Address, "/annuaire/registre/roles", "Nadia Kermarrec");
        await Look(page);
        await Press(page, page.GetByRole(AriaRole.Button, new() { Name = "Inscrire" }));
        await Assertions.Expect(page.GetByLabel("Nom d’exercice", new() { Exact = true })).ToHaveAttributeAsync("aria-invalid", "true");
        await Look(page);
        await page.Shoot("roles-erreurs");
        await Type(page, "Nom d’exercice", "Tanguy", exact: true);
        await Type(page, "Prénom d’exercice", "Maëlle");
        await Type(page, "Matricule dans la structure", "A-17");
        await page.GetByRole(AriaRole.Combobox, new() { Name = "Rôle" }).FocusAsync();
        await page.Keyboard.TypeAsync("Secr");
        await Type(page, "Fin du contrat", DateTime.Today.AddDays(90).ToString("dd/MM/yyyy", System.Globalization.CultureInfo.InvariantCulture));
        await Press(page, page.GetByRole(AriaRole.Button, new() { Name = "Inscrire" }));
        await Assertions.Expect(page.Locator("body")).ToContainTextAsync("Maëlle Tanguy est dans l’annuaire : Secrétaire médicale.");
        await Look(page);
        await page.Shoot("roles");

        await Press(page, page.GetByRole(AriaRole.Link, new() { Name = "Maëlle Tanguy" }));
        await Look(page);
        await page.Shoot("role");
        await Type(page, "Nouvelle fin du contrat", DateTime.Today.AddDays(30).ToString("dd/MM/yyyy", System.Globalization.CultureInfo.InvariantCulture));
        await Press(page, page.GetByRole(AriaRole.Button, new() { Name = "Prolonger le rôle" }));
        await Assertions.Expect(page.GetByLabel("Nouvelle fin du contrat")).ToHaveAttributeAsync("aria-invalid", "true");
        await Type(page, "Nouvelle fin du contrat", DateTime.Today.AddDays(200).ToString("dd/MM/yyyy", System.Globalization.CultureInfo.InvariantCulture));
        await Press(page, page.GetByRole(AriaRole.Button, new() { Name = "Prolonger le rôle" }));
        await Assertions.Expect(page.Locator("body")).ToContainTextAsync("est prolongé");
        await Press(page, page.GetByRole(AriaRole.Link, new() { Name = "Maëlle Tanguy" }));
        await Type(page, "Motif", "Démission");
        await Press(page, page.GetByRole(AriaRole.Button, new() { Name = "Terminer le rôle" }));
        await Assertions.Expect(page.Locator("body")).ToContainTextAsync("est terminé");
        await Assertions.Expect(page.Locator("body")).ToContainTextAsync("Aucun rôle en cours.");
        (await page.GotoAsync(new Uri(socle.Address, "/annuaire/registre").ToString()))!.Status.ShouldBe(403, "the register is the registrar's");
        await Assertions.Expect(page.Locator("table, form[action*=suspensions]")).ToHaveCountAsync(0);
    }

    [InBrowser]
    public async Task What_an_import_changed_is_read_by_the_registrar()
    {
        var folder = Directory.CreateTempSubdirectory("socle-imports-").FullName;
        var (first, second) = (Path.Combine(folder, "PS_LibreAcces_Personne_activite_202611150312.txt"), Path.Combine(folder, "PS_LibreAcces_Personne_activite_202611220312.txt"));
        await File.WriteAllTextAsync(first, Extract("1", "Centre hospitalier des Essais", 8));
        await File.WriteAllTextAsync(second, Extract("2", "Centre hospitalier des Essais", 9).Replace("Le Goff 3|", "|", StringComparison.Ordinal));
        (await RunningSocle.Verb("import", first, second, "--data", socle.Data)).Output.ShouldContain("1 ajoutées, 7 changées, 0 retirées, 0 inchangées, 1 écartées");
        Directory.Delete(folder, recursive: true);

        await using var office = await chromium.Browser.NewContextAsync(new() { Locale = "fr-FR" });
        var page = await office.NewPageAsync();
        page.SetDefaultTimeout(60_000);
        await page.SignIn(socle.Address, "/annuaire/registre", "Registre des professionnels");
        await page.Shoot("registre");
        await Press(page, page.GetByRole(AriaRole.Link, new() { Name = "Reprises d’extractions" }));
        await Look(page);
        await page.Shoot("reprises");
        await Press(page, page.GetByRole(AriaRole.Link, new() { Name = "202611220312" }));
        await Look(page);
        await page.Shoot("reprise");
        await Assertions.Expect(page.Locator("tbody tr")).ToHaveCountAsync(9);   // eight changed or skipped, one new
        await page.GetByLabel("Ce qui est arrivé").SelectOptionAsync("skipped");
        await Press(page, page.GetByRole(AriaRole.Button, new() { Name = "Montrer" }));
        await Look(page);
        await Assertions.Expect(page.Locator("tbody tr")).ToHaveCountAsync(1);
        await Assertions.Expect(page.Locator("tbody")).ToContainTextAsync("n’a pas de nom");
    }

    // An extract of a few invented nurses; the street number tells one edition from another.
    static string Extract(string street, string place, int people)
    {
        string[] names =
        [
            "Identification nationale PP", "Nom d'exercice", "Prénom d'exercice", "Code profession", "Code catégorie professionnelle", "Code mode exercice", "Numéro FINESS site",
            "Raison sociale site", "Numéro Voie (coord. structure)", "Code genre activité"
        ];
        var lines = Enumerable.Range(0, people).Select(i => string.Join('|', "8" + WithKey($"99998000{i:00}"), $"Le Goff {i}", "Anne", "60", "C", "S", WithKey("99000099"), place, street, "GENR01"));
        return string.Join("|\n", [string.Join('|', names), .. lines]) + "|\n";
    }

    static string WithKey(string digits)
    {
        var sum = digits.Reverse().Select((c, i) => i % 2 == 0 ? (c - '0') * 2 / 10 + (c - '0') * 2 % 10 : c - '0').Sum();
        return digits + (10 - sum % 10) % 10;
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

    static async Task Type(IPage page, string label, string text, bool exact = false)
    {
        await page.GetByLabel(label, new() { Exact = exact }).FocusAsync();
        await page.Keyboard.PressAsync("Control+A");
        await page.Keyboard.TypeAsync(text);
    }
}
