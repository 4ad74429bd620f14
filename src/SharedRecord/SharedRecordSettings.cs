namespace Socle.SharedRecord;

/// <summary>Settings of the shared record; section « SharedRecord ».</summary>
public sealed record SharedRecordSettings
{
    /// <summary>Address of clamd: a socket file or host:port. Empty: no antivirus.</summary>
    public string ClamAv { get; init; } = "";

    /// <summary>Largest document, in MiB.</summary>
    public int LargestDocument { get; init; } = 50;

    /// <summary>How long the address of a document in the viewer can be used, in seconds.</summary>
    public int ViewSeconds { get; init; } = 60;

    /// <summary>Origin from which documents are shown: never the origin of the pages.</summary>
    public string ViewerOrigin { get; init; } = "http://viewer.localhost:5080";
}
