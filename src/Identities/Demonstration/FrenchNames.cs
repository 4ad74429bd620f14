namespace Socle.Identities;

/// <summary>Names of invented people, with the accents, hyphens and apostrophes that real software must survive.</summary>
static class FrenchNames
{
    public static readonly string[] Families =
    [
        "Lefèvre", "Garnier", "Morvan", "Béranger", "Le Goff", "D’Angelo", "Haddad", "Benali", "Nguyễn", "Traoré", "Diallo", "Marchand",
        "Rousseau", "Çelik", "Françoise-Aimée", "Peña", "Müller", "Kowalczyk", "Da Silva", "De La Tour", "Saint-Aubin", "Étienne",
        "Hervé", "L’Hostis", "Noël", "Mbappou", "Rakotomalala", "Payet", "Hoarau", "Césaire", "Zobéide", "Colonna-Serra", "Santoni",
        "Poggioli", "Ferracci", "Bouchard", "Châtelain", "Dufrêne", "Delâge", "Grondin", "Ibáñez", "Jézéquel", "Kerguélen", "Lacoste",
        "Mézières", "Navarro", "Ollivier", "Pélissier", "Quéméner", "Rivière", "Sévigné", "Thévenin", "Urvoy", "Vasseur", "Wœlffel",
        "Ximénès", "Yıldız", "Zidi", "Ameziane", "Barthélemy", "Cœurdevey", "Desœuvre", "Evrard", "Fournier", "Gaïdon", "Héricourt"
    ];

    public static readonly string[] Girls =
    [
        "Zoé", "Éléonore", "Anaïs", "Maëlle", "Chloé", "Inès", "Françoise", "Hélène", "Aïcha", "Léa", "Jeanne", "Camille", "Marie-Noëlle",
        "Solène", "Gwenaëlle", "Maïwenn", "Fatou", "Élodie", "Clémence", "Manon", "Noémie", "Agnès", "Océane", "Thérèse", "Linh",
        "Marie-Louise", "Cécile", "Yasmine", "Louise", "Ségolène", "Bérénice", "Cléa", "Dominique", "Edwige", "Flavie", "Garance"
    ];

    public static readonly string[] Boys =
    [
        "Noé", "Loïc", "Gaël", "Jérôme", "Raphaël", "François", "Jean-Pierre", "Théo", "Mathéo", "Benoît", "Anaël", "Hervé", "Aurélien",
        "Joël", "Timothée", "Malik", "Karim", "Mamadou", "Léo", "Gabriel", "Maël", "Cédric", "Grégoire", "Stéphane", "Rémi", "Éric",
        "Jean-Baptiste", "Minh", "Ange", "Pascal", "Sébastien", "Thibaut", "Ulysse", "Dominique", "Côme", "Étienne"
    ];
}

/// <summary>A place of birth or of residence with its official geographical code.</summary>
sealed record Town(string Code, string Name, string? PostCode);

static class Towns
{
    public static readonly Town[] Mainland =
    [
        new("75114", "Paris 14e Arrondissement", "75014"), new("69383", "Lyon 3e Arrondissement", "69003"),
        new("13205", "Marseille 5e Arrondissement", "13005"), new("31555", "Toulouse", "31000"), new("44109", "Nantes", "44000"),
        new("59350", "Lille", "59000"), new("67482", "Strasbourg", "67000"), new("35238", "Rennes", "35000"), new("29019", "Brest", "29200"),
        new("29232", "Quimper", "29000"), new("33063", "Bordeaux", "33000"), new("34172", "Montpellier", "34000"), new("06088", "Nice", "06000"),
        new("38185", "Grenoble", "38000"), new("21231", "Dijon", "21000"), new("49007", "Angers", "49000"), new("37261", "Tours", "37000"),
        new("63113", "Clermont-Ferrand", "63000"), new("87085", "Limoges", "87000"), new("01053", "Bourg-en-Bresse", "01000")
    ];

    public static readonly Town[] Corsica =
    [
        new("2A004", "Ajaccio", "20000"), new("2A247", "Porto-Vecchio", "20137"), new("2B033", "Bastia", "20200"), new("2B096", "Corte", "20250")
    ];

    public static readonly Town[] Overseas =
    [
        new("97120", "Pointe-à-Pitre", "97110"), new("97209", "Fort-de-France", "97200"), new("97302", "Cayenne", "97300"),
        new("97411", "Saint-Denis", "97400"), new("97416", "Saint-Pierre", "97410"), new("97611", "Mamoudzou", "97600"), new("97502", "Saint-Pierre", "97500")
    ];

    /// <summary>A person born abroad has the code of the country, not of a town.</summary>
    public static readonly Town[] Abroad =
    [
        new("99352", "Algérie", null), new("99350", "Maroc", null), new("99351", "Tunisie", null), new("99139", "Portugal", null),
        new("99134", "Espagne", null), new("99127", "Italie", null), new("99341", "Sénégal", null), new("99243", "Viêt Nam", null),
        new("99333", "Madagascar", null), new("99122", "Pologne", null), new("99335", "Mali", null)
    ];

    public static readonly string[] Streets =
        ["rue des Tilleuls", "rue de l’Église", "avenue du Général-Leclerc", "impasse des Écoles", "place de la Mairie", "chemin du Moulin", "rue Hélène-Boucher"];
}
