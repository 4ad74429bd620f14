namespace Socle.Bench.Identity;

/// <summary>Names for the truth: common ones first. The rare ones are put together from syllables.</summary>
static class Names
{
    static readonly string[] Known =
    [
        "MARTIN", "BERNARD", "THOMAS", "PETIT", "ROBERT", "RICHARD", "DURAND", "DUBOIS", "MOREAU", "LAURENT", "SIMON", "MICHEL", "LEROY", "ROUX", "DAVID",
        "BERTRAND", "MOREL", "FOURNIER", "GIRARD", "BONNET", "DUPONT", "LAMBERT", "FONTAINE", "ROUSSEAU", "VINCENT", "MULLER", "LEFEBVRE", "FAURE", "ANDRE",
        "MERCIER", "BLANC", "GUERIN", "BOYER", "GARNIER", "CHEVALIER", "FRANCOIS", "LEGRAND", "GAUTHIER", "GARCIA", "PERRIN", "ROBIN", "CLEMENT", "MORIN",
        "NICOLAS", "HENRY", "ROUSSEL", "MATHIEU", "GAUTIER", "MASSON", "MARCHAND", "DUVAL", "DENIS", "DUMONT", "MARIE", "LEMAIRE", "NOEL", "MEYER", "DUFOUR",
        "MEUNIER", "BRUN", "BLANCHARD", "GIRAUD", "JOLY", "RIVIERE", "LUCAS", "BRUNET", "GAILLARD", "BARBIER", "ARNAUD", "MARTINEZ", "GERARD", "ROCHE",
        "RENARD", "SCHMITT", "ROY", "LEROUX", "COLIN", "VIDAL", "CARON", "PICARD", "ROGER", "FABRE", "AUBERT", "LEMOINE", "RENAUD", "DUMAS", "LACROIX",
        "OLIVIER", "PHILIPPE", "BOURGEOIS", "PIERRE", "BENOIT", "REY", "LECLERC", "PAYET", "ROLLAND", "LECLERCQ", "GUILLAUME", "LECOMTE", "LOPEZ", "JEAN",
        "DUPUY", "GUILLOT", "HUBERT", "BERGER", "CARPENTIER", "SANCHEZ", "DUPUIS", "MOULIN", "LOUIS", "DESCHAMPS", "HUET", "VASSEUR", "PEREZ", "BOUCHER",
        "FLEURY", "ROYER", "KLEIN", "JACQUET", "ADAM", "PARIS", "POIRIER", "MARTY", "AUBRY", "GUYOT", "CARRE", "CHARLES", "RENAULT", "CHARPENTIER",
        "MENARD", "MAILLARD", "BARON", "BERTIN", "BAILLY", "HERVE", "SCHNEIDER", "FERNANDEZ", "LE GALL", "COLLET", "LEGER", "BOUVIER", "JULIEN", "PREVOST",
        "MILLET", "PERROT", "DANIEL", "LE ROUX", "COUSIN", "GERMAIN", "BRETON", "BESSON", "LANGLOIS", "REMY", "LE GOFF", "PELLETIER", "LEVEQUE", "PERRIER",
        "LEBLANC", "BARRE", "LEBRUN", "MARCHAL", "WEBER", "MALLET", "HAMON", "BOULANGER", "JACOB", "MONNIER", "MICHAUD", "RODRIGUEZ", "GUICHARD", "GILLET",
        "ETIENNE", "GRONDIN", "POULAIN", "TESSIER", "CHEVALLIER", "COLLIN", "CHAUVIN", "DA SILVA", "BOUCHET", "GAY", "LEMAITRE", "BENARD", "MARECHAL", "HUMBERT",
        "NGUYEN", "TRAORE", "DIALLO", "HADDAD", "BENALI", "KAYA", "YILMAZ", "SY", "BA", "LY", "D'ANGELO", "N'DIAYE", "SAINT-MARTIN", "COLONNA", "SANTONI"
    ];

    public static readonly IReadOnlyList<string> Families = [.. Known, .. Rare()];

    public static readonly IReadOnlyList<string> Girls =
    [
        "MARIE", "JEANNE", "FRANCOISE", "MONIQUE", "CATHERINE", "NATHALIE", "ISABELLE", "JACQUELINE", "ANNE", "SYLVIE", "MARTINE", "MADELEINE", "NICOLE",
        "SUZANNE", "HELENE", "CHRISTINE", "LOUISE", "MARGUERITE", "DENISE", "CHRISTIANE", "YVONNE", "VALERIE", "SOPHIE", "SANDRINE", "CELINE", "CHANTAL",
        "STEPHANIE", "VERONIQUE", "JULIE", "EMMA", "LEA", "MANON", "CHLOE", "CAMILLE", "SARAH", "INES", "JADE", "LINA", "ALICE", "LUCIE", "EMILIE", "AURELIE",
        "CLAIRE", "ODETTE", "SIMONE", "GERMAINE", "PAULETTE", "RENEE", "COLETTE", "DANIELLE", "BRIGITTE", "FATIMA", "AICHA", "KHADIJA", "MAELLE", "ANAIS",
        "MARIE-LOUISE", "MARIE-CLAUDE", "ANNE-MARIE", "MARIE-FRANCE", "ROSE", "ZOE", "EVA", "LOLA", "AGNES", "CECILE", "DOMINIQUE", "CLAUDE", "SOLENE", "NOEMIE"
    ];

