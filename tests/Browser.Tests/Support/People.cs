using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Socle.Browser.Tests;

/// <summary>Steps that every journey takes, in the words that stand on the pages.</summary>
static class People
{
    /// <summary>Goes to a page and, when asked who they are, chooses that person from the demonstration's list.</summary>
    public static async Task SignIn(this IPage page, Uri server, string path, string person)
    {
        await page.GotoAsync(new Uri(server, path).ToString());
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new(Regex.Escape(person), RegexOptions.IgnoreCase) }).First.ClickAsync();
        await page.WaitForURLAsync(url => new Uri(url).AbsolutePath.StartsWith(path, StringComparison.Ordinal));
    }

    /// <summary>At 320 and 1280 px, into the guide when SOCLE_WRITE_GUIDE=1.</summary>
    public static async Task Shoot(this IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("SOCLE_WRITE_GUIDE") != "1") return;
        var before = page.ViewportSize!;
        foreach (var width in new[] { 320, 1280 })
        {
            await page.SetViewportSizeAsync(width, 900);
            await page.ScreenshotAsync(new() { Path = Path.Combine(Journeys.Sources.Root, "docs", "guide", $"{name}-{width}.png"), FullPage = true });
        }
        await page.SetViewportSizeAsync(before.Width, before.Height);
    }

    /// <summary>One h1, nothing wider than the window at 320 px and at 200 % zoom, and no fault that axe knows.</summary>
    public static async Task Check(this IPage page, bool javaScript = true)
    {
        (await page.Locator("h1").CountAsync()).ShouldBe(1, page.Url);
        if (!javaScript) return;   // the two checks below are scripts themselves
        var before = page.ViewportSize!;
        foreach (var width in new[] { 320, 640, before.Width })   // 1280 px at 200 % zoom are 640 CSS pixels
        {
            await page.SetViewportSizeAsync(width, before.Height);
            var overflow = await Overflow(page);
            overflow.ShouldBeNullOrEmpty($"{page.Url} at {width} px");
        }
        // axe waits for ever for an answer from the sandboxed frame, which runs no script: the frame goes, its title was checked by markup tests.
        await page.EvaluateAsync("document.querySelectorAll('iframe').forEach(frame => frame.remove())");
        var axe = await page.RunAxe();
        axe.Violations.Select(v => $"{v.Id}: {v.Help} {string.Join(" | ", v.Nodes.Select(n => n.Html))}").ShouldBeEmpty(page.Url);
    }

    /// <summary>What stands out of the window, unless it scrolls in a region of its own.</summary>
    static Task<string> Overflow(IPage page) => page.EvaluateAsync<string>("""
        () => {
            const wide = document.documentElement.scrollWidth > document.documentElement.clientWidth;
            if (!wide) return '';
            return [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1 && !e.closest('.table'))
                .slice(0, 3).map(e => e.outerHTML.slice(0, 120)).join(' | ') || 'the page itself';
        }
        """);
}
