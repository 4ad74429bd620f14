using Socle.Platform;

namespace Socle.Directories;

/// <summary>
/// Who is the registrar, and who registers people for which structure: named in the settings, and nobody else. To be the operator's steward
/// is not enough.
/// </summary>
sealed class Mandates(DirectoriesSettings settings, bool isDemonstration)
{
    public const string Registrar = "registrar", Employer = "employer";

    /// <summary>Of the demonstration: chosen from its list of people.</summary>
    public const string DemoRegistrar = "registre", DemoEmployer = "rh-odet";

    public bool IsRegistrar(Agent? agent) => agent is { Kind: AgentKind.Steward }
        && (settings.Registrars.Contains(agent.Id, StringComparer.Ordinal) || isDemonstration && agent.Id == "steward:" + DemoRegistrar);

    /// <summary>FINESS number of the structure this agent registers people for, in the situation they signed in with; null: for none.</summary>
    public string? StructureOf(Agent? agent) =>
        agent is { Kind: AgentKind.Professional or AgentKind.System, Structure: { Length: > 0 } structure }
        && (settings.Employers.Contains($"{agent.Id}={structure}", StringComparer.Ordinal) || isDemonstration && agent.Id == "system:" + DemoEmployer)
            ? structure : null;

    public bool MayRegister(Agent? agent) => IsRegistrar(agent) || StructureOf(agent) is not null;
}