    public static readonly IReadOnlyList<string> Boys =
    [
        "JEAN", "PIERRE", "MICHEL", "ANDRE", "PHILIPPE", "RENE", "LOUIS", "ALAIN", "JACQUES", "BERNARD", "MARCEL", "DANIEL", "ROGER", "PAUL", "ROBERT",
        "CLAUDE", "HENRI", "CHRISTIAN", "NICOLAS", "GEORGES", "GERARD", "FRANCOIS", "CHRISTOPHE", "PATRICK", "LAURENT", "FREDERIC", "STEPHANE", "THOMAS",
        "LUCAS", "LEO", "HUGO", "GABRIEL", "RAPHAEL", "ARTHUR", "LOUIS", "JULES", "ADAM", "MAEL", "NATHAN", "ETHAN", "MOHAMED", "ALI", "KARIM", "MAMADOU",
        "JEAN-PIERRE", "JEAN-MARIE", "JEAN-CLAUDE", "JEAN-PAUL", "JEAN-LOUIS", "YVES", "SERGE", "DIDIER", "ERIC", "OLIVIER", "DAVID", "JULIEN", "ALEXANDRE",
        "VINCENT", "LOIC", "YANN", "GAEL", "BRUNO", "MARC", "LUC", "GUY", "DENIS", "DOMINIQUE", "CAMILLE", "EMILE", "ETIENNE", "SIMON", "SACHA", "NOE", "TOM"
    ];

    /// <summary>« Jean / Jean-Marie / Marie ».</summary>
    public static IReadOnlyList<string> Parts(string sex) => sex == "M" ? ["JEAN", "JEAN-MARIE", "MARIE"] : ["MARIE", "MARIE-LOUISE", "LOUISE"];

    public static readonly IReadOnlyList<string[]> NearBoys =
    [
        ["ENZO", "KENZO"], ["LEO", "LEON"], ["NOE", "NOA"], ["HUGO", "UGO"], ["ALAN", "ALAIN"], ["AMINE", "AMIR"], ["MATHIS", "MATHYS"], ["JULES", "JULIEN"],
        ["HASSAN", "HASSEN"], ["YANIS", "YACINE"], ["MARC", "MARCO"], ["SAMI", "SAMIR"]
    ];

    public static readonly IReadOnlyList<string[]> NearGirls =
    [
        ["LINA", "LISA"], ["LEA", "LENA"], ["EMMA", "EMMY"], ["JADE", "JANE"], ["ANNA", "ANNE"], ["CHLOE", "CLEO"], ["MARINE", "MARTINE"], ["ELISE", "ELISA"],
        ["JULIE", "JULIA"], ["LOUISE", "LOUISA"], ["MELISSA", "MELINA"], ["ASMA", "SALMA"]
    ];

    public static readonly IReadOnlyList<string[]> NearMixed = [["LOUIS", "LOUISE"], ["JULES", "JULIE"], ["PAUL", "PAULE"], ["SIMON", "SIMONE"], ["LEO", "LEA"], ["DANIEL", "DANIELE"]];

    public static readonly IReadOnlyList<string> HomeFamilies = ["DIALLO", "TRAORE", "CAMARA", "DIARRA", "COULIBALY", "KEITA", "BA", "SY", "SISSOKO", "SOW", "DIARRA", "KONATE", "TOURE", "DEMBELE"];

    public static readonly IReadOnlyList<string> HomeGiven = ["MAMADOU", "MOUSSA", "IBRAHIMA", "AMADOU", "OUSMANE", "ABDOULAYE", "SEKOU", "MOHAMED", "BAKARY", "SAMBA", "DEMBA", "YOUSSOUF"];

    public static readonly IReadOnlyList<string> HomeCountries = ["99335", "99341", "99336"];

    static IEnumerable<string> Rare()
    {
        string[] first = ["BAR", "BEL", "BOU", "CAR", "CHA", "COR", "DES", "DU", "FAR", "GAR", "GUI", "LA", "LE", "MAL", "MON", "PEL", "RO", "SAU", "TRE", "VAL", "KER", "PLO"];
        string[] middle = ["BAN", "CHE", "DE", "FI", "GO", "LAN", "MI", "NA", "PE", "RI", "SO", "TA", "VI", "ZE", "BRI", "CLO"];
        string[] last = ["ARD", "AUD", "EAU", "ELLE", "ET", "IER", "IN", "ON", "OT", "OUX", "EC", "IC", "AC", "UEL", "ANT", "ERT"];
        for (var i = 0; i < first.Length * middle.Length * last.Length; i++)
        {
            // Steps prime to the lengths: neighbours in the list do not look alike.
            var n = (int)((long)i * 1237 % (first.Length * middle.Length * last.Length));
            yield return first[n % first.Length] + middle[n / first.Length % middle.Length] + last[n / (first.Length * middle.Length)];
        }
    }
}
