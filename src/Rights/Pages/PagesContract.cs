using Socle.Platform.Web;

namespace Socle.Rights;

/// <summary>Whose card a page shows, and the others that this citizen may choose.</summary>
public abstract record BearerModel(Bearer Bearer, IReadOnlyList<Bearer> All);

public sealed record CardModel(Bearer Bearer, IReadOnlyList<Bearer> All, CardRights Rights) : BearerModel(Bearer, All);

public sealed record CertificateModel(Bearer Bearer, IReadOnlyList<Bearer> All, CertificateBody Body, CertificateState State) : BearerModel(Bearer, All);

/// <param name="State">Null: nothing was asked yet.</param>
/// <param name="Body">Without its number; null where the code is unknown.</param>
public sealed record CheckModel(Form Form, CertificateState? State, CertificateBody? Body);

/// <summary>A phone as the page's script finds itself among them.</summary>
public sealed record PhoneLine(string Id, string Thumbprint, bool Active);

/// <param name="Now">The server's clock, in seconds since 1970.</param>
public sealed record PresentModel(Bearer Bearer, IReadOnlyList<Bearer> All, string Account, IReadOnlyList<PhoneLine> Phones, long Now) : BearerModel(Bearer, All);

/// <param name="Holder">Null until somebody took the card up.</param>
public sealed record TrustLine(string Path, string? Holder, DateTimeOffset Until);

/// <param name="Code">Shown once, just after it was made.</param>
public sealed record TrustModel(Bearer Bearer, IReadOnlyList<Bearer> All, IReadOnlyList<TrustLine> Given, IReadOnlyList<int> Spans, string? Code, Form Form) : BearerModel(Bearer, All);

public sealed record WaitingModel(string Id, string Qr, string Nonce, DateTimeOffset Until, Form Form);

public sealed record ReadModel(CardContext Context);

public sealed record AuthorityModel(Form Form, Identities.PatientCard? Child, IReadOnlyList<Identities.PatientCard> Parents);
