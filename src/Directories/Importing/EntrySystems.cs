namespace Socle.Directories;

/// <summary>Systems and extensions of the entries (Annuaire Santé 1.2, FR Core 2.2, NOS).</summary>
static class EntrySystems
{
    const string Nos = "https://mos.esante.gouv.fr/NOS/", Annuaire = "https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/",
        FrCore = "https://hl7.fr/ig/fhir/core/";

    public const string
        NationalId = "urn:oid:1.2.250.1.71.4.2.1", StructureId = "urn:oid:1.2.250.1.71.4.2.2", Rpps = "https://rpps.esante.gouv.fr",
        Adeli = "https://adeli.esante.gouv.fr", Finess = "https://finess.esante.gouv.fr", Sirene = "https://sirene.fr",
        IdentifierType = FrCore + "CodeSystem/fr-core-cs-v2-0203", OrganizationType = FrCore + "CodeSystem/fr-core-cs-v2-3307",
        UsePeriod = FrCore + "StructureDefinition/fr-core-use-period",
        DataTrace = Annuaire + "as-ext-data-trace", OrganizationTypes = Annuaire + "as-ext-organization-types",
        MailboxMetadata = Annuaire + "as-ext-mailbox-mss-metadata",
        // No published extension says which structure took over a merged one, or that a suspension made an entry inactive.
        ReplacedBy = "urn:socle:directories:replaced-by",
        Suspended = "urn:socle:directories:suspended",
        Profession = Nos + "TRE_G15-ProfessionSante/FHIR/TRE-G15-ProfessionSante",
        Category = Nos + "TRE_R09-CategorieProfessionnelle/FHIR/TRE-R09-CategorieProfessionnelle",
        SkillType = Nos + "TRE_R04-TypeSavoirFaire/FHIR/TRE-R04-TypeSavoirFaire",
        Mode = Nos + "TRE_R23-ModeExercice/FHIR/TRE-R23-ModeExercice",
        Genre = Nos + "TRE_R22-GenreActivite/FHIR/TRE-R22-GenreActivite",
        Function = Nos + "TRE_R21-Fonction/FHIR/TRE-R21-Fonction",
        PharmacySection = Nos + "TRE_R06-SectionTableauCNOP/FHIR/TRE-R06-SectionTableauCNOP",
        Sector = Nos + "TRE_R02-SecteurActivite/FHIR/TRE-R02-SecteurActivite",
        FinessCategory = Nos + "TRE_R66-CategorieEtablissement/FHIR/TRE-R66-CategorieEtablissement",
        LegalStatus = Nos + "TRE_R72-FinessStatutJuridique/FHIR/TRE-R72-FinessStatutJuridique",
        Activity = Nos + "TRE_R75-InseeNAFrev2Niveau5/FHIR/TRE-R75-InseeNAFrev2Niveau5",
        DegreeType = Nos + "TRE_R14-TypeDiplome/FHIR/TRE-R14-TypeDiplome",
        Degree = Nos + "TRE_R48-DiplomeEtatFrancais/FHIR/TRE-R48-DiplomeEtatFrancais",
        AuthorisationType = Nos + "TRE_R17-TypeAutorisation/FHIR/TRE-R17-TypeAutorisation",
        AuthorisationField = Nos + "TRE_G02-DisciplineAutorisation/FHIR/TRE-G02-DisciplineAutorisation",
        // The table of roles of RPPS+ (secretary, care assistant, ambulance driver …), by its number.
        EmployedRole = "urn:oid:1.2.250.1.213.1.6.1.107", EmployerSource = "urn:socle:directories:employer",
        AnnuaireSource = "https://annuaire.sante.fr", FinessSource = "https://finess.esante.gouv.fr";

    /// <summary>The table that a kind of savoir-faire takes its codes from; those that are not listed share the common one.</summary>
    public static string OfSkill(string type) => Nos + type switch
    {
        "S" => "TRE_R38-SpecialiteOrdinale/FHIR/TRE-R38-SpecialiteOrdinale",
        "C" => "TRE_R39-Competence/FHIR/TRE-R39-Competence",
        "CEX" => "TRE_R40-CompetenceExclusive/FHIR/TRE-R40-CompetenceExclusive",
        "DNQ" => "TRE_R42-DESCnonQualifiant/FHIR/TRE-R42-DESCnonQualifiant",
        "CAPA" => "TRE_R43-CapaciteSavoirFaire/FHIR/TRE-R43-CapaciteSavoirFaire",
        "PAC" => "TRE_R44-QualificationPAC/FHIR/TRE-R44-QualificationPAC",
        "FQ" => "TRE_R45-FonctionQualifiee/FHIR/TRE-R45-FonctionQualifiee",
        _ => "TRE_G13-OrientationParticuliere/FHIR/TRE-G13-OrientationParticuliere"
    };
}
