using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Socle.Fhir;

/// <summary>JSON Patch (RFC 6902). Numbers keep their digits; a list or object that loses all it had goes, as FHIR has no empty ones.</summary>
sealed class JsonPatch : ResourcePatch
{
    /// <summary>What an operation may put in, counted over all: copies of copies double.</summary>
    const int MaxNodes = 200_000;

    const int MaxDepth = 128;

    static readonly JsonDocumentOptions Strict = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };
    static readonly JsonNodeOptions Exact = new() { PropertyNameCaseInsensitive = false };

    readonly List<Operation> operations;

    JsonPatch(List<Operation> operations) => this.operations = operations;

    sealed record Operation(string Op, string[] Path, string[]? From, JsonNode? Value, string Where);

    public static JsonPatch Parse(ReadOnlyMemory<byte> patch)
    {
        var read = Read(patch);
        try
        {
            _ = read?.ToJsonString();
        }
        catch (Exception error) when (error is InvalidOperationException or ArgumentException)
        {
            throw new FhirException("value", null, "JSON Patch: half of a surrogate pair, '\\ud800', is not a character.");
        }
        if (read is not JsonArray list) throw new FhirException("structure", null, "JSON Patch: an array of operations is expected at position 0.");
        if (list.Count > MaxOperations) throw new FhirException("too-long", null, $"JSON Patch: more than {MaxOperations} operations.");
        return new JsonPatch([.. list.Select(ReadOperation)]);
    }

    public override byte[] Apply(FhirDocument doc)
    {
        var root = Apply(Read(doc.Bytes)!);
        Prune(root);
        var buffer = new ArrayBufferWriter<byte>(doc.Bytes.Length + 256);
        using (var json = new Utf8JsonWriter(buffer, FhirJson.Plain with { MaxDepth = 2 * MaxDepth })) root.WriteTo(json);
        return Checked(buffer.WrittenSpan.ToArray(), doc);
    }

    internal JsonNode Apply(JsonNode root)
    {
        var budget = MaxNodes;
        JsonNode? current = root;
        foreach (var operation in operations) current = Apply(current, operation, ref budget);
        return current ?? throw new FhirException("processing", null, "JSON Patch: nothing is left after operation " + operations.Count + ".");
    }

    static JsonNode? Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            if (json.Span.StartsWith("\uFEFF"u8)) json = json[3..];
            if (!System.Text.Unicode.Utf8.IsValid(json.Span)) throw new FhirException("structure", null, "JSON Patch: not in UTF-8, which is what 'application/json' is in.");
            return JsonNode.Parse(json.Span, Exact, Strict);
        }
        catch (InvalidOperationException)
        {
            throw new FhirException("value", null, "JSON Patch: half of a surrogate pair, '\\ud800', is not a character.");
        }
        catch (JsonException error)
        {
            throw new FhirException("structure", null, error.LineNumber is { } line
                ? $"JSON Patch: not JSON at line {line + 1}, byte {error.BytePositionInLine}."
                : "JSON Patch: a property stands twice in one object: " + (error.Message.Length <= 120 ? error.Message : error.Message[..120]));
        }
    }

    static Operation ReadOperation(JsonNode? node, int index)
    {
        var where = string.Create(CultureInfo.InvariantCulture, $"JSON Patch, operation {index}: ");
        FhirException Wrong(string why) => new("structure", null, where + why);
        if (node is not JsonObject operation) throw Wrong("an object is expected.");
        string? Text(string name) => operation[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
        string[] Pointer(string name) =>
            Text(name) is not { } text ? throw Wrong($"« {name} » is missing.")
            : text.Length == 0 ? []
            : text[0] != '/' ? throw Wrong($"« {name} » is a JSON Pointer: it starts with /.")
            : [.. text[1..].Split('/').Select(part => Unescaped(part) ?? throw Wrong($"« {name} » has a ~ that is neither ~0 nor ~1."))];
        var op = Text("op");
        if (op is not ("add" or "remove" or "replace" or "move" or "copy" or "test")) throw Wrong("« op » is add, remove, replace, move, copy or test.");
        if (op is "add" or "replace" or "test" && !operation.ContainsKey("value")) throw Wrong("« value » is missing.");
        var path = Pointer("path");
        where += $"{op} {Shown(Text("path")!)}: ";
        return new Operation(op, path, op is "move" or "copy" ? Pointer("from") : null, operation["value"], where);
    }

    static string? Unescaped(string part)
    {
        for (var i = part.IndexOf('~', StringComparison.Ordinal); i >= 0; i = part.IndexOf('~', i + 1))
            if (i + 1 >= part.Length || part[i + 1] is not ('0' or '1')) return null;
        return part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
    }

    static string Shown(string text) => text.Length <= 80 ? text : text[..80];

    static JsonNode? Apply(JsonNode? root, Operation operation, ref int budget)
    {
        switch (operation.Op)
        {
            case "add": return Add(root, operation, Copied(operation.Value, operation, ref budget));
            case "remove":
                Remove(root, operation.Path, operation);
                return operation.Path.Length == 0 ? throw Failed(operation, "the whole resource cannot be removed.") : root;
            case "replace":
                _ = Find(root, operation.Path, operation);
                return Replace(root, operation, Copied(operation.Value, operation, ref budget));
            case "copy": return Add(root, operation, Copied(Find(root, operation.From!, operation), operation, ref budget));
            case "move":
                if (operation.Path.Length > operation.From!.Length && operation.Path.AsSpan(0, operation.From.Length).SequenceEqual(operation.From))
                    throw Failed(operation, "a value cannot be moved into itself.");
                var moved = Find(root, operation.From, operation);
                if (operation.From.Length == 0) return root;
                Remove(root, operation.From, operation);
                return Add(root, operation, Copied(moved, operation, ref budget));
            default:
                return Same(Find(root, operation.Path, operation), operation.Value) ? root
                    : throw new FhirException("conflict", null, operation.Where + "the value is another one.");
        }
    }

    static JsonNode? Copied(JsonNode? value, Operation operation, ref int budget)
    {
        Measure(value, operation.Path.Length, operation, ref budget);
        return value?.DeepClone();
    }

    static void Measure(JsonNode? value, int depth, Operation operation, ref int budget)
    {
        if (--budget < 0) throw new FhirException("too-costly", null, operation.Where + $"more than {MaxNodes} values are put in.");
        if (depth > MaxDepth) throw new FhirException("too-costly", null, operation.Where + $"more than {MaxDepth} levels.");
        if (value is JsonArray list)
            foreach (var item in list) Measure(item, depth + 1, operation, ref budget);
        if (value is JsonObject map)
            foreach (var (_, item) in map) Measure(item, depth + 1, operation, ref budget);
    }

    static FhirException Failed(Operation operation, string why) => new("processing", null, operation.Where + why);

    static JsonNode? Find(JsonNode? root, ReadOnlySpan<string> path, Operation operation)
    {
        var at = root;
        foreach (var part in path)
        {
            at = at switch
            {
                JsonObject map when map.TryGetPropertyValue(part, out var member) => member,
                JsonArray list when Index(part, list.Count - 1) is { } index => list[index],
                _ => throw Failed(operation, $"« {Shown(part)} » is not there."),
            };
        }
        return at;
    }

    static int? Index(string part, int last) =>
        part.Length is > 0 and < 9 && part.All(char.IsAsciiDigit) && (part.Length == 1 || part[0] != '0')
        && int.Parse(part, CultureInfo.InvariantCulture) is var index && index <= last ? index : null;

    static JsonNode? Add(JsonNode? root, Operation operation, JsonNode? value)
    {
        if (operation.Path.Length == 0) return value;
        var last = operation.Path[^1];
        switch (Find(root, operation.Path.AsSpan(..^1), operation))
        {
            case JsonObject map: map[last] = value; break;
            case JsonArray list when last == "-": list.Add(value); break;
            case JsonArray list when Index(last, list.Count) is { } index: list.Insert(index, value); break;
            case JsonArray: throw Failed(operation, "the index is outside of the list.");
            default: throw Failed(operation, "a single value has no members.");
        }
        return root;
    }

    static JsonNode? Replace(JsonNode? root, Operation operation, JsonNode? value)
    {
        if (operation.Path.Length == 0) return value;
        if (Find(root, operation.Path.AsSpan(..^1), operation) is JsonArray list) list[Index(operation.Path[^1], list.Count - 1)!.Value] = value;
        else Find(root, operation.Path.AsSpan(..^1), operation)!.AsObject()[operation.Path[^1]] = value;
        return root;
    }

    static void Remove(JsonNode? root, string[] path, Operation operation)
    {
        _ = Find(root, path, operation);
        if (path.Length == 0) return;
        if (Find(root, path.AsSpan(..^1), operation) is JsonArray list) list.RemoveAt(Index(path[^1], list.Count - 1)!.Value);
        else Find(root, path.AsSpan(..^1), operation)!.AsObject().Remove(path[^1]);
    }

    // Numbers are the same when their values are (§4.6), members in any order.
    static bool Same(JsonNode? a, JsonNode? b) => (a, b) switch
    {
        (null, null) => true,
        (JsonObject x, JsonObject y) => x.Count == y.Count && x.All(m => y.TryGetPropertyValue(m.Key, out var other) && Same(m.Value, other)),
        (JsonArray x, JsonArray y) => x.Count == y.Count && x.Zip(y).All(pair => Same(pair.First, pair.Second)),
        (JsonValue x, JsonValue y) when x.GetValueKind() == y.GetValueKind() =>
            JsonNode.DeepEquals(x, y) || x.GetValueKind() == JsonValueKind.Number
                && FhirValue.TryDecimal(x.ToJsonString(), out var left) && FhirValue.TryDecimal(y.ToJsonString(), out var right) && left == right,
        _ => false,
    };

    /// <summary>Answers whether anything is left.</summary>
    static bool Prune(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map:
                foreach (var (name, member) in map.ToList())
                    if (!Prune(member)) map.Remove(name);
                return map.Count > 0;
            case JsonArray list:
                for (var i = list.Count - 1; i >= 0; i--)
                    if (list[i] is JsonObject or JsonArray && !Prune(list[i])) list.RemoveAt(i);
                return list.Count > 0;
            default: return true;
        }
    }
}
