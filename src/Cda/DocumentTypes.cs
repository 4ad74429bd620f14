namespace Socle.Cda;

/// <summary>A class of documents (JDV_J57).</summary>
public sealed record DocumentClass(string Code, string System, string French);

/// <summary>A type of document (JDV_J07), in our words, with the class we derive from it.</summary>
public sealed record DocumentType(string Code, string System, string French, DocumentClass Class)
{
    /// <summary>The class comes from a table of ours that nobody at the ANS has checked.</summary>
    public bool Unverified { get; init; } = true;
}

/// <summary>The types of the French shared record and the class of each. Words are ours; codes are those of JDV_J07 of 27 September 2024.</summary>
public static partial class DocumentTypes
{
    public const string Loinc = "2.16.840.1.113883.6.1";
    /// <summary>TRE_A05, the types LOINC lacks.</summary>
    public const string Complement = "1.2.250.1.213.1.1.4.12";
    /// <summary>TRE_A03.</summary>
    public const string ClassSystem = "1.2.250.1.213.1.1.4.1";

    public static IReadOnlyList<DocumentClass> Classes { get; } =
    [
        new("10", ClassSystem, "Compte rendu"),
        new("11", ClassSystem, "Synthèse"),
        new("31", ClassSystem, "Imagerie médicale"),
        new("42", ClassSystem, "Prescription"),
        new("43", ClassSystem, "Dispensation"),
        new("44", ClassSystem, "Plan ou protocole de soins"),
        new("45", ClassSystem, "Traitement administré"),
        new("52", ClassSystem, "Certificat, déclaration"),
        new("60", ClassSystem, "Données de remboursement"),
        new("90", ClassSystem, "Autre document déposé par le patient"),
        new("95", ClassSystem, "Document de gestion"),
        new("urn:oid:1.3.6.1.4.1.19376.1.2.1.1.1", "1.2.250.1.213.1.1.4.11", "Signature électronique"),
    ];

    /// <summary>By code, as in JDV_J07.</summary>
    public static IReadOnlyList<DocumentType> All { get; } = [.. Table().Select(Type)];

    static readonly Dictionary<string, DocumentType> ByCode = All.ToDictionary(t => t.Code, StringComparer.Ordinal);

    public static DocumentType? Find(string? code) => code is null ? null : ByCode.GetValueOrDefault(code);

    /// <summary>A type we do not know keeps its own words and falls in the class of reports.</summary>
    public static DocumentType Of(CdaCode type) =>
        Find(type.Code) ?? new DocumentType(type.Code ?? "", type.System ?? "", type.Words ?? "Document", Class("10"));

    public static DocumentClass Class(string code) => Classes.First(c => c.Code == code);

    static DocumentType Type((string Code, string Class, string French) row) =>
        new(row.Code, row.Code == "E1762" ? "ASTM" : char.IsAsciiDigit(row.Code[0]) ? Loinc : Complement, row.French, row.Class == "sig" ? Classes[^1] : Class(row.Class));
}
