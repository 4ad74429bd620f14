using Microsoft.AspNetCore.Http;
using Socle.Platform;
using Socle.Platform.Web;
using Socle.Rights.Pages;

namespace Socle.Rights;

/// <summary>« Lire une carte » : a desk asks for a card, is shown its code, and knows who is there and what their rights are.</summary>
static class ReadCard
{
    public const string Path = "/bouquet/cartes";

    public static IResult Show() => Page.Show<ReaderPage>();

    public static async Task<IResult> Open(HttpContext http, Readings readings, CancellationToken stop) =>
        Page.SeeOther($"{Path}/{(await readings.Open(http, stop)).Id}");

    public static async Task<IResult> Wait(string reading, HttpContext http, Readings readings, CardContexts contexts, CancellationToken stop)
    {
        var known = await readings.Find(http, reading, stop);
        if (known.ReadAt is null) return Page.Show<WaitingPage, WaitingModel>(new(known.Id, known.Qr, known.ShownNonce, known.Until, Form.Empty));
        return Page.Show<ReadPage, ReadModel>(new(await contexts.Of(http, known, stop)));
    }

    public static async Task<IResult> Handle(string reading, HttpContext http, Readings readings, CancellationToken stop)
    {
        var known = await readings.Find(http, reading, stop);
        var form = await Form.Read(http.Request, stop);
        var code = form.Required("code", Texts.Of(typeof(RightsModule).Assembly)["reader.code"]);
        var done = await form.Try("code", async () => { await readings.Read(http, known, code, stop); });
        if (!done) return Page.Again<WaitingPage, WaitingModel>(new(known.Id, known.Qr, known.ShownNonce, known.Until, form));
        return Page.SeeOther($"{Path}/{known.Id}", Texts.Of(typeof(RightsModule).Assembly)["reader.done"]);
    }
}
