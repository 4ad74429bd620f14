using System.ComponentModel.DataAnnotations;

namespace Socle.Directories;

/// <summary>The directory of professionals, structures and offers.</summary>
public sealed record DirectoriesSettings
{
    /// <summary>How many invented situations of practice the demonstration spreads over the country.</summary>
    [Range(0, 90000)]
    public int DemonstrationRoles { get; init; } = 360;

    /// <summary>A bed capacity that was not confirmed for longer is shown as old, and counts as no free bed.</summary>
    public TimeSpan CapacityFreshness { get; init; } = TimeSpan.FromHours(6);

    /// <summary>
    /// Whose software may write the bed capacities of which establishments, beside each establishment's own: « client=idNatStruct »,
    /// where the number may end with *: region-bretagne=135*.
    /// </summary>
    public string[] CapacityWriters { get; init; } = [];

    /// <summary>
    /// Which clients of the ROR interface see restricted contacts (2) or very restricted ones (3): « client=2 ». Any other sees what is public.
    /// </summary>
    public string[] RorConfidentiality { get; init; } = [];

    /// <summary>
    /// Who is the registrar of the directory: ids of agents of the operator (« steward:registre »). They decide on corrections, suspend, and register roles for
    /// any structure. Nobody else does; none is listed: nobody.
    /// </summary>
    public string[] Registrars { get; init; } = [];

    /// <summary>
    /// Who registers people outside RPPS and ADELI for which structure: « id=FINESS », as in rpps:10102727017=990000015 or system:rh=990000015. It holds while they
    /// are signed in for this structure.
    /// </summary>
    public string[] Employers { get; init; } = [];
}
