using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Socle.Platform;

namespace Socle.Core.Tests.Web;

public sealed class SettingsTests
{
    [Theory]
    [InlineData("""{ "Web": { "Hots": "x" } }""", "le réglage « Web:Hots » est inconnu")]
    [InlineData("""{ "Wep": {} , "Autre": { "a": 1 } }""", "est inconnue")]
    [InlineData("""{ "Web": """, "n’est pas du JSON lisible (ligne 1)")]
    public async Task A_wrong_settings_file_stops_the_program_in_one_sentence(string json, string sentence)
    {
        var error = await Should.ThrowAsync<SettingsException>(() => WebServer.Start([new SampleModule()], e => e.Settings = json));
        error.Message.ShouldContain(sentence);
        error.Message.ShouldNotContain("\n");
    }

    [Fact]
    public async Task A_setting_is_bound()
    {
        await using var server = await WebServer.Start([new SampleModule()], e => e.Settings = """{ "Web": { "ServiceName": "Ma région" } }""");
        server.App.Services.GetRequiredService<WebSettings>().ServiceName.ShouldBe("Ma région");
        System.Net.WebUtility.HtmlDecode(await (await server.Get("/note")).Content.ReadAsStringAsync()).ShouldContain("Ma région");
    }
}
