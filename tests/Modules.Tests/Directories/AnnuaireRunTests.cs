using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Socle.Tests.Support;

namespace Socle.Modules.Tests.Directories;

/// <summary>The interface as the program serves it: the example of the vendors' page, and keys by the command line.</summary>
public sealed partial class AnnuaireRunTests(RunningSocle socle) : IClassFixture<RunningSocle>
{
    [Fact]
    public async Task The_example_of_the_vendors_page_works_as_it_stands_there()
    {
        using var http = new HttpClient { BaseAddress = socle.Address };
        var page = WebUtility.HtmlDecode(await http.GetStringAsync(new Uri("/api", UriKind.Relative)));
        var example = Example().Match(page);
        example.Success.ShouldBeTrue(page);
        using var request = new HttpRequestMessage(HttpMethod.Get, example.Groups[1].Value);
        request.Headers.Add(example.Groups[2].Value, example.Groups[3].Value);
        using var answer = await http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        ((int)answer.StatusCode).ShouldBe(200, text);
        JsonDocument.Parse(text).RootElement.GetProperty("type").GetString().ShouldBe("searchset");
    }

    [Fact]
    public async Task A_key_is_given_out_listed_and_taken_back()
    {
        var key = await Run("--system", "essai", "--restricted", "--quota", "5");
        key.ShouldMatch("^[0-9a-f-]{36}$");
        (await Ask(key)).ShouldBe(200);
        (await Run()).ShouldContain("essai\trestreinte\t5");
        (await RunningSocle.Verb("annuaire-key", "--data", socle.Data, "--system", "essai")).ExitCode.ShouldBe(1);
        await Run("--system", "essai", "--revoke");
        (await Ask(key)).ShouldBe(401);
        (await RunningSocle.Verb("annuaire-key", "--data", socle.Data, "--system", "essai", "--revoke")).ExitCode.ShouldBe(1);
    }

    async Task<string> Run(params string[] more)
    {
        var (exit, text, errors) = await RunningSocle.Verb(["annuaire-key", "--data", socle.Data, .. more]);
        exit.ShouldBe(0, errors);
        return text.Trim();
    }

    async Task<int> Ask(string key)
    {
        using var http = new HttpClient { BaseAddress = socle.Address };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/annuaire/fhir/v2/Practitioner?active=true");
        request.Headers.Add("ESANTE-API-KEY", key);
        using var answer = await http.SendAsync(request);
        return (int)answer.StatusCode;
    }

    [GeneratedRegex("curl \"(http[^\"]+/annuaire/fhir/v2/[^\"]+)\" \\\\\\s+-H \"([A-Z-]+): ([^\"]+)\"")]
    private static partial Regex Example();
}
