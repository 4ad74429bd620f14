using Microsoft.AspNetCore.Http;

namespace Socle.Api;

/// <summary>GET metadata: open to anybody, as FHIR asks; it says what the server can do and nothing about anyone.</summary>
sealed class ShowCapabilities(Capabilities capabilities, FhirDoor? door = null)
{
    public Task Handle(HttpContext http)
    {
        Negotiation.Choose(http.Request);
        return new FhirAnswer(200) { Body = door is null ? capabilities.Of(FhirCall.BaseOf(http.Request)) : capabilities.Of(FhirCall.BaseOf(http.Request, door.Root), door) }.Write(http, http.RequestAborted);
    }
}
