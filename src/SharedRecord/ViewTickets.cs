using System.Text.Json;
using Socle.Platform;
using Socle.Store;

namespace Socle.SharedRecord;

enum ViewUse { Show, Download, Body, Media }

/// <summary>Which bytes of whom.</summary>
sealed record ViewTarget(long Patient, string Reference, long Blob, string Title, string MediaType);

/// <summary>What the sealed address of the viewer holds: who may see what, until when, once.</summary>
sealed record ViewTicket(ViewTarget Target, ViewUse Use, Agent Agent, string Purpose, string Why, long Until, long Nonce)
{
    /// <summary>Which of the files that a CDA carries in its sections.</summary>
    public string? Media { get; init; }
}

/// <summary>
/// The viewer origin has no cookies: the address itself is the permission. It is sealed under a key of this platform, lasts a minute
/// and serves once; the access was decided and traced when it was made.
/// </summary>
sealed class ViewTickets(Keys keys, Chance chance, TimeProvider time, SharedRecordSettings settings)
{
    const string Purpose = "document-view";

    public string Path(ViewTarget target, ViewUse use, Scope scope) => Path(new(target, use, scope.Agent, scope.Purpose, scope.WhyOf(target.Patient), 0, 0));

    public string Path(ViewTicket ticket)
    {
        var fresh = ticket with { Until = time.GetUtcNow().ToUnixTimeSeconds() + settings.ViewSeconds, Nonce = chance.NextLong() };
        return $"/d/{keys.SealToken(Purpose, JsonSerializer.SerializeToUtf8Bytes(fresh))}";
    }

    public ViewTicket Open(string token)
    {
        if (!keys.TryOpenToken(Purpose, token, out var plain)) throw SharedRecordRefusals.ViewExpired.With();
        var ticket = JsonSerializer.Deserialize<ViewTicket>(plain)!;
        return ticket.Until >= time.GetUtcNow().ToUnixTimeSeconds() ? ticket : throw SharedRecordRefusals.ViewExpired.With();
    }
}
