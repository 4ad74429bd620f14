using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Socle.Platform;
using Socle.Platform.Web;

namespace Socle.SignIn;

/// <summary>Pushed authorization requests (RFC 9126): the software says what it wants before anybody's browser is involved.</summary>
static class PushRequest
{
    const string Prefix = "urn:ietf:params:oauth:request_uri:";
    public static readonly TimeSpan Life = TimeSpan.FromSeconds(60);

    public static async Task<IResult> Handle(
        HttpContext http, ClientAuthentication authentication, AuthorizationDesk desk, Dpop dpop, PushedRequests pushed, CancellationToken stop)
    {
        var form = await ProviderAnswer.Form(http, stop);
        var client = await authentication.Authenticate(http, form, stop);
        if (form.Optional("request_uri") is not null) throw ProviderRefusals.InvalidRequest.With("request_uri ne se pousse pas");
        var thumbprint = dpop.Check(http, null, ProviderRefusals.ProofMissing, ProviderRefusals.NonceWanted);
        var asked = AuthorizationRules.Parameters(form.Names.Select(name => KeyValuePair.Create(name, new StringValues([.. form.AllTyped(name)]))));
        if (thumbprint is not null && asked.TryGetValue("dpop_jkt", out var told) && told != thumbprint) throw ProviderRefusals.InvalidRequest.With("dpop_jkt n’est pas la clé de la preuve");
        if (thumbprint is not null) asked["dpop_jkt"] = thumbprint;
        var name = await pushed.Keep(http, client, asked, desk.FhirBase(http.Request), stop);
        return ProviderAnswer.Json(new JsonObject { ["request_uri"] = Prefix + name, ["expires_in"] = (int)Life.TotalSeconds }, StatusCodes.Status201Created);
    }

    /// <summary>The name in a request_uri; null: not one of ours.</summary>
    public static string? NameOf(string address) => address.StartsWith(Prefix, StringComparison.Ordinal) && address.Length is > 60 and < 120 ? address[Prefix.Length..] : null;
}

/// <summary>Where pushed requests wait for their browser.</summary>
sealed class PushedRequests(Db db, ProviderStore store, Grants grants, ProviderAddress address, TimeProvider clock)
{
    public async Task<string> Keep(HttpContext http, Client client, Dictionary<string, string> asked, string fhirBase, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        if (asked.GetValueOrDefault("redirect_uri") is not { } redirect || !client.ReturnsTo(redirect)) throw ProviderRefusals.InvalidRequest.With("redirect_uri n’est pas enregistrée");
        var request = AuthorizationRules.Check(client, address.Issuer(http.Request), fhirBase, asked, pushed: true, now, out var refused);
        if (request is null) throw refused!.AsRefusal();
        var (name, unit) = (grants.NewSecret(), new Unit());
        store.Add(unit, name, request, now + PushRequest.Life);
        await db.Commit(unit, stop);
        return name;
    }
}
