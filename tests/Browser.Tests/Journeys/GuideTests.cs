using Microsoft.Playwright;

namespace Socle.Browser.Tests.Journeys;

/// <summary>
/// Each page of the guide is well made in light and dark, French and English, and photographed at 320 and 1280 px. The pictures in
/// docs/guide are written when SOCLE_WRITE_GUIDE=1.
/// </summary>
public sealed class GuideTests(RunningSocle socle, Chromium chromium) : IClassFixture<RunningSocle>, IClassFixture<Chromium>
{
    [InBrowser]
    public async Task The_pages_of_the_two_spaces_are_well_made()
    {
        await using (var citizen = await Open("/espace", "Jeanne Morel"))
        {
            await citizen.Take("documents");
            await citizen.Page.Locator(".timeline a").First.ClickAsync();
            await citizen.Take("document");
            await citizen.Page.GetByRole(AriaRole.Link, new() { Name = "Mes documents" }).First.ClickAsync();
            await citizen.Page.GetByRole(AriaRole.Link, new() { Name = "Ajouter un document" }).ClickAsync();
            await citizen.Take("ajout");
            await citizen.Page.GetByRole(AriaRole.Button, new() { Name = "Ajouter à mon dossier" }).ClickAsync();
            await citizen.Take("ajout-erreurs");
            await citizen.Page.GetByRole(AriaRole.Link, new() { Name = "Qui a consulté mon dossier" }).ClickAsync();
            await citizen.Take("acces");
        }
        await using (var parent = await Open("/espace", "Hélène Haddad"))
        {
            await parent.Page.Locator(".records a").Last.ClickAsync();
            await parent.Take("enfant");
        }
        await using var nurse = await Open("/bouquet", "Claire Jézéquel");
        await nurse.Take("bouquet");
        await nurse.Page.Locator("tbody th a").First.ClickAsync();
        await nurse.Take("ouvrir");
        await nurse.Page.GetByLabel("Soins à domicile sur prescription").CheckAsync();
        await nurse.Page.GetByRole(AriaRole.Button, new() { Name = "Ouvrir le dossier" }).ClickAsync();
        await nurse.Take("dossier");
        await nurse.Page.GetByRole(AriaRole.Link, new() { Name = "Identité INS" }).ClickAsync();
        await nurse.Take("identite");
        await nurse.Page.GoBackAsync();
        await nurse.Page.GetByRole(AriaRole.Link, new() { Name = "Déposer un document" }).ClickAsync();
        await nurse.Take("depot");
    }

    [InBrowser]
    public async Task The_doors_and_the_refusals_are_well_made()
    {
        await using var somebody = await Open("/", null);
        await somebody.Take("accueil");
        await somebody.Go("/connexion");
        await somebody.Take("connexion");
        await somebody.Go("/nulle-part");
        await somebody.Take("introuvable");
        await somebody.Go("/api");
        await somebody.Take("logiciels", most: 2_000);
        foreach (var example in await somebody.Page.Locator("summary").AllAsync()) await example.ClickAsync();
        await somebody.Page.Check();
        await somebody.Page.SetViewportSizeAsync(320, 900);
        (await somebody.Page.EvaluateAsync<string[]>("""
            () => [...document.querySelectorAll('html, .table, .code')].filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.className + ' ' + e.textContent.slice(0, 60))
            """)).ShouldBeEmpty("at 320 px nothing of it scrolls sideways");
    }

    async Task<Photographer> Open(string path, string? person)
    {
        var context = await chromium.Browser.NewContextAsync(new() { Locale = "fr-FR", ViewportSize = new() { Width = 1280, Height = 900 } });
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(90_000);
        if (person is null) await page.GotoAsync(new Uri(socle.Address, path).ToString());
        else await page.SignIn(socle.Address, path, person);
        return new(context, page, socle.Address);
    }

    sealed class Photographer(IBrowserContext context, IPage page, Uri server) : IAsyncDisposable
    {
        static readonly string? Folder = Environment.GetEnvironmentVariable("SOCLE_WRITE_GUIDE") == "1" ? Path.Combine(Sources.Root, "docs", "guide") : null;

        public IPage Page => page;

        public Task<IResponse?> Go(string path) => page.GotoAsync(new Uri(server, path).ToString());

        /// <param name="most">Pixels of height, of a page that goes on with tables; 0 for the whole.</param>
        public async Task Take(string name, int most = 0)
        {
            foreach (var width in Folder is null ? Array.Empty<int>() : [320, 1280])
            {
                await page.SetViewportSizeAsync(width, 900);
                await page.ScreenshotAsync(new()
                {
                    Path = Path.Combine(Folder!, $"{name}-{width}.png"), FullPage = true, Clip = most == 0 ? null : new() { Width = width, Height = most }
                });
            }
            await page.Check();
            await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
            await page.Check();
            await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        }

        public ValueTask DisposeAsync() => context.DisposeAsync();
    }
}

/// <summary>Where the sources are, found upward from the test's own folder.</summary>
static class Sources
{
    public static string Root { get; } = Find();

    static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Socle.slnx"))) return folder.FullName;
        throw new InvalidOperationException("The sources are not above the test's folder.");
    }
}
