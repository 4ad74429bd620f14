using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Socle.Fhir;

/// <summary>The tree of an expression for people who look at how it was read.</summary>
static class PathTree
{
    public static string Of(PathExpr root)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, FhirJson.Plain with { MaxDepth = 2_000 })) Write(json, root);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    static void Write(Utf8JsonWriter json, PathExpr expr)
    {
        var (kind, name, parts) = Look(expr);
        json.WriteStartObject();
        json.WriteString("ExpressionType", kind);
        json.WriteString("Name", name);
        json.WriteNumber("Position", expr.Start);
        if (parts.Length > 0)
        {
            json.WriteStartArray("Arguments");
            foreach (var part in parts) Write(json, part);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    static (string Kind, string Name, PathExpr[] Parts) Look(PathExpr expr) => expr switch
    {
        LiteralExpr literal => ("ConstantExpression", literal.Value is { } value ? value.ToString() : "{}", []),
        MemberExpr member => ("ChildExpression", member.Name, member.Left is { } left ? [left] : []),
        IndexExpr index => ("IndexerExpression", "[]", [index.Left, index.Index]),
        SignExpr sign => ("UnaryExpression", sign.Negative ? "-" : "+", [sign.Inner]),
        OrderExpr order => ("UnaryExpression", order.Descending ? "desc" : "asc", [order.Inner]),
        VariableExpr variable => ("AxisExpression", "$" + variable.Name, []),
        ExternalExpr variable => ("VariableRefExpression", "%" + variable.Name, []),
        TypeExpr type => ("FunctionCallExpression", $"{(type.IsTest ? "is" : "as")}({(type.Space is null ? "" : type.Space + ".")}{type.Name})", [type.Left]),
        BinaryExpr binary => ("BinaryExpression", binary.Sign, [binary.Left, binary.Right]),
        CallExpr call => ("FunctionCallExpression", call.Name, call.Left is { } left ? [left, .. call.Arguments] : call.Arguments),
        _ => ("Expression", "", []),
    };
}
