using System.Globalization;

namespace Socle.Cda.Rendering;

/// <summary>Every word of ours in a rendered page: French, and English.</summary>
sealed class Labels
{
    public static Labels For(string language) => language.StartsWith("en", StringComparison.OrdinalIgnoreCase) ? English : French;

    // Our own number format: no table of cultures is needed, and two machines write the same bytes.
    public CultureInfo Culture { get; private init; } = With(",");
    public string Code { get; private init; } = "fr";
    public string Colon { get; private init; } = "\u202f: ";
    public string Skip { get; private init; } = "Aller au contenu du document";
    public string Contents { get; private init; } = "Sommaire";
    public string Patient { get; private init; } = "Patient";
    public string BirthName { get; private init; } = "Nom de naissance";
    public string UsedName { get; private init; } = "Nom utilisé";
    public string Given { get; private init; } = "Prénoms de naissance";
    public string UsedGiven { get; private init; } = "Prénom utilisé";
    public string Sex { get; private init; } = "Sexe";
    public string Female { get; private init; } = "Féminin";
    public string Male { get; private init; } = "Masculin";
    public string OtherSex { get; private init; } = "Indéterminé";
    public string BirthDate { get; private init; } = "Date de naissance";
    public string BirthPlace { get; private init; } = "Lieu de naissance";
    public string DeathDate { get; private init; } = "Décès";
    public string Deceased { get; private init; } = "Personne décédée";
    public string Ins { get; private init; } = "Matricule INS";
    public string OtherIdentifier { get; private init; } = "Identifiant du patient";
    public string TestIns { get; private init; } = "matricule de test";
    public string WrongKey { get; private init; } = "clé fausse";
    public string MalformedIns { get; private init; } = "forme inattendue";
    public string NotSaid { get; private init; } = "Non indiqué";
    public string Kind { get; private init; } = "Type de document";
    public string Date { get; private init; } = "Date du document";
    public string Version { get; private init; } = "Version";
    public string Author { get; private init; } = "Auteur";
    public string Validator { get; private init; } = "Validé par";
    public string Custodian { get; private init; } = "Conservé par";
    public string Event { get; private init; } = "Acte documenté";
    public string Encounter { get; private init; } = "Prise en charge";
    public string Facility { get; private init; } = "Lieu de prise en charge";
    public string Confidentiality { get; private init; } = "Confidentialité";
    public string Replaces { get; private init; } = "Remplace";
    public string OnePrevious { get; private init; } = "une version précédente du document";
    public string Restricted { get; private init; } = "Restreinte";
    public string VeryRestricted { get; private init; } = "Très restreinte";
    public string Masked { get; private init; } = "Visibilité limitée";
    public string On { get; private init; } = "le";
    public string From { get; private init; } = "du";
    public string To { get; private init; } = "au";
    public string Until { get; private init; } = "jusqu’au";
    public string Section { get; private init; } = "Section sans titre";
    public string OnlyCoded { get; private init; } = "Cette section ne contient pas de texte lisible\u202f: ses données sont écrites pour les logiciels seulement. Demandez-les à l’auteur du document.";
    public string EmptySection { get; private init; } = "Cette section est vide.";
    public string NoSection { get; private init; } = "Ce document ne contient aucune section.";
    public string Table { get; private init; } = "Tableau";
    public string Note { get; private init; } = "Note";
    public string BackToNote { get; private init; } = "Retour à l’appel de la note";
    public string MissingMedia { get; private init; } = "Une image ou une pièce annoncée ici n’est pas dans le document.";
    public string UndescribedPicture { get; private init; } = "Image du document, sans description";
    public string Attachment { get; private init; } = "Pièce jointe";
    public string OtherAttachments { get; private init; } = "Autres pièces jointes";
    public string OpenAttachment { get; private init; } = "Ouvrir la pièce jointe";
    public string Unreadable { get; private init; } = "contenu illisible";
    public string Picture { get; private init; } = "image";
    public string RichText { get; private init; } = "texte mis en forme";
    public string PlainText { get; private init; } = "texte";
    public string File { get; private init; } = "fichier";
    public string Kilobyte { get; private init; } = "Ko";
    public string Megabyte { get; private init; } = "Mo";
    public string Body { get; private init; } = "Contenu du document";
    public string BodyIsFile { get; private init; } = "Le contenu de ce document est un fichier joint";
    public string BodyMismatch { get; private init; } = "Attention\u202f: ce fichier n’est pas de la sorte annoncée par le document.";
    public string OpenBody { get; private init; } = "Ouvrir le contenu du document";
    public string People { get; private init; } = "Personnes et structures citées";
    public string Contact { get; private init; } = "Coordonnées du patient";
    public string Guardian { get; private init; } = "Représentant";
    public string Informant { get; private init; } = "Informateur ou proche";
    public string Participant { get; private init; } = "Participant";
    public string Performer { get; private init; } = "Réalisé par";
    public string Authenticator { get; private init; } = "Également validé par";
    public string Recipient { get; private init; } = "Destinataire";
    public string Responsible { get; private init; } = "Responsable de la prise en charge";
    public string Identifier { get; private init; } = "Identifiant du document";
    string[] Months { get; init; } = ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"];

