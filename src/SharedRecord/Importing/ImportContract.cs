namespace Socle.SharedRecord;

/// <param name="OpenRecords">Opens a provisional record for a CDA whose INS is unknown here.</param>
/// <param name="Ins">The record that files without identity (PDF, images, text) go to.</param>
public sealed record ImportOptions(bool OpenRecords = false, string? Ins = null);

/// <summary>Filed: at least one thing was added. Unchanged: all of it was there. Ignored: nothing in it is for storing.</summary>
public enum ImportState { Filed, Unchanged, Ignored, Refused }

/// <summary>What became of one file.</summary>
/// <param name="Kind">« CDA », « FHIR transaction », « NDJSON », « PDF »…</param>
/// <param name="Resources">Resources stored now.</param>
/// <param name="Quarantined">Of those, how many wait in quarantine because their patient is not known here.</param>
/// <param name="Detail">French: the title, or why it was refused.</param>
public sealed record ImportOutcome(string Path, ImportState State, string Kind, int Resources, int Quarantined, string Detail)
{
    /// <summary>Refusals of single entries of a file whose others were stored.</summary>
    public IReadOnlyList<string> Faults { get; init; } = [];
}

public sealed record ImportProgress(int Files, int Total, ImportOutcome Last);

public sealed record ImportSummary(IReadOnlyList<ImportOutcome> Outcomes)
{
    public int Count(ImportState state) => Outcomes.Count(outcome => outcome.State == state);

    public int Resources => Outcomes.Sum(outcome => outcome.Resources);

    public int Quarantined => Outcomes.Sum(outcome => outcome.Quarantined);

    /// <summary>False when a file, or an entry of one, was refused.</summary>
    public bool IsWhole => Outcomes.All(outcome => outcome.State != ImportState.Refused && outcome.Faults.Count == 0);
}
