namespace Socle.Fhir.Tests.Fuzzing;

/// <summary>What the mutations know of the structure of their seeds.</summary>
enum FuzzKind { Json, Xml, Text, Query }

/// <summary>A right input and its parts: what a change takes out, doubles, exchanges or wraps as a whole.</summary>
/// <param name="Values">Of JSON: the values alone, which other values may stand for.</param>
sealed record FuzzSeed(byte[] Bytes, (int Start, int End)[] Parts, (int Start, int End)[] Values)
{
    public static FuzzSeed Of(FuzzKind kind, byte[] bytes)
    {
        var parts = (kind switch
        {
            FuzzKind.Json => Json(bytes).Select(p => (p.Start, p.End)),
            FuzzKind.Xml => Xml(bytes),
            FuzzKind.Query => Split(bytes, "&"u8).Concat(Split(bytes, "&="u8)).Concat(Split(bytes, "&=.:,|$"u8)),
            _ => Text(bytes)
        }).Where(p => p.End > p.Start).Distinct().ToArray();
        var values = kind == FuzzKind.Json ? Json(bytes).Where(p => p.IsValue).Select(p => (p.Start, p.End)) : [];
        return new FuzzSeed(bytes, parts.Length > 0 ? parts : [(0, bytes.Length)], [.. values]);
    }

    /// <summary>Every value, and every member with its name.</summary>
    static IEnumerable<(int Start, int End, bool IsValue)> Json(byte[] bytes)
    {
        var open = new Stack<int>();
        var member = new Stack<int>();
        var name = -1;
        for (var i = 0; i < bytes.Length; i++)
        {
            var start = i;
            switch (bytes[i])
            {
                case (byte)'{' or (byte)'[':
                    open.Push(i);
                    member.Push(name);
                    name = -1;
                    continue;
                case (byte)'}' or (byte)']':
                    (start, name) = (open.Pop(), member.Pop());
                    break;
                case (byte)'"':
                    for (i++; bytes[i] != '"'; i++) if (bytes[i] == '\\') i++;
                    var after = i + 1;
                    while (after < bytes.Length && bytes[after] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t') after++;
                    if (after < bytes.Length && bytes[after] == ':')
                    {
                        yield return (start, i + 1, false);
                        (name, i) = (start, after);
                        continue;
                    }
                    break;
                case (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t' or (byte)',':
                    continue;
                default:
                    while (i + 1 < bytes.Length && bytes[i + 1] is not ((byte)',' or (byte)'}' or (byte)']' or (byte)' ' or (byte)'\n' or (byte)'\r')) i++;
                    break;
            }
            yield return (start, i + 1, true);
            // With its comma and without: taken out or doubled, the first leaves JSON and the second does not.
            var comma = i + 1 < bytes.Length && bytes[i + 1] == ',' ? 2 : 1;
            yield return (name >= 0 ? name : start, i + comma, false);
            if (name >= 0) yield return (name, i + 1, false);
            name = -1;
        }
    }

    /// <summary>Every element with its content, tag, attribute, value and text.</summary>
    static IEnumerable<(int Start, int End)> Xml(byte[] bytes)
    {
        var open = new Stack<int>();
        var last = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] != '<') continue;
            if (i > last) yield return (last, i);
            var end = Array.IndexOf(bytes, (byte)'>', i);
            if (end < 0) yield break;
            yield return (i, end + 1);
            if (bytes[i + 1] == '/') { if (open.TryPop(out var start)) yield return (start, end + 1); }
            else if (bytes[i + 1] is not ((byte)'?' or (byte)'!'))
            {
                foreach (var attribute in Attributes(bytes, i, end)) yield return attribute;
                if (bytes[end - 1] != '/') open.Push(i);
            }
            (last, i) = (end + 1, end);
        }
    }

    static IEnumerable<(int Start, int End)> Attributes(byte[] bytes, int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            if (bytes[i] != '=' || bytes[i + 1] is not ((byte)'"' or (byte)'\'')) continue;
            var start = i;
            while (bytes[start - 1] is not ((byte)' ' or (byte)'\n' or (byte)'\t')) start--;
            var close = Array.IndexOf(bytes, bytes[i + 1], i + 2);
            if (close < 0 || close > to) yield break;
            yield return (start, close + 1);
            yield return (i + 2, close);
            i = close;
        }
    }

    /// <summary>Words, literals, signs, and what stands between brackets.</summary>
    static IEnumerable<(int Start, int End)> Text(byte[] bytes)
    {
        var open = new Stack<int>();
        for (var i = 0; i < bytes.Length; i++)
        {
            var start = i;
            if (bytes[i] is (byte)'(' or (byte)'[' or (byte)'{') open.Push(i);
            else if (bytes[i] is (byte)')' or (byte)']' or (byte)'}' && open.TryPop(out var bracket)) yield return (bracket, i + 1);
            else if (IsWord(bytes[i])) while (i + 1 < bytes.Length && IsWord(bytes[i + 1])) i++;
            else if (bytes[i] is (byte)'\'' or (byte)'`')
            {
                var close = Array.IndexOf(bytes, bytes[i], i + 1);
                if (close > 0) i = close;
            }
            yield return (start, i + 1);
        }
    }

    static bool IsWord(byte b) => b >= 0x80 || char.IsAsciiLetterOrDigit((char)b) || b is (byte)'_' or (byte)'.';

    static List<(int Start, int End)> Split(byte[] bytes, ReadOnlySpan<byte> signs)
    {
        var parts = new List<(int Start, int End)>();
        var start = 0;
        for (var i = 0; i <= bytes.Length; i++)
        {
            if (i < bytes.Length && signs.IndexOf(bytes[i]) < 0) continue;
            parts.Add((start, i));
            start = i + 1;
        }
        return parts;
    }
}
