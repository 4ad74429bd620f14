using Microsoft.AspNetCore.Http;

namespace Socle.Api;

/// <summary>GET metadata: open to anybody, as FHIR asks; it says what the server can do and nothing about anyone.</summary>
sealed class ShowCapabilities(Capabilities capabilities)
{
    public Task Handle(HttpContext http)
    {
        Negotiation.Choose(http.Request);
        return new FhirAnswer(200) { Body = capabilities.Of(FhirCall.BaseOf(http.Request)) }.Write(http, http.RequestAborted);
    }
}
