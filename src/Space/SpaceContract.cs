using Socle.Access;
using Socle.Identities;
using Socle.Platform;
using Socle.Platform.Web;
using Socle.SharedRecord;

namespace Socle.Space;

/// <summary>One whose record the signed-in citizen may open: themselves or a minor child.</summary>
/// <param name="Path">Opaque id of the Patient, as it stands in an address.</param>
public sealed record Person(long Key, string Path, PatientCard Card, bool IsSelf);

/// <summary>Whose record a page shows, and the others that this citizen may choose.</summary>
public abstract record RecordModel(Person Person, IReadOnlyList<Person> All);

public sealed record DocumentGroup(string Kind, IReadOnlyList<DocumentCard> Documents);

/// <param name="Known">The newest change that the list shows.</param>
public sealed record DocumentsModel(
    Person Person, IReadOnlyList<Person> All, Form Filter, IReadOnlyList<DocumentGroup> Groups,
    IReadOnlyList<string> Kinds, IReadOnlyList<int> Years, int Total, int Shown, int Unread, long Known) : RecordModel(Person, All);

public sealed record DocumentModel(
    Person Person, IReadOnlyList<Person> All, DocumentCard Document, string ViewUrl, string DownloadUrl) : RecordModel(Person, All);

public sealed record AddDocumentModel(Person Person, IReadOnlyList<Person> All, Form Form) : RecordModel(Person, All);

public sealed record DeleteDocumentModel(Person Person, IReadOnlyList<Person> All, DocumentCard Document) : RecordModel(Person, All);

public sealed record AccessesModel(
    Person Person, IReadOnlyList<Person> All, IReadOnlyList<AuditLine> Lines, bool MineToo,
    IReadOnlyList<Relation> Relations, string? Next) : RecordModel(Person, All);
