using System.Text.RegularExpressions;
using Socle.Tests.Support;

namespace Socle.Modules.Tests.Directories;

/// <summary>The report of an import as the operator and the registrar read it.</summary>
public sealed class ImportReportTests(RunningSocle socle) : IClassFixture<RunningSocle>
{
    [Fact]
    public async Task What_an_import_changed_is_told_by_the_verb_and_shown_to_the_registrar()
    {
        var folder = Directory.CreateTempSubdirectory("socle-report-").FullName;
        var maker = new ExtractMaker(400);
        var (first, second) = (Path.Combine(folder, "activite-1.txt"), Path.Combine(folder, "activite-2.txt"));
        maker.Write(first);
        var truth = maker.WriteNext(second, 4);
        await Verb("import", first, second);

        var runs = (await Verb("import-report")).Trim().Split('\n');
        runs.Length.ShouldBe(2);
        runs[0].ShouldContain($"{truth.Added.Count} ajoutées, {truth.Changed.Count} changées, {truth.Removed} retirées");
        var lines = (await Verb("import-report", "--run", "2")).Trim().Split('\n');
        lines.Length.ShouldBe(truth.Added.Count + truth.Changed.Count + truth.Removed);
        foreach (var line in truth.Changed) lines.ShouldContain(text => text.StartsWith($"ligne {line} changée : ", StringComparison.Ordinal) && text.EndsWith(" – Numéro Voie (coord. structure) ; Téléphone (coord. structure)", StringComparison.Ordinal));

        // The cookies are for https; the handler would keep them from this server.
        using var handler = new HttpClientHandler { UseCookies = false, AllowAutoRedirect = false };
        using var http = new HttpClient(handler) { BaseAddress = socle.Address };
        http.DefaultRequestHeaders.Add("Sec-Fetch-Site", "same-origin");
        await SignIn(http, "registre");
        (await Text(http, "/annuaire/registre/reprises")).ShouldContain("activite-2.txt");
        var page = await Text(http, "/annuaire/registre/reprises/2?quoi=changed");
        page.ShouldContain("Numéro Voie (coord. structure) ; Téléphone (coord. structure)");
        page.ShouldNotContain(">Retirées</td>");
        (await Text(http, "/annuaire/registre/reprises/2?quoi=removed")).ShouldContain(">Retirées</td>");
        (await http.GetAsync(new Uri("/annuaire/registre/reprises/77", UriKind.Relative))).StatusCode.ShouldBe(System.Net.HttpStatusCode.NotFound);
        Directory.Delete(folder, recursive: true);
    }

    async Task<string> Verb(string verb, params string[] more)
    {
        var (exit, text, errors) = await RunningSocle.Verb([verb, .. more, "--data", socle.Data]);
        exit.ShouldBe(0, errors + text);
        return text;
    }

    static async Task SignIn(HttpClient http, string person)
    {
        using var door = await http.GetAsync(new Uri("/connexion", UriKind.Relative));
        var page = await door.Content.ReadAsStringAsync();
        string Hidden(string name) => System.Net.WebUtility.HtmlDecode(Regex.Match(page, $"name=\"{name}\" value=\"([^\"]*)\"").Groups[1].Value);
        Bring(http, door);
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["socle-token"] = Hidden("socle-token"), ["person"] = person, ["back"] = Hidden("back") });
        using var answer = await http.PostAsync(new Uri("/connexion", UriKind.Relative), form);
        answer.StatusCode.ShouldBe(System.Net.HttpStatusCode.SeeOther, await answer.Content.ReadAsStringAsync());
        Bring(http, answer);
    }

    static void Bring(HttpClient http, HttpResponseMessage answer)
    {
        if (!answer.Headers.TryGetValues("Set-Cookie", out var cookies)) return;
        http.DefaultRequestHeaders.Remove("Cookie");
        http.DefaultRequestHeaders.Add("Cookie", string.Join("; ", cookies.Select(cookie => cookie.Split(';')[0])));
    }

    static async Task<string> Text(HttpClient http, string path) => System.Net.WebUtility.HtmlDecode(await http.GetStringAsync(new Uri(path, UriKind.Relative)));
}