    static readonly Labels French = new();

    static readonly Labels English = new()
    {
        Culture = With("."), Code = "en", Colon = ": ", Skip = "Skip to the document", Contents = "Contents", Patient = "Patient", BirthName = "Birth name", UsedName = "Name in use",
        Given = "Given names at birth", UsedGiven = "Given name in use", Sex = "Sex", Female = "Female", Male = "Male", OtherSex = "Undetermined", BirthDate = "Date of birth",
        BirthPlace = "Place of birth", DeathDate = "Death", Deceased = "Deceased", Ins = "INS number", OtherIdentifier = "Patient identifier", TestIns = "test number", WrongKey = "wrong key",
        MalformedIns = "unexpected form", NotSaid = "Not given", Kind = "Kind of document", Date = "Date of the document", Version = "Version", Author = "Author", Validator = "Validated by",
        Custodian = "Kept by", Event = "Documented act", Encounter = "Care", Facility = "Place of care", Confidentiality = "Confidentiality", Replaces = "Replaces",
        OnePrevious = "an earlier version of the document", Restricted = "Restricted", VeryRestricted = "Very restricted", Masked = "Limited visibility", On = "on", From = "from", To = "to",
        Until = "until", Section = "Untitled section",
        OnlyCoded = "This section holds no readable text: its data are written for software only. Ask the author of the document for them.", EmptySection = "This section is empty.",
        NoSection = "This document has no section.", Table = "Table", Note = "Note", BackToNote = "Back to the call of note",
        MissingMedia = "A picture or file announced here is not in the document.", UndescribedPicture = "Picture of the document, without description", Attachment = "Attachment",
        OtherAttachments = "Other attachments", OpenAttachment = "Open the attachment", Unreadable = "unreadable content", Picture = "picture", RichText = "formatted text", PlainText = "text",
        File = "file", Kilobyte = "kB", Megabyte = "MB", Body = "Content of the document", BodyIsFile = "The content of this document is an attached file",
        BodyMismatch = "Caution: this file is not of the kind the document announces.", OpenBody = "Open the content of the document", People = "People and organizations named",
        Contact = "How to reach the patient", Guardian = "Representative", Informant = "Informant or relative", Participant = "Participant", Performer = "Performed by",
        Authenticator = "Also validated by", Recipient = "Recipient", Responsible = "In charge of the care", Identifier = "Identifier of the document",
        Months = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"],
    };

    /// <summary>1er avril 2021 à 17 h 10: as precise as written, the clock of the place.</summary>
    public string Words(CdaTime time)
    {
        var month = Months[time.Local.Month - 1];
        var isFrench = Code == "fr";
        return time.Precision switch
        {
            CdaPrecision.Year => $"{time.Local.Year}",
            CdaPrecision.Month => $"{month} {time.Local.Year}",
            CdaPrecision.Day => Day(),
            CdaPrecision.Hour => isFrench ? $"{Day()} à {time.Local.Hour}\u202fh" : $"{Day()} at {time.Local.Hour:00}:00",
            _ => isFrench ? $"{Day()} à {time.Local.Hour}\u202fh\u202f{time.Local.Minute:00}" : $"{Day()} at {time.Local.Hour:00}:{time.Local.Minute:00}",
        };

        string Day() => $"{(isFrench && time.Local.Day == 1 ? "1er" : $"{time.Local.Day}")}\u00a0{month} {time.Local.Year}";
    }

    public string? Words(CdaPeriod? period) => period switch
    {
        { Low: { } low, High: { } high } when low == high => $"{On}\u00a0{Words(low)}",
        { Low: { } low, High: { } high } when low.Date == high.Date => $"{On}\u00a0{Words(low)}",
        { Low: { } low, High: { } high } => $"{From} {Words(low)} {To} {Words(high)}",
        { Low: { } low } => $"{On}\u00a0{Words(low)}",
        { High: { } high } => $"{Until} {Words(high)}",
        _ => null,
    };

    static CultureInfo With(string separator)
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NumberDecimalSeparator = separator;
        return CultureInfo.ReadOnly(culture);
    }
}
