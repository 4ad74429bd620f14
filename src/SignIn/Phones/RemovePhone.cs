using Microsoft.AspNetCore.Http;
using Socle.Platform;
using Socle.Platform.Web;

namespace Socle.SignIn;

/// <summary>A person takes a phone of theirs out of use: what it opened ends with it.</summary>
static class RemovePhone
{
    public static async Task<IResult> Handle(HttpContext http, Phones phones, Sessions sessions, AuditLog audit, Db db, CancellationToken stop)
    {
        var form = await Form.Read(http.Request, stop);
        if (await phones.Find(form.Typed("phone"), stop) is not { } phone || phone.AccountId != http.NeedAccount()) throw PhonesRefusals.NotYours.With();
        var unit = new Unit();
        phones.Revoke(unit, phone, PhoneEnd.Unwanted);
        await sessions.EndAll(unit, phone.Id, stop);
        audit.Append(unit, new()
        {
            Agent = http.Agent(), Action = "phone-revoked", Patient = http.Agent().PatientKey, Target = "phone/" + phone.Id, Label = $"Téléphone retiré\u202f: {phone.Name}",
            Purpose = "connexion", Correlation = http.Correlation()
        });
        await db.Commit(unit, stop);
        return Page.SeeOther(PhonePaths.Home, Texts.Of(typeof(RemovePhone).Assembly)["phone.removed", phone.Name]);
    }
}
