using Socle.Platform.Web;

namespace Socle.SignIn.Pages;

/// <summary>One of the account's phones, as the list and the script see it.</summary>
/// <param name="State">active, suspended, revoked.</param>
public sealed record PhoneLine(string Id, string Name, string Thumbprint, string State, DateTimeOffset Since, DateTimeOffset? EndedAt);

/// <summary>Something that waits. <paramref name="Kind"/> and <paramref name="Name"/> are of a document to sign.</summary>
public sealed record PhoneAsk(string Url, string Requester, string? Kind, string? Name, DateTimeOffset Until);

public sealed record PhoneModel(string? Account, DateTimeOffset Now, IReadOnlyList<PhoneAsk> Waiting, IReadOnlyList<PhoneLine> Phones, string? Live)
{
    /// <summary>Somebody without an account of their own.</summary>
    public static PhoneModel Nobody { get; } = new(null, default, [], [], null);
}

public sealed record EnrolPhoneModel(string Account, DateTimeOffset Now, string Nonce, IReadOnlyList<PhoneLine> Phones, Form Form);

public sealed record StatementModel(string Digest, string Name, string Kind, string Payload);

public sealed record RequestModel(
    string Account, DateTimeOffset Now, string Id, string Nonce, string Requester, DateTimeOffset Until, IReadOnlyList<PhoneLine> Phones, Form Form, StatementModel? Statement);

/// <param name="Told">Why an answer does not count.</param>
public sealed record ToldModel(string Told);

public sealed record PhoneSignInModel(Form Form, string Back);

/// <param name="Number">Null once it does not wait any more.</param>
/// <param name="State">waiting, approved, closed, lapsed.</param>
public sealed record PhoneWaitModel(string? Number, string State, string Back, string Live);
