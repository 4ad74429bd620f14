using Microsoft.AspNetCore.Http;
using Socle.Platform;

namespace Socle.SignIn;

/// <summary>Which software asks for a signature, by its token; what the phone shows comes from what is registered, never from what is sent.</summary>
sealed class SignatureRequester(Clients clients, WebSettings settings)
{
    public async Task<(string Client, string Name)> Of(HttpContext http, CancellationToken stop) =>
        http.Features.Get<ReadToken>() is { Client: { } id } && await clients.FindActive(id, stop) is { } client ? (client.Id, client.Name)
            : (http.Agent().Id, http.Agent().StructureName ?? settings.ServiceName);
}
