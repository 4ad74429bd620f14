using System.ComponentModel.DataAnnotations;

namespace Socle.Directories;

/// <summary>The Annuaire Santé interface (/annuaire/fhir/v2).</summary>
public sealed record AnnuaireSettings
{
    /// <summary>Requests a second of one key; one more is refused (429). A key may have a number of its own.</summary>
    [Range(1, 1_000_000)]
    public int PerSecond { get; init; } = 17;
}
