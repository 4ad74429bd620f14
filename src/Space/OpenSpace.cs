using Microsoft.AspNetCore.Http;
using Socle.Platform;
using Socle.Platform.Web;

namespace Socle.Space;

/// <summary>The door of the space: one's own documents.</summary>
static class OpenSpace
{
    public static IResult Handle(HttpContext http, Keys keys) =>
        Page.SeeOther($"/espace/{keys.ExternalId(http.Agent().PatientKey, Persons.PatientNumber)}/documents");
}
