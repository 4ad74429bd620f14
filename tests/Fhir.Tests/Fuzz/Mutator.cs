using System.Text;
using System.Text.Json;

namespace Socle.Fhir.Tests.Fuzzing;

/// <summary>Changes seeds along their structure: one to four parts of one of them, and sometimes the bytes whatever they mean.</summary>
sealed class Mutator(FuzzKind kind, FuzzSeed[] seeds, Random random)
{
    static readonly byte[][] Wild =
    [
        .. new[]
        {
            "", " ", "\0", "\u202E", "\u2066x\u2069", "\uFEFF", "\uFFFE", "e\u0301\u0301\u0301\u0301", "😀", "İ", "ﬀ", "\u0000\u0001\u001F", "\r\n", "\\", "\\u0000", "\\ud800",
            "0", "-0", "-1", "1e999", "1E-999", "9223372036854775808", "0.00000000000000000000000000000000000000000001", "NaN", "0x10", "٣",
            "2026-02-30", "2026-02-28T24:00:00Z", "0000", "9999-12-31T23:59:60+14:00", "null", "true", "[]", "{}", "\"\"", "'", "\"", "<", ">", "&", "&amp;", "%", "%00", "%ZZ", "%C3", "*",
            "../../etc/passwd", "urn:oid:9.9", "Patient/1", "#", "$", ".", "..", ":", ",", "|", "||", "/", "//", "(", ")", "{", "}", "[", "]"
        }.Select(Encoding.UTF8.GetBytes),
        [0xC3], [0xE2, 0x80], [0xF0, 0x9F, 0x98], [0xED, 0xA0, 0x80], [0xC0, 0x80], [0xFF, 0xFE], [0xF4, 0x90, 0x80, 0x80],
        Many('9', 70), Many('9', 10_000), Many('a', 65), Many('a', 3_000), Encoding.UTF8.GetBytes("1." + new string('0', 400) + "1")
    ];

    static readonly Dictionary<FuzzKind, string[]> Words = new()
    {
        [FuzzKind.Json] = ["\"resourceType\":\"Patient\"", "\"_id\":{}", "{\"extension\":[{\"url\":\"u\"}]}", "\"contained\":[{\"resourceType\":\"Basic\"}]", ",", ":", "\"a\":", "[null]", "/* */"],
        [FuzzKind.Xml] = ["<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>", "&x;", "&#0;", "&#x10FFFF;", "<![CDATA[", "]]>", "<!-- -- -->", "<?xml version='1.1'?>", "xmlns=''", " xmlns:a='b'", "</a>", "<a/>", "<a:b/>"],
        [FuzzKind.Text] = ["and", "or", "not", "is", "as", "in", "div", "mod", "where(", "repeat($this)", "%resource", "%`x`", "$this", "@2026-02-30", "@T25", "matches('(a+)+$')", "replaceMatches('', 'x')", "'\\u12'", "{}", "//", "/*", "-", "+", "~", "!=", "1.5 'mg'", "eq", "pr", "co"],
        [FuzzKind.Query] = ["_has:", "_has:Observation:patient:_has:Encounter:patient:code=1", "_filter=name eq x", ":exact", ":missing=2", ":not-in", ":iterate", "_include=*", "_revinclude=*:*", "_sort=-", "_count=1000000", "_count=-1", "ge", "ap2026", "sa", "%2C", "\\,", "\\$", "=", "&", "subject:Patient.organization.partof.name", "_id=", "_total=", "_summary=", "near=1|2|3|km", "_page="]
    };

    static readonly Dictionary<FuzzKind, (string Open, string Close, string Between)> Wraps = new()
    {
        [FuzzKind.Json] = ("[", "]", ","), [FuzzKind.Xml] = ("<a>", "</a>", ""), [FuzzKind.Text] = ("(", ")", " "), [FuzzKind.Query] = ("subject.", "", "&")
    };

    static readonly string[] JsonValues =
    [
        "null", "true", "false", "0", "-1", "1.50", "1e5", "[]", "{}", "[null]", "[[]]", "\"\"", "\"2026-02-30\"", "\"9999-12-31\"", "\"urn:oid:1.2.3\"", "\"http://example.org|1\"", "\"-\"",
        "{\"reference\":\"Patient/1\"}", "{\"coding\":[{}]}", "{\"code\":\"a\",\"system\":\"b\"}", "{\"extension\":[{\"url\":\"u\",\"valueCode\":\"c\"}]}", "{\"resourceType\":\"Basic\"}"
    ];

