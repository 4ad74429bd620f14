using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Socle.Access;
using Socle.Platform;

namespace Socle.SignIn;

/// <summary>Whether a token of this software is worth something now (RFC 7662). Of any other token nothing is told, not even that it exists.</summary>
static class Introspect
{
    public static async Task<IResult> Handle(HttpContext http, ClientAuthentication authentication, TokenLooks looks, CancellationToken stop)
    {
        var form = await ProviderAnswer.Form(http, stop);
        var client = await authentication.Authenticate(http, form, stop);
        // A public software proves nothing: whoever found a token would learn by it what it is worth.
        if (client.Proof == ClientProof.None) throw ProviderRefusals.InvalidClient.With("un logiciel public n’interroge pas de jeton");
        return ProviderAnswer.Json(await looks.Look(client, form.Optional("token") ?? throw ProviderRefusals.InvalidRequest.With("token"), stop));
    }
}

/// <summary>Takes back a token of this software and all of its family (RFC 7009). Of what is not its own nothing is told either.</summary>
static class RevokeToken
{
    public static async Task<IResult> Handle(HttpContext http, ClientAuthentication authentication, TokenLooks looks, Grants grants, CancellationToken stop)
    {
        var form = await ProviderAnswer.Form(http, stop);
        var client = await authentication.Authenticate(http, form, stop);
        var token = form.Optional("token") ?? throw ProviderRefusals.InvalidRequest.With("token");
        if (await looks.FamilyOf(client, token, stop) is { } family) await grants.End(family, stop);
        return ProviderAnswer.Json(new JsonObject());
    }
}

/// <summary>Reads a token of whichever kind.</summary>
sealed class TokenLooks(Tokens tokens, Grants grants, ProviderStore store, Sessions sessions, Suspensions suspensions, TimeProvider clock)
{
    static JsonObject Nothing => new() { ["active"] = false };

    public async Task<JsonObject> Look(Client client, string token, CancellationToken stop)
    {
        if (await Access(client, token, stop) is { } read)
        {
            if (await IsOver(read.Grant, read.Session, read.Agent, stop)) return Nothing;
            var told = new JsonObject
            {
                ["active"] = true, ["scope"] = read.Scopes.Text, ["client_id"] = client.Id, ["sub"] = Subjects.Of(client.Profile, read.Agent), ["exp"] = read.EndsAt.ToUnixTimeSeconds(),
                ["token_type"] = read.Proof?.StartsWith("jkt:", StringComparison.Ordinal) == true ? "DPoP" : "Bearer", ["acr"] = read.Level
            };
            if (read.Session is { } sid) told["sid"] = sid;
            if (read.Proof is { } proof) told["cnf"] = Tokens.Confirmation(proof);
            if (Subjects.FhirUser(read.Agent) is { } user) told["fhirUser"] = user;
            if (client.Profile == ClientProfile.Psc) (told["preferred_username"], told["username"]) = (Subjects.NationalId(read.Agent), Subjects.NationalId(read.Agent));
            if (read.Grant is { } grant && await store.Grant(grant, stop) is { Body.Patient: { } patient }) told["patient"] = patient;
            return told;
        }
        if (await Refresh(client, token, stop) is not { } ticket || ticket.UsedAt is not null || ticket.EndsAt <= clock.GetUtcNow()) return Nothing;
        if (await store.Grant(ticket.Grant, stop) is not { EndedAt: null } family || await IsOver(family.Id, family.Session, family.Body.Agent, stop)) return Nothing;
        return new() { ["active"] = true, ["scope"] = family.Body.Scope, ["client_id"] = client.Id, ["exp"] = ticket.EndsAt.ToUnixTimeSeconds(), ["sid"] = family.Session };
    }

    public async Task<string?> FamilyOf(Client client, string token, CancellationToken stop) =>
        await Access(client, token, stop) is { } read ? read.Grant : (await Refresh(client, token, stop))?.Grant;

    async Task<ReadToken?> Access(Client client, string token, CancellationToken stop)
    {
        if (token.Count(letter => letter == '.') != 2 || token.Length > Jws.Longest) return null;
        stop.ThrowIfCancellationRequested();
        try
        {
            return await tokens.Read(token) is { } read && read.Client == client.Id ? read : null;
        }
        catch (Refusal refusal) when (refusal.Kind == SignInRefusals.TokenInvalid)
        {
            return null;
        }
    }

    async Task<Ticket?> Refresh(Client client, string token, CancellationToken stop) =>
        token.Length <= 200 && await store.Ticket(token, stop) is { Kind: Ticket.Refresh } ticket && ticket.Body.Client == client.Id ? ticket : null;

    async Task<bool> IsOver(string? grant, string? session, Agent agent, CancellationToken stop) =>
        (grant is not null && await grants.HasEnded(grant, stop)) || (session is { Length: > 0 } && !await sessions.Lives(session, stop)) || await suspensions.Holds(agent, stop);
}
