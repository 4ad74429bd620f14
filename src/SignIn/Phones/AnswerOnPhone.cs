using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.Tokens;
using Socle.Platform;
using Socle.Platform.Web;

namespace Socle.SignIn;

/// <summary>One request on the phone: who asks and what for; the number of the other screen is typed, once.</summary>
static class AnswerOnPhone
{
    public static async Task<IResult> Show(string id, HttpContext http, PhoneDesk desk, Phones phones, TimeProvider clock, CancellationToken stop)
    {
        var account = http.NeedAccount();
        var request = await desk.Get(account, id, stop);
        if (request.State != RequestState.Waiting) return Told(RequestStates.Next(request.State, RequestEvent.Approve).Told);
        // A signature binds the person: they proved a moment ago who they are.
        if (request.IsSignature && !http.IsFresh(clock)) return StepUp.Ask(PhonePaths.Of(id));
        return Page.Show<Pages.RequestPage, Pages.RequestModel>(await Model(request, account, Form.Empty, phones, clock, stop));
    }

    public static async Task<IResult> Handle(string id, HttpContext http, PhoneDesk desk, Phones phones, TimeProvider clock, CancellationToken stop)
    {
        var account = http.NeedAccount();
        var form = await Form.Read(http.Request, stop);
        var request = await desk.Get(account, id, stop);
        if (request.IsSignature && !http.IsFresh(clock)) return StepUp.Ask(PhonePaths.Of(id));
        var word = form.Choice("reponse", AnswerText.Approve, AnswerText.Refuse, AnswerText.NotMe);
        var number = word == AnswerText.Approve ? form.Typed("numero").Trim() : "";
        // What is no number is no try either.
        if (word == AnswerText.Approve && !(number.Length == 2 && number.All(char.IsAsciiDigit))) form.Fail("numero", T["phone.number-wrong"]);
        if (!form.HasErrors && form.Typed("preuve").Length == 0) form.Fail("numero", T["phone.no-script"]);
        if (form.HasErrors) return Page.Again<Pages.RequestPage, Pages.RequestModel>(await Model(request, account, form, phones, clock, stop));
        var answer = new PhoneAnswer(id, form.Typed("phone"), word, number,
            long.TryParse(form.Typed("heure"), NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at < 32_503_680_000 ? at : 0, Bytes(form.Typed("preuve")), form.Optional("jws"));
        return Told(await desk.Answer(http.Agent(), account, answer, stop));
    }

    static Texts T => Texts.Of(typeof(AnswerOnPhone).Assembly);

    static IResult Told(RequestAnswer told) => told switch
    {
        RequestAnswer.Accepted or RequestAnswer.Closed or RequestAnswer.Alerted => Page.SeeOther(PhonePaths.Home, T["phone.told." + told.ToString().ToLowerInvariant()]),
        _ => Page.Show<Pages.ToldPage, Pages.ToldModel>(new(told.ToString().ToLowerInvariant()),
            told == RequestAnswer.TooLate ? StatusCodes.Status410Gone : told == RequestAnswer.WrongNumber ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status409Conflict)
    };

    static async Task<Pages.RequestModel> Model(PhoneRequest request, string account, Form form, Phones phones, TimeProvider clock, CancellationToken stop) => new(
        account, clock.GetUtcNow(), request.Id, request.Nonce, request.Body.Requester, request.ExpiresAt, await OpenPhone.Listed(phones, account, stop), form,
        request.Body.Statement is { } statement ? new(statement.Digest, statement.Name, statement.Kind, DetachedSignature.Payload(statement)) : null);

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
