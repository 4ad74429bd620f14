using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Socle.Platform;
using Socle.Platform.Web;

namespace Socle.SignIn;

/// <summary>How the endpoints for programs are asked and answer.</summary>
static class ProviderAnswer
{
    /// <summary>A form in which nothing is said twice (RFC 6749 §3.2).</summary>
    public static async Task<Form> Form(HttpContext http, CancellationToken stop)
    {
        if (http.Request.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) != true)
            throw ProviderRefusals.InvalidRequest.With("un formulaire est attendu");
        var form = await Platform.Web.Form.Read(http.Request, stop);
        if (form.Repeated.FirstOrDefault() is { } twice) throw ProviderRefusals.InvalidRequest.With($"« {twice} » est dit deux fois");
        return form;
    }

    public static IResult Json(JsonObject body, int status = StatusCodes.Status200OK) => new JsonAnswer(body, status, Keep: false);

    /// <summary>What anybody may keep for a while: discovery, keys.</summary>
    public static IResult Public(JsonObject body) => new JsonAnswer(body, StatusCodes.Status200OK, Keep: true);

    /// <summary>A refusal in the words of RFC 6749 §5.2.</summary>
    public static Task Refuse(HttpContext http, NoAnswer no)
    {
        var error = Error(no);
        if (no.Status == StatusCodes.Status401Unauthorized)
        {
            var isToken = error is "invalid_token" or "use_dpop_nonce";
            var scheme = !isToken ? "Basic realm=\"socle\"" : http.Request.Headers.ContainsKey(Dpop.Header) || error == "use_dpop_nonce"
                ? $"DPoP error=\"{error}\", algs=\"{string.Join(' ', Dpop.Algorithms)}\"" : $"Bearer error=\"{error}\"";
            http.Response.Headers.WWWAuthenticate = scheme;
        }
        return new JsonAnswer(new() { ["error"] = error, ["error_description"] = Plain(no.Message) }, no.Status, Keep: false).ExecuteAsync(http);
    }

    public static string Error(NoAnswer no) => no.Code switch
    {
        "resource-use-dpop-nonce" => "use_dpop_nonce",
        "ciba-denied" or "ciba-too-many" => "access_denied",
        _ when no.Status == StatusCodes.Status401Unauthorized && no.Code != "invalid-client" => "invalid_token",
        _ when no.Status >= 500 && no.Status != StatusCodes.Status503ServiceUnavailable => "server_error",
        _ when no.Status == StatusCodes.Status503ServiceUnavailable => "temporarily_unavailable",
        _ when OwnCodes.Contains(no.Code) => no.Code.Replace('-', '_'),
        _ => "invalid_request"
    };

    static readonly HashSet<string> OwnCodes = new(StringComparer.Ordinal)
    {
        "invalid-request", "invalid-client", "invalid-grant", "unauthorized-client", "unsupported-grant-type", "unsupported-response-type", "invalid-scope",
        "request-not-supported", "invalid-request-uri", "invalid-dpop-proof", "use-dpop-nonce", "invalid-token", "insufficient-scope", "invalid-redirect-uri",
        // CIBA Core 1.0 §13.
        "authorization-pending", "slow-down", "expired-token", "access-denied", "unknown-user-id", "missing-user-code", "invalid-user-code", "invalid-binding-message",
        "expired-login-hint-token"
    };

    /// <summary>RFC 6749 §5.2 allows printable ASCII without quotes.</summary>
    public static string Plain(string french)
    {
        var text = new StringBuilder(french.Length);
        foreach (var letter in french.Replace("œ", "oe", StringComparison.Ordinal).Normalize(NormalizationForm.FormD))
            if (letter is '’') text.Append('\'');
            else if (letter is ' ' or '\u00A0' or '\u202F') text.Append(' ');
            else if (letter is > ' ' and <= '~' and not '"' and not '\\') text.Append(letter);
            else if (CharUnicodeInfo.GetUnicodeCategory(letter) != UnicodeCategory.NonSpacingMark) text.Append('\'');
        return text.ToString();
    }

    sealed record JsonAnswer(JsonObject Body, int Status, bool Keep) : IResult
    {
        public Task ExecuteAsync(HttpContext http)
        {
            http.Response.StatusCode = Status;
            http.Response.ContentType = "application/json";
            http.Response.Headers.CacheControl = Keep ? "public, max-age=600" : "no-store";
            if (!Keep) http.Response.Headers.Pragma = "no-cache";
            return http.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(Body), http.RequestAborted).AsTask();
        }
    }
}
