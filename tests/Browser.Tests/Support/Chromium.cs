using Microsoft.Playwright;

namespace Socle.Browser.Tests;

/// <summary>Debian's Chromium, started once for the run.</summary>
public sealed class Chromium : IAsyncLifetime
{
    IPlaywright? playwright;
    public IBrowser Browser { get; private set; } = null!;

    public static string? Path { get; } = new[] { "/usr/bin/chromium", "/usr/bin/chromium-browser" }.FirstOrDefault(File.Exists);

    public async Task InitializeAsync()
    {
        if (Path is null) return;
        playwright = await Playwright.CreateAsync();
        Browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Path,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
    }

    public async Task DisposeAsync()
    {
        if (Browser is not null) await Browser.DisposeAsync();
        playwright?.Dispose();
    }
}

/// <summary>A test in a real browser: skipped with a reason where there is none, a failure on the machine that decides.</summary>
public sealed class InBrowserAttribute : FactAttribute
{
    public InBrowserAttribute()
    {
        if (Chromium.Path is null && Environment.GetEnvironmentVariable("CI") != "true") Skip = "Chromium n'est pas installé.";
    }
}
