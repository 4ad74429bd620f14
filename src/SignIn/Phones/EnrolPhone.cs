using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.Tokens;
using Socle.Platform;
using Socle.Platform.Web;

namespace Socle.SignIn;

/// <summary>
/// A phone is enrolled by whoever proved who they are just now: its key signs a word of ours that serves once, so that the key is there and nobody
/// brings somebody else's.
/// </summary>
sealed class EnrolPhone(Phones phones, Db db, Keys keys, AuditLog audit, TimeProvider clock, Chance chance)
{
    const string Purpose = "phone-enrolment";
    const int LongestName = 40;

    static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    public async Task<IResult> Show(HttpContext http, CancellationToken stop)
    {
        if (http.Account() is not { } account) return Page.Show<Pages.PhonePage, Pages.PhoneModel>(Pages.PhoneModel.Nobody);
        if (!http.IsFresh(clock)) return StepUp.Ask(PhonePaths.Enrol);
        return Page.Show<Pages.EnrolPhonePage, Pages.EnrolPhoneModel>(await Model(account, Form.Empty, stop));
    }

    public async Task<IResult> Handle(HttpContext http, CancellationToken stop)
    {
        var account = http.NeedAccount();
        if (!http.IsFresh(clock)) return StepUp.Ask(PhonePaths.Enrol);
        var form = await Form.Read(http.Request, stop);
        var name = form.Required("nom");
        if (name.Length > LongestName) form.Fail("nom", Texts.Of(typeof(EnrolPhone).Assembly)["phone.name-long", LongestName]);
        if (!form.HasErrors && await form.Try("nom", () => Add(http, account, name, form, stop)))
            return Page.SeeOther(PhonePaths.Home, Texts.Of(typeof(EnrolPhone).Assembly)["phone.enrolled"]);
        return Page.Again<Pages.EnrolPhonePage, Pages.EnrolPhoneModel>(await Model(account, form, stop));
    }

    /// <summary>What the phone's new key signs.</summary>
    public static byte[] Text(string nonce, string thumbprint) => Encoding.UTF8.GetBytes($"socle-phone-enrolment/1\n{nonce}\n{thumbprint}");

    async Task Add(HttpContext http, string account, string name, Form form, CancellationToken stop)
    {
        var nonce = form.Typed("nonce");
        if (!keys.TryOpenToken(Purpose, nonce, out var until, account)
            || clock.GetUtcNow().ToUnixTimeSeconds() > long.Parse(Encoding.ASCII.GetString(until).Split(' ')[0], CultureInfo.InvariantCulture)) throw PhonesRefusals.TooLateToEnrol.With();
        var jwk = DeviceKey.Canonical(form.Typed("cle"));
        if (!DeviceKey.Verifies(jwk, Text(nonce, DeviceKey.Thumbprint(jwk)), Bytes(form.Typed("preuve")))) throw PhonesRefusals.WrongKey.With();
        var unit = new Unit();
        var phone = phones.Add(unit, account, name, jwk, SHA256.HashData(Encoding.UTF8.GetBytes(nonce)));
        audit.Append(unit, new()
        {
            Agent = http.Agent(), Action = "phone-enrolled", Patient = http.Agent().PatientKey, Target = "phone/" + phone.Id, Label = $"Téléphone enregistré\u202f: {name}",
            Purpose = "connexion", Correlation = http.Correlation()
        });
        await db.Commit(unit, stop);
    }

    async Task<Pages.EnrolPhoneModel> Model(string account, Form form, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        var nonce = keys.SealToken(Purpose, Encoding.ASCII.GetBytes($"{(now + Lifetime).ToUnixTimeSeconds()} {Convert.ToHexString(chance.Bytes(16))}"), account);
        return new(account, now, nonce, await OpenPhone.Listed(phones, account, stop), form);
    }

    static byte[] Bytes(string text)
    {
        try
        {
            return Base64UrlEncoder.DecodeBytes(text);
        }
        catch (FormatException)
        {
            return [];
        }
    }
}