    public byte[] Next()
    {
        var seed = Any(seeds);
        if (seed.Values.Length > 0 && random.Next(3) == 0) return Exchanged(seed);
        var edits = Enumerable.Range(0, random.Next(2) == 0 ? 1 : random.Next(2, 5)).Select(_ => Any(seed.Parts)).OrderByDescending(p => p.Start).ThenByDescending(p => p.End).ToArray();
        var bytes = new List<byte>(seed.Bytes.Length + 256);
        bytes.AddRange(seed.Bytes);
        var limit = int.MaxValue;
        foreach (var (start, end) in edits)
        {
            if (end > limit) continue;
            var changed = Change(seed.Bytes.AsSpan(start, end - start));
            bytes.RemoveRange(start, end - start);
            bytes.InsertRange(start, changed);
            limit = start;
        }
        return random.Next(6) == 0 ? Spoil(bytes) : [.. bytes];
    }

    /// <summary>One value for another: still JSON, so that what comes after the reader is reached.</summary>
    byte[] Exchanged(FuzzSeed seed)
    {
        var bytes = seed.Bytes;
        var limit = int.MaxValue;
        var edits = Enumerable.Range(0, random.Next(1, 3)).Select(_ => Any(seed.Values)).OrderByDescending(p => p.Start).ThenByDescending(p => p.End);
        foreach (var (start, end) in edits)
        {
            if (end > limit) continue;
            bytes = [.. bytes[..start], .. Value(seed.Bytes[start..end]), .. bytes[end..]];
            limit = start;
        }
        return bytes;
    }

    byte[] Value(byte[] value)
    {
        switch (random.Next(4))
        {
            case 0: return Encoding.UTF8.GetBytes(Any(JsonValues));
            case 1: return JsonSerializer.SerializeToUtf8Bytes(Encoding.UTF8.GetString(Any(Wild)));
            case 2:
                var other = Any(seeds);
                var (start, end) = Any(other.Values);
                return other.Bytes[start..end];
            default: return [(byte)'[', .. value, (byte)']'];
        }
    }

    byte[] Change(ReadOnlySpan<byte> part) => random.Next(10) switch
    {
        0 or 9 => [],
        1 => [.. part, .. Between, .. part],
        2 => Other(),
        3 => [.. part, .. Between, .. Other()],
        4 => Any(Wild),
        5 => [.. part, .. Any(Wild)],
        6 => Encoding.UTF8.GetBytes(Any(Words[kind])),
        7 => Deep(part),
        _ => Inside(part)
    };

    /// <summary>A part of any seed: a value where another is expected, or half of one seed grafted on the other.</summary>
    byte[] Other()
    {
        var seed = Any(seeds);
        var (start, end) = Any(seed.Parts);
        return seed.Bytes[start..end];
    }

    byte[] Inside(ReadOnlySpan<byte> part)
    {
        if (part.Length == 0) return Any(Wild);
        var at = random.Next(part.Length);
        return [.. part[..at], .. Any(Wild), .. part[at..]];
    }

    byte[] Deep(ReadOnlySpan<byte> part)
    {
        var levels = random.Next(40) == 0 ? random.Next(1_000, 20_000) : random.Next(4) == 0 ? random.Next(60, 140) : random.Next(1, 12);
        var (open, close, _) = Wraps[kind];
        if (kind == FuzzKind.Json && random.Next(2) == 0) (open, close) = ("{\"extension\":[", "]}");
        return [.. Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(open, levels))), .. part, .. Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(close, levels)))];
    }

    byte[] Spoil(List<byte> bytes)
    {
        if (bytes.Count == 0) return [];
        switch (random.Next(4))
        {
            case 0: return [.. bytes.Take(random.Next(bytes.Count))];
            case 1:
                for (var i = random.Next(1, 4); i > 0; i--) bytes[random.Next(bytes.Count)] = (byte)random.Next(256);
                return [.. bytes];
            case 2:
                bytes.InsertRange(random.Next(bytes.Count), Any(Wild));
                return [.. bytes];
            default:
                // The first half of one and the second half of another.
                var other = Any(seeds).Bytes;
                return [.. bytes.Take(random.Next(bytes.Count)), .. other.AsSpan(random.Next(other.Length))];
        }
    }

    byte[] Between => Encoding.UTF8.GetBytes(Wraps[kind].Between);

    T Any<T>(IReadOnlyList<T> list) => list[random.Next(list.Count)];

    static byte[] Many(char c, int count) => Encoding.UTF8.GetBytes(new string(c, count));
}
