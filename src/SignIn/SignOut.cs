using Microsoft.AspNetCore.Http;
using Socle.Platform.Web;

namespace Socle.SignIn;

static class SignOut
{
    public static async Task<IResult> Handle(HttpContext http, Sessions sessions, CancellationToken stop)
    {
        await sessions.SignOut(http, stop);
        return Page.SeeOther("/");
    }
}
