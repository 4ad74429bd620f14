using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Socle.SharedRecord;

/// <summary>Settings of the shared record; section « SharedRecord ».</summary>
public sealed record SharedRecordSettings
{
    [Description("Address of clamd (the antivirus): a socket file or host:port. Empty: no antivirus.")]
    public string ClamAv { get; init; } = "";

    [Description("Largest document, in MiB.")]
    [Range(1, 50)]
    public int LargestDocument { get; init; } = 50;

    [Description("How long the address of a document in the viewer can be used, in seconds.")]
    [Range(5, 600)]
    public int ViewSeconds { get; init; } = 60;

    internal long LargestBytes => (long)LargestDocument << 20;
}
