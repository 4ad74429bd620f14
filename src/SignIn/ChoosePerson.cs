using Microsoft.AspNetCore.Http;
using Socle.Access;
using Socle.Platform;
using Socle.Platform.Web;

namespace Socle.SignIn;

/// <summary>Demonstration sign-in: choose a person from the list, go back to where one was.</summary>
static class ChoosePerson
{
    public static Task<IResult> Show(HttpContext http, SignInPages pages, CancellationToken stop) =>
        pages.Show(Paths.Local(http.Request.Query["back"]), null, stop);

    public static async Task<IResult> Handle(
        HttpContext http, SocleOptions options, DemoPeople people, Sessions sessions, Suspensions suspensions, CancellationToken stop)
    {
        if (!options.Demo) throw SignInRefusals.DemoOnly.With();
        var form = await Form.Read(http.Request, stop);
        var key = form.Required("person");
        var person = (await people.List(stop)).FirstOrDefault(p => p.Key == key) ?? throw SignInRefusals.NoSuchPerson.With();
        if (await suspensions.Holds(person.Agent, stop)) throw AccessRefusals.Suspended.With();
        await sessions.SignIn(http, new(person.Agent, Levels.Demo, []), stop);
        var back = Paths.Local(form.Optional("back"));
        return Page.SeeOther(back == "/" ? HomeOf(person.Agent) : back);
    }

    static string HomeOf(Agent agent) => agent.Kind switch
    {
        AgentKind.Citizen => Paths.Citizen,
        AgentKind.Professional => Paths.Professional,
        _ => "/"
    };
}
