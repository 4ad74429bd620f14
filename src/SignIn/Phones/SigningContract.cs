namespace Socle.SignIn;

/// <summary>What a professional is asked to sign.</summary>
/// <param name="Digest">SHA-256 of the document, base64url.</param>
/// <param name="Name">As people read it: « Ordonnance du 3 mars 2026 ».</param>
/// <param name="Kind">As people read it: « Ordonnance ».</param>
public sealed record SignatureWish(string Digest, string Name, string Kind);

/// <param name="Ticket">By which whoever asked looks what became of it.</param>
/// <param name="Number">To be shown on the screen where it was asked: it is typed on the phone.</param>
public sealed record AskedSignature(string Ticket, string Number, DateTimeOffset Until);

public enum SignatureState { Waiting, Signed, Refused, Expired, Unknown }

/// <summary>A signature with all that proves it without us.</summary>
/// <param name="Payload">The text that was signed: JSON with the digest, its kind and its name.</param>
/// <param name="Jws">Detached (RFC 7797): protected header, nothing, signature.</param>
/// <param name="Receipt">JWT of this server: when it took this signature, of whom, by a phone in use.</param>
/// <param name="Keys">JWT of this server: the keys of all phones that the person ever had, with their dates.</param>
public sealed record PhoneSignature(string Payload, string Jws, string Receipt, string Keys);

public sealed record SignatureResult(SignatureState State, PhoneSignature? Signature = null);

/// <summary>What an offline verification found.</summary>
/// <param name="Fault">Null: the signature is right. Otherwise why not, in French.</param>
/// <param name="Signer">idNat_PS.</param>
public sealed record VerifiedSignature(string? Fault, string? Signer = null, string? SignerName = null, DateTimeOffset? SignedAt = null, string? Name = null, string? Kind = null)
{
    public bool IsRight => Fault is null;
}

/// <summary>Signatures by the phone of a professional, for our own modules and, over HTTP, for software.</summary>
public sealed class PhoneSignatures
{
    /// <summary>How long a person has: reading takes longer than signing in.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    readonly PhoneDesk desk;
    readonly PhonePerson people;
    readonly PhonePapers papers;
    readonly Platform.Chance chance;

    internal PhoneSignatures(PhoneDesk desk, PhonePerson people, PhonePapers papers, Platform.Chance chance) =>
        (this.desk, this.people, this.papers, this.chance) = (desk, people, papers, chance);

    /// <summary>Puts a document to the phones of this professional; refuses while another of the same client waits.</summary>
    /// <param name="agent">Who shall sign.</param>
    /// <param name="client">Who asks, for counting.</param>
    /// <param name="requester">Who asks, as the phone shows it: of the register, never of the caller.</param>
    /// <param name="wish">What.</param>
    /// <param name="stop">Given up.</param>
    public async Task<AskedSignature> Ask(Platform.Agent agent, string client, string requester, SignatureWish wish, CancellationToken stop)
    {
        if (!SignatureRules.IsDigest(wish.Digest)) throw SigningRefusals.WrongDigest.With();
        if (!SignatureRules.IsShown(wish.Name) || !SignatureRules.IsShown(wish.Kind)) throw SigningRefusals.WrongName.With(SignatureRules.LongestName);
        if (agent is not { Kind: Platform.AgentKind.Professional } || !agent.Id.StartsWith("rpps:", StringComparison.Ordinal)) throw SigningRefusals.NoProfessional.With();
        var account = await people.Reachable(agent.Id["rpps:".Length..], stop);
        var number = SignInByPhone.Number(chance);
        var body = new RequestBody(requester, number, new(wish.Digest, wish.Name, wish.Kind));
        var asked = await desk.Ask(new(ClientOf(client), agent.Id, body, Lifetime), account?.Id, stop);
        return new(asked.Ticket, number, asked.Request.ExpiresAt);
    }

    /// <summary>What became of it; a signature can be looked at again for a day.</summary>
    public async Task<SignatureResult> Look(string client, string ticket, CancellationToken stop)
    {
        if (await desk.Look(ClientOf(client), ticket, stop) is not { IsSignature: true } request) return new(SignatureState.Unknown);
        if (request is { Signature: { } jws, AnsweredAt: { } at, Account: { } account }) return new(SignatureState.Signed, await papers.Of(request, jws, at, account, stop));
        return new(request.State switch
        {
            RequestState.Waiting => SignatureState.Waiting,
            RequestState.Lapsed => SignatureState.Expired,
            _ => SignatureState.Refused
        });
    }

    // Counted apart from signing in.
    static string ClientOf(string client) => "signature:" + client;
}
