using System.Globalization;
using Microsoft.AspNetCore.Http;
using Socle.Access;
using Socle.Directories.Pages;
using Socle.Fhir;
using Socle.Platform;
using Socle.Platform.Web;
using Socle.Store;

namespace Socle.Directories;

/// <summary>The registrar reads what somebody asks and accepts it, or refuses it with a reason that they will read.</summary>
static class DecideCorrection
{
    static readonly WriteOptions Options = WriteOptions.Default with { KeepIds = true };

    public static async Task<IResult> Show(long id, HttpContext http, AccessDesk desk, RecordStore records, DirectoriesStore store, CancellationToken stop) =>
        Page.Show<DecidePage, DecideModel>(await Model(await Get(id, store, stop), http, desk, records, Form.Empty, stop));

    public static async Task<IResult> Accept(
        long id, HttpContext http, AccessDesk desk, RecordStore records, DirectoriesStore store, TimeProvider clock, CancellationToken stop)
    {
        var (correction, registrar, now) = (await Get(id, store, stop), http.Agent(), clock.GetUtcNow());
        var scope = (await desk.Enter(registrar, Purposes.Operation, stop)).WithCorrelation(http.Correlation());
        var entry = await EntryReading.Find(scope, records, correction.Rpps, stop) ?? throw DirectoriesRefusals.NoEntry.With(correction.Rpps);
        using var body = FhirDocument.Parse(correction.Body.On(entry.Bytes, registrar.Name, now.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)));
        // An import may have written the entry since it was read: the version says so, and the registrar looks again.
        await records.Write(scope, [new WriteOp.Update("Practitioner", entry.Id, null, body, entry.Version)], Options with
        {
            WithCommit = (unit, _) => DirectoriesStore.Decide(unit, id, CorrectionRow.Accepted, registrar.Name, null, now)
        }, stop);
        return Page.SeeOther(ShowRegister.Path, T["register.accepted", correction.Name]);
    }

    public static async Task<IResult> Refuse(
        long id, HttpContext http, AccessDesk desk, RecordStore records, DirectoriesStore store, TimeProvider clock, CancellationToken stop)
    {
        var correction = await Get(id, store, stop);
        var form = await Form.Read(http.Request, stop);
        var reason = form.Required("raison", T["register.reason"]);
        if (form.HasErrors) return Page.Again<DecidePage, DecideModel>(await Model(correction, http, desk, records, form, stop));
        var unit = new Unit();
        DirectoriesStore.Decide(unit, id, CorrectionRow.Refused, http.Agent().Name, reason, clock.GetUtcNow());
        await store.Commit(unit, stop);
        return Page.SeeOther(ShowRegister.Path, T["register.refused", correction.Name]);
    }

    static async Task<CorrectionRow> Get(long id, DirectoriesStore store, CancellationToken stop) =>
        await store.Correction(id, stop) ?? throw DirectoriesRefusals.NoSuchCorrection.With();

    static async Task<DecideModel> Model(CorrectionRow correction, HttpContext http, AccessDesk desk, RecordStore records, Form form, CancellationToken stop) =>
        new(EntryReading.View(correction), await EntryReading.View(await desk.Enter(http.Agent(), Purposes.Operation, stop), records, correction.Rpps, stop), form);

    static Texts T => Texts.Of(typeof(DirectoriesModule).Assembly);
}
