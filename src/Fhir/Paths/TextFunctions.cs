using System.Text;
using System.Text.RegularExpressions;

namespace Socle.Fhir;

/// <summary>Functions of texts. Regular expressions run without backtracking, so their time is linear.</summary>
static class TextFunctions
{
    public static void AddTo(Action<string, int, int, PathFunction> add)
    {
        add("indexOf", 1, 1, OnText((call, text) => call.Text(0) is { } part
            ? FhirValue.Of((long)text.IndexOf(part, StringComparison.Ordinal)) : null));
        add("lastIndexOf", 1, 1, OnText((call, text) => call.Text(0) is { } part
            ? FhirValue.Of((long)text.LastIndexOf(part, StringComparison.Ordinal)) : null));
        add("substring", 1, 2, OnText(Substring));
        add("startsWith", 1, 1, OnText((call, text) => call.Text(0) is { } part
            ? FhirValue.Of(text.StartsWith(part, StringComparison.Ordinal)) : null));
        add("endsWith", 1, 1, OnText((call, text) => call.Text(0) is { } part ? FhirValue.Of(text.EndsWith(part, StringComparison.Ordinal))
            : null));
        add("contains", 1, 1, OnText((call, text) => call.Text(0) is { } part ? FhirValue.Of(text.Contains(part, StringComparison.Ordinal))
            : null));
        add("upper", 0, 0, OnText((call, text) => call.Run.Text(text.ToUpperInvariant())));
        add("lower", 0, 0, OnText((call, text) => call.Run.Text(text.ToLowerInvariant())));
        add("trim", 0, 0, OnText((call, text) => call.Run.Text(text.Trim())));
        add("length", 0, 0, OnText((_, text) => FhirValue.Of((long)text.Length)));
        add("replace", 2, 2, OnText(Replace));
        add("matches", 1, 2, OnText((call, text) => Pattern(call, text) is { } pattern ? FhirValue.Of(Guarded(() => pattern.IsMatch(text)))
            : null));
        add("matchesFull", 1, 2, OnText((call, text) => Pattern(call, text, whole: true) is { } pattern
            ? FhirValue.Of(Guarded(() => pattern.IsMatch(text))) : null));
        add("replaceMatches", 2, 3, OnText(ReplaceMatches));
        add("toChars", 0, 0, (call, input) => Each(call, input, text => text.Select(c => c.ToString())));
        add("split", 1, 1, (call, input) => call.Text(0) is { } by ? Each(call, input, text => by.Length == 0
            ? text.Select(c => c.ToString()) : text.Split(by)) : FhirValue.None);
        add("join", 0, 1, Join);
        add("encode", 1, 1, OnText((call, text) => Encode(call.Text(0), text) is { } made ? call.Run.Text(made) : null));
        add("decode", 1, 1, OnText((call, text) => Decode(call.Text(0), text) is { } made ? call.Run.Text(made) : null));
        add("escape", 1, 1, OnText((call, text) => Escape(call.Text(0), text) is { } made ? call.Run.Text(made) : null));
        add("unescape", 1, 1, OnText((call, text) => Unescape(call.Text(0), text) is { } made ? call.Run.Text(made) : null));
    }

    static PathFunction OnText(Func<PathCall, string, FhirValue?> function) => (call, input) =>
    {
        if (PathOps.Single(input, call.Name + "()") is not { } value) return FhirValue.None;
        var text = value.Kind == FhirValueKind.String ? value.String : value.IsDate || value.IsNumber && call.Name == "matches"
            ? value.Text! : throw PathRun.Fault($"{call.Name}() expects a text.");
        call.Run.Spend(1 + text.Length / 64);
        return function(call, text) is { } made ? [made] : FhirValue.None;
    };

    static List<FhirValue> Each(PathCall call, List<FhirValue> input, Func<string, IEnumerable<string>> cut)
    {
        if (PathOps.Single(input, call.Name + "()") is not { Kind: FhirValueKind.String } value) return FhirValue.None;
        var parts = new List<FhirValue>();
        foreach (var part in cut(value.String)) parts.Add(call.Run.Text(part));
        return parts;
    }

    static FhirValue? Substring(PathCall call, string text)
    {
        if (call.Integer(0) is not { } start || start < 0 || start >= text.Length) return null;
        var length = call.Count == 2 ? call.Integer(1) ?? text.Length : text.Length;
        return call.Run.Text(text.Substring((int)start, (int)Math.Clamp(length, 0, text.Length - start)));
    }

    static FhirValue? Replace(PathCall call, string text)
    {
        if (call.Text(0) is not { } part || call.Text(1) is not { } by) return null;
        if (text.Length * (long)(by.Length + 1) > 4_000_000) throw PathRun.Fault("replace() would make too long a text.");
        if (part.Length > 0) return call.Run.Text(text.Replace(part, by, StringComparison.Ordinal));
        return call.Run.Text(by + string.Concat(text.Select(c => c + by)));
    }

    static FhirValue? ReplaceMatches(PathCall call, string text)
    {
        if (Pattern(call, text, flags: 2) is not { } pattern || call.Text(1) is not { } by) return null;
        if (text.Length * (long)(by.Length + 1) > 4_000_000) throw PathRun.Fault("replaceMatches() would make too long a text.");
        return call.Text(0)!.Length == 0 ? call.Run.Text(text) : call.Run.Text(Guarded(() => pattern.Replace(text, by)));
    }

