using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Socle.Api;
using Socle.Platform;
using Socle.Platform.Web;

namespace Socle.Rights;

/// <summary>The same for software, by a professional's token: a nonce to show, then the code of the phone, then who is there.</summary>
static class CallReadings
{
    public const string Path = "/api/cartes/lectures";

    public static async Task<IResult> Open(HttpContext http, Readings readings, CancellationToken stop)
    {
        Check(http);
        var reading = await readings.Open(http, stop);
        return Results.Json(new { id = reading.Id, nonce = reading.Nonce, qr = reading.Qr, expires = reading.Until }, statusCode: StatusCodes.Status201Created);
    }

    public static async Task<IResult> Read(string reading, HttpContext http, Readings readings, CardContexts contexts, CancellationToken stop)
    {
        Check(http);
        var code = await CodeOf(http.Request, stop);
        var read = await readings.Read(http, await readings.Find(http, reading, stop), code, stop);
        return Answer(await contexts.Of(http, read, stop));
    }

    public static VendorSource Section { get; } = new(http =>
    {
        var (texts, basis) = (Texts.Of(typeof(RightsModule).Assembly), $"{http.Request.Scheme}://{http.Request.Host}{Path}");
        return new(texts["vendor.title"], texts["vendor.text"],
        [
            new(texts["vendor.open"], $"curl -X POST \"{basis}\" -H \"Authorization: Bearer $TOKEN\""),
            new(texts["vendor.read"], $"curl -X POST \"{basis}/$ID/code\" -H \"Authorization: Bearer $TOKEN\" \\\n  -H \"Content-Type: application/json\" -d '{{\"code\":\"B…\"}}'")
        ]);
    });

    static IResult Answer(CardContext context) => Results.Json(new
    {
        simulated = context.Rights.Simulated,
        source = context.Rights.Source,
        presence = new { at = context.ReadAt, until = context.OpenUntil },
        identity = new
        {
            patient = context.Person.Id, status = context.Person.InsStatus, birthName = context.Person.BirthName, usedName = context.Person.UsedName, givenNames = context.Person.FirstName,
            birthDate = context.Person.BirthDate, sex = context.Person.Sex, birthPlace = context.Person.BirthPlaceCode,
            ins = context.Identity is { } ins ? new { value = ins.Matricule, system = "urn:oid:" + ins.Oid } : null
        },
        rights = new
        {
            insured = context.Rights.Insured, isInsured = context.Rights.IsInsured,
            items = context.Rights.Rights.Select(right => new { kind = right.Kind.ToString(), code = right.Code, display = right.French, from = right.From, until = right.Until, knownAt = right.KnownAt })
        }
    });

    // A token narrows what its professional may do; a session on a page has none.
    static void Check(HttpContext http)
    {
        if (http.Scopes() is { } scopes && !(scopes.Allows("user", "Patient", 'r') && scopes.Allows("user", "Coverage", 'r'))) throw RightsRefusals.ScopeMissing.With();
    }

    static async Task<string> CodeOf(HttpRequest request, CancellationToken stop)
    {
        try
        {
            using var body = await JsonDocument.ParseAsync(request.Body, cancellationToken: stop);
            if (body.RootElement.ValueKind == JsonValueKind.Object && body.RootElement.TryGetProperty("code", out var code) && code.ValueKind == JsonValueKind.String) return code.GetString()!;
        }
        catch (JsonException)
        {
            // Said as any other body that holds no code.
        }
        throw RightsRefusals.CodeUnreadable.With();
    }
}
