namespace Socle.Directories;

/// <summary>The columns of the public extracts, by the names of their headers: the only place where they are written.</summary>
static class ExtractColumns
{
    // A column that was renamed between two editions stands with all its names. « ' » and case and accents do not count.
    public static readonly string[]
        NationalId = ["Identification nationale PP"],
        FormerNationalId = ["Ancienne identification nationale PP"],
        ExerciseCivility = ["Code civilité d'exercice"],
        Civility = ["Code civilité"],
        Family = ["Nom d'exercice"],
        Given = ["Prénom d'exercice"],
        Profession = ["Code profession"],
        ProfessionText = ["Libellé profession"],
        Category = ["Code catégorie professionnelle"],
        SkillType = ["Code type savoir-faire"],
        Skill = ["Code savoir-faire"],
        SkillText = ["Libellé savoir-faire"],
        Mode = ["Code mode exercice"],
        Siret = ["Numéro SIRET site"],
        Siren = ["Numéro SIREN site"],
        Finess = ["Numéro FINESS site"],
        LegalFiness = ["Numéro FINESS établissement juridique"],
        StructureId = ["Identifiant technique de la structure"],
        FormerStructureId = ["Ancien identifiant de la structure"],
        StructureName = ["Raison sociale site"],
        Sign = ["Enseigne commerciale site"],
        Addressee = ["Complément destinataire (coord. structure)"],
        Place = ["Complément point géographique (coord. structure)"],
        StreetNumber = ["Numéro Voie (coord. structure)"],
        StreetRepeat = ["Indice répétition voie (coord. structure)"],
        StreetType = ["Libellé type de voie (coord. structure)"],
        Street = ["Libellé Voie (coord. structure)"],
        PostBox = ["Mention distribution (coord. structure)"],
        Cedex = ["Bureau cedex (coord. structure)"],
        PostCode = ["Code postal (coord. structure)"],
        TownCode = ["Code commune (coord. structure)"],
        Town = ["Libellé commune (coord. structure)"],
        Phone = ["Téléphone (coord. structure)"],
        Phone2 = ["Téléphone 2 (coord. structure)"],
        Fax = ["Télécopie (coord. structure)"],
        Email = ["Adresse e-mail (coord. structure)"],
        Authority = ["Autorité d'enregistrement"],
        Sector = ["Code secteur d'activité"],
        SectorText = ["Libellé secteur d'activité"],
        PharmacySection = ["Code section tableau pharmaciens"],
        Function = ["Code rôle", "Code fonction"],
        FunctionText = ["Libellé rôle", "Libellé fonction"],
        Genre = ["Code genre activité", "Code genre d'activité"],
        // Not in the public extract: what an employer registers (RPPS+), locums.
        Begins = ["Date de début d'activité", "Date début activité"],
        Ends = ["Date de fin d'activité", "Date fin activité", "Date de fin de contrat"],
        DegreeType = ["Code type diplôme obtenu"],
        Degree = ["Code diplôme obtenu"],
        DegreeText = ["Libellé diplôme obtenu"],
        AuthorisationType = ["Code type autorisation"],
        AuthorisationField = ["Code discipline autorisation"];

    /// <summary>FINESS, structures (cs1100502): the file has no header, its first line names the edition.</summary>
    public static readonly string[] FinessPlaces =
    [
        "section", "nofinesset", "nofinessej", "rs", "rslongue", "complrs", "compldistrib", "numvoie", "typvoie", "voie", "compvoie", "lieuditbp",
        "commune", "departement", "libdepartement", "ligneacheminement", "telephone", "telecopie", "categetab", "libcategetab", "categagretab",
        "libcategagretab", "siret", "codeape", "codemft", "libmft", "codesph", "libsph", "dateouv", "dateautor", "maj", "numuai"
    ];
}
