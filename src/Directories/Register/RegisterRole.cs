using Microsoft.AspNetCore.Http;
using Socle.Directories.Pages;
using Socle.Platform;
using Socle.Platform.Web;

namespace Socle.Directories;

/// <summary>An employer registers somebody outside RPPS and ADELI, beside the list of those who hold a role now.</summary>
static class RegisterRole
{
    public const string Path = ShowRegister.Path + "/roles";

    public static async Task<IResult> Show(HttpContext http, EmployedRoles roles, Mandates mandates, CancellationToken stop) =>
        Page.Show<RolesPage, RolesModel>(await Model(http.Agent(), roles, mandates, Form.Empty, stop));

    public static async Task<IResult> Handle(HttpContext http, EmployedRoles roles, Mandates mandates, CancellationToken stop)
    {
        var form = await Form.Read(http.Request, stop);
        if (Read(form, mandates.StructureOf(http.Agent())) is { } asked && await Try(form, () => roles.Register(http.Agent(), asked, stop)) is { } made)
            return Page.SeeOther(Path, T["roles.registered", made.Name, made.Role]);
        return Page.Again<RolesPage, RolesModel>(await Model(http.Agent(), roles, mandates, form, stop));
    }

    // A refusal stands at the field that it is about.
    static async Task<RoleView?> Try(Form form, Func<Task<RoleView>> register)
    {
        try
        {
            return await register();
        }
        catch (Refusal refusal) when (refusal.Reason is Reason.Unprocessable or Reason.Conflict)
        {
            form.Fail(refusal.Kind == DirectoriesRefusals.NoStructure ? "structure" : refusal.Kind == DirectoriesRefusals.WrongEnd ? "fin"
                : refusal.Kind == DirectoriesRefusals.RoleTwice ? "role" : "matricule", refusal.French);
            return null;
        }
    }

    // Each field says what is wrong with it; null: something is.
    static NewRole? Read(Form form, string? own)
    {
        var structure = own ?? Checked(form, "structure", T["roles.structure"], NewRole.StructureOf);
        var family = Checked(form, "nom", T["roles.family"], NewRole.NameOf);
        var given = Checked(form, "prenom", T["roles.given"], NewRole.NameOf);
        var number = Checked(form, "matricule", T["roles.number"], NewRole.StaffNumberOf);
        var role = EmployedRole.Of(form.ChoiceOf("role", T["roles.role"], [.. EmployedRole.All.Select(one => one.Code)]));
        var ends = form.Day("fin");
        return form.HasErrors || role is null ? null : new(structure, family, given, number, role, ends);
    }

    static string Checked(Form form, string field, string label, Func<string, string> check)
    {
        var text = form.Required(field, label);
        if (form.ErrorOf(field) is not null) return "";
        try
        {
            return check(text);
        }
        catch (Refusal refusal)
        {
            form.Fail(field, refusal.French);
            return "";
        }
    }

    static async Task<RolesModel> Model(Agent by, EmployedRoles roles, Mandates mandates, Form form, CancellationToken stop)
    {
        var own = mandates.StructureOf(by);
        return new(own is null ? null : await roles.StructureName(own, stop) ?? own, mandates.IsRegistrar(by), await roles.List(by, stop), form);
    }

    static Texts T => Texts.Of(typeof(DirectoriesModule).Assembly);
}
