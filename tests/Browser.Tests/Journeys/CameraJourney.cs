using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Socle.Browser.Tests.Journeys;

/// <summary>
/// The Datamatrix INS of a record, drawn into the picture of a camera, read by the page that searches. Chromium without a BarcodeDetector of its own (it has
/// none on Linux) gets one that is made of a reader which nobody here wrote; the camera, its picture and everything of the page are the real ones.
/// </summary>
public sealed class CameraJourney(RunningSocle socle) : IClassFixture<RunningSocle>, IAsyncLifetime
{
    const int Width = 640, Height = 480;

    readonly string video = Path.Combine(Path.GetTempPath(), $"socle-camera-{Guid.NewGuid():N}.y4m");
    IPlaywright? playwright;
    IBrowser browser = null!;

    public async Task InitializeAsync()
    {
        if (Chromium.Path is null) return;
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Chromium.Path,
            Args = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
                $"--use-file-for-fake-video-capture={video}"]
        });
    }

    public async Task DisposeAsync()
    {
        if (browser is not null) await browser.DisposeAsync();
        playwright?.Dispose();
        File.Delete(video);
    }

    [InBrowserWithReader]
    public async Task The_page_reads_a_Datamatrix_that_is_held_before_the_camera()
    {
        await using var context = await browser.NewContextAsync(new() { Locale = "fr-FR", Permissions = ["camera"] });
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(30_000);
        await page.SignIn(socle.Address, "/bouquet", "Claire Jézéquel");
        var own = await page.EvaluateAsync<bool>("async () => 'BarcodeDetector' in globalThis && (await BarcodeDetector.getSupportedFormats()).includes('data_matrix')");
        Console.WriteLine($"BarcodeDetector of this Chromium reads Data Matrix: {own}");
        var scan = page.GetByRole(AriaRole.Button, new() { Name = "Scanner un Datamatrix INS" });
        (await scan.IsVisibleAsync()).ShouldBe(own);   // nothing is offered that would not work

        await page.Locator("tbody th a").First.ClickAsync();
        await page.GetByLabel("Soins à domicile sur prescription").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Ouvrir le dossier" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Identité INS" }).ClickAsync();
        var name = (await page.Locator("dl.definitions div:has(dt:text-is(\"Nom de naissance\")) dd").InnerTextAsync()).Trim();
        var matricule = (await page.Locator("dl.definitions div:has(dt:text-is(\"Matricule INS\")) dd").InnerTextAsync()).Trim();
        var svg = page.GetByRole(AriaRole.Img, new() { Name = "Datamatrix INS de" });
        var side = int.Parse((await svg.GetAttributeAsync("viewBox"))!.Split(' ')[2], CultureInfo.InvariantCulture);
        Film(side, (await svg.Locator("path").GetAttributeAsync("d"))!);

        if (!own) await context.AddInitScriptAsync(await File.ReadAllTextAsync(InBrowserWithReaderAttribute.Reader) + Detector);
        var answer = await page.GotoAsync(new Uri(socle.Address, "/bouquet").ToString());
        answer!.Headers["permissions-policy"].ShouldContain("camera=(self)");
        await scan.ClickAsync();
        await Assertions.Expect(page.GetByLabel("INS").First).ToHaveValueAsync(new Regex("^IS01"));
        (await page.GetByLabel("INS").First.InputValueAsync()).ShouldContain("S1" + matricule);
        await Assertions.Expect(page.GetByText("Code lu.")).ToBeVisibleAsync();
        // The camera is off.
        (await page.EvaluateAsync<bool>("document.querySelector('video').srcObject === null")).ShouldBeTrue();
        (await scan.IsVisibleAsync()).ShouldBeTrue();
        await page.Check();
        await page.GetByRole(AriaRole.Button, new() { Name = "Rechercher" }).ClickAsync();
        await page.WaitForLoadStateAsync();
        (await page.Locator("section[aria-labelledby=find] [role=status]").First.InnerTextAsync()).ShouldContain(name);

        // Stopped by hand, with the code still before the camera covered.
        Film(side, "");
        await scan.ClickAsync();
        var stop = page.GetByRole(AriaRole.Button, new() { Name = "Arrêter la caméra" });
        await stop.ClickAsync();
        (await page.EvaluateAsync<bool>("document.querySelector('video').srcObject === null")).ShouldBeTrue();
        await Assertions.Expect(stop).ToBeHiddenAsync();
        // No other page may look through the camera.
        (await page.GotoAsync(new Uri(socle.Address, "/").ToString()))!.Headers["permissions-policy"].ShouldContain("camera=()");
    }

    // The runs of the symbol's rows (« M2 2h5v1h-5z »), black on white, in frames of brightness without colour.
    void Film(int side, string path)
    {
        var module = Math.Min(Width, Height) * 3 / 4 / side;
        var (left, top) = ((Width - side * module) / 2, (Height - side * module) / 2);
        var picture = new byte[Width * Height];
        Array.Fill(picture, (byte)235);
        foreach (Match run in Regex.Matches(path, @"M(\d+) (\d+)h(\d+)", RegexOptions.NonBacktracking))
        {
            var (x, y, length) = (Number(run, 1), Number(run, 2), Number(run, 3));
            for (var row = 0; row < module; row++) picture.AsSpan((top + y * module + row) * Width + left + x * module, length * module).Fill(16);
        }
        var colour = new byte[Width * Height / 2];
        Array.Fill(colour, (byte)128);
        using var file = File.Create(video);
        file.Write(Encoding.ASCII.GetBytes($"YUV4MPEG2 W{Width} H{Height} F10:1 Ip A1:1 C420jpeg\n"));
        for (var frame = 0; frame < 5; frame++)
        {
            file.Write("FRAME\n"u8);
            file.Write(picture);
            file.Write(colour);
        }
    }

    static int Number(Match match, int group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    const string Detector = """
        ;globalThis.BarcodeDetector = class {
          static async getSupportedFormats() { return ['data_matrix'] }
          async detect(video) {
            const [width, height] = [video.videoWidth, video.videoHeight]
            const canvas = document.createElement('canvas')
            Object.assign(canvas, { width, height })
            const pen = canvas.getContext('2d')
            pen.drawImage(video, 0, 0)
            const colours = pen.getImageData(0, 0, width, height).data
            const light = new Uint8ClampedArray(width * height)
            for (let i = 0; i < light.length; i++) light[i] = colours[4 * i]
            try {
              const bitmap = new ZXing.BinaryBitmap(new ZXing.HybridBinarizer(new ZXing.RGBLuminanceSource(light, width, height)))
              return [{ rawValue: new ZXing.DataMatrixReader().decode(bitmap).getText(), format: 'data_matrix' }]
            } catch { return [] }
          }
        };
        """;
}

/// <summary>In a real browser, with the reader of tests/client: skipped where one of them is missing, a failure on the machine that decides.</summary>
public sealed class InBrowserWithReaderAttribute : FactAttribute
{
    public static string Reader { get; } = Path.Combine(Root(), "tests", "client", "node_modules", "@zxing", "library", "umd", "index.min.js");

    public InBrowserWithReaderAttribute()
    {
        if (Environment.GetEnvironmentVariable("CI") == "true") return;
        if (Chromium.Path is null) Skip = "Chromium n'est pas installé.";
        else if (!File.Exists(Reader)) Skip = "Le lecteur de codes n'est pas installé : npm ci dans tests/client (./socle test le fait quand Node est là).";
    }

    static string Root()
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(at!.FullName, "Socle.slnx"))) at = at.Parent;
        return at.FullName;
    }
}
