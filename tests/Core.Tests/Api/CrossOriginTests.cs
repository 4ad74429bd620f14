namespace Socle.Core.Tests.Api;

/// <summary>CORS: a browser's application is let in from registered origins only, without credentials.</summary>
public sealed class CrossOriginTests
{
    const string App = "https://app.example.org";
    const string Registered = """{"Api":{"Origins":["https://app.example.org","http://localhost:3000"]}}""";

    static (string, string)[] Preflight(string origin) =>
        [("Origin", origin), ("Access-Control-Request-Method", "PUT"), ("Access-Control-Request-Headers", "authorization,if-match")];

    [Fact]
    public async Task A_registered_origin_may_call_and_read()
    {
        await using var server = await ApiServer.Start(Socle.Support.DatabaseKind.Sqlite, Registered);
        var preflight = await server.Send(null, HttpMethod.Options, "Patient/a", null, Preflight(App));
        preflight.Status.ShouldBe(204, preflight.Text);
        preflight.Headers["Access-Control-Allow-Origin"].ShouldBe(App);
        preflight.Headers["Access-Control-Allow-Methods"].ShouldContain("PATCH");
        preflight.Headers["Access-Control-Allow-Headers"].ShouldContain("Idempotency-Key");
        preflight.Headers["Vary"].ShouldContain("Origin");

        var steward = server.Token(server.Steward);
        var (patient, _) = await server.NewPatient("ESSAI", "180057512300101");
        var read = await server.Get(steward, $"Patient/{patient}", ("Origin", App));
        read.Headers["Access-Control-Allow-Origin"].ShouldBe(App);
        foreach (var name in (string[])["ETag", "Location", "Last-Modified", "Content-Location", "X-Correlation-Id"]) read.Headers["Access-Control-Expose-Headers"].ShouldContain(name);
        read.Headers.ShouldNotContainKey("Access-Control-Allow-Credentials");
        // A refusal is readable too: without a token, and with a wrong address.
        (await server.Get(null, $"Patient/{patient}", ("Origin", App))).Headers["Access-Control-Allow-Origin"].ShouldBe(App);
        (await server.Get(steward, "Patient/nobody", ("Origin", "http://localhost:3000"))).Headers["Access-Control-Allow-Origin"].ShouldBe("http://localhost:3000");
        (await server.Get(null, "metadata")).Json.GetProperty("rest")[0].GetProperty("security").GetProperty("cors").GetBoolean().ShouldBeTrue();
    }

    [Theory]
    [InlineData("https://evil.example.org"), InlineData("https://app.example.org.evil.example"), InlineData("http://app.example.org"), InlineData("https://app.example.org:8443")]
    [InlineData("https://APP.example.org"), InlineData("null"), InlineData("*"), InlineData("https://app.example.org/")]
    public async Task Another_origin_gets_no_word(string origin)
    {
        await using var server = await ApiServer.Start(Socle.Support.DatabaseKind.Sqlite, Registered);
        var preflight = await server.Send(null, HttpMethod.Options, "Patient/a", null, Preflight(origin));
        preflight.Headers.Keys.ShouldNotContain(name => name.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
        preflight.Status.ShouldBe(401);
        var read = await server.Get(server.Token(server.Steward), "Patient/a", ("Origin", origin));
        read.Headers.Keys.ShouldNotContain(name => name.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
        read.Headers["Vary"].ShouldContain("Origin");
    }

    [Fact]
    public async Task By_default_the_door_is_closed()
    {
        await using var server = await ApiServer.Start();
        foreach (var answer in new[] { await server.Send(null, HttpMethod.Options, "Patient/a", null, Preflight(App)), await server.Get(null, "metadata", ("Origin", App)) })
            answer.Headers.Keys.ShouldNotContain(name => name.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
        (await server.Get(null, "metadata")).Json.GetProperty("rest")[0].GetProperty("security").GetProperty("cors").GetBoolean().ShouldBeFalse();
    }

    [Theory]
    [InlineData("*"), InlineData("https://*.example.org"), InlineData("https://app.example.org/"), InlineData("https://app.example.org/chemin"), InlineData("http://app.example.org")]
    [InlineData("app.example.org"), InlineData("null"), InlineData("")]
    public async Task What_is_no_origin_stops_the_program(string origin) =>
        (await Should.ThrowAsync<Socle.Platform.SettingsException>(() => ApiServer.Start(Socle.Support.DatabaseKind.Sqlite, $$$"""{"Api":{"Origins":["{{{origin}}}"]}}""")))
            .Message.ShouldContain("origine");
}
