using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace Socle.Browser.Tests.Journeys;

/// <summary>
/// The whole story: a laboratory deposits a biology report in the record found by INS; the nurse reads it; the patient reads it, and sees
/// that the nurse read it, when and why. Told with and without JavaScript.
/// </summary>
public sealed class SharedRecordJourney(RunningSocle socle, Chromium chromium) : IClassFixture<RunningSocle>, IClassFixture<Chromium>
{
    const string Reason = "Soins à domicile sur prescription";

    [InBrowser]
    public Task Told_with_JavaScript() => Tell(javaScript: true, 1);

    [InBrowser]
    public Task Told_without_JavaScript() => Tell(javaScript: false, 2);

    [InBrowser]
    public async Task An_open_list_shows_a_document_that_comes_in()
    {
        var patient = await Patient(3);
        await using var context = await Browse(javaScript: true);
        var page = await context.NewPageAsync();
        await page.SignIn(socle.Address, "/espace", patient.Name);
        using var laboratory = new Laboratory(socle.Address, await socle.Token("--system", "laboratoire", "--structure", "540002698"));
        await laboratory.Deposit(patient.Ins, "Biologie arrivée à l’instant", 3);
        await page.GetByRole(AriaRole.Link, new() { Name = "Biologie arrivée à l’instant" }).WaitForAsync(new() { Timeout = 90_000 });
    }

    async Task Tell(bool javaScript, int number)
    {
        var title = $"Biologie du 3 mars, n° {number}";
        var patient = await Patient(number);
        using (var laboratory = new Laboratory(socle.Address, await socle.Token("--system", "laboratoire", "--structure", "540002698")))
            await laboratory.Deposit(patient.Ins, title, number);

        await NurseReads(javaScript, patient, title);
        await PatientReads(javaScript, patient, title);
    }

    async Task NurseReads(bool javaScript, Someone patient, string title)
    {
        await using var context = await Browse(javaScript);
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(90_000);
        await page.SignIn(socle.Address, "/bouquet", "Claire Jézéquel");
        await page.Check(javaScript);

        await page.GetByLabel("INS").FillAsync(patient.Ins);
        await page.GetByRole(AriaRole.Button, new() { Name = "Rechercher" }).ClickAsync();
        await page.GetByRole(AriaRole.Table, new() { NameString = "Personne trouvée" }).GetByRole(AriaRole.Link).ClickAsync();
        await page.Check(javaScript);
        (await page.GetByRole(AriaRole.Main).InnerTextAsync()).ShouldNotContain(title);

        await page.GetByLabel(Reason).CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Ouvrir le dossier" }).ClickAsync();
        await page.Check(javaScript);
        await page.GetByRole(AriaRole.Link, new() { Name = title }).ClickAsync();
        (await page.FrameLocator("iframe.viewer").GetByText("5,2 mmol/L").InnerTextAsync()).ShouldBe("5,2 mmol/L");
        await page.Check(javaScript);
    }

    async Task PatientReads(bool javaScript, Someone patient, string title)
    {
        await using var context = await Browse(javaScript);
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(90_000);
        await page.SignIn(socle.Address, "/espace", patient.Name);
        await page.GetByRole(AriaRole.Link, new() { Name = title }).ClickAsync();
        (await page.FrameLocator("iframe.viewer").GetByText("5,2 mmol/L").InnerTextAsync()).ShouldBe("5,2 mmol/L");
        await page.Check(javaScript);

        await page.GetByRole(AriaRole.Link, new() { Name = "Qui a consulté mon dossier" }).ClickAsync();
        await page.Check(javaScript);
        var traces = await page.GetByRole(AriaRole.List, new() { Name = "Consultations et actions" }).InnerTextAsync();
        traces.ShouldContain("a lu");
        traces.ShouldContain(title);
        traces.ShouldMatch("(aujourd’hui|hier) à");   // midnight may come in between
        traces.ShouldContain(Reason);
    }

    Task<IBrowserContext> Browse(bool javaScript) =>
        chromium.Browser.NewContextAsync(new() { JavaScriptEnabled = javaScript, Locale = "fr-FR", ViewportSize = new() { Width = 1280, Height = 900 } });

    sealed record Someone(string Ins, string Name);

    /// <summary>An adult of the demonstration who stands in the sign-in list.</summary>
    async Task<Someone> Patient(int number)
    {
        using var steward = new Laboratory(socle.Address, await socle.Token("--system", "essai", "--steward"));
        var names = await SignInNames();
        var found = await steward.Get("/fhir/Patient?birthdate=lt2000-01-01&_count=60");
        var people = found["entry"]!.AsArray().Select(e => e!["resource"]!)
            .GroupBy(Called).Where(g => g.Count() == 1).Select(g => g.Single())   // of two homonyms the list would not tell which
            .Select(r => new Someone(Ins(r), names.FirstOrDefault(n => n.Contains(Called(r), StringComparison.OrdinalIgnoreCase)) ?? ""))
            .Where(s => s.Name.Length > 0 && s.Ins.Length == 15).ToList();
        return people[number % people.Count];
    }

    async Task<IReadOnlyList<string>> SignInNames()
    {
        await using var context = await Browse(javaScript: false);
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(90_000);
        await page.GotoAsync(new Uri(socle.Address, "/connexion").ToString());
        return await page.GetByRole(AriaRole.Button).AllInnerTextsAsync();
    }

    static string Ins(JsonNode patient) => patient["identifier"]!.AsArray()
        .FirstOrDefault(i => i!["system"]?.GetValue<string>() == "urn:oid:1.2.250.1.213.1.4.10")?["value"]!.GetValue<string>() ?? "";

    static string Called(JsonNode patient)
    {
        var name = patient["name"]!.AsArray().FirstOrDefault(n => n!["use"]?.GetValue<string>() == "usual") ?? patient["name"]![0]!;
        return $"{name["given"]![0]} {name["family"]}";
    }
}
