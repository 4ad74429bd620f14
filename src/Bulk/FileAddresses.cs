using System.Text.Json;
using Socle.Platform;

namespace Socle.Bulk;

/// <summary>
/// Addresses of files (security.md T05): sealed, for one job and one file, of a few minutes, and good for one download. The token is asked for
/// all the same: an address alone opens nothing.
/// </summary>
sealed class FileAddresses(Keys keys, Chance chance, TimeProvider clock, BulkSettings settings)
{
    const string Purpose = "bulk-file";

    sealed record Address(string Job, string Name, DateTimeOffset Until, string Nonce);

    public DateTimeOffset Until => clock.GetUtcNow() + settings.AddressLives;

    public string Of(Job job, string name)
    {
        var address = new Address(job.Id, name, Until, Convert.ToHexStringLower(chance.Bytes(16)));
        return $"{job.Request.Base}{AsyncCalls.Route}/{job.Id}/{keys.SealToken(Purpose, JsonSerializer.SerializeToUtf8Bytes(address))}";
    }

    /// <summary>Which file of this job; a made-up address is an unknown job's.</summary>
    /// <param name="use">What a download adds to its unit: a second one with the same address is refused.</param>
    public string Open(Job job, string text, out Action<Unit> use)
    {
        if (!keys.TryOpenToken(Purpose, text, out var plain) || JsonSerializer.Deserialize<Address>(plain) is not { } address || address.Job != job.Id)
            throw BulkRefusals.UnknownJob.With();
        if (address.Until <= clock.GetUtcNow()) throw Over();
        use = unit => BulkStore.Use(unit, address.Nonce, address.Until, Over);
        return address.Name;
    }

    Refusal Over() => BulkRefusals.AddressOver.With((int)settings.AddressLives.TotalSeconds);
}
