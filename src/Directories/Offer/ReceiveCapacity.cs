using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Net.Http.Headers;
using Socle.Api;
using Socle.Platform;

namespace Socle.Directories;

/// <summary>PATCH …/ws-synchro-dispo-lits-fhir/Location?identifier=… : the body is read as JSON, because what regions send is not always FHIR.</summary>
static class ReceiveCapacity
{
    const int Most = 1 << 20;
    static readonly string[] MediaTypes = ["application/fhir+json", "application/json", "application/json+fhir"];

    public static async Task<FhirAnswer> Handle(FhirCall call, PatchCapacity capacity, CancellationToken stop)
    {
        if (!MediaTypeHeaderValue.TryParse(call.Http.Request.ContentType, out var media) || !MediaTypes.Contains(media.MediaType.Value, StringComparer.OrdinalIgnoreCase))
            throw ApiRefusals.BadContentType.With(call.Http.Request.ContentType ?? "sans type");
        var identifiers = call.Query.Where(pair => pair.Key == "identifier").Select(pair => pair.Value).ToList();
        if (call.Query.Count != 1 || identifiers is not [{ Length: > 0 and <= 200 } identifier]) throw ApiRefusals.BadParameter.With("identifier");
        var stored = await capacity.Run(call.Agent, identifier[(identifier.IndexOf('|', StringComparison.Ordinal) + 1)..], await Read(call, stop), call.Http.Correlation(), stop);
        return new FhirAnswer(200) { Resource = stored, Body = stored.Bytes };
    }

    static async Task<JsonNode?> Read(FhirCall call, CancellationToken stop)
    {
        await using var body = call.OpenBody(Most);
        try
        {
            return await JsonNode.ParseAsync(body, documentOptions: new JsonDocumentOptions { MaxDepth = 40 }, cancellationToken: stop);
        }
        catch (JsonException)
        {
            throw ApiRefusals.NotFhir.With([new RefusalIssue("error", "structure", null, "not JSON")]);
        }
    }
}
