using Microsoft.AspNetCore.Http;
using Socle.Platform.Web;

namespace Socle.SignIn;

/// <summary>The first page: the two spaces and the FHIR base.</summary>
static class OpenWelcome
{
    public static IResult Handle(HttpContext http) =>
        Page.Show<Pages.WelcomePage, Pages.WelcomeModel>(new(http.Request.Scheme + "://" + http.Request.Host + "/fhir"));
}
