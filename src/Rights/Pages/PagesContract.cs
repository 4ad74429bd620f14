using Socle.Platform.Web;

namespace Socle.Rights;

/// <summary>Whose card a page shows, and the others that this citizen may choose.</summary>
public abstract record BearerModel(Bearer Bearer, IReadOnlyList<Bearer> All);

public sealed record CardModel(Bearer Bearer, IReadOnlyList<Bearer> All, CardRights Rights) : BearerModel(Bearer, All);

public sealed record CertificateModel(Bearer Bearer, IReadOnlyList<Bearer> All, CertificateBody Body, CertificateState State) : BearerModel(Bearer, All);

/// <param name="State">Null: nothing was asked yet.</param>
/// <param name="Body">Without its number; null where the code is unknown.</param>
public sealed record CheckModel(Form Form, CertificateState? State, CertificateBody? Body);
