using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.Tokens;
using Socle.Platform;

namespace Socle.SignIn;

/// <summary>Signatures for software: it asks with the token of the professional who shall sign, shows the number, and looks what became of it.</summary>
sealed class SignatureApi(PhoneSignatures signatures, PhonePapers papers, SignatureRequester requester)
{
    public const string Path = "/api/signatures", KeysPath = "/.well-known/signature-keys";

    const int Interval = 2;

    public async Task<IResult> Ask(HttpContext http, CancellationToken stop)
    {
        using var body = await Body(http, stop);
        var (client, name) = await requester.Of(http, stop);
        var asked = await signatures.Ask(http.Agent(), client, name, new(Text(body, "digest"), Text(body, "name"), Text(body, "kind")), stop);
        return Results.Json(new { id = asked.Ticket, number = asked.Number, expires_at = asked.Until, interval = Interval }, statusCode: StatusCodes.Status201Created);
    }

    public async Task<IResult> Look(string id, HttpContext http, CancellationToken stop)
    {
        var (client, _) = await requester.Of(http, stop);
        var (state, signature) = id.Length < 100 ? await signatures.Look(client, id, stop) : new(SignatureState.Unknown);
        if (state == SignatureState.Unknown) throw SigningRefusals.NoSuchTicket.With();
        var answer = new JsonObject { ["state"] = state.ToString().ToLowerInvariant() };
        if (signature is not null)
            (answer["payload"], answer["jws"], answer["receipt"], answer["keys"]) = (signature.Payload, signature.Jws, signature.Receipt, signature.Keys);
        return Results.Json(answer);
    }

    /// <summary>Judges what is sent as anybody could without us.</summary>
    public async Task<IResult> Verify(HttpContext http, CancellationToken stop)
    {
        using var body = await Body(http, stop);
        var digest = Text(body, "digest");
        if (!SignatureRules.IsDigest(digest)) throw SigningRefusals.WrongDigest.With();
        var found = SignatureVerifier.Verify(new(Text(body, "payload"), Text(body, "jws"), Text(body, "receipt"), Text(body, "keys")),
            Base64UrlEncoder.DecodeBytes(digest), papers.ServerKeys().ToJsonString());
        return Results.Json(new { valid = found.IsRight, fault = found.Fault, signer = found.Signer, signer_name = found.SignerName, signed_at = found.SignedAt, name = found.Name, kind = found.Kind });
    }

    public IResult ServerKeys() => Results.Json(papers.ServerKeys());

    public async Task<IResult> KeysOf(string thumbprint, CancellationToken stop) =>
        thumbprint.Length == 43 && await papers.KeysOf(thumbprint, stop) is { } list ? Results.Text(list, "application/jwt") : throw SigningRefusals.NoSuchKey.With();

    static async Task<JsonDocument> Body(HttpContext http, CancellationToken stop)
    {
        if (http.Request.ContentType?.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) != true) throw PlatformRefusals.UnsupportedMedia.With();
        try
        {
            var body = await JsonDocument.ParseAsync(http.Request.Body, cancellationToken: stop);
            if (body.RootElement.ValueKind == JsonValueKind.Object) return body;
            body.Dispose();
        }
        catch (JsonException)
        {
            // Said below.
        }
        throw SigningRefusals.WrongBody.With("un objet JSON est attendu");
    }

    static string Text(JsonDocument body, string name) =>
        body.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : throw SigningRefusals.WrongBody.With(name);
}
