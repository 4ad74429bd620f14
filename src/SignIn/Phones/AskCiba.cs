using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Socle.Platform;
using Socle.Platform.Web;

namespace Socle.SignIn;

/// <summary>
/// The backchannel authentication endpoint (CIBA Core 1.0 §7), for both issuers: a software asks that a professional, named by their national number,
/// answers on their phone. Whether anybody has the number, or a phone, is not to be told from the answer.
/// </summary>
sealed partial class AskCiba(ClientAuthentication authentication, PhoneDesk desk, PhonePerson people)
{
    public const int Interval = 5, Longest = 120, LongestToken = 1_024;

    public async Task<IResult> Handle(HttpContext http, CancellationToken stop)
    {
        var form = await ProviderAnswer.Form(http, stop);
        var client = await authentication.Authenticate(http, form, stop);
        if (!client.Ciba) throw ProviderRefusals.UnauthorizedClient.With("CIBA");
        if (form.Optional("request") is not null) throw ProviderRefusals.RequestObject.With();
        var scope = ProviderScopes.Given(client, form.Optional("scope") ?? throw ProviderRefusals.InvalidScope.With(""), AgentKind.Professional);
        if (!ProviderScopes.Split(scope).Contains(ProviderScopes.OpenId)) throw ProviderRefusals.InvalidScope.With("openid");
        var hint = Hint(form);
        if (form.Optional("binding_message") is not { } number || !TwoDigits().IsMatch(number)) throw CibaRefusals.InvalidBinding.With();
        var ping = client.CibaNotice is { } endpoint ? new PingTarget(endpoint, NotificationToken(form)) : null;
        var account = hint.Length == 12 && hint[0] == '8' ? await people.Reachable(hint[1..], stop) : null;
        var asked = await Ask(new(client.Id, "hint:" + hint, new(client.Name, number, Ping: ping, Asked: scope), Expiry(form)), account?.Id, stop);
        return ProviderAnswer.Json(new()
        {
            ["auth_req_id"] = asked.Ticket, ["expires_in"] = (long)(asked.Request.ExpiresAt - asked.Request.AskedAt).TotalSeconds, ["interval"] = Interval
        });
    }

    async Task<AskedRequest> Ask(NewRequest asked, string? account, CancellationToken stop)
    {
        try
        {
            return await desk.Ask(asked, account, stop);
        }
        catch (Refusal refusal) when (refusal.Kind == PhonesRefusals.TooManyPrompts)
        {
            throw CibaRefusals.TooMany.With();
        }
    }

    // §7.1: one and only one hint; ours is the national number (idNat_PS: 8 and the RPPS).
    static string Hint(Form form)
    {
        if (form.Optional("login_hint_token") is not null || form.Optional("id_token_hint") is not null) throw ProviderRefusals.InvalidRequest.With("seul « login_hint » se lit ici");
        return form.Optional("login_hint") is { Length: <= 100 } hint ? hint : throw ProviderRefusals.InvalidRequest.With("login_hint");
    }

    // §7.1: a bearer token of RFC 6750, of 1024 letters at the most.
    static string NotificationToken(Form form) => form.Optional("client_notification_token") is { Length: <= LongestToken } token && Bearer().IsMatch(token)
        ? token : throw ProviderRefusals.InvalidRequest.With("client_notification_token");

    static TimeSpan Expiry(Form form)
    {
        if (form.Optional("requested_expiry") is not { } text) return TimeSpan.FromSeconds(Longest);
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds == 0) throw ProviderRefusals.InvalidRequest.With("requested_expiry");
        return TimeSpan.FromSeconds(Math.Min(seconds, Longest));
    }

    [GeneratedRegex("^[0-9]{2}\\z", RegexOptions.NonBacktracking)]
    private static partial Regex TwoDigits();

    [GeneratedRegex("^[A-Za-z0-9._~+/-]+=*\\z", RegexOptions.NonBacktracking)]
    private static partial Regex Bearer();
}

/// <summary>Grant « urn:openid:params:grant-type:ciba » (§10.1).</summary>
sealed class RedeemCiba(PhoneDesk desk, PhonePerson people, Grants grants, IssueTokens issue, Sessions sessions, ProviderAddress address, SignInSettings settings, TimeProvider clock)
{
    public const string Type = "urn:openid:params:grant-type:ciba";

    public async Task<JsonObject> Handle(TokenCall call, CancellationToken stop)
    {
        var client = call.Client;
        if (!client.Ciba) throw ProviderRefusals.UnauthorizedClient.With("CIBA");
        if (call.Form.Optional("auth_req_id") is not { Length: <= 100 } ticket) throw ProviderRefusals.InvalidRequest.With("auth_req_id");
        // Said before the answer is taken: it is handed out once.
        if (client.NeedsBinding && call.Proof is null) throw ProviderRefusals.ProofMissing.With("ce logiciel lie ses jetons à une clé");
        var (told, request) = await desk.Poll(client.Id, ticket, stop);
        return told switch
        {
            RequestAnswer.Tokens => await Tokens(call, request!, stop),
            RequestAnswer.Pending => throw CibaRefusals.Pending.With(),
            RequestAnswer.SlowDown => throw CibaRefusals.SlowDown.With(),
            RequestAnswer.Expired => throw CibaRefusals.Expired.With(),
            RequestAnswer.Denied => throw CibaRefusals.Denied.With(),
            _ => throw ProviderRefusals.InvalidGrant.With("auth_req_id")
        };
    }

    async Task<JsonObject> Tokens(TokenCall call, PhoneRequest request, CancellationToken stop)
    {
        if (await people.Of(request, stop) is not { } who) throw ProviderRefusals.InvalidGrant.With("le compte, le téléphone ou la personne n’est plus en activité");
        var unit = new Unit();
        var session = sessions.Begin(unit, who, call.Http.Correlation());
        var grant = grants.Begin(unit, new(call.Client, who.Agent, request.Body.Asked!, address.Issuer(call.Http.Request), session,
            clock.GetUtcNow() + settings.ProfessionalLongest, who.Level, who.Method, request.AnsweredAt!.Value, Account: who.Account, Proof: call.Proof));
        return await issue.Of(unit, call.Client, grant, grant.Body.Scope, call.Proof, stop);
    }
}
