using System.Globalization;

namespace Socle.Fhir;

/// <summary>The part of UCUM that comparing two quantities needs: prefixes, products, quotients, powers; no special (offset)
/// units.</summary>
static class Ucum
{
    // Exponents of m, s, g, K, mol, C, cd and of units that only equal themselves.
    internal sealed record Unit(double Factor, IReadOnlyDictionary<string, int> Dimensions);

    static readonly Dictionary<string, (double Factor, string Of)> Atoms = new(StringComparer.Ordinal)
    {
        ["m"] = (1, "m"), ["s"] = (1, "s"), ["g"] = (1, "g"), ["K"] = (1, "K"), ["C"] = (1, "C"), ["cd"] = (1, "cd"), ["rad"] = (1, "1"),
        ["mol"] = (6.0221367e23, "1"), ["eq"] = (6.0221367e23, "1"), ["osm"] = (6.0221367e23, "1"), ["%"] = (0.01, "1"),
        ["[ppm]"] = (1e-6, "1"),
        ["10*"] = (10, "1"), ["10^"] = (10, "1"), ["[pi]"] = (Math.PI, "1"), ["deg"] = (Math.PI / 180, "1"),
        ["L"] = (1e-3, "m3"), ["l"] = (1e-3, "m3"), ["min"] = (60, "s"), ["h"] = (3600, "s"), ["d"] = (86400, "s"), ["wk"] = (604800, "s"),
        ["mo"] = (2629800, "s"), ["a"] = (31557600, "s"), ["t"] = (1e6, "g"), ["u"] = (1.6605402e-24, "g"), ["ar"] = (100, "m2"),
        ["Hz"] = (1, "s-1"), ["Bq"] = (1, "s-1"), ["N"] = (1e3, "g.m.s-2"), ["Pa"] = (1e3, "g.m-1.s-2"), ["J"] = (1e3, "g.m2.s-2"),
        ["W"] = (1e3, "g.m2.s-3"), ["A"] = (1, "C.s-1"), ["V"] = (1e3, "g.m2.s-2.C-1"), ["bar"] = (1e8, "g.m-1.s-2"),
        ["m[Hg]"] = (133322387.415, "g.m-1.s-2"), ["m[H2O]"] = (9806650, "g.m-1.s-2"), ["atm"] = (101325000, "g.m-1.s-2"),
        ["cal"] = (4184, "g.m2.s-2"), ["Gy"] = (1, "m2.s-2"), ["Sv"] = (1, "m2.s-2"), ["kat"] = (6.0221367e23, "s-1"),
            ["U"] = (6.0221367e23 / 6e7, "s-1"),
        ["[in_i]"] = (0.0254, "m"), ["[ft_i]"] = (0.3048, "m"), ["[lb_av]"] = (453.59237, "g"), ["[oz_av]"] = (28.349523125, "g"),
        ["[stone_av]"] = (6350.29318, "g"), ["[degF]"] = (1, "[degF]"), ["Cel"] = (1, "Cel"), ["[iU]"] = (1, "[iU]"),
        ["[IU]"] = (1, "[iU]"),
        ["[arb'U]"] = (1, "[arb'U]"), ["[pH]"] = (1, "[pH]"), ["[drp]"] = (5e-8, "m3"), ["[tsp_us]"] = (4.92892159375e-6, "m3"),
            ["meq"] = (6.0221367e20, "1"),
        ["[mi_i]"] = (1609.344, "m"), ["[nmi_i]"] = (1852, "m"), ["[yd_i]"] = (0.9144, "m"), ["[ppb]"] = (1e-9, "1"), ["[ppth]"] = (1e-3, "1"),
        ["[pptr]"] = (1e-12, "1"), ["F"] = (1e-3, "C2.s2.g-1.m-2"), ["Ohm"] = (1e3, "g.m2.s-1.C-2"), ["S"] = (1e-3, "C2.s.g-1.m-2"),
        ["Wb"] = (1e3, "g.m2.s-1.C-1"), ["T"] = (1e3, "g.s-1.C-1"), ["H"] = (1e3, "g.m2.C-2"), ["lm"] = (1, "cd"), ["lx"] = (1, "cd.m-2"),
        ["dyn"] = (1e-2, "g.m.s-2"), ["P"] = (100, "g.m-1.s-1"), ["Ci"] = (3.7e10, "s-1"), ["RAD"] = (1e-2, "m2.s-2"), ["REM"] = (1e-2, "m2.s-2"),
        ["[psi]"] = (6894757.293168, "g.m-1.s-2"), ["[gr]"] = (0.06479891, "g"), ["[lb_tr]"] = (373.2417216, "g"), ["[oz_tr]"] = (31.1034768, "g"),
        ["[sin_i]"] = (0.00064516, "m2"), ["[tbs_us]"] = (1.478676478125e-5, "m3"), ["[foz_us]"] = (2.95735295625e-5, "m3"),
        ["[cup_us]"] = (2.365882365e-4, "m3"), ["[pt_us]"] = (4.73176473e-4, "m3"), ["[qt_us]"] = (9.46352946e-4, "m3"),
        ["[gal_us]"] = (3.785411784e-3, "m3"), ["[Cal]"] = (4184000, "g.m2.s-2"), ["eV"] = (1.60217733e-16, "g.m2.s-2"),
    };

