using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Globalization;
using System.Reflection;
using System.Text;

namespace Socle.Platform.Web;

/// <summary>The texts of one module: Texts/fr.txt and Texts/en.txt, embedded, one "key = value" a line.</summary>
public sealed class Texts
{
    static readonly ConcurrentDictionary<Assembly, Texts> Loaded = new();
    readonly FrozenDictionary<string, string> french;
    readonly FrozenDictionary<string, string> english;
    readonly string module;

    Texts(Assembly assembly)
    {
        module = assembly.GetName().Name!;
        french = Read(assembly, "Texts/fr.txt", Typography.French);
        english = Read(assembly, "Texts/en.txt", Typography.English);
    }

    public static Texts Of(Assembly assembly) => Loaded.GetOrAdd(assembly, a => new(a));

    public IEnumerable<string> Keys => french.Keys;

    /// <summary>In the language of the request; a missing key is a bug.</summary>
    public string this[string key, params object?[] args]
    {
        get
        {
            var text = Language.IsEnglish ? english : french;
            if (!text.TryGetValue(key, out var value)) throw new KeyNotFoundException($"{module} has no {Language.Code} text for {key}.");
            return args.Length == 0 ? value : string.Format(CultureInfo.CurrentCulture, value, args);
        }
    }

    /// <summary>Keys that stand in one language only.</summary>
    public IReadOnlyList<string> Missing() =>
        [.. french.Keys.Except(english.Keys).Select(k => "en: " + k), .. english.Keys.Except(french.Keys).Select(k => "fr: " + k)];

    static FrozenDictionary<string, string> Read(Assembly assembly, string resource, Func<string, string> typography)
    {
        using var stream = assembly.GetManifestResourceStream(resource);
        if (stream is null) return FrozenDictionary<string, string>.Empty;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        while (reader.ReadLine() is { } line)
        {
            if (string.IsNullOrWhiteSpace(line) || line[0] == '#') continue;
            var equal = line.IndexOf('=', StringComparison.Ordinal);
            if (equal < 1) throw new FormatException($"{assembly.GetName().Name} {resource}: \"{line}\" is not \"key = value\".");
            if (!texts.TryAdd(line[..equal].Trim(), typography(line[(equal + 1)..].Trim())))
                throw new FormatException($"{assembly.GetName().Name} {resource}: {line[..equal].Trim()} stands twice.");
        }
        return texts.ToFrozenDictionary(StringComparer.Ordinal);
    }
}

/// <summary>The texts of the module whose class this names, for a page: <c>@inject Texts&lt;SpaceModule&gt; T</c>.</summary>
public sealed class Texts<TModule>
{
    readonly Texts texts = Texts.Of(typeof(TModule).Assembly);

    public string this[string key, params object?[] args] => texts[key, args];
}

/// <summary>Platform's own words, for its components.</summary>
static class Words
{
    public static Texts T { get; } = Texts.Of(typeof(Words).Assembly);
}

/// <summary>The language of the request.</summary>
public static class Language
{
    public static bool IsEnglish => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "en";

    public static string Code => IsEnglish ? "en" : "fr";
}

/// <summary>Text files are typed with plain blanks and straight apostrophes; people read the right ones.</summary>
public static class Typography
{
    const char Narrow = '\u202F';

    /// <summary>Narrow no-break space before ; : ! ? » and after «, apostrophe ’.</summary>
    public static string French(string text)
    {
        var right = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var blank = text[i] is ' ' or '\u00A0';
            var before = i + 1 < text.Length && ";:!?»%€".Contains(text[i + 1], StringComparison.Ordinal);
            var after = i > 0 && text[i - 1] == '«';
            right.Append(blank && (before || after) ? Narrow : text[i] == '\'' ? '’' : text[i]);
        }
        return right.ToString();
    }

    public static string English(string text) => text.Replace('\'', '’');
}
