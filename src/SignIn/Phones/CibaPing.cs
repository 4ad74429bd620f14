using System.Text;
using System.Text.Json;
using Socle.Platform;

namespace Socle.SignIn;

/// <summary>Tells a client of the ping mode that an answer is there (CIBA Core 1.0 §10.2): the auth_req_id and nothing else.</summary>
sealed class CibaPing(PhoneDesk desk, EgressClient egress)
{
    public async Task Tell(OutboxMessage message, CancellationToken stop)
    {
        if (await desk.Find(Encoding.ASCII.GetString(message.Body), stop) is not { State: not (RequestState.Lapsed or RequestState.Spent) } request) return;
        if (request.Body is not { Ping: { } ping, Ticket: { } ticket }) return;
        var body = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["auth_req_id"] = ticket });
        var answer = await egress.Send(HttpMethod.Post, ping.Endpoint, body, "application/json", stop, bearer: ping.Token);
        // §10.2: 204 or 200; a redirect is not followed. What a client refuses (4xx) it would refuse again.
        if (answer.Status >= 500) throw PlatformRefusals.EgressUnreachable.With();
    }
}
