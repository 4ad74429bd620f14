using Microsoft.AspNetCore.Http;
using Socle.Directories.Pages;
using Socle.Platform;
using Socle.Platform.Web;

namespace Socle.Directories;

/// <summary>A role that was registered: until when it holds, prolonged or ended.</summary>
static class ChangeRole
{
    public static async Task<IResult> Show(long id, HttpContext http, EmployedRoles roles, Mandates mandates, CancellationToken stop) =>
        Page.Show<RolePage, RoleModel>(new(await roles.Find(http.Agent(), id, stop), mandates.IsRegistrar(http.Agent()), Form.Empty, Form.Empty));

    public static async Task<IResult> Prolong(long id, HttpContext http, EmployedRoles roles, Mandates mandates, CancellationToken stop)
    {
        var form = await Form.Read(http.Request, stop);
        var (role, until) = (await roles.Find(http.Agent(), id, stop), form.Day("fin"));
        if (form.HasErrors || !await form.Try("fin", () => roles.Prolong(http.Agent(), id, until, stop)))
            return Page.Again<RolePage, RoleModel>(new(role, mandates.IsRegistrar(http.Agent()), form, Form.Empty));
        return Page.SeeOther(RegisterRole.Path, T["roles.prolonged", role.Name]);
    }

    public static async Task<IResult> End(long id, HttpContext http, EmployedRoles roles, Mandates mandates, CancellationToken stop)
    {
        var form = await Form.Read(http.Request, stop);
        var (role, why) = (await roles.Find(http.Agent(), id, stop), form.Required("motif", T["roles.why"]));
        if (form.HasErrors || !await form.Try("motif", () => roles.End(http.Agent(), id, why, stop)))
            return Page.Again<RolePage, RoleModel>(new(role, mandates.IsRegistrar(http.Agent()), Form.Empty, form));
        return Page.SeeOther(RegisterRole.Path, T["roles.ended", role.Name]);
    }

    static Texts T => Texts.Of(typeof(DirectoriesModule).Assembly);
}
