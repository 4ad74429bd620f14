using System.Globalization;

namespace Socle.Fhir;

public enum FhirValueKind : byte { Node, Boolean, Integer, Decimal, String, Date, DateTime, Time, Quantity, Type }

/// <summary>One item of a FHIRPath collection: a node of a document or a value of the language.</summary>
public readonly struct FhirValue
{
    internal static readonly List<FhirValue> None = new(0);

    readonly object? value;

    FhirValue(FhirValueKind kind, object? value, FhirNode node)
    {
        Kind = kind;
        this.value = value;
        Node = node;
    }

    public FhirValueKind Kind { get; }

    /// <summary>Does not exist for a value of the language.</summary>
    public FhirNode Node { get; }

    /// <summary>FHIR type name of a node, System name of the rest.</summary>
    public string TypeName => Kind == FhirValueKind.Node ? Resolved ?? Node.Type : Kind.ToString();

    /// <summary>The type a reference points to, when this is the answer of resolve().</summary>
    internal string? Resolved => Kind == FhirValueKind.Node ? value as string : null;

    internal bool Boolean => (bool)value!;
    internal long Integer => (long)value!;
    internal decimal Decimal => value is long whole ? whole : (decimal)value!;
    internal string String => (string)value!;
    internal PartialDate Date => (PartialDate)value!;
    internal PathQuantity Quantity => (PathQuantity)value!;
    internal (string Space, string Name) TypeInfo => ((string, string))value!;
    internal bool IsNumber => Kind is FhirValueKind.Integer or FhirValueKind.Decimal;
    internal bool IsDate => Kind is FhirValueKind.Date or FhirValueKind.DateTime or FhirValueKind.Time;

    public static FhirValue Of(FhirNode node) => new(FhirValueKind.Node, null, node);

    public static FhirValue Of(bool value) => new(FhirValueKind.Boolean, value ? True : False, default);

    public static FhirValue Of(long value) => new(FhirValueKind.Integer, value, default);

    public static FhirValue Of(decimal value) => new(FhirValueKind.Decimal, value, default);

    public static FhirValue Of(string value) => new(FhirValueKind.String, value, default);

    internal static FhirValue Of(PathQuantity value) => new(FhirValueKind.Quantity, value, default);

    internal static FhirValue Of(PartialDate value, FhirValueKind kind) => new(kind, value, default);

    internal static FhirValue OfType(string space, string name) => new(FhirValueKind.Type, (space, name), default);

    internal static FhirValue OfResolved(FhirNode reference, string type) => new(FhirValueKind.Node, type, reference);

    static readonly object True = true, False = false;

    internal static bool IsPrimitive(string type) => type.Length > 0 && char.IsAsciiLetterLower(type[0]);

    /// <summary>The value of the language that a primitive or a Quantity holds; complex nodes stay, a primitive without value gives
    /// null.</summary>
    internal FhirValue? Atom()
    {
        if (Kind != FhirValueKind.Node || Resolved is not null) return this;
        if (PathTypes.IsA(Node.Type, "Quantity")) return OfQuantity(Node) ?? this;
        if (!IsPrimitive(Node.Type)) return this;
        return Node.Text is { } text ? OfPrimitive(Node.Type, text) : null;
    }

    static FhirValue OfPrimitive(string type, string text)
    {
        switch (type)
        {
            case "boolean" when text is "true" or "false": return Of(text == "true");
            case "integer" or "positiveInt" or "unsignedInt" when long.TryParse(text, CultureInfo.InvariantCulture,
                out var whole): return Of(whole);
            case "decimal" when TryDecimal(text, out var number): return Of(number);
            case "date" when PartialDate.TryParse(text, out var date): return Of(date, FhirValueKind.Date);
            case "dateTime" or "instant" when PartialDate.TryParse(text, out var moment): return Of(moment, FhirValueKind.DateTime);
            case "time" when PartialDate.TryParseTime(text, out var time): return Of(time, FhirValueKind.Time);
            default: return Of(text);
        }
    }

    static FhirValue? OfQuantity(FhirNode node)
    {
        if (node["comparator"].Exists || !TryDecimal(node["value"].Text, out var value)) return null;
        var system = node["system"].Text;
        var code = node["code"].Text;
        if (code is not null && system == "http://unitsofmeasure.org") return Of(new PathQuantity(value, code, false));
        if (code is null && node["unit"].Text is null) return Of(new PathQuantity(value, "1", false));
        return Of(new PathQuantity(value, (system ?? "") + "|" + (code ?? node["unit"].Text), false));
    }

    /// <summary>A FHIR decimal; false when it is out of the range of 28 digits.</summary>
    internal static bool TryDecimal(string? text, out decimal value) =>
        decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
            CultureInfo.InvariantCulture, out value);

    /// <summary>As toString() gives it; null for a complex node.</summary>
    public string? Text => Kind switch
    {
        FhirValueKind.Node => IsPrimitive(Node.Type) ? Node.Text : Atom() is { Kind: FhirValueKind.Quantity } quantity ? quantity.Text
            : null,
        FhirValueKind.Boolean => Boolean ? "true" : "false",
        FhirValueKind.Integer => Integer.ToString(CultureInfo.InvariantCulture),
        FhirValueKind.Decimal => Decimal.ToString(CultureInfo.InvariantCulture),
        FhirValueKind.String => String,
        FhirValueKind.Time => Date.TimeText(),
        FhirValueKind.Type => TypeInfo.Space + "." + TypeInfo.Name,
        _ => value!.ToString(),
    };

    public override string ToString() => Text ?? TypeName;
}
