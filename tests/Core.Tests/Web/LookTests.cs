using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Socle.Platform.Web;

namespace Socle.Core.Tests.Web;

/// <summary>The rules of the look, checked on the sources of every module: a violator of each rule proves that the check sees it.</summary>
public sealed partial class LookTests
{
    static readonly string Root = FindRoot();

    [Fact]
    public void Every_colour_is_a_token()
    {
        // A CDA is shown on another origin by a library without pages: its one sheet carries its own copy of the tokens.
        Files("css", "razor", "mjs").Where(f => Path.GetFileName(f) is not "tokens.css" and not "cda.css").SelectMany(f => Colours(f, File.ReadAllText(f))).ShouldBeEmpty();
        Colours("x.css", "a { color: #fff }").ShouldNotBeEmpty();
        Colours("x.css", "a { color: rgb(1, 2, 3) }").ShouldNotBeEmpty();
        Colours("x.css", "a { background: red }").ShouldNotBeEmpty();
        Colours("x.css", "a { color: var(--ink) } #content { margin: 0 }").ShouldBeEmpty();
    }

    [Fact]
    public void A_token_that_is_used_exists()
    {
        var known = Regex.Matches(File.ReadAllText(Path.Combine(Root, "src/Platform/Web/Assets/tokens.css")), "--[a-z0-9-]+").Select(m => m.Value).ToHashSet();
        Files("css").Where(f => Path.GetFileName(f) is not "cda.css").SelectMany(f => Regex.Matches(File.ReadAllText(f), "var\\((--[a-z0-9-]+)").Select(m => m.Groups[1].Value)).Where(t => !known.Contains(t)).ShouldBeEmpty();
    }

    [Fact]
    public void Every_icon_has_a_text_beside_it()
    {
        Pages().SelectMany(f => LonelyIcons(f, File.ReadAllText(f))).ShouldBeEmpty();
        LonelyIcons("x", "<a href=\"/\"><Icon Name=\"next\" /></a>").ShouldNotBeEmpty();
        LonelyIcons("x", "<button><Icon Name=\"next\" /> </button>").ShouldNotBeEmpty();
        LonelyIcons("x", "<a href=\"/\"><Icon Name=\"next\" />Suivants</a>").ShouldBeEmpty();
    }

    [Fact]
    public void Every_icon_that_is_named_is_in_the_sprite()
    {
        var known = Regex.Matches(File.ReadAllText(Path.Combine(Root, "src/Platform/Web/Assets/icons.svg")), "id=\"([a-z-]+)\"").Select(m => m.Groups[1].Value).ToHashSet();
        Pages().SelectMany(f => Regex.Matches(File.ReadAllText(f), "(?:<Icon Name|Icon)=\"([a-z-]+)\"").Select(m => m.Groups[1].Value)).Where(n => !known.Contains(n)).ShouldBeEmpty();
    }

    [Fact]
    public void Fields_stand_in_pages_only_through_their_components()
    {
        Pages().Where(f => !f.Contains("Web/Components")).SelectMany(f => BareFields(f, File.ReadAllText(f))).ShouldBeEmpty();
        BareFields("x", "<input name=\"a\">").ShouldNotBeEmpty();
        BareFields("x", "<form method=\"post\">").ShouldNotBeEmpty();
        BareFields("x", "<TextField Name=\"a\" Label=\"A\" />").ShouldBeEmpty();
    }

    [Fact]
    public void No_script_or_style_stands_inside_a_page()
    {
        Pages().SelectMany(f => Inline(f, File.ReadAllText(f))).ShouldBeEmpty();
        Inline("x", "<p style=\"margin:0\">").ShouldNotBeEmpty();
        Inline("x", "<a onclick=\"x()\">").ShouldNotBeEmpty();
        Inline("x", "<script>1</script>").ShouldNotBeEmpty();
    }

    [Fact]
    public void Each_text_is_there_in_french_and_in_english_and_each_key_used_exists()
    {
        foreach (var folder in Directory.GetDirectories(Path.Combine(Root, "src")))
        {
            var (french, english) = (Keys(folder, "fr"), Keys(folder, "en"));
            french.Except(english).Concat(english.Except(french)).ShouldBeEmpty(folder);
            var used = Files("razor", "cs").Where(f => f.StartsWith(folder + "/", StringComparison.Ordinal))
                .SelectMany(f => Regex.Matches(File.ReadAllText(f), "\\bT\\[\"([a-z0-9.-]+)\"[\\],]").Select(m => m.Groups[1].Value));
            used.Except(french).ShouldBeEmpty(folder);
        }
        Texts.Of(typeof(PageLayout).Assembly).Missing().ShouldBeEmpty();
    }

    static HashSet<string> Keys(string folder, string language)
    {
        var file = Path.Combine(folder, "Texts", language + ".txt");
        return !File.Exists(file) ? [] : [.. File.ReadAllLines(file).Where(l => l.Contains('=') && l[0] != '#').Select(l => l[..l.IndexOf('=')].Trim())];
    }

    static IEnumerable<string> Colours(string file, string text) =>
        Colour().Matches(text).Select(m => $"{Path.GetFileName(file)}: {m.Value.Trim()}");

    static IEnumerable<string> LonelyIcons(string file, string text) =>
        LonelyIcon().Matches(text).Select(m => $"{Path.GetFileName(file)}: {m.Value}");

    static IEnumerable<string> BareFields(string file, string text) =>
        BareField().Matches(text).Select(m => $"{Path.GetFileName(file)}: {m.Value}");

    static IEnumerable<string> Inline(string file, string text) =>
        InlineCode().Matches(text).Select(m => $"{Path.GetFileName(file)}: {m.Value}");

    static IEnumerable<string> Pages() => Files("razor");

    static IEnumerable<string> Files(params string[] extensions) =>
        Directory.EnumerateFiles(Path.Combine(Root, "src"), "*", SearchOption.AllDirectories)
            .Where(f => !f.Contains("/obj/") && !f.Contains("/bin/") && extensions.Contains(Path.GetExtension(f).TrimStart('.')));

    static string FindRoot([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../.."));

    [GeneratedRegex("#(?:[0-9a-fA-F]{8}|[0-9a-fA-F]{6}|[0-9a-fA-F]{3})(?![\\w-])(?=\\s*[;})\"'\\s])|\\b(?:rgba?|hsla?|oklch)\\(|(?<=(?:color|background|fill|border)\\s*:\\s*)(?:red|white|black|blue|green|gr[ae]y|orange|yellow)\\b")]
    private static partial Regex Colour();

    [GeneratedRegex("<(a|button|summary|h2|p)\\b[^>]*>\\s*<Icon [^>]*/>\\s*</\\1>")]
    private static partial Regex LonelyIcon();

    [GeneratedRegex("<(?:input|select|textarea)\\b|<form\\b[^>]*method=\"post\"", RegexOptions.IgnoreCase)]
    private static partial Regex BareField();

    [GeneratedRegex("\\sstyle=\"|\\son[a-z]+=\"|<style|<script(?![^>]*\\ssrc=)", RegexOptions.IgnoreCase)]
    private static partial Regex InlineCode();
}
