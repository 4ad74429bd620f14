using Microsoft.AspNetCore.Http;
using Socle.Access;
using Socle.Directories.Pages;
using Socle.Fhir;
using Socle.Platform;
using Socle.Platform.Web;
using Socle.Store;

namespace Socle.Directories;

/// <summary>« Mon entrée » : what the directory says of the professional who asks, and what they want corrected in it.</summary>
static class MyEntry
{
    public const string Path = "/bouquet/annuaire";

    public static async Task<IResult> Show(HttpContext http, AccessDesk desk, RecordStore records, DirectoriesStore store, CancellationToken stop) =>
        Page.Show<MyEntryPage, MyEntryModel>(await Model(http, desk, records, store, null, stop));

    public static async Task<IResult> Handle(HttpContext http, AccessDesk desk, RecordStore records, DirectoriesStore store, TimeProvider clock, CancellationToken stop)
    {
        var form = await Form.Read(http.Request, stop);
        var phone = form.Optional("telephone") is { } typed ? form.Try("telephone", () => Correction.PhoneOf(typed)) : null;
        var mailbox = form.Optional("messagerie") is { } box ? form.Try("messagerie", () => Correction.MailboxOf(box)) : null;
        var (street, post, town) = (form.Optional("rue"), form.Optional("code-postal"), form.Optional("commune"));
        if ((street ?? post ?? town) is not null && (street is null || town is null || post is not { Length: 5 } || !post.All(char.IsAsciiDigit)))
            form.Fail("rue", DirectoriesRefusals.WrongAddress.French);
        var correction = new Correction(phone, mailbox, street, post, town);
        if (!form.HasErrors && correction.IsEmpty) form.Fail("telephone", T["entry.nothing"]);
        if (form.HasErrors) return Page.Again<MyEntryPage, MyEntryModel>(await Model(http, desk, records, store, form, stop));
        await store.Ask(RppsOf(http.Agent()), http.Agent().Name, correction, clock.GetUtcNow(), stop);
        return Page.SeeOther(Path, T["entry.asked"]);
    }

    static async Task<MyEntryModel> Model(HttpContext http, AccessDesk desk, RecordStore records, DirectoriesStore store, Form? form, CancellationToken stop)
    {
        var rpps = RppsOf(http.Agent());
        var scope = (await desk.Enter(http.Agent(), Purposes.Care, stop)).WithCorrelation(http.Correlation());
        var entry = await EntryReading.View(scope, records, rpps, stop);
        var last = await store.LastCorrection(rpps, stop);
        return new(rpps, entry, last is null ? null : EntryReading.View(last), form ?? Form.Empty);
    }

    static string RppsOf(Agent agent) => agent.Id[(agent.Id.IndexOf(':', StringComparison.Ordinal) + 1)..];

    static Texts T => Texts.Of(typeof(DirectoriesModule).Assembly);
}
