using Microsoft.AspNetCore.Http;
using Socle.Access;
using Socle.Identities;
using Socle.Platform;
using Socle.Platform.Web;
using Socle.Rights.Pages;

namespace Socle.Rights;

/// <summary>The registrar records that a parent has no authority any more, as a judgment says: the child's record and card close to that parent at once.</summary>
static class EndAuthority
{
    public const string Path = "/registre/parents";

    public static IResult Show() => Page.Show<AuthorityPage, AuthorityModel>(new(Form.Empty, null, []));

    public static async Task<IResult> Find(HttpContext http, IdentitySearch identities, AccessDesk desk, TimeProvider clock, CancellationToken stop)
    {
        var form = await Form.Read(http.Request, stop);
        var number = form.Required("ins", T["authority.ins"]).Replace(" ", "", StringComparison.Ordinal);
        if (form.HasErrors) return Page.Again<AuthorityPage, AuthorityModel>(new(form, null, []));
        if (await identities.ByIns(http.Agent(), null, number, stop) is not Found.One { Card: var child })
        {
            form.Fail("ins", T["authority.none"]);
            return Page.Again<AuthorityPage, AuthorityModel>(new(form, null, []));
        }
        return Page.Show<AuthorityPage, AuthorityModel>(await Model(form, child, identities, desk, clock, stop));
    }

    public static async Task<IResult> Handle(HttpContext http, IdentitySearch identities, AccessDesk desk, Keys keys, TimeProvider clock, CancellationToken stop)
    {
        var form = await Form.Read(http.Request, stop);
        if (!keys.TryReadId(form.Typed("enfant"), out var key, out _) || await identities.Card(key, stop) is not { } child) throw RightsRefusals.NoSuchCard.With();
        if (!keys.TryReadId(form.Typed("parent"), out var parent, out _)) throw RightsRefusals.NoSuchCard.With();
        var why = form.Required("motif", T["authority.why"]);
        if (form.HasErrors) return Page.Again<AuthorityPage, AuthorityModel>(await Model(form, child, identities, desk, clock, stop));
        await desk.EndGuardian(http.Agent(), parent, child.PatientKey, why, stop);
        return Page.SeeOther(Path, T["authority.done"]);
    }

    static async Task<AuthorityModel> Model(Form form, PatientCard child, IdentitySearch identities, AccessDesk desk, TimeProvider clock, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        var links = (await desk.GuardiansOf(child.PatientKey, stop)).Where(link => link.Holds(now)).ToList();
        var cards = await identities.Cards([.. links.Select(link => link.Guardian)], stop);
        return new(form, child, [.. links.Where(link => cards.ContainsKey(link.Guardian)).Select(link => cards[link.Guardian])]);
    }

    static Texts T => Texts.Of(typeof(RightsModule).Assembly);
}
