using System.ComponentModel;

namespace Socle.Profiles;

/// <summary>Settings of the profiles; section « Profiles ».</summary>
public sealed record ProfilesSettings
{
    [Description("What a write does whose resource breaks a loaded profile that it claims in meta.profile: Refuse, Warn (it is stored, and an OperationOutcome asked for by Prefer tells) or Off. The rules of FHIR R4 itself always refuse.")]
    public ClaimedProfiles OnWrite { get; init; } = ClaimedProfiles.Warn;

    [Description("Also take in the examples of a package.")]
    public bool ImportExamples { get; init; }
}
