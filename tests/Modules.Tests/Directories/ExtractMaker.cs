using System.Globalization;
using System.Text;

namespace Socle.Modules.Tests.Directories;

/// <summary>What the second edition of an invented extract has of its own, by the line numbers of its file.</summary>
sealed record ExtractTruth(List<long> Added, List<long> Changed, int Removed, long Lines);

/// <summary>
/// Invented « Personne-activité » extracts of any size, the same from the same seed; it shares nothing with what reads them. People have one
/// to three situations that stand together; a third of the lines are in an office of one's own, the others in shared structures.
/// </summary>
sealed class ExtractMaker(int lines, ulong seed = 7)
{
    public const string Header =
        "Type d'identifiant PP|Identifiant PP|Identification nationale PP|Code civilité d'exercice|Libellé civilité d'exercice|Code civilité|Libellé civilité|Nom d'exercice|Prénom d'exercice|Code profession|Libellé profession|Code catégorie professionnelle|Libellé catégorie professionnelle|Code type savoir-faire|Libellé type savoir-faire|Code savoir-faire|Libellé savoir-faire|Code mode exercice|Libellé mode exercice|Numéro SIRET site|Numéro SIREN site|Numéro FINESS site|Numéro FINESS établissement juridique|Identifiant technique de la structure|Raison sociale site|Enseigne commerciale site|Complément destinataire (coord. structure)|Complément point géographique (coord. structure)|Numéro Voie (coord. structure)|Indice répétition voie (coord. structure)|Code type de voie (coord. structure)|Libellé type de voie (coord. structure)|Libellé Voie (coord. structure)|Mention distribution (coord. structure)|Bureau cedex (coord. structure)|Code postal (coord. structure)|Code commune (coord. structure)|Libellé commune (coord. structure)|Code pays (coord. structure)|Libellé pays (coord. structure)|Téléphone (coord. structure)|Téléphone 2 (coord. structure)|Télécopie (coord. structure)|Adresse e-mail (coord. structure)|Code Département (structure)|Libellé Département (structure)|Ancien identifiant de la structure|Autorité d'enregistrement|Code secteur d'activité|Libellé secteur d'activité|Code section tableau pharmaciens|Libellé section tableau pharmaciens|Code rôle|Libellé rôle|Code genre activité|Libellé genre activité|";

    static readonly string[] Families = ["Martin-Exemple", "Le Goff", "Çelik", "Dupré", "N’Diaye", "Lefèvre", "Garnier", "Œuvrard", "Benali", "Jézéquel", "Roux", "Tanguy"];
    static readonly string[] Givens = ["Camille", "Élodie", "Noé", "Aïcha", "Jean-Luc", "Zoé", "Karim", "Françoise", "Loïc", "Inès"];
    static readonly (string Code, string Text)[] Professions = [("10", "Médecin"), ("60", "Infirmier"), ("70", "Masseur-Kinésithérapeute"), ("21", "Pharmacien"), ("40", "Chirurgien-Dentiste")];

    ulong state;

    public void Write(string path)
    {
        state = seed;
        using var file = new StreamWriter(path, false, new UTF8Encoding(false));
        file.NewLine = "\n";
        file.WriteLine(Header);
        foreach (var line in All()) file.WriteLine(string.Join('|', line) + "|");
    }

    /// <summary>The next edition: of each hundred lines about one is changed, gone or new, one third each.</summary>
    public ExtractTruth WriteNext(string path, int perHundred = 1)
    {
        state = seed;
        var (truth, number, index) = (new ExtractTruth([], [], 0, 0), 1L, 0);
        var removed = 0;
        using var file = new StreamWriter(path, false, new UTF8Encoding(false));
        file.NewLine = "\n";
        file.WriteLine(Header);
        foreach (var line in All())
        {
            var draw = Mixed((ulong)index++ ^ seed << 20) % 300;
            if (draw < (ulong)perHundred)
            {
                removed++;
                continue;
            }
            number++;
            if (draw < 2 * (ulong)perHundred)
            {
                line[40] = $"02{Mixed((ulong)index) % 100_000_000:00000000}";
                line[28] = line[28] == "1" ? "2" : "1";
                truth.Changed.Add(number);
            }
            file.WriteLine(string.Join('|', line) + "|");
            if (draw < 2 * (ulong)perHundred || draw >= 3 * (ulong)perHundred) continue;
            // A second sector in the same place is a situation more.
            line[48] = "SA99";
            truth.Added.Add(++number);
            file.WriteLine(string.Join('|', line) + "|");
        }
        return truth with { Removed = removed, Lines = number - 1 };
    }

