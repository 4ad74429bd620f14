using Socle.Access;
using Socle.Identities;
using Socle.Platform.Web;
using Socle.SharedRecord;

namespace Socle.Bouquet;

/// <summary>A person in a list: name, birth date and sex, whether the record is open to this professional, and a time of day.</summary>
public sealed record ListedPatient(PatientCard Card, string Path, bool Open, string? Hour = null);

public sealed record BouquetModel(
    Form Search, IReadOnlyList<ListedPatient> Today, IReadOnlyList<ListedPatient> Recent, ListedPatient? Found, string? Answer);

public sealed record RecordModel(
    ListedPatient Patient, PatientIdentity Identity, Relation? Relation, Verdict Why, IReadOnlyList<DocumentCard> Documents, Form Filter,
    IReadOnlyList<string> Kinds);

public sealed record DeclareModel(ListedPatient Patient, Form Form, Verdict Why);

public sealed record DocumentModel(
    ListedPatient Patient, PatientIdentity Identity, DocumentCard Document, string ViewUrl, string DownloadUrl, Verdict Why);

/// <param name="Code">Null unless the identity is qualified.</param>
public sealed record IdentityModel(ListedPatient Patient, PatientIdentity Identity, InsDatamatrix? Code);

public sealed record DepositModel(ListedPatient Patient, PatientIdentity Identity, Form Form);
