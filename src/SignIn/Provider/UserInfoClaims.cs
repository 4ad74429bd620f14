using System.Text.Json.Nodes;
using Socle.Platform;

namespace Socle.SignIn;

/// <summary>
/// The claims of Pro Santé Connect, from what the directory knows: exercises × activities, booleans as « VRAI » and « FAUX », and each text there even when
/// it is empty, because installed software reads them all.
/// </summary>
static class UserInfoClaims
{
    const string SectorTable = "1.2.250.1.71.4.2.4", RoleTable = "1.2.250.1.213.1.1.5.5", MeansTable = "1.2.250.1.213.1.5.1.1.1", Local = "1.2.250.1.213.1.3.1.1";

    public static IReadOnlyList<string> Names { get; } =
    [
        "SubjectNameID", "preferred_username", "given_name", "family_name", "email_verified", "UITVersion", "Palier_Authentification", "Secteur_Activite", "SubjectRole",
        "PSI_Locale", "SubjectOrganization", "SubjectOrganizationID", "Mode_Acces_Raison", "Acces_Regulation_Medicale", "otherIds", "SubjectRefPro"
    ];

    /// <summary>What any profile and any person has.</summary>
    public static JsonObject Of(ClientProfile profile, Agent agent) => new() { ["sub"] = Subjects.Of(profile, agent), ["name"] = agent.Name };

    /// <param name="claims">To which they are added.</param>
    /// <param name="agent">In the situation that was chosen.</param>
    /// <param name="facts">Null: the directory does not have this professional; then what the session knows is told.</param>
    public static void AddProfessional(JsonObject claims, Agent agent, PractitionerFacts? facts)
    {
        var id = Subjects.NationalId(agent);
        var (exercise, activity) = Situation(agent, facts);
        (claims["SubjectNameID"], claims["preferred_username"]) = (id, id);
        claims["given_name"] = facts?.Given ?? agent.Name;
        claims["family_name"] = facts?.Family ?? "";
        claims["email_verified"] = false;
        claims["UITVersion"] = "1.0";
        claims["Palier_Authentification"] = "APPPRIP3^" + MeansTable;
        claims["Secteur_Activite"] = activity is { Sector.Length: > 0 } ? $"{activity.Sector}^{SectorTable}" : "";
        claims["SubjectRole"] = Roles(exercise);
        claims["PSI_Locale"] = Local;
        claims["SubjectOrganization"] = activity?.StructureName ?? agent.StructureName ?? "";
        claims["SubjectOrganizationID"] = activity?.StructureId ?? (agent.Structure is { } finess ? "1" + finess : "");
        claims["Mode_Acces_Raison"] = "";
        claims["Acces_Regulation_Medicale"] = "FAUX";
        claims["otherIds"] = new JsonArray(new JsonObject { ["identifiant"] = id, ["origine"] = "RPPS", ["qualite"] = 1 });
        claims["SubjectRefPro"] = new JsonObject
        {
            ["codeCivilite"] = facts?.Civility ?? "",
            ["exercices"] = new JsonArray([.. (facts?.Exercises ?? []).Select(one => Exercise(facts!, one))])
        };
    }

    static (Exercise? Exercise, PracticeActivity? Activity) Situation(Agent agent, PractitionerFacts? facts)
    {
        if (facts is null) return (null, null);
        foreach (var exercise in facts.Exercises)
            foreach (var activity in exercise.Activities)
                if (agent.Structure is { } finess && activity.Finess == finess) return (exercise, activity);
        var first = facts.Exercises.Count > 0 ? facts.Exercises[0] : null;
        return (first, first?.Activities.FirstOrDefault(activity => activity.IsActive && (agent.StructureName is null || activity.StructureName == agent.StructureName)));
    }

    // The speciality stands beside the profession for doctors and pharmacists only (JDV_J65).
    static JsonArray Roles(Exercise? exercise) => exercise is null ? []
        : exercise.Profession is "10" or "21" && exercise.Skill.Length > 0
            ? [$"{exercise.Profession}^{RoleTable}", $"{exercise.Skill}^1.2.250.1.71.4.2.5"] : [$"{exercise.Profession}^{RoleTable}"];

    static JsonObject Exercise(PractitionerFacts facts, Exercise one) => new()
    {
        ["codeProfession"] = one.Profession, ["codeCategorieProfessionnelle"] = one.Category, ["codeCiviliteDexercice"] = one.Title,
        ["nomDexercice"] = facts.Family, ["prenomDexercice"] = facts.Given, ["codeTypeSavoirFaire"] = one.SkillType, ["codeSavoirFaire"] = one.Skill,
        ["activities"] = new JsonArray([.. one.Activities.Where(activity => activity.IsActive).Select(Activity)])
    };

    static JsonObject Activity(PracticeActivity one) => new()
    {
        ["codeModeExercice"] = one.Mode, ["codeSecteurDactivite"] = one.Sector, ["codeSectionPharmacien"] = one.PharmacySection, ["codeRole"] = one.Role,
        ["codeGenreActivite"] = one.Genre, ["numeroSiretSite"] = one.Siret, ["numeroSirenSite"] = one.Siren, ["numeroFinessSite"] = one.Finess,
        ["numeroFinessetablissementJuridique"] = one.LegalFiness, ["identifiantTechniqueDeLaStructure"] = one.StructureId, ["raisonSocialeSite"] = one.StructureName,
        ["enseigneCommercialeSite"] = one.Sign, ["complementDestinataire"] = "", ["complementPointGeographique"] = "", ["numeroVoie"] = "",
        ["indiceRepetitionVoie"] = "", ["codeTypeDeVoie"] = "", ["libelleVoie"] = one.Street, ["mentionDistribution"] = "", ["bureauCedex"] = one.Town,
        ["codePostal"] = one.PostCode, ["codeCommune"] = one.TownCode, ["codePays"] = "", ["telephone"] = one.Phone, ["telephone2"] = "", ["telecopie"] = "",
        ["adresseEMail"] = one.Mailbox, ["codeDepartement"] = one.PostCode.Length >= 2 ? one.PostCode[..2] : "",
        ["ancienIdentifiantDeLaStructure"] = one.FormerStructureId, ["autoriteDenregistrement"] = one.Authority
    };
}