    IEnumerable<string[]> All()
    {
        var (person, left, self) = (-1, 0, Array.Empty<string>());
        for (var i = 0; i < lines; i++)
        {
            if (left == 0)
            {
                (person, left) = (person + 1, 1 + (int)(Next() % 3));
                self = Person(person);
            }
            left--;
            yield return Situation(self, person, left);
        }
    }

    string[] Person(int number)
    {
        var line = new string[56];
        Array.Fill(line, "");
        var rpps = WithKey($"99{number:00000000}");
        var (code, text) = Professions[Next() % (ulong)Professions.Length];
        (line[0], line[1], line[2]) = ("8", rpps, "8" + rpps);
        if (code == "10") (line[3], line[4]) = ("DR", "Docteur");
        (line[5], line[6]) = Next() % 2 == 0 ? ("M", "Monsieur") : ("MME", "Madame");
        (line[7], line[8]) = ($"{Families[Next() % (ulong)Families.Length]} {Word(number)}", Givens[Next() % (ulong)Givens.Length]);
        (line[9], line[10]) = (code, text);
        (line[11], line[12]) = Next() % 50 == 0 ? ("E", "Etudiant") : ("C", "Civil");
        if (code == "10") (line[13], line[14], line[15], line[16]) = ("S", "Spécialité ordinale", "SM54", "Médecine générale");
        return line;
    }

    string[] Situation(string[] self, int person, int rank)
    {
        var line = (string[])self.Clone();
        var own = Next() % 3 == 0;
        (line[17], line[18]) = own ? ("L", "Lib,indép,artis,com") : ("S", "Salarié");
        var place = own ? person : (int)(Next() % (ulong)Math.Max(1, lines / 40));
        if (own)
        {
            line[23] = $"R{person:000000000000}{rank}";
            (line[24], line[48], line[49]) = ($"Cabinet {line[7]}", "SA07", "Cabinet individuel");
        }
        else
        {
            line[21] = WithKey($"99{place:000000}");
            line[22] = WithKey($"98{place / 4:000000}");
            line[23] = "F" + line[21];
            (line[24], line[48], line[49]) = ($"Centre hospitalier {place}", $"SA{10 + rank}", "Etablissement");
        }
        (line[28], line[30], line[31], line[32]) = ("1", "R", "RUE", $"des Essais {place}");
        (line[35], line[36], line[37]) = ($"{29000 + place % 900:00000}", $"{29000 + place % 900:00000}", "Quimper");
        line[40] = $"01{(ulong)place * 7919 % 100_000_000:00000000}";
        (line[44], line[45]) = ("29", "Finistère");
        line[47] = own ? "CNOM/CNOM" : "ARS/ARS/ARS";
        (line[54], line[55]) = Next() % 40 == 0 ? ("GENR02", "Remplaçant") : ("GENR01", "Activité standard");
        return line;
    }

    ulong Next() => state = Mixed(state + 0x9E3779B97F4A7C15);

    static ulong Mixed(ulong x)
    {
        x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9;
        x = (x ^ x >> 27) * 0x94D049BB133111EB;
        return x ^ x >> 31;
    }

    static string Word(int number)
    {
        var word = "";
        for (var rest = number + 30; rest > 0; rest /= 20) word += "bcdfghjklmnprstvwxza"[rest % 20];
        return word;
    }

    public static string WithKey(string digits)
    {
        var sum = 0;
        for (var i = digits.Length - 1; i >= 0; i--)
        {
            var digit = digits[i] - '0';
            if ((digits.Length - 1 - i) % 2 == 0) digit = digit * 2 / 10 + digit * 2 % 10;
            sum += digit;
        }
        return digits + ((10 - sum % 10) % 10).ToString(CultureInfo.InvariantCulture);
    }
}