    static readonly Dictionary<string, double> Prefixes = new(StringComparer.Ordinal)
    {
        ["da"] = 1e1, ["Y"] = 1e24, ["Z"] = 1e21, ["E"] = 1e18, ["P"] = 1e15, ["T"] = 1e12, ["G"] = 1e9, ["M"] = 1e6, ["k"] = 1e3,
            ["h"] = 1e2,
        ["d"] = 1e-1, ["c"] = 1e-2, ["m"] = 1e-3, ["u"] = 1e-6, ["n"] = 1e-9, ["p"] = 1e-12, ["f"] = 1e-15, ["a"] = 1e-18,
    };

    /// <summary>How many of <paramref name="to"/> make one <paramref name="from"/>; null when they measure different things.</summary>
    public static double? Ratio(string from, string to)
    {
        if (from == to) return 1;
        if (Parse(from) is not { } a || Parse(to) is not { } b || a.Dimensions.Count != b.Dimensions.Count) return null;
        foreach (var (name, power) in a.Dimensions)
            if (!b.Dimensions.TryGetValue(name, out var other) || other != power) return null;
        return a.Factor / b.Factor;
    }

    internal static Unit? Parse(string text)
    {
        if (text.Length > 60) return null;
        var dimensions = new Dictionary<string, int>(StringComparer.Ordinal);
        var factor = 1.0;
        var at = 0;
        if (!Term(text, ref at, ref factor, dimensions, 1, 0) || at != text.Length) return null;
        foreach (var name in dimensions.Where(d => d.Value == 0).Select(d => d.Key).ToList()) dimensions.Remove(name);
        return new Unit(factor, dimensions);
    }

    static bool Term(string text, ref int at, ref double factor, Dictionary<string, int> dimensions, int sign, int depth)
    {
        if (depth > 8) return false;
        var direction = sign;
        if (at < text.Length && text[at] == '/') (at, direction) = (at + 1, -sign);
        while (true)
        {
            if (!Component(text, ref at, ref factor, dimensions, direction, depth)) return false;
            if (at >= text.Length || text[at] is not ('.' or '/')) return true;
            direction = text[at++] == '/' ? -sign : sign;
        }
    }

    static bool Component(string text, ref int at, ref double factor, Dictionary<string, int> dimensions, int sign, int depth)
    {
        if (at < text.Length && text[at] == '(')
        {
            at++;
            return Term(text, ref at, ref factor, dimensions, sign, depth + 1) && at < text.Length && text[at++] == ')';
        }
        var start = at;
        var bracket = 0;
        while (at < text.Length && (bracket > 0 || text[at] is not ('.' or '/' or '(' or ')' or '{')))
        {
            if (text[at] == '[') bracket++;
            if (text[at] == ']') bracket--;
            at++;
        }
        var symbol = text[start..at];
        if (at < text.Length && text[at] == '{')
        {
            var close = text.IndexOf('}', at);
            if (close < 0) return false;
            at = close + 1;
            if (symbol.Length == 0) return true;
        }
        return Symbol(symbol, ref factor, dimensions, sign, depth);
    }

    static bool Symbol(string symbol, ref double factor, Dictionary<string, int> dimensions, int sign, int depth)
    {
        if (symbol.Length == 0) return false;
        if (long.TryParse(symbol, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            factor *= Math.Pow(number, sign);
            return number != 0;
        }
        var end = symbol.Length;
        while (end > 0 && char.IsAsciiDigit(symbol[end - 1])) end--;
        if (end > 0 && end < symbol.Length && symbol[end - 1] is '-' or '+') end--;
        if (end == 2 && symbol.StartsWith("10", StringComparison.Ordinal)) return false;
        var power = 1;
        var name = symbol;
        if (end > 0 && end < symbol.Length && int.TryParse(symbol.AsSpan(end), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture,
            out power))
            name = symbol[..end];
        else power = 1;
        if (Math.Abs(power) > 30) return false;
        return Atom(name, power * sign, ref factor, dimensions, depth);
    }

    static bool Atom(string name, int power, ref double factor, Dictionary<string, int> dimensions, int depth)
    {
        var prefix = 1.0;
        if (!Atoms.TryGetValue(name, out var atom))
        {
            var length = name.StartsWith("da", StringComparison.Ordinal) && Atoms.ContainsKey(name[2..]) ? 2 : 1;
            if (name.Length <= length || !Prefixes.TryGetValue(name[..length], out prefix) || !Atoms.TryGetValue(name[length..], out atom))
                return false;
            name = name[length..];
        }
        factor *= Math.Pow(prefix * atom.Factor, power);
        if (atom.Of == "1") return true;
        if (atom.Of is "m" or "s" or "g" or "K" or "C" or "cd" || atom.Of.StartsWith('[') || atom.Of == "Cel")
        {
            dimensions[atom.Of] = dimensions.GetValueOrDefault(atom.Of) + power;
            return true;
        }
        var at = 0;
        var inner = new Dictionary<string, int>(StringComparer.Ordinal);
        var ignored = 1.0;
        if (!Term(atom.Of, ref at, ref ignored, inner, 1, depth + 1)) return false;
        foreach (var (dimension, p) in inner) dimensions[dimension] = dimensions.GetValueOrDefault(dimension) + p * power;
        return true;
    }
}