    // Making an automaton costs its size, running it the text times its size at the worst: both are paid before.
    static Regex? Pattern(PathCall call, string text, bool whole = false, int flags = 1)
    {
        if (call.Text(0) is not { } pattern) return null;
        var size = pattern.Length > 500 ? long.MaxValue : Repetitions(pattern);
        if (size > 5_000) throw PathRun.Fault("a regular expression that is too big.");
        var given = call.Count > flags ? call.Text(flags) ?? "" : "";
        call.Run.Spend(10 + (int)Math.Min(FhirPath.MaxSteps, size * text.Length / 256));
        var key = (whole ? "full " : "part ") + given + " " + pattern;
        if (call.Run.Patterns.TryGetValue(key, out var known)) return known;
        var options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Singleline;
        if (given.Contains('i', StringComparison.Ordinal)) options |= RegexOptions.IgnoreCase;
        if (given.Contains('m', StringComparison.Ordinal)) options |= RegexOptions.Multiline;
        call.Run.Spend(200 + 10 * (int)size);
        return call.Run.Patterns[key] = Guarded(() => new Regex(whole ? $"^(?:{pattern})$" : pattern, options, TimeSpan.FromSeconds(2)));
    }

    // How many atoms the automaton has: {n,m} repeats the atom or group before it.
    static long Repetitions(string pattern)
    {
        const long Most = 1_000_000;
        var groups = new Stack<long>();
        var (sum, last) = (0L, 0L);
        for (var i = 0; i < pattern.Length; i++)
        {
            switch (pattern[i])
            {
                case '(':
                    groups.Push(Math.Min(Most, sum + last));
                    (sum, last) = (0, 0);
                    break;
                case ')' when groups.Count > 0: (sum, last) = (groups.Pop(), Math.Min(Most, sum + last)); break;
                case '{': last = Math.Min(Most, last * LargestBound(pattern, ref i)); break;
                case '[': (sum, last, i) = (Math.Min(Most, sum + last), 1, pattern.IndexOf(']', i + 1) is var end and > 0 ? end : i); break;
                case '\\': (sum, last, i) = (Math.Min(Most, sum + last), 1, i + 1); break;
                case '*' or '+' or '?' or '|': break;
                default: (sum, last) = (Math.Min(Most, sum + last), 1); break;
            }
        }
        return Math.Min(Most, sum + last);
    }

    static long LargestBound(string pattern, ref int at)
    {
        var (number, largest) = (0L, 1L);
        for (at++; at < pattern.Length && pattern[at] != '}'; at++)
        {
            number = char.IsAsciiDigit(pattern[at]) ? Math.Min(number * 10 + pattern[at] - '0', 1_000_000) : 0;
            largest = Math.Max(largest, number);
        }
        return largest;
    }

    static T Guarded<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException or RegexMatchTimeoutException)
        {
            throw PathRun.Fault("a regular expression that cannot be used: " + error.Message);
        }
    }

    static List<FhirValue> Join(PathCall call, List<FhirValue> input)
    {
        var by = call.Count == 1 ? call.Text(0) ?? "" : "";
        var joined = new StringBuilder();
        for (var i = 0; i < input.Count && joined.Length <= PathRun.LongestText; i++)
        {
            if (i > 0) joined.Append(by);
            joined.Append(input[i].Text ?? throw PathRun.Fault("join() expects texts."));
        }
        return [call.Run.Text(joined.ToString())];
    }

    static string? Encode(string? format, string text) => format switch
    {
        "hex" => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text)),
        "base64" => Convert.ToBase64String(Encoding.UTF8.GetBytes(text)),
        "urlbase64" => Convert.ToBase64String(Encoding.UTF8.GetBytes(text)).Replace('+', '-').Replace('/', '_'),
        _ => null,
    };

    static string? Decode(string? format, string text)
    {
        try
        {
            return format switch
            {
                "hex" => Encoding.UTF8.GetString(Convert.FromHexString(text)),
                "base64" => Encoding.UTF8.GetString(Convert.FromBase64String(text)),
                "urlbase64" => Encoding.UTF8.GetString(Convert.FromBase64String(text.Replace('-', '+').Replace('_', '/'))),
                _ => null,
            };
        }
        catch (FormatException)
        {
            return null;
        }
    }

    static string? Escape(string? target, string text) => target switch
    {
        "html" => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal).Replace("\"", "&quot;", StringComparison.Ordinal),
        "json" => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal).Replace("\t", "\\t",
                StringComparison.Ordinal),
        _ => null,
    };

    static string? Unescape(string? target, string text) => target switch
    {
        "html" => text.Replace("&lt;", "<", StringComparison.Ordinal).Replace("&gt;", ">", StringComparison.Ordinal)
            .Replace("&quot;", "\"", StringComparison.Ordinal).Replace("&amp;", "&", StringComparison.Ordinal),
        "json" => text.Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\n", "\n", StringComparison.Ordinal)
            .Replace("\\r", "\r", StringComparison.Ordinal).Replace("\\t", "\t", StringComparison.Ordinal).Replace("\\\\", "\\",
                StringComparison.Ordinal),
        _ => null,
    };
}
