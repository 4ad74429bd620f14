namespace Socle.Access;

/// <summary>Why a professional takes part in somebody's care: a closed list, each reason with the time it holds.</summary>
/// <param name="Code">Stable word kept in the table and sent by forms.</param>
/// <param name="French">As the patient reads it.</param>
/// <param name="Days">How long the relation holds before it must be declared again.</param>
public sealed record RelationReason(string Code, string French, int Days)
{
    /// <summary>
    /// Three months cover one episode of care (a prescription of nursing acts, a stay and its follow-up) and are the
    /// usual case. An opinion asked for once is shorter; the treating doctor's follow-up longer.
    /// </summary>
    public static IReadOnlyList<RelationReason> All { get; } =
    [
        new("consultation", "Consultation ou soins en cours", 92),
        new("sejour", "Hospitalisation ou séjour en établissement", 92),
        new("domicile", "Soins à domicile sur prescription", 92),
        new("examen", "Réalisation ou interprétation d’un examen", 92),
        new("delivrance", "Délivrance d’un traitement", 92),
        new("coordination", "Membre de l’équipe de soins, coordination du parcours", 92),
        new("avis", "Avis demandé par un confrère, téléexpertise", 31),
        new("suivi", "Suivi au long cours (médecin traitant)", 366)
    ];

    /// <summary>The person showed their card at the desk. Nobody declares it: it is proved (<see cref="AccessDesk.ProvePresence"/>).</summary>
    public static RelationReason Presence { get; } = new("presence", "Carte Vitale présentée par la personne", 31);

    public static RelationReason? Find(string? code) => code == Presence.Code ? Presence : All.FirstOrDefault(reason => reason.Code == code);
}
