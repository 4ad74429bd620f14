using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Socle.Api;
using Socle.Platform;
using Socle.Platform.Web;

namespace Socle.Directories;

/// <summary>What the vendors' page says of the Annuaire Santé interface: its address, and a first request; the key of the demonstration there only.</summary>
static class AnnuaireVendorPage
{
    public static VendorSource Section { get; } = new(http =>
    {
        var texts = Texts.Of(typeof(DirectoriesModule).Assembly);
        var basis = $"{http.Request.Scheme}://{http.Request.Host}{AnnuaireDoor.Root}";
        var demo = http.RequestServices.GetRequiredService<SocleOptions>().Demo;
        var key = demo ? http.RequestServices.GetRequiredService<AnnuaireKeys>().Demonstration : "…";
        return new(texts["annuaire.title"], texts[demo ? "annuaire.demo" : "annuaire.text"], [new(texts["annuaire.sample"], Sample(basis, key))]);
    });

    public static string Sample(string basis, string key) =>
        $"curl \"{basis}/PractitionerRole?active=true&_include=PractitionerRole:practitioner&_include=PractitionerRole:organization&_count=5\" \\\n  -H \"{AnnuaireDoor.Header}: {key}\"";
}
