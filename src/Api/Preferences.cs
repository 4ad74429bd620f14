using Microsoft.AspNetCore.Http;

namespace Socle.Api;

enum ReturnPreference { Unsaid, Minimal, Representation, OperationOutcome }

/// <summary>RFC 7240 <c>Prefer</c>. What is not understood is ignored, and nothing here ever opens more.</summary>
readonly record struct Preferences(ReturnPreference Return, bool? Handling)
{
    /// <summary>handling=strict; lenient where nothing is said.</summary>
    public bool Strict => Handling == true;

    public static string Word(ReturnPreference asked) => asked switch
    {
        ReturnPreference.Minimal => "return=minimal",
        ReturnPreference.OperationOutcome => "return=OperationOutcome",
        _ => "return=representation"
    };

    public static Preferences Of(HttpRequest request)
    {
        var returns = ReturnPreference.Unsaid;
        bool? strict = null;
        foreach (var header in request.Headers["Prefer"])
            foreach (var word in (header ?? "").Split([',', ';'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
                switch (word.Replace(" ", "", StringComparison.Ordinal).Replace("\"", "", StringComparison.Ordinal))
                {
                    case "return=minimal": returns = ReturnPreference.Minimal; break;
                    case "return=representation": returns = ReturnPreference.Representation; break;
                    case "return=OperationOutcome": returns = ReturnPreference.OperationOutcome; break;
                    case "handling=strict": strict = true; break;
                    case "handling=lenient": strict = false; break;
                }
        return new Preferences(returns, strict);
    }
}
