using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Socle.Fhir;

/// <summary>Writes the Parameters of an answer: a part per item, named by its FHIRPath type.</summary>
sealed class LabAnswer : IDisposable
{
    /// <summary>Nodes that stand in one another can be many times the resource.</summary>
    const int MaxBytes = 20 * 1024 * 1024;

    static readonly TypeDefinition Part = TypeTable.Instance.Find("Parameters.parameter")!;
    readonly ArrayBufferWriter<byte> buffer = new(4 * 1024);
    readonly Utf8JsonWriter json;

    public LabAnswer()
    {
        json = new Utf8JsonWriter(buffer, FhirJson.Plain with { MaxDepth = 1_000 });
        json.WriteStartObject();
        json.WriteString("resourceType", "Parameters");
        json.WriteString("id", "fhirpath");
        json.WriteStartArray("parameter");
    }

    public byte[] Close()
    {
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    public void Dispose() => json.Dispose();

    /// <summary>What was asked and how it was read.</summary>
    public void Parameters(FhirPath path, FhirPath? context, FhirNode variables)
    {
        json.WriteStartObject();
        json.WriteString("name", "parameters");
        json.WriteStartArray("part");
        Text("evaluator", "Socle (R4)");
        if (context is not null) Text("context", context.Expression);
        Text("expression", path.Expression);
        if (path.ResultTypes is { Count: > 0 } types) Text("expectedReturnType", string.Join(", ", types));
        Text("parseDebugTree", path.Tree);
        if (variables.Exists) json.WriteRawValue(variables.Raw, skipInputValidation: true);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public void Result(string? context, IReadOnlyList<FhirValue> items, List<(string Name, IReadOnlyList<FhirValue> Items)> said)
    {
        json.WriteStartObject();
        json.WriteString("name", "result");
        if (context is not null) json.WriteString("valueString", context);
        if (items.Count + said.Count > 0)
        {
            json.WriteStartArray("part");
            foreach (var item in items) Item(item);
            foreach (var (name, heard) in said) Trace(name, heard);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    void Trace(string name, IReadOnlyList<FhirValue> items)
    {
        json.WriteStartObject();
        json.WriteString("name", "trace");
        json.WriteString("valueString", name.Length > 0 ? name : "trace");
        if (items.Count > 0)
        {
            json.WriteStartArray("part");
            foreach (var item in items) Item(item);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    void Text(string name, string value)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString("valueString", value);
        json.WriteEndObject();
    }

    void Item(FhirValue item)
    {
        json.WriteStartObject();
        if (item.Kind == FhirValueKind.Node) Node(item.Node, item.Resolved);
        else Value(item);
        json.WriteEndObject();
        if (buffer.WrittenCount + json.BytesPending > MaxBytes)
            throw new FhirException("too-costly", null, $"FHIRPath: the answer would be larger than {MaxBytes / 1024 / 1024} MiB.");
    }

    void Node(FhirNode node, string? resolved)
    {
        json.WriteString("name", node.IsResource ? node.Definition!.Name : resolved is null ? node.Type : "Reference");
        if (node.IsResource) Raw("resource", node);
        else if (node.IsPrimitive) Primitive(node);
        else if (Part.Find(System.Text.Encoding.UTF8.GetBytes("value" + node.Type)) is { } property) Raw(property.Name, node);
        else AsJson(System.Text.Encoding.UTF8.GetString(node.Raw));
    }

    void Primitive(FhirNode node)
    {
        var name = "value" + char.ToUpperInvariant(node.Type[0]) + node.Type[1..];
        if (Part.Find(System.Text.Encoding.UTF8.GetBytes(name)) is null) name = "valueString";
        if (node.Text is not null) Raw(name, node);
        if (node.Sibling is { IsEmpty: false } sibling)
        {
            json.WritePropertyName("_" + name);
            json.WriteRawValue(sibling, skipInputValidation: true);
        }
    }

    void Raw(string name, FhirNode node)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(node.Raw, skipInputValidation: true);
    }

    // What no value[x] can hold.
    void AsJson(string text)
    {
        json.WriteStartArray("extension");
        json.WriteStartObject();
        json.WriteString("url", FhirPathLab.JsonValue);
        json.WriteString("valueString", text);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    void Value(FhirValue item)
    {
        switch (item.Kind)
        {
            case FhirValueKind.Boolean:
                json.WriteString("name", "boolean");
                json.WriteBoolean("valueBoolean", item.Boolean);
                break;
            // R4 has no integer of 64 bits.
            case FhirValueKind.Integer when item.Integer is < int.MinValue or > int.MaxValue:
                json.WriteString("name", "decimal");
                json.WriteNumber("valueDecimal", item.Integer);
                break;
            case FhirValueKind.Integer:
                json.WriteString("name", "integer");
                json.WriteNumber("valueInteger", item.Integer);
                break;
            case FhirValueKind.Decimal:
                json.WriteString("name", "decimal");
                json.WritePropertyName("valueDecimal");
                json.WriteRawValue(item.Decimal.ToString(CultureInfo.InvariantCulture));
                break;
            case FhirValueKind.String when item.String.Length == 0:
                json.WriteString("name", "empty-string");
                break;
            case FhirValueKind.String: Named("string", "valueString", item); break;
            case FhirValueKind.Date: Named("date", "valueDate", item); break;
            case FhirValueKind.DateTime: Named("dateTime", "valueDateTime", item); break;
            case FhirValueKind.Time: Named("time", "valueTime", item); break;
            case FhirValueKind.Quantity: Quantity(item.Quantity); break;
            default:
                json.WriteString("name", item.TypeInfo.Space == "System" ? "SimpleTypeInfo" : "ClassInfo");
                AsJson($$"""{"namespace":"{{item.TypeInfo.Space}}","name":"{{item.TypeInfo.Name}}"}""");
                break;
        }
    }

    void Named(string type, string property, FhirValue item)
    {
        json.WriteString("name", type);
        json.WriteString(property, item.Text);
    }

    void Quantity(PathQuantity quantity)
    {
        json.WriteString("name", "Quantity");
        json.WriteStartObject("valueQuantity");
        json.WritePropertyName("value");
        json.WriteRawValue(quantity.Value.ToString(CultureInfo.InvariantCulture));
        var bar = quantity.Unit.IndexOf('|', StringComparison.Ordinal);
        json.WriteString("unit", bar >= 0 ? quantity.Unit[(bar + 1)..] : quantity.Unit);
        if (bar < 0 && !quantity.Calendar)
        {
            json.WriteString("system", "http://unitsofmeasure.org");
            json.WriteString("code", quantity.Unit);
        }
        json.WriteEndObject();
    }
}
