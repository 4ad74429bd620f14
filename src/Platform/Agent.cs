namespace Socle.Platform;

/// <summary>What sort of actor asks. A steward is the operator's data steward; a program is Socle itself (jobs, import).</summary>
public enum AgentKind { Citizen, Professional, System, Steward, Program }

/// <summary>Who acts: a person or a software, with the situation chosen at sign-in.</summary>
/// <param name="Id">"rpps:…", "system:…", "patient:(external id)", "program:…".</param>
/// <param name="Role">French, as people read it: "Infirmière".</param>
/// <param name="Structure">FINESS number.</param>
/// <param name="OwnerKey">Keyed hash of the structure, or of the id without one: the `owner` column.</param>
/// <param name="PatientKey">A citizen's own record; 0 for anybody else.</param>
public sealed record Agent(
    AgentKind Kind, string Id, string Name, string? Role, string? Structure, string? StructureName, long OwnerKey, long PatientKey);
