using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Socle.Host;
using Socle.Identities;
using Socle.Platform;
using Socle.SignIn;

namespace Socle.Browser.Tests.Journeys;

/// <summary>
/// A citizen's phone and a professional's desk, two browsers: the phone shows its card without a network, the desk reads it once. The program runs inside the
/// test, which enrols the phone; the key is made in the phone's browser and never leaves it.
/// </summary>
public sealed class CardJourney(Chromium chromium) : IClassFixture<Chromium>, IAsyncLifetime
{
    readonly string folder = Directory.CreateTempSubdirectory("socle-card-").FullName;
    WebApplication app = null!;
    Uri address = null!;

    public async Task InitializeAsync()
    {
        if (Chromium.Path is null) return;
        await File.WriteAllTextAsync(Path.Combine(folder, "socle.json"), """{"Store": {"SearchBudget": "00:01:00"}, "Storage": {"StatementBudget": "00:01:00"}, "Directories": {"DemonstrationRoles": 0}}""");
        app = await SocleApp.Open(new() { DataFolder = folder, Urls = ["http://127.0.0.1:0"], Demo = true, Log = false }, ModuleList.All, default);
        await app.Services.GetRequiredService<Population>().Seed(12, null, default);
        await app.StartAsync();
        address = new($"http://localhost:{new Uri(app.Urls.First()).Port}");
    }

