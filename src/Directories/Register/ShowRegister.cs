using Microsoft.AspNetCore.Http;
using Socle.Directories.Pages;
using Socle.Platform;
using Socle.Platform.Web;

namespace Socle.Directories;

/// <summary>The registrar's first page: what waits for a decision, who is suspended, and the form that suspends.</summary>
static class ShowRegister
{
    public const string Path = "/annuaire/registre";
    const int Most = 100;

    public static async Task<IResult> Handle(DirectoriesStore store, ProfessionalRegister register, TimeProvider clock, CancellationToken stop) =>
        Page.Show<RegisterPage, RegisterModel>(await Model(store, register, clock, Form.Empty, stop));

    public static async Task<IResult> Suspend(HttpContext http, DirectoriesStore store, ProfessionalRegister register, TimeProvider clock, CancellationToken stop)
    {
        var form = await Form.Read(http.Request, stop);
        var (rpps, why) = (form.Required("rpps", T["register.rpps"]), form.Required("motif", T["register.why"]));
        if (form.HasErrors || !await form.Try("rpps", () => register.Suspend(http.Agent(), rpps, null, why, stop)))
            return Page.Again<RegisterPage, RegisterModel>(await Model(store, register, clock, form, stop));
        return Page.SeeOther(Path, T["register.suspended", rpps]);
    }

    public static async Task<IResult> Lift(string rpps, HttpContext http, ProfessionalRegister register, CancellationToken stop)
    {
        await Form.Read(http.Request, stop);
        await register.Lift(http.Agent(), rpps, T["register.lifted", rpps], stop);
        return Page.SeeOther(Path, T["register.lifted", rpps]);
    }

    static async Task<RegisterModel> Model(DirectoriesStore store, ProfessionalRegister register, TimeProvider clock, Form form, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        return new([.. (await store.Waiting(Most, stop)).Select(EntryReading.View)], [.. (await register.All(stop)).Where(one => one.Until is null || one.Until > now)], now, form);
    }

    static Texts T => Texts.Of(typeof(DirectoriesModule).Assembly);
}
