using System.Globalization;

namespace Socle.Fhir;

/// <summary>The whole grammar of FHIRPath by precedence climbing. At most 1 000 characters and 500 nodes.</summary>
sealed class PathParser
{
    public const int MaxCharacters = 1_000;
    public const int MaxNodes = 500;

    static readonly Dictionary<string, int> Precedence = new(StringComparer.Ordinal)
    {
        ["implies"] = 1, ["or"] = 2, ["xor"] = 2, ["and"] = 3, ["in"] = 4, ["contains"] = 4, ["="] = 5, ["~"] = 5, ["!="] = 5, ["!~"] = 5,
        ["<"] = 6, ["<="] = 6, [">"] = 6, [">="] = 6, ["|"] = 7, ["is"] = 8, ["as"] = 8, ["+"] = 9, ["-"] = 9, ["&"] = 9,
        ["*"] = 10, ["/"] = 10, ["div"] = 10, ["mod"] = 10,
    };

    readonly PathLexer lexer;
    readonly string source;
    int nodes;

    PathParser(string source)
    {
        this.source = source;
        lexer = new PathLexer(source);
    }

    public static PathExpr Parse(string source)
    {
        if (source.Length > MaxCharacters)
            throw new FhirException("too-long", null, $"FHIRPath: more than {MaxCharacters} characters.");
        var parser = new PathParser(source);
        parser.lexer.Next();
        var whole = parser.Binary(0);
        if (parser.lexer.Kind != PathToken.End) throw parser.lexer.Fault($"an unexpected « {parser.lexer.Value} »");
        return whole;
    }

    T Node<T>(T node, int start) where T : PathExpr
    {
        if (++nodes > MaxNodes) throw new FhirException("too-costly", null, $"FHIRPath: more than {MaxNodes} nodes.");
        node.Start = start;
        return node;
    }

    T Node<T>(T node) where T : PathExpr => Node(node, lexer.Start);

    bool At(string symbol) => lexer.Kind == PathToken.Symbol && lexer.Value == symbol;

    bool Take(string symbol)
    {
        if (!At(symbol)) return false;
        lexer.Next();
        return true;
    }

    void Need(string symbol)
    {
        if (!Take(symbol))
            throw lexer.Fault(lexer.Kind == PathToken.End ? $"« {symbol} » is missing" : $"« {symbol} » expected, « {lexer.Value} » found");
    }

    PathExpr Binary(int floor)
    {
        var start = lexer.Start;
        var left = Unary();
        while (lexer.Kind is PathToken.Symbol or PathToken.Name && Precedence.TryGetValue(lexer.Value, out var rank) && rank > floor)
        {
            var sign = lexer.Value;
            lexer.Next();
            left = sign is "is" or "as" ? TypeTest(left, sign) : Node(new BinaryExpr(sign, left, Binary(rank)), start);
        }
        return left;
    }

    TypeExpr TypeTest(PathExpr left, string sign)
    {
        var first = Identifier();
        var second = Take(".") ? Identifier() : null;
        var (space, name) = second is null ? (null, first) : (first, second);
        if (!PathTypes.IsKnown(space, name)) throw lexer.Fault($"unknown type {(space is null ? name : space + "." + name)}");
        return Node(new TypeExpr(left, sign == "is", space, name));
    }

    PathExpr Unary()
    {
        if (At("+") || At("-"))
        {
            var negative = At("-");
            lexer.Next();
            return Node(new SignExpr(Unary(), negative));
        }
        return Postfix(Term());
    }

    PathExpr Postfix(PathExpr left)
    {
        while (true)
        {
            if (Take(".")) left = Invocation(left);
            else if (Take("["))
            {
                left = Node(new IndexExpr(left, Binary(0)));
                Need("]");
            }
            else return left;
        }
    }

