using Socle.Platform;

namespace Socle.SignIn;

/// <summary>What somebody says of a software that should be registered; addresses and scopes as they were typed, separated by blanks.</summary>
/// <param name="Profile">« strict », « psc » or « smart ».</param>
/// <param name="Keys">A JWK Set as JSON, or the https address where it is read; null: a shared secret (psc, smart) or none.</param>
/// <param name="Structure">FINESS of the structure for which it acts without a person.</param>
public sealed record NewSoftware(string Name, string Profile, string RedirectUris, string Scopes)
{
    public string LogoutUris { get; init; } = "";
    public string? BackchannelLogout { get; init; }
    public string? Keys { get; init; }
    public string? Certificate { get; init; }
    public bool IsPublic { get; init; }
    public bool Ciba { get; init; }
    public string? Structure { get; init; }
    public string? Contact { get; init; }
}

/// <param name="State">« waiting », « active » or « revoked ».</param>
public sealed record RegisteredSoftware(string Id, string Name, string Profile, string State, IReadOnlyList<string> RedirectUris, IReadOnlyList<string> Scopes, bool Ciba, string? Structure, string? Contact);

/// <summary>The software that may ask who somebody is: registered by its vendor or by the operator, validated by the operator, taken back by either.</summary>
public sealed class SoftwareRegistry
{
    /// <summary>Vendors register by themselves: more than this never wait at a time.</summary>
    internal const int MostWaiting = 200;

    readonly Clients clients;
    readonly ClientKeys keys;

    internal SoftwareRegistry(Clients clients, ClientKeys keys) => (this.clients, this.keys) = (clients, keys);

    /// <summary>Answers its id, and its secret when it has one: told this once. A key set that cannot be read is refused with its reason.</summary>
    /// <param name="wanted">What it should be.</param>
    /// <param name="by">Who registers it.</param>
    /// <param name="isValidated">It may ask at once; else it waits for the operator.</param>
    /// <param name="stop">When the caller goes away.</param>
    public async Task<(string Id, string? Secret)> Register(NewSoftware wanted, Agent by, bool isValidated, CancellationToken stop)
    {
        if (!isValidated && (await clients.All(stop)).Count(client => client.State == ClientState.Waiting) >= MostWaiting) throw ProviderRefusals.TooManyWaiting.With();
        var client = ClientOf(wanted, isValidated ? ClientState.Active : ClientState.Waiting);
        ClientRules.Check(client);
        if (isValidated && client.KeysAddress is not null) await keys.Ensure(client, stop);
        var (registered, secret) = await clients.Register(client, by, stop);
        return (registered.Id, secret);
    }

    public async Task<IReadOnlyList<RegisteredSoftware>> All(CancellationToken stop) => [.. (await clients.All(stop)).Select(Told)];

    /// <summary>From now on it may ask.</summary>
    public async Task Validate(string id, Agent by, CancellationToken stop)
    {
        var client = await clients.Find(id, stop) ?? throw ProviderRefusals.NoSuchClient.With();
        if (client.KeysAddress is not null) await keys.Ensure(client, stop);
        await clients.Change(client with { State = ClientState.Active }, by, "client-validate", stop);
    }

    /// <summary>From now on neither it nor any token of it is worth anything.</summary>
    public async Task Revoke(string id, Agent by, CancellationToken stop) =>
        await clients.Change((await clients.Find(id, stop) ?? throw ProviderRefusals.NoSuchClient.With()) with { State = ClientState.Revoked }, by, "client-revoke", stop);

    static Client ClientOf(NewSoftware wanted, ClientState state)
    {
        if (!Enum.TryParse<ClientProfile>(wanted.Profile, ignoreCase: true, out var profile) || !Enum.IsDefined(profile)) throw ProviderRefusals.WrongClient.With("le profil est strict, psc ou smart");
        var keys = wanted.Keys?.Trim() is { Length: > 0 } text ? text : null;
        var isAddress = keys?.StartsWith("http", StringComparison.Ordinal) == true;
        var proof = keys is not null ? ClientProof.Key : wanted.Certificate is not null ? ClientProof.Certificate : wanted.IsPublic ? ClientProof.None : ClientProof.Secret;
        return new("", wanted.Name.Trim(), profile, proof, state, null, isAddress ? null : keys, isAddress ? keys : null, wanted.Certificate,
            Words(wanted.RedirectUris), Words(wanted.LogoutUris), wanted.BackchannelLogout, Words(wanted.Scopes), wanted.Ciba, wanted.Structure, wanted.Contact);
    }

    static IReadOnlyList<string> Words(string text) => [.. text.Split([' ', '\n', '\r', '\t'], StringSplitOptions.RemoveEmptyEntries).Distinct()];

    static RegisteredSoftware Told(Client client) => new(client.Id, client.Name, client.Profile.ToString().ToLowerInvariant(), client.State.ToString().ToLowerInvariant(),
        client.RedirectUris, client.Scopes, client.Ciba, client.Structure, client.Contact);
}
