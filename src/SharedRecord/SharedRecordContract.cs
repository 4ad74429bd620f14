namespace Socle.SharedRecord;

/// <summary>A document in a list.</summary>
/// <param name="ClassCode">Code of JDV_J57: « 10 » for a report.</param>
/// <param name="Date">Day of the care it is about, as the document says; null when it does not.</param>
/// <param name="Status">current, superseded or entered-in-error.</param>
/// <param name="Mine">The reader deposited it, and may delete it.</param>
public sealed record DocumentCard(
    string Id, string Title, string TypeDisplay, string ClassCode, string ClassDisplay, DateOnly? Date, DateTimeOffset? Deposited,
    string Author, bool Unread, string Status, string MediaType, long? Size, bool Mine)
{
    public bool IsCurrent => Status == "current";

    /// <summary>« CDA », « PDF », « image », « texte ».</summary>
    public string KindWord => MediaType switch
    {
        "text/xml" or "application/xml" or "application/hl7-v3+xml" => "CDA",
        "application/pdf" => "PDF",
        "image/jpeg" or "image/png" => "image",
        "text/plain" => "texte",
        _ => "fichier"
    };
}

/// <summary>Which documents of a record. Nothing set: those in force, newest first.</summary>
public sealed record DocumentFilter(string? ClassCode = null, bool UnreadOnly = false, string? Text = null, DateOnly? Since = null, bool Superseded = false);

/// <summary>A document that was opened: its reading is traced, its addresses serve once within a minute.</summary>
/// <param name="ViewPath">Path on the viewer origin, for a frame or a link.</param>
/// <param name="DownloadPath">The same as a download.</param>
public sealed record DocumentView(DocumentCard Card, string ViewPath, string DownloadPath);

/// <summary>What a person says of a file beside its bytes. A CDA says all by itself.</summary>
/// <param name="FileName">As the person's disk calls it; gives the title when none is typed.</param>
/// <param name="Submission">The form's own number: the same form sent twice makes one document.</param>
public sealed record DepositForm(string? Title, string? TypeCode, DateOnly? Date, string? FileName = null, string? Submission = null);
