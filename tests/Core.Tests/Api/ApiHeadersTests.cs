namespace Socle.Core.Tests.Api;

/// <summary>What an API answers is no page: it carries what an API needs, whatever the answer, and the page about it carries a page's.</summary>
public sealed class ApiHeadersTests
{
    static readonly string[] OfPages = ["Cross-Origin-Opener-Policy", "Cross-Origin-Embedder-Policy", "Permissions-Policy", "Referrer-Policy"];

    [Fact]
    public async Task Answers_of_the_api_carry_only_what_an_api_needs()
    {
        await using var server = await ApiServer.Start();
        var steward = server.Token(server.Steward);
        foreach (var path in (string[])["metadata", "Patient", "Patient/unknown", "no-such-thing", "$export"])
            Check(await server.Get(steward, path), path, "no-store");
        Check(await server.Get(null, "Patient"), "without a token", "no-cache");
        foreach (var path in (string[])["openapi.json", "no-such-thing"])
        {
            using var answer = await server.Client.GetAsync(new Uri($"http://localhost:{server.Port}/api/{path}"));
            Check(Headers(answer), path);
        }
        foreach (var path in (string[])["api", "api/"])
        {
            using var page = await server.Client.GetAsync(new Uri($"http://localhost:{server.Port}/{path}"));
            var headers = Headers(page);
            headers["Content-Security-Policy"].ShouldStartWith("default-src 'none'; script-src 'self'", Case.Sensitive, path);
            foreach (var name in OfPages) headers.ShouldContainKey(name);
        }
    }

    static void Check(Answer answer, string what, string cache)
    {
        Check(answer.Headers, what);
        answer.Headers["Cache-Control"].ShouldBe(cache, what);
    }

    static void Check(IDictionary<string, string> headers, string what)
    {
        headers["Content-Security-Policy"].ShouldBe("default-src 'none'; frame-ancestors 'none'; sandbox", what);
        headers["X-Content-Type-Options"].ShouldBe("nosniff", what);
        headers["Cross-Origin-Resource-Policy"].ShouldBe("same-origin", what);
        headers.ShouldContainKey("X-Correlation-Id", what);
        foreach (var name in OfPages) headers.ShouldNotContainKey(name, what);
    }

    static Dictionary<string, string> Headers(HttpResponseMessage answer) =>
        answer.Headers.Concat(answer.Content.Headers).ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);
}
