using System.Security.Cryptography;
using System.Text;

namespace Socle.SignIn;

/// <summary>How a software proves who it is. None: a public one, which cannot keep a secret.</summary>
enum ClientProof { Secret, Key, Certificate, None }

/// <summary>Waiting: registered by its vendor, not yet validated by the operator.</summary>
enum ClientState { Waiting, Active, Revoked }

/// <summary>A registered software. People read its <paramref name="Name"/>: nothing else ever says who asks.</summary>
/// <param name="SecretHash">SHA-256 of the secret, which is 256 random bits; null without one.</param>
/// <param name="Keys">Its key set, as JSON; or <paramref name="KeysAddress"/>, where it is fetched.</param>
/// <param name="Certificate">SHA-256 of its certificate, base64url.</param>
/// <param name="Scopes">What it may ask for at most.</param>
/// <param name="Structure">FINESS of the structure for which a software without a person acts.</param>
/// <param name="BackchannelLogout">Told when a session ends.</param>
/// <param name="Contact">Of the vendor, for the operator.</param>
sealed record Client(
    string Id, string Name, ClientProfile Profile, ClientProof Proof, ClientState State, byte[]? SecretHash, string? Keys, string? KeysAddress, string? Certificate,
    IReadOnlyList<string> RedirectUris, IReadOnlyList<string> LogoutUris, string? BackchannelLogout, IReadOnlyList<string> Scopes, bool Ciba, string? Structure, string? Contact)
{
    /// <summary>Where CIBA tells that an answer is there (ping); null: the software asks (poll).</summary>
    public string? CibaNotice { get; init; }

    /// <summary>Where an application of a browser stands, for the address of an EHR launch.</summary>
    public string? LaunchUri { get; init; }

    public bool NeedsPushed => Profile == ClientProfile.Strict;

    public bool NeedsPkce => Profile != ClientProfile.Psc || Proof == ClientProof.None;

    /// <summary>Tokens are worth nothing without the proof of a key.</summary>
    public bool NeedsBinding => Profile == ClientProfile.Strict;

    /// <summary>Pro Santé Connect asks nobody whether its software may know who they are: the operator validated it.</summary>
    public bool AsksFirst => Profile != ClientProfile.Psc;

    public TimeSpan TokenLife => Profile == ClientProfile.Smart ? TimeSpan.FromMinutes(5) : TimeSpan.FromSeconds(120);

    public bool HasSecret(string secret) =>
        SecretHash is { } hash && CryptographicOperations.FixedTimeEquals(hash, SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    /// <summary>Letter by letter: no case, port, path or encoding is taken for another.</summary>
    public bool ReturnsTo(string address) => RedirectUris.Contains(address, StringComparer.Ordinal);
}
