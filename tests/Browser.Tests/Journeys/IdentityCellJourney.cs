using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.Playwright;
using Socle.Fhir;

namespace Socle.Browser.Tests.Journeys;

/// <summary>The identity cell at work with a keyboard and nothing else: a duplicate is merged and taken apart again, a collision is settled.</summary>
public sealed class IdentityCellJourney(RunningSocle socle, Chromium chromium) : IClassFixture<RunningSocle>, IClassFixture<Chromium>
{
    const string Production = "urn:oid:1.2.250.1.213.1.4.8", Test = "urn:oid:1.2.250.1.213.1.4.10";

    [InBrowser]
    public async Task A_duplicate_is_merged_and_taken_apart_and_a_collision_is_settled_by_keyboard()
    {
        var token = await socle.Token("--system", "cellule", "--steward");
        await Add(token, "HAMELIN", "GINETTE", "1951-02-03", Test, Ins.FromParts("2510229232977").Value);
        await Add(token, "HAMELIM", "GINETTE", "1951-02-03", null, null);
        var shared = Ins.FromParts("1600429019966").Value;
        await Add(token, "KERBIRIOU", "YVON", "1960-04-09", Production, shared);
        await Add(token, "PRIGENT", "ERWAN", "1962-11-30", Production, shared);

        await using var context = await chromium.Browser.NewContextAsync(new() { Locale = "fr-FR" });
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(30_000);
        await page.SignIn(socle.Address, "/bouquet", "Karim Benali");
        await Press(page, page.GetByRole(AriaRole.Link, new() { Name = "Cellule d’identitovigilance" }), "Enter");
        var duplicate = page.GetByRole(AriaRole.Link, new() { NameRegex = new("HAMELI") });
        // The comparison runs in the background, every few seconds.
        for (var patience = 0; patience < 60 && await duplicate.CountAsync() == 0; patience++)
        {
            await page.WaitForTimeoutAsync(1_000);
            await page.ReloadAsync();
        }
        await page.Check();
        await Picture(page, "identites");

        await Press(page, duplicate, "Enter");
        await page.Check();
        await Picture(page, "identites-comparer");
        // Without a decision and a reason nothing goes on.
        await Press(page, page.GetByRole(AriaRole.Button, new() { Name = "Continuer" }), "Enter");
        await Assertions.Expect(page.GetByText("Motif").First).ToBeVisibleAsync();
        await page.Check();
        await Decide(page, "keep-one", "Carte d’identité vue, même personne");
        await page.Check();
        await Picture(page, "identites-confirmer");
        await Press(page, page.GetByRole(AriaRole.Button, new() { Name = "Confirmer la décision" }), "Enter");
        await Assertions.Expect(page.GetByText("Les deux dossiers sont rapprochés.")).ToBeVisibleAsync();
        await page.Check();

        await Decide(page, "unmerge", "Deux sœurs en réalité");
        await Press(page, page.GetByRole(AriaRole.Button, new() { Name = "Confirmer la décision" }), "Enter");
        await Assertions.Expect(page.GetByText("Le rapprochement est défait.")).ToBeVisibleAsync();

        await page.GotoAsync(new Uri(socle.Address, "/bouquet/identites?genre=collision").ToString());
        await Press(page, page.GetByRole(AriaRole.Link, new() { NameRegex = new("KERBIRIOU") }), "Enter");
        await Assertions.Expect(page.GetByText("Le partage de leurs deux dossiers est suspendu.")).ToBeVisibleAsync();
        await Picture(page, "identites-collision");
        await Decide(page, "number-one", "Le numéro a été mal saisi pour l’autre");
        await Press(page, page.GetByRole(AriaRole.Button, new() { Name = "Confirmer la décision" }), "Enter");
        await Assertions.Expect(page.GetByText("La collision est levée.")).ToBeVisibleAsync();
        await page.Check();
    }

    [InBrowser]
    public async Task The_queue_works_without_JavaScript_and_is_closed_to_others()
    {
        await using var plain = await chromium.Browser.NewContextAsync(new() { Locale = "fr-FR", JavaScriptEnabled = false });
        var page = await plain.NewPageAsync();
        await page.SignIn(socle.Address, "/bouquet", "Karim Benali");
        (await page.GotoAsync(new Uri(socle.Address, "/bouquet/identites?etat=clos").ToString()))!.Status.ShouldBe(200);
        await page.Check(javaScript: false);
        await using var other = await chromium.Browser.NewContextAsync(new() { Locale = "fr-FR" });
        var nurse = await other.NewPageAsync();
        await nurse.SignIn(socle.Address, "/bouquet", "Claire Jézéquel");
        (await nurse.GotoAsync(new Uri(socle.Address, "/bouquet/identites").ToString()))!.Status.ShouldBe(403);
    }

    static async Task Decide(IPage page, string decision, string why)
    {
        await Press(page, page.Locator($"input[name=decision][value={decision}]"), null);
        await Press(page, page.GetByLabel("Motif"), null);
        await page.Keyboard.TypeAsync(why);
        await Press(page, page.GetByRole(AriaRole.Button, new() { Name = "Continuer" }), "Enter");
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Confirmer la décision" })).ToBeVisibleAsync();
    }

    // Tab until it has the focus; within a group of radio buttons the arrows.
    static async Task Press(IPage page, ILocator target, string? key)
    {
        for (var step = 0; step < 120; step++)
        {
            if (await target.First.EvaluateAsync<bool>("e => e === document.activeElement"))
            {
                if (await target.First.EvaluateAsync<bool>("e => e.type === 'radio' && !e.checked")) await page.Keyboard.PressAsync("Space");
                if (key is null) return;
                // The answer is another document, not this one that is about to go.
                await page.EvaluateAsync("window.before = true");
                await page.Keyboard.PressAsync(key);
                await page.WaitForFunctionAsync("() => !window.before && document.readyState === 'complete'");
                return;
            }
            var inGroup = await target.First.EvaluateAsync<bool>("e => e.type === 'radio' && document.activeElement.type === 'radio' && document.activeElement.name === e.name");
            await page.Keyboard.PressAsync(inGroup ? "ArrowDown" : "Tab");
        }
        throw new InvalidOperationException($"The keyboard does not come to {target} on {page.Url}.");
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

    async Task Add(string token, string name, string first, string born, string? system, string? number)
    {
        using var http = new HttpClient { BaseAddress = socle.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var patient = new Dictionary<string, object>
        {
            ["resourceType"] = "Patient", ["name"] = new[] { new { use = "official", family = name, given = new[] { first } } },
            ["gender"] = number?[0] == '1' ? "male" : "female", ["birthDate"] = born
        };
        if (system is not null) patient["identifier"] = new[] { new { system, value = number } };
        using var body = new StringContent(JsonSerializer.Serialize(patient), Encoding.UTF8, "application/fhir+json");
        using var answer = await http.PostAsync(new Uri("/fhir/Patient", UriKind.Relative), body);
        ((int)answer.StatusCode).ShouldBe(201, await answer.Content.ReadAsStringAsync());
    }
}