    public async Task DisposeAsync()
    {
        if (app is not null) await app.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [InBrowserWithReader]
    public async Task A_phone_without_a_network_shows_its_card_and_a_desk_reads_it_once()
    {
        await using var phoneContext = await chromium.Browser.NewContextAsync(new() { Locale = "fr-FR", ViewportSize = new() { Width = 390, Height = 844 } });
        await using var deskContext = await chromium.Browser.NewContextAsync(new() { Locale = "fr-FR" });
        var (phone, desk) = (await phoneContext.NewPageAsync(), await deskContext.NewPageAsync());
        foreach (var page in new[] { phone, desk }) page.SetDefaultTimeout(30_000);

        await phone.SignIn(address, "/espace", "Jeanne Morel");
        await Go(phone, phone.GetByRole(AriaRole.Link, new() { Name = "Ma carte Vitale" }));
        await Assertions.Expect(phone.GetByText("Droits inventés.")).ToBeVisibleAsync();
        await phone.Check();
        await Picture(phone, "carte");
        var card = phone.Url;
        await phone.GotoAsync(card + "/presenter");
        await Assertions.Expect(phone.GetByText("Ce navigateur n’est pas l’un de vos téléphones.")).ToBeVisibleAsync();
        await phone.Check();
        await Enrol(phone);
        await phone.ReloadAsync();
        await Assertions.Expect(phone.GetByLabel("Code du poste")).ToBeVisibleAsync();
        await phone.Check();

        var nonce = await Wait(desk, first: true);
        await phoneContext.SetOfflineAsync(true);
        await phone.GetByLabel("Code du poste").FillAsync("pas un code");
        await phone.Keyboard.PressAsync("Enter");
        await Assertions.Expect(phone.GetByText("n’est pas celui d’un poste")).ToBeVisibleAsync();
        await phone.GetByLabel("Code du poste").FillAsync(nonce.ToLowerInvariant());
        await phone.Keyboard.PressAsync("Enter");
        await Assertions.Expect(phone.GetByRole(AriaRole.Heading, new() { Name = "Montrez ce code au poste" })).ToBeVisibleAsync();
        await phone.Check();
        await Picture(phone, "carte-presenter");
        var written = (await phone.Locator("output.letters").EvaluateAsync<string>("e => e.value")).Replace(" ", "", StringComparison.Ordinal);
        written.ShouldMatch("^B[A-Z2-7]{174}$");
        (await Scan(phone)).ShouldBe(written, "what a reader of others sees in the QR code");

        await Type(desk, written);
        await Assertions.Expect(desk.GetByRole(AriaRole.Heading, new() { Name = "Carte lue" })).ToBeVisibleAsync();
        await Assertions.Expect(desk.GetByText("Droits inventés.")).ToBeVisibleAsync();
        await desk.Check();
        await Picture(desk, "carte-lue");
        await Go(desk, desk.GetByRole(AriaRole.Link, new() { Name = "Ouvrir le dossier" }));
        (await desk.Locator("body").InnerTextAsync()).ShouldNotContain("Pourquoi ouvrez-vous ce dossier");

        // The same code again, as a photo of it would be shown.
        await Wait(desk, first: false);
        await Type(desk, written);
        await Assertions.Expect(desk.Locator(".error").First).ToContainTextAsync("a déjà servi");
        await desk.Check();

        await phoneContext.SetOfflineAsync(false);
        await phone.GotoAsync(card.Replace("/carte", "/acces", StringComparison.Ordinal));
        await Assertions.Expect(phone.GetByText("Carte Vitale présentée par la personne").First).ToBeVisibleAsync();
    }

    [InBrowser]
    public async Task A_paper_is_made_printed_and_checked_by_whoever_holds_it()
    {
        await using var context = await chromium.Browser.NewContextAsync(new() { Locale = "fr-FR" });
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(30_000);
        await page.SignIn(address, "/espace", "Jeanne Morel");
        await Go(page, page.GetByRole(AriaRole.Link, new() { Name = "Ma carte Vitale" }));
        await Go(page, page.GetByRole(AriaRole.Button, new() { Name = "Prouver que je suis couvert" }));
        await Assertions.Expect(page.GetByText("L’attestation est établie.")).ToBeVisibleAsync();
        await page.Check();
        await Picture(page, "attestation");
        var code = (await page.Locator("figcaption").InnerTextAsync()).Trim();
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Télécharger le PDF" }).ClickAsync());
        var file = await File.ReadAllBytesAsync(await download.PathAsync());
        System.Text.Encoding.ASCII.GetString(file, 0, 8).ShouldBe("%PDF-1.7");

        await using var other = await chromium.Browser.NewContextAsync(new() { Locale = "fr-FR", JavaScriptEnabled = false });
        var checking = await other.NewPageAsync();
        await checking.GotoAsync(new Uri(address, "/verifier").ToString());
        await checking.GetByRole(AriaRole.Textbox, new() { Name = "Code" }).FillAsync(code.ToLowerInvariant());
        await checking.Keyboard.PressAsync("Enter");
        await Assertions.Expect(checking.GetByText("Cette attestation est la bonne.")).ToBeVisibleAsync();
        var again = await context.NewPageAsync();
        await again.GotoAsync(checking.Url);
        await again.Check();
        await Picture(again, "verifier");
        await page.GotoAsync(page.Url.Split("/attestations")[0] + "/confiance");
        await page.Check();
        await Picture(page, "confiance");
    }

    // The desk waits for a card; answers the eight letters that it shows.
    async Task<string> Wait(IPage desk, bool first)
    {
        if (first) await desk.SignIn(address, "/bouquet", "Claire Jézéquel");
        else await desk.GotoAsync(new Uri(address, "/bouquet").ToString());
        await Go(desk, desk.GetByRole(AriaRole.Link, new() { Name = "Lire une carte Vitale" }));
        if (first) await desk.Check();
        await Go(desk, desk.GetByRole(AriaRole.Button, new() { Name = "Attendre une carte" }));
        await Assertions.Expect(desk.GetByRole(AriaRole.Heading, new() { Name = "En attente d’une carte" })).ToBeVisibleAsync();
        if (first)
        {
            await desk.Check();
            await Picture(desk, "carte-attendre");
        }
        return Regex.Match(await desk.Locator("figcaption").InnerTextAsync(), "[A-Z2-7]{4}-[A-Z2-7]{4}").Value;
    }

    // As a hand scanner does: keys, then Enter.
    static async Task Type(IPage desk, string code)
    {
        await desk.GetByLabel("Code du téléphone").FocusAsync();
        await desk.Keyboard.TypeAsync(code);
        await Leave(desk, () => desk.Keyboard.PressAsync("Enter"));
    }

    // With the keyboard alone: Tab until it has the focus, then Enter.
    static async Task Go(IPage page, ILocator target)
    {
        for (var step = 0; step < 80; step++)
        {
            if (await target.First.EvaluateAsync<bool>("e => e === document.activeElement"))
            {
                await Leave(page, () => page.Keyboard.PressAsync("Enter"));
                return;
            }
            await page.Keyboard.PressAsync("Tab");
        }
        throw new InvalidOperationException($"The keyboard does not come to {target} on {page.Url}.");
    }

    static async Task Leave(IPage page, Func<Task> act)
    {
        await page.EvaluateAsync("window.before = true");
        await act();
        await page.WaitForFunctionAsync("() => !window.before && document.readyState === 'complete'");
    }

    // The page of phones does the same; here the test stands for the person who enrols.
    async Task Enrol(IPage phone)
    {
        var (services, unit) = (app.Services, new Unit());
        var person = (await services.GetRequiredService<DemoPeople>().List(default)).First(one => one.Name.Contains("Jeanne Morel", StringComparison.Ordinal));
        var accounts = services.GetRequiredService<Accounts>();
        var account = await accounts.Of(person.Agent.Id, default) ?? accounts.Open(unit, AgentKind.Citizen, person.Agent.Id, person.Name);
        var jwk = await phone.EvaluateAsync<string>("""
            async account => {
              const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])
              await new Promise((done, fail) => {
                const asked = indexedDB.open('socle-phone', 1)
                asked.onupgradeneeded = () => asked.result.createObjectStore('keys')
                asked.onerror = () => fail(asked.error)
                asked.onsuccess = () => {
                  const put = asked.result.transaction('keys', 'readwrite').objectStore('keys').put(pair, account)
                  put.onsuccess = () => { asked.result.close(); done() }
                  put.onerror = () => fail(put.error)
                }
              })
              return JSON.stringify(await crypto.subtle.exportKey('jwk', pair.publicKey))
            }
            """, account.Id);
        services.GetRequiredService<Phones>().Add(unit, account.Id, "Téléphone de Jeanne", jwk);
        await services.GetRequiredService<Db>().Commit(unit, default);
    }

    static async Task<string> Scan(IPage phone)
    {
        await phone.EvaluateAsync(await File.ReadAllTextAsync(InBrowserWithReaderAttribute.Reader));
        return await phone.EvaluateAsync<string>("""
            () => {
              const svg = document.querySelector('[data-code] svg')
              const side = svg.viewBox.baseVal.width, module = 8
              const light = new Uint8ClampedArray((side * module) ** 2).fill(255)
              for (const [, x, y] of svg.querySelector('path').getAttribute('d').matchAll(/M(\d+) (\d+)h1/g))
                for (let dy = 0; dy < module; dy++) for (let dx = 0; dx < module; dx++) light[(y * module + dy) * side * module + x * module + dx] = 0
              const bitmap = new ZXing.BinaryBitmap(new ZXing.HybridBinarizer(new ZXing.RGBLuminanceSource(light, side * module, side * module)))
              return new ZXing.QRCodeReader().decode(bitmap).getText()
            }
            """);
    }

    static async Task Picture(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("SOCLE_WRITE_GUIDE") != "1") return;
        foreach (var width in new[] { 320, 1280 })
        {
            await page.SetViewportSizeAsync(width, 900);
            await page.ScreenshotAsync(new() { Path = Path.Combine(Guide(), $"{name}-{width}.png"), FullPage = true });
        }
    }

    static string Guide()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "Socle.slnx"))) return Path.Combine(at.FullName, "docs", "guide");
        throw new InvalidOperationException("Not in the repository.");
    }
}
