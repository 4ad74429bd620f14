using System.Collections.Frozen;

namespace Socle.Directories;

/// <summary>What a person looks for, in their words, and the codes of the registers that mean it.</summary>
/// <param name="Code">Stands in addresses; stays for good.</param>
/// <param name="Others">Further words for it, without accents.</param>
/// <param name="Keys">As the index writes codes: « R38:SM04 ».</param>
sealed record OfferKind(string Code, string French, string English, string[] Others, string[] Keys)
{
    public string Shown => Platform.Web.Language.IsEnglish ? English : French;
}

/// <summary>The kinds of offer that the search knows, over R38 (specialties), G15 (professions) and R211 (activities).</summary>
static class OfferKinds
{
    public const string Specialty = "https://mos.esante.gouv.fr/NOS/TRE_R38-SpecialiteOrdinale/FHIR/TRE-R38-SpecialiteOrdinale";
    public const string Profession = "https://mos.esante.gouv.fr/NOS/TRE_G15-ProfessionSante/FHIR/TRE-G15-ProfessionSante";
    public const string Activity = "https://mos.esante.gouv.fr/NOS/TRE_R211-ActiviteOperationnelle/FHIR/TRE-R211-ActiviteOperationnelle";

    public static IReadOnlyList<OfferKind> All { get; } =
    [
        new("medecin-generaliste", "Médecin généraliste", "General practitioner", ["MEDECINE GENERALE", "GENERALISTE", "MEDECIN TRAITANT", "GP", "DOCTOR", "DOCTEUR"],
            ["R38:SM26", "R38:SM53", "R38:SM54", "R211:437"]),
        new("allergologue", "Allergologue", "Allergist", ["ALLERGOLOGIE", "ALLERGIE"], ["R38:SM57"]),
        new("cardiologue", "Cardiologue", "Cardiologist", ["CARDIOLOGIE", "COEUR", "HEART"], ["R38:SM04", "R38:SM73"]),
        new("chirurgien-dentiste", "Chirurgien-dentiste", "Dentist", ["DENTISTE", "DENTS", "DENTAL"], ["G15:40"]),
        new("chirurgien-orthopediste", "Chirurgien orthopédiste", "Orthopaedic surgeon", ["ORTHOPEDIE", "TRAUMATOLOGIE"], ["R38:SM08"]),
        new("dermatologue", "Dermatologue", "Dermatologist", ["DERMATOLOGIE", "PEAU", "SKIN"], ["R38:SM15"]),
        new("endocrinologue", "Endocrinologue, diabétologue", "Endocrinologist", ["ENDOCRINOLOGUE", "DIABETOLOGUE", "DIABETE", "THYROIDE"], ["R38:SM16", "R38:SM62"]),
        new("gastro-enterologue", "Gastro-entérologue", "Gastroenterologist", ["GASTRO", "GASTROENTEROLOGUE", "FOIE"], ["R38:SM24"]),
        new("geriatre", "Gériatre", "Geriatrician", ["GERIATRIE", "PERSONNES AGEES"], ["R38:SM18"]),
        new("gynecologue", "Gynécologue", "Gynaecologist", ["GYNECOLOGIE", "GYNECO", "OBSTETRICIEN"], ["R38:SM19", "R38:SM20", "R38:SM51", "R38:SM52"]),
        new("infirmier", "Infirmier, infirmière", "Nurse", ["INFIRMIER", "INFIRMIERE", "IDEL", "SOINS INFIRMIERS", "PANSEMENT"], ["G15:60"]),
        new("kinesitherapeute", "Masseur-kinésithérapeute", "Physiotherapist", ["KINE", "KINESITHERAPEUTE", "KINESITHERAPIE", "PHYSIO"], ["G15:70"]),
        new("laboratoire", "Laboratoire, biologiste médical", "Medical laboratory", ["LABORATOIRE", "BIOLOGIE", "PRISE DE SANG", "BIOLOGISTE", "LABO"], ["R38:SM03"]),
        new("nephrologue", "Néphrologue", "Nephrologist", ["NEPHROLOGIE", "REIN", "DIALYSE"], ["R38:SM30"]),
        new("neurologue", "Neurologue", "Neurologist", ["NEUROLOGIE"], ["R38:SM32"]),
        new("oncologue", "Oncologue", "Oncologist", ["ONCOLOGIE", "CANCEROLOGIE", "CANCER"], ["R38:SM36", "R38:SM37"]),
        new("ophtalmologue", "Ophtalmologue", "Ophthalmologist", ["OPHTALMOLOGIE", "OPHTALMO", "YEUX", "VUE", "EYES"], ["R38:SM38"]),
        new("orl", "ORL", "Ear, nose and throat doctor", ["OTO RHINO LARYNGOLOGISTE", "OREILLE", "GORGE", "ENT"], ["R38:SM34", "R38:SM39"]),
        new("orthophoniste", "Orthophoniste", "Speech therapist", ["ORTHOPHONIE"], ["G15:91"]),
        new("pediatre", "Pédiatre", "Paediatrician", ["PEDIATRIE", "ENFANT", "BEBE"], ["R38:SM40"]),
        new("pedicure-podologue", "Pédicure-podologue", "Podiatrist", ["PODOLOGUE", "PEDICURE", "PIED"], ["G15:80"]),
        new("pharmacie", "Pharmacie", "Pharmacy", ["PHARMACIEN", "PHARMACIENNE", "OFFICINE"], ["G15:21"]),
        new("pneumologue", "Pneumologue", "Pulmonologist", ["PNEUMOLOGIE", "POUMON"], ["R38:SM41"]),
        new("psychiatre", "Psychiatre", "Psychiatrist", ["PSYCHIATRIE"], ["R38:SM33", "R38:SM42", "R38:SM43"]),
        new("radiologue", "Imagerie médicale, radiologue", "Medical imaging", ["RADIOLOGIE", "RADIOLOGUE", "RADIO", "IRM", "SCANNER", "ECHOGRAPHIE", "IMAGERIE"], ["R38:SM44", "R38:SM74"]),
        new("rhumatologue", "Rhumatologue", "Rheumatologist", ["RHUMATOLOGIE", "ARTICULATIONS"], ["R38:SM48"]),
        new("sage-femme", "Sage-femme", "Midwife", ["SAGE FEMME", "MAIEUTICIEN", "GROSSESSE"], ["G15:50"]),
        new("urgences", "Urgences", "Emergency department", ["SERVICE D URGENCES", "URGENTISTE"], ["R38:SM59"]),
        new("urologue", "Urologue", "Urologist", ["UROLOGIE"], ["R38:SM12"])
    ];

