using Microsoft.AspNetCore.Http;
using Socle.Platform;
using Socle.Platform.Web;

namespace Socle.SignIn;

/// <summary>A vendor registers a software by themselves. It waits until the operator has validated it; its id and its secret are shown once.</summary>
static class RegisterSoftware
{
    public const string Path = "/logiciels";

    static readonly Agent Vendor = new(AgentKind.System, "system:vendor-page", "Éditeur (page d’enregistrement)", null, null, null, 0, 0);

    public static IResult Show() => Page.Show<Pages.SoftwarePage, Pages.SoftwareModel>(new(Form.With(("profil", "strict"), ("etendues", "openid")), null, null));

    public static async Task<IResult> Handle(HttpContext http, SoftwareRegistry registry, CancellationToken stop)
    {
        var form = await Form.Read(http.Request, stop);
        var wanted = new NewSoftware(form.Required("nom", T["software.name"]), form.ChoiceOf("profil", T["software.profile"], "strict", "psc", "smart"),
            form.Required("retours", T["software.redirects"]), form.Required("etendues", T["software.scopes"]))
        {
            LogoutUris = form.Optional("deconnexions") ?? "", BackchannelLogout = form.Optional("avis"), Keys = form.Optional("cles"), IsPublic = form.Flag("public"),
            Ciba = form.Flag("ciba"), Structure = form.Optional("structure"), Contact = form.Required("contact", T["software.contact"])
        };
        (string Id, string? Secret) made = default;
        if (form.HasErrors || !await form.Try("nom", async () =>
            {
                made = await registry.Register(wanted, http.AgentOrNull() ?? Vendor, isValidated: false, stop);
            }))
            return Page.Again<Pages.SoftwarePage, Pages.SoftwareModel>(new(form, null, null));
        http.Response.Headers.CacheControl = "no-store";
        return Page.Show<Pages.SoftwarePage, Pages.SoftwareModel>(new(Form.Empty, made.Id, made.Secret));
    }

    static Texts T => Texts.Of(typeof(SignInModule).Assembly);
}

/// <summary>The operator's list: what waits is validated or refused, what asks may be taken back.</summary>
static class DecideSoftware
{
    public const string Path = RegisterSoftware.Path + "/registre";

    public static async Task<IResult> Show(SoftwareRegistry registry, CancellationToken stop) =>
        Page.Show<Pages.SoftwareListPage, Pages.SoftwareListModel>(new(await registry.All(stop), Form.Empty));

    public static async Task<IResult> Validate(string id, HttpContext http, SoftwareRegistry registry, CancellationToken stop)
    {
        var form = await Form.Read(http.Request, stop);
        return await form.Try("id", () => registry.Validate(id, http.Agent(), stop)) ? Page.SeeOther(Path, T["softwares.validated"])
            : Page.Again<Pages.SoftwareListPage, Pages.SoftwareListModel>(new(await registry.All(stop), form));
    }

    public static async Task<IResult> Revoke(string id, HttpContext http, SoftwareRegistry registry, CancellationToken stop)
    {
        await Form.Read(http.Request, stop);
        await registry.Revoke(id, http.Agent(), stop);
        return Page.SeeOther(Path, T["softwares.revoked"]);
    }

    static Texts T => Texts.Of(typeof(SignInModule).Assembly);
}
