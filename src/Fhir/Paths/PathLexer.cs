using System.Globalization;
using System.Text;

namespace Socle.Fhir;

enum PathToken : byte { End, Name, Quoted, Text, Number, Date, Time, Variable, External, Symbol }

/// <summary>Cuts an expression into tokens. A keyword is a Name: only the parser knows where it is one.</summary>
sealed class PathLexer(string source)
{
    static readonly string[] Symbols = ["<=", ">=", "!=", "!~", "(", ")", "[", "]", "{", "}", ".", ",", "+", "-", "*", "/", "&", "|", "<",
        ">", "=", "~"];

    int at;

    public PathToken Kind { get; private set; }

    public string Value { get; private set; } = "";

    /// <summary>Where the current token begins, from 0.</summary>
    public int Start { get; private set; }

    public void Next()
    {
        SkipBlanks();
        Start = at;
        if (at >= source.Length) { Set(PathToken.End, ""); return; }
        var c = source[at];
        if (char.IsAsciiLetter(c) || c == '_') Set(PathToken.Name, Word());
        else if (char.IsAsciiDigit(c)) Set(PathToken.Number, Number());
        else if (c == '\'') Set(PathToken.Text, Delimited('\''));
        else if (c == '`') Set(PathToken.Quoted, Delimited('`'));
        else if (c == '@') Date();
        else if (c == '$') Variable();
        else if (c == '%') External();
        else Symbol();
    }

    public FhirException Fault(string why) => Fault(source, Start, why);

    public static FhirException Fault(string source, int position, string why)
    {
        var near = source.Length > 60 ? source[Math.Max(0, position - 20)..Math.Min(source.Length, position + 20)] : source;
        return new("invalid", null, $"FHIRPath: {why} at position {position + 1} of « {near} ».");
    }

    void Set(PathToken kind, string value) => (Kind, Value) = (kind, value);

    void SkipBlanks()
    {
        while (at < source.Length)
        {
            if (source[at] is ' ' or '\t' or '\r' or '\n' or '\u00a0') at++;
            else if (source.AsSpan(at).StartsWith("//")) at = source.IndexOf('\n', at) is var end and >= 0 ? end : source.Length;
            else if (source.AsSpan(at).StartsWith("/*"))
            {
                var end = source.IndexOf("*/", at + 2, StringComparison.Ordinal);
                if (end < 0) throw Fault(source, at, "a comment that does not end");
                at = end + 2;
            }
            else return;
        }
    }

    string Word()
    {
        var start = at;
        while (at < source.Length && (char.IsAsciiLetterOrDigit(source[at]) || source[at] == '_')) at++;
        return source[start..at];
    }

    string Number()
    {
        var start = at;
        while (at < source.Length && char.IsAsciiDigit(source[at])) at++;
        if (at + 1 < source.Length && source[at] == '.' && char.IsAsciiDigit(source[at + 1]))
        {
            at++;
            while (at < source.Length && char.IsAsciiDigit(source[at])) at++;
        }
        var number = source[start..at];
        if (at < source.Length && source[at] == 'L' && !number.Contains('.', StringComparison.Ordinal)) at++;
        if (at < source.Length && (char.IsAsciiLetter(source[at]) || source[at] == '_'))
            throw Fault(source, at, "a letter inside a number");
        return number;
    }

    string Delimited(char quote)
    {
        var text = new StringBuilder();
        var start = at++;
        while (at < source.Length)
        {
            var c = source[at++];
            if (c == quote) return text.ToString();
            text.Append(c == '\\' ? Escape() : c);
        }
        throw Fault(source, start, "a text that does not end");
    }

    char Escape()
    {
        if (at >= source.Length) throw Fault(source, at, "an escape that does not end");
        switch (source[at++])
        {
            case 'r': return '\r';
            case 'n': return '\n';
            case 't': return '\t';
            case 'f': return '\f';
            case 'u' when at + 4 <= source.Length && ushort.TryParse(source.AsSpan(at, 4), NumberStyles.AllowHexSpecifier,
                CultureInfo.InvariantCulture, out var code):
                at += 4;
                return (char)code;
            case var c when c is '\'' or '"' or '`' or '\\' or '/': return c;
            default: throw Fault(source, at - 1, "an unknown escape");
        }
    }

    void Date()
    {
        var start = ++at;
        if (at < source.Length && source[at] == 'T')
        {
            at++;
            TakeTime();
            if (!PartialDate.TryParseTime(source[(start + 1)..at], out _)) throw Fault(source, start, "a wrong time");
            Set(PathToken.Time, source[(start + 1)..at]);
            return;
        }
        while (at < source.Length && (char.IsAsciiDigit(source[at]) || source[at] == '-')) at++;
        if (at < source.Length && source[at] == 'T')
        {
            at++;
            TakeTime();
            if (at < source.Length && source[at] == 'Z') at++;
            else if (at < source.Length && source[at] is '+' or '-' && at + 6 <= source.Length && source[at + 3] == ':' && at > start + 11)
                at += 6;
        }
        if (!PartialDate.TryParse(source[start..at], out _)) throw Fault(source, start, "a wrong date");
        Set(PathToken.Date, source[start..at]);
    }

    void TakeTime()
    {
        while (at < source.Length && (char.IsAsciiDigit(source[at]) || source[at] == ':'
            || source[at] == '.' && at + 1 < source.Length && char.IsAsciiDigit(source[at + 1]))) at++;
    }

    void Variable()
    {
        at++;
        var name = Word();
        if (name is not ("this" or "index" or "total")) throw Fault(source, Start, $"unknown variable ${name}");
        Set(PathToken.Variable, name);
    }

    void External()
    {
        at++;
        var name = at < source.Length && source[at] is '\'' or '`' ? Delimited(source[at]) : HyphenatedWord();
        if (name.Length == 0) throw Fault(source, Start, "a name is missing after %");
        Set(PathToken.External, name);
    }

    string HyphenatedWord()
    {
        var start = at;
        while (at < source.Length && (char.IsAsciiLetterOrDigit(source[at]) || source[at] == '_')) at++;
        return source[start..at];
    }

    void Symbol()
    {
        foreach (var symbol in Symbols)
        {
            if (!source.AsSpan(at).StartsWith(symbol)) continue;
            at += symbol.Length;
            Set(PathToken.Symbol, symbol);
            return;
        }
        throw Fault(source, at, $"an unexpected character « {source[at]} »");
    }
}