    PathExpr Invocation(PathExpr? left)
    {
        if (lexer.Kind == PathToken.Variable) return Variable();
        var start = lexer.Start;
        var name = Identifier();
        if (!Take("(")) return Node(new MemberExpr(left, name), start);
        var arguments = new List<PathExpr>();
        while (!At(")"))
        {
            arguments.Add(name == "sort" ? Ordered(Binary(0)) : Binary(0));
            if (!Take(",")) break;
        }
        Need(")");
        if (PathFunctions.Find(name, arguments.Count) is not { } function)
            throw PathLexer.Fault(source, start, $"unknown function {name} with {arguments.Count} argument(s)");
        return Node(function.Bind(left, name, [.. arguments], why => PathLexer.Fault(source, start, why)), start);
    }

    PathExpr Ordered(PathExpr key)
    {
        if (lexer.Kind != PathToken.Name || lexer.Value is not ("asc" or "desc")) return key;
        var descending = lexer.Value == "desc";
        lexer.Next();
        return Node(new OrderExpr(key, descending));
    }

    string Identifier()
    {
        if (lexer.Kind is not (PathToken.Name or PathToken.Quoted))
            throw lexer.Fault(lexer.Kind == PathToken.End ? "the expression ends too early" : $"a name expected, « {lexer.Value} » found");
        var name = lexer.Value;
        lexer.Next();
        return name;
    }

    PathExpr Term()
    {
        var value = lexer.Value;
        switch (lexer.Kind)
        {
            case PathToken.Symbol when value == "(":
                lexer.Next();
                var inner = Binary(0);
                Need(")");
                return inner;
            case PathToken.Symbol when value == "{":
                lexer.Next();
                Need("}");
                return Node(new LiteralExpr(null));
            case PathToken.Name when value is "true" or "false":
                lexer.Next();
                return Node(new LiteralExpr(FhirValue.Of(value == "true")));
            case PathToken.Name or PathToken.Quoted: return Invocation(null);
            case PathToken.Variable: return Variable();
            case PathToken.External:
                var at = lexer.Start;
                lexer.Next();
                return Node(new ExternalExpr(value), at);
            case PathToken.Text:
                lexer.Next();
                return Node(new LiteralExpr(FhirValue.Of(value)));
            case PathToken.Number: return Number();
            case PathToken.Date: return Date(value);
            case PathToken.Time:
                lexer.Next();
                _ = PartialDate.TryParseTime(value, out var time);
                return Node(new LiteralExpr(FhirValue.Of(time, FhirValueKind.Time)));
            case PathToken.End: throw lexer.Fault("the expression ends too early");
            default: throw lexer.Fault($"an unexpected « {value} »");
        }
    }

    VariableExpr Variable()
    {
        var (name, start) = (lexer.Value, lexer.Start);
        lexer.Next();
        return Node(new VariableExpr(name), start);
    }

    LiteralExpr Date(string value)
    {
        lexer.Next();
        _ = PartialDate.TryParse(value, out var date);
        return Node(new LiteralExpr(FhirValue.Of(date, value.Contains('T', StringComparison.Ordinal) ? FhirValueKind.DateTime
            : FhirValueKind.Date)));
    }

    LiteralExpr Number()
    {
        var text = lexer.Value;
        if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            throw lexer.Fault("a number that is too big");
        lexer.Next();
        if (lexer.Kind == PathToken.Text)
        {
            var unit = lexer.Value;
            lexer.Next();
            return Node(new LiteralExpr(FhirValue.Of(new PathQuantity(number, unit, false))));
        }
        if (lexer.Kind == PathToken.Name && PathQuantity.IsWord(lexer.Value))
        {
            var word = lexer.Value;
            lexer.Next();
            return Node(new LiteralExpr(FhirValue.Of(PathQuantity.OfWord(number, word))));
        }
        if (text.Contains('.', StringComparison.Ordinal)) return Node(new LiteralExpr(FhirValue.Of(number)));
        return number <= long.MaxValue ? Node(new LiteralExpr(FhirValue.Of((long)number))) : throw lexer.Fault("a number that is too big");
    }
}
