using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Socle.SignIn;

/// <summary>What a person is asked to sign: the SHA-256 of what they have before them, with its name and its kind as people read them.</summary>
/// <param name="Digest">base64url, 43 characters.</param>
/// <param name="Kind">« Ordonnance », « Compte rendu »…</param>
sealed record SignedStatement(string Digest, string Name, string Kind);

/// <summary>How the client hears of the answer (CIBA Core 1.0 §5): null: it asks.</summary>
sealed record PingTarget(string Endpoint, string Token);

/// <summary>What is kept of a request and would name somebody: sealed as a whole.</summary>
/// <param name="Requester">From the register of clients, never from the caller.</param>
/// <param name="Number">Two digits: shown where it was asked, typed on the phone.</param>
/// <param name="Ticket">The auth_req_id, for the ping only.</param>
/// <param name="Asked">What whoever asked wants back with the answer: scopes, levels.</param>
sealed record RequestBody(string Requester, string Number, SignedStatement? Statement = null, PingTarget? Ping = null, string? Ticket = null, string? Asked = null);

/// <summary>Something that waits for an answer of one of a person's phones.</summary>
/// <param name="Id">What the phones call it; whoever asked knows a ticket instead.</param>
/// <param name="Account">Null: nobody is known by what was asked for; nobody will answer.</param>
/// <param name="Nonce">32 random bytes: an answer is one to this request only.</param>
/// <param name="Interval">Seconds between two questions of the client.</param>
sealed record PhoneRequest(string Id, string? Account, string Client, long Pair, RequestBody Body, string Nonce, RequestState State)
{
    public required DateTimeOffset AskedAt { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
    public DateTimeOffset PolledAt { get; init; }
    public int Interval { get; init; } = 5;
    public string? Phone { get; init; }
    public DateTimeOffset? AnsweredAt { get; init; }

    /// <summary>The detached signature, once one was given.</summary>
    public string? Signature { get; init; }

    public bool IsSignature => Body.Statement is not null;
}

/// <summary>What a phone sends: the words, and its signature over them.</summary>
/// <param name="Word">approve, refuse, not-me.</param>
/// <param name="Number">As typed; empty unless it approves.</param>
/// <param name="At">Seconds of the phone's own clock.</param>
/// <param name="Proof">ECDSA P-256 with SHA-256, P1363, over <see cref="AnswerText"/>.</param>
/// <param name="Jws">Of a signature that is given: protected header and signature, with nothing between the two dots.</param>
sealed record PhoneAnswer(string Request, string Phone, string Word, string Number, long At, byte[] Proof, string? Jws = null);

/// <summary>The words a phone signs when it answers: all that it showed, and what it was shown for.</summary>
static class AnswerText
{
    public const string Approve = "approve", Refuse = "refuse", NotMe = "not-me";

    public static byte[] Of(PhoneRequest request, string word, string number, long at) => Encoding.UTF8.GetBytes(string.Join('\n',
        "socle-phone-answer/1", request.Id, request.Nonce, request.Body.Requester, word, number, at.ToString(CultureInfo.InvariantCulture), request.Body.Statement?.Digest ?? ""));

    public static bool SameNumber(string typed, string shown) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(typed.Trim()), Encoding.UTF8.GetBytes(shown));
}
