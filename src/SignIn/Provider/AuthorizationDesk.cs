using Microsoft.AspNetCore.Http;
using Socle.Access;
using Socle.Platform;
using Socle.Platform.Web;

namespace Socle.SignIn;

/// <summary>An authorization request from its arrival to its answer: signed in or not yet, agreed to or not yet, a code or a refusal.</summary>
sealed class AuthorizationDesk(
    Db db, ProviderStore store, Clients clients, Grants grants, Launches launches, SocleOptions options, ProviderAddress address, TimeProvider clock)
{
    /// <summary>How long somebody may take to sign in and answer.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    public DateTimeOffset Now => clock.GetUtcNow();

    public string FhirBase(HttpRequest request) => address.Base(request) + "/fhir";

    public async Task<string> Keep(AuthorizationRequest request, CancellationToken stop)
    {
        var (name, unit) = (grants.NewSecret(), new Unit());
        store.Add(unit, name, request, Now + Patience);
        await db.Commit(unit, stop);
        return name;
    }

    public async Task<string> Reopen(string pushed, AuthorizationRequest request, CancellationToken stop)
    {
        var (name, unit) = (grants.NewSecret(), new Unit());
        ProviderStore.Take(unit, pushed, () => ProviderRefusals.RequestUri.With());
        store.Add(unit, name, request, Now + Patience);
        await db.Commit(unit, stop);
        return name;
    }

    /// <summary>A page of ours that goes on by itself to the answer, with the session's cookie.</summary>
    public static IResult Onward(string name, Client client) => new Onward(new(client.Name, Address(name), ToSoftware: false));

    /// <param name="http">The request, with whoever is signed in.</param>
    /// <param name="name">Of the authorization request.</param>
    /// <param name="justAsked">The software's own address was asked just now; else one of ours, after a sign-in or a form.</param>
    /// <param name="stop">When the caller goes away.</param>
    public async Task<IResult> Answer(HttpContext http, string name, bool justAsked, CancellationToken stop)
    {
        var (request, client) = await Open(name, stop);
        var silent = request.Prompt == "none";
        if (MustSignIn(http, request) is { } why)
        {
            if (silent) return await Refuse(name, request, "login_required", why, justAsked, stop);
            return Page.SeeOther(Microsoft.AspNetCore.WebUtilities.QueryHelpers.AddQueryString(Paths.SignIn, "back", Address(name)));
        }
        var agent = http.Agent();
        if (Fault(client, agent) is var (error, reason)) return await Refuse(name, request, error, reason, justAsked, stop);
        var scope = ProviderScopes.Given(client, request.Scope, agent.Kind);
        var (patient, missing) = launches.Patient(agent, request, scope);
        if (missing is not null) return await Refuse(name, request, "invalid_request", missing, justAsked, stop);
        if (await MustAsk(client, request, agent, scope, stop))
            return silent ? await Refuse(name, request, "consent_required", "La personne n’a pas encore dit oui.", justAsked, stop)
                : Page.Show<Pages.AgreePage, Pages.AgreeModel>(new(client.Name, Address(name), agent.Name, Pages.AgreeModel.LinesOf(scope)));
        return await Give(http, name, request, client, scope, patient, justAsked, stop);
    }

    /// <summary>« Oui »: remembered for this software and these scopes.</summary>
    public async Task<IResult> Agree(HttpContext http, string name, CancellationToken stop)
    {
        var (request, client) = await Open(name, stop);
        if (MustSignIn(http, request) is not null || Fault(client, http.Agent()) is not null) return Page.SeeOther(Address(name));
        var unit = new Unit();
        store.Consent(unit, http.Agent().Id, client.Id, ProviderScopes.Given(client, request.Scope, http.Agent().Kind), Now);
        ProviderStore.Take(unit, name, () => ProviderRefusals.RequestOver.With());
        var again = grants.NewSecret();
        store.Add(unit, again, request with { Prompt = request.Prompt?.Replace("consent", "", StringComparison.Ordinal) }, Now + Patience);
        await db.Commit(unit, stop);
        return Page.SeeOther(Address(again));
    }

    public async Task<IResult> Decline(string name, CancellationToken stop)
    {
        var (request, _) = await Open(name, stop);
        return await Refuse(name, request, "access_denied", "La personne a dit non.", justAsked: false, stop);
    }

    static string Address(string name) => $"{AnswerRequest.Path}/{name}";

    async Task<(AuthorizationRequest Request, Client Client)> Open(string name, CancellationToken stop)
    {
        if (name.Length > 100 || await store.Request(name, Now, stop) is not { } request) throw ProviderRefusals.RequestOver.With();
        return (request, await clients.FindActive(request.Client, stop) ?? throw ProviderRefusals.UnknownClient.With());
    }

    // prompt=login and max_age speak of the sign-in, not of the request: one after the question was asked does.
    string? MustSignIn(HttpContext http, AuthorizationRequest request)
    {
        if (http.AgentOrNull() is null || http.Features.Get<WebSession>() is not { } session) return "Personne n’est connecté.";
        if (request.Prompt is { } prompt && (prompt.Contains("login", StringComparison.Ordinal) || prompt.Contains("select_account", StringComparison.Ordinal))
            && session.ProvedAt < request.AskedAt) return "Une nouvelle connexion est demandée.";
        if (request.MaxAge is { } age && session.ProvedAt < request.AskedAt && Now - session.ProvedAt > TimeSpan.FromSeconds(age)) return "La connexion est trop ancienne.";
        return null;
    }

    static (string Error, string Why)? Fault(Client client, Agent agent)
    {
        if (agent.Kind is not (AgentKind.Professional or AgentKind.Citizen)) return ("access_denied", "Seule une personne se connecte à un logiciel.");
        if (client.Profile == ClientProfile.Psc && agent.Kind != AgentKind.Professional) return ("access_denied", "Ce logiciel est pour des professionnels.");
        return null;
    }

    async Task<bool> MustAsk(Client client, AuthorizationRequest request, Agent agent, string scope, CancellationToken stop)
    {
        if (!client.AsksFirst) return false;
        if (request.Prompt?.Contains("consent", StringComparison.Ordinal) == true) return true;
        var agreed = ProviderScopes.Split(await store.Consent(agent.Id, client.Id, stop));
        return !ProviderScopes.Split(scope).All(agreed.Contains);
    }

    async Task<IResult> Give(
        HttpContext http, string name, AuthorizationRequest request, Client client, string scope, string? patient, bool justAsked, CancellationToken stop)
    {
        var session = http.Features.Get<WebSession>()!;
        var level = request.Levels.FirstOrDefault(asked => asked.StartsWith("eidas", StringComparison.Ordinal) && Levels.IsAtLeast(session.Level, asked));
        if (request.Levels.Count > 0 && level is null && !options.Demo)
            return await Refuse(name, request, "unmet_authentication_requirements", "Cette connexion n’est pas assez sûre pour ce logiciel.", justAsked, stop);
        // A demonstration says that it is one.
        var told = session.Level == Levels.Demo ? Levels.Demo : level ?? session.Level;
        var unit = new Unit();
        ProviderStore.Take(unit, name, () => ProviderRefusals.RequestOver.With());
        var grant = grants.Begin(unit, new(client, http.Agent(), scope, request.Issuer, session.Sid, session.ExpiresAt, told, session.Method, session.SignedInAt,
            request.Nonce, patient, session.Account));
        var code = grants.Add(unit, Ticket.Code, grant,
            new(client.Id, request.RedirectUri, request.Challenge, request.Proof is { } bound ? "jkt:" + bound : null), Now + Grants.CodeLife);
        await db.Commit(unit, stop);
        return Leave(client.Name, Answers.To(request.RedirectUri, request.State, request.Issuer, Session(client, grant, code)), justAsked);
    }

    static IEnumerable<KeyValuePair<string, string>> Session(Client client, Grant grant, string code) =>
        client.Profile == ClientProfile.Psc ? [new("session_state", grant.Session), new("code", code)] : [new("code", code)];

    async Task<IResult> Refuse(string name, AuthorizationRequest request, string error, string why, bool justAsked, CancellationToken stop)
    {
        var unit = new Unit();
        ProviderStore.Take(unit, name, () => ProviderRefusals.RequestOver.With());
        await db.Commit(unit, stop);
        var client = await clients.Find(request.Client, stop);
        return Leave(client?.Name ?? "", new RefusedRequest(request.RedirectUri, request.State, request.Issuer, error, why).Location, justAsked);
    }

    // After a form of ours a browser follows no redirect to another site (form-action 'self'): there a page goes on by itself.
    static IResult Leave(string software, string location, bool justAsked) =>
        justAsked ? new Away(location) : new Onward(new(software, location, ToSoftware: true));
}