    static readonly FrozenDictionary<string, OfferKind> ByCode = All.ToFrozenDictionary(kind => kind.Code, StringComparer.Ordinal);

    static readonly FrozenDictionary<string, OfferKind> ByKey =
        All.SelectMany(kind => kind.Keys.Select(key => (key, kind))).ToFrozenDictionary(pair => pair.key, pair => pair.kind, StringComparer.Ordinal);

    public static OfferKind? OfCode(string code) => ByCode.GetValueOrDefault(code);

    public static OfferKind? OfKey(string key) => ByKey.GetValueOrDefault(key);

    /// <summary>By its name in either language, another word for it, or the beginning of one when only one kind begins so.</summary>
    public static OfferKind? Find(string typed)
    {
        if (OfCode(typed.Trim()) is { } exact) return exact;
        var words = PlainWords.Of(typed);
        if (words.Length == 0) return null;
        if (All.FirstOrDefault(kind => WordsOf(kind).Contains(words)) is { } named) return named;
        var begin = All.Where(kind => WordsOf(kind).Any(word => word.StartsWith(words, StringComparison.Ordinal))).ToList();
        return begin.Count == 1 ? begin[0] : null;
    }

    /// <summary>Those that share a beginning or a word with what was typed.</summary>
    public static IReadOnlyList<OfferKind> Like(string typed, int most)
    {
        var words = PlainWords.Of(typed).Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(word => word.Length >= 3).Select(word => word[..Math.Min(4, word.Length)]).ToList();
        return [.. All.Where(kind => WordsOf(kind).SelectMany(word => word.Split(' ')).Any(word => words.Any(start => word.StartsWith(start, StringComparison.Ordinal)))).Take(most)];
    }

    /// <summary>« R38:SM04 » for a code of a national table; null for a system that the search does not know.</summary>
    public static string? KeyOf(string? system, string? code)
    {
        if (system is null || code is null || code.Length is 0 or > 20) return null;
        foreach (var (mark, table) in new[] { ("TRE_R38-", "R38"), ("TRE_G15-", "G15"), ("TRE_R211-", "R211") })
            if (system.Contains(mark, StringComparison.Ordinal))
                return table == "G15" && code == "10" ? null : $"{table}:{code}";   // « doctor » alone is what every specialty says already
        return null;
    }

    static IEnumerable<string> WordsOf(OfferKind kind) => kind.Others.Append(PlainWords.Of(kind.French)).Append(PlainWords.Of(kind.English));
}
