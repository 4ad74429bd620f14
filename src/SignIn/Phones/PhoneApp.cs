using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Socle.Platform;
using Socle.Platform.Web;

namespace Socle.SignIn;

/// <summary>What makes the pages of the phone an application that is installed: a manifest, icons, a worker that says when there is no network.</summary>
static class PhoneApp
{
    public static IResult Manifest(Assets assets, WebSettings settings)
    {
        var t = Texts.Of(typeof(PhoneApp).Assembly);
        var manifest = new
        {
            id = PhonePaths.Home, name = $"{settings.ServiceName} – {t["phone.app"]}", short_name = settings.ServiceName, lang = Language.Code, start_url = PhonePaths.Home, scope = PhonePaths.Home,
            display = "standalone", background_color = "#FFFFFF", theme_color = "#0A5A8C",
            icons = new object[]
            {
                new { src = assets["phone-192.png"], sizes = "192x192", type = "image/png", purpose = "any maskable" },
                new { src = assets["phone-512.png"], sizes = "512x512", type = "image/png", purpose = "any maskable" },
                new { src = assets["phone-icon.svg"], sizes = "any", type = "image/svg+xml" }
            }
        };
        return Results.Text(JsonSerializer.Serialize(manifest), "application/manifest+json", Encoding.UTF8);
    }

    /// <summary>Under one address for good: a browser looks there for a newer one.</summary>
    public static IResult Worker(HttpContext http, Assets assets)
    {
        http.Response.Headers["Service-Worker-Allowed"] = PhonePaths.Home;
        return Results.Text(assets.Text("phone-worker.mjs"), "text/javascript", Encoding.UTF8);
    }

    public static IResult Offline() => Page.Show<Pages.OfflinePage>();
}
