using System.Collections.Frozen;
using System.Globalization;

namespace Socle.Directories;

/// <summary>The larger communes of France, metropolitan and overseas: where a search may start, and names to find one's way on a map.</summary>
static class OfferTowns
{
    // INSEE code; name; postal code; latitude; longitude; thousands of inhabitants
    const string Table = """
        75056;Paris;75001;48.857;2.352;2130
        13055;Marseille;13001;43.296;5.370;870
        69123;Lyon;69001;45.764;4.836;522
        31555;Toulouse;31000;43.604;1.444;504
        06088;Nice;06000;43.710;7.262;348
        44109;Nantes;44000;47.218;-1.554;323
        34172;Montpellier;34000;43.611;3.877;302
        67482;Strasbourg;67000;48.573;7.752;291
        33063;Bordeaux;33000;44.838;-0.579;261
        59350;Lille;59000;50.629;3.057;236
        35238;Rennes;35000;48.117;-1.678;225
        51454;Reims;51100;49.258;4.032;179
        83137;Toulon;83000;43.124;5.928;180
        42218;Saint-Étienne;42000;45.440;4.387;173
        76351;Le Havre;76600;49.494;0.108;166
        38185;Grenoble;38000;45.188;5.724;157
        21231;Dijon;21000;47.322;5.041;159
        49007;Angers;49000;47.478;-0.563;157
        69266;Villeurbanne;69100;45.766;4.880;156
        30189;Nîmes;30000;43.837;4.360;148
        63113;Clermont-Ferrand;63000;45.777;3.087;147
        13001;Aix-en-Provence;13100;43.529;5.447;147
        72181;Le Mans;72000;48.006;0.199;145
        29019;Brest;29200;48.390;-4.486;139
        37261;Tours;37000;47.394;0.685;137
        80021;Amiens;80000;49.894;2.296;134
        87085;Limoges;87000;45.833;1.262;130
        74010;Annecy;74000;45.899;6.129;131
        66136;Perpignan;66000;42.689;2.895;119
        25056;Besançon;25000;47.238;6.024;119
        57463;Metz;57000;49.119;6.176;120
        92012;Boulogne-Billancourt;92100;48.835;2.241;120
        45234;Orléans;45000;47.903;1.909;117
        76540;Rouen;76000;49.443;1.100;114
        93066;Saint-Denis;93200;48.936;2.354;113
        95018;Argenteuil;95100;48.947;2.247;109
        68224;Mulhouse;68100;47.750;7.336;106
        93048;Montreuil;93100;48.864;2.443;111
        14118;Caen;14000;49.183;-0.370;108
        54395;Nancy;54000;48.692;6.184;104
        59512;Roubaix;59100;50.690;3.181;98
        59599;Tourcoing;59200;50.724;3.161;98
        92050;Nanterre;92000;48.892;2.207;97
        94081;Vitry-sur-Seine;94400;48.787;2.393;95
        84007;Avignon;84000;43.949;4.806;91
        94028;Créteil;94000;48.790;2.455;93
        86194;Poitiers;86000;46.580;0.340;90
        59183;Dunkerque;59140;51.034;2.377;87
        78646;Versailles;78000;48.805;2.130;84
        64445;Pau;64000;43.295;-0.371;77
        17300;La Rochelle;17000;46.160;-1.151;79
        06029;Cannes;06400;43.552;7.017;73
        06004;Antibes;06600;43.581;7.125;76
        34032;Béziers;34500;43.344;3.215;80
        62193;Calais;62100;50.951;1.859;67
        44184;Saint-Nazaire;44600;47.273;-2.214;72
        68066;Colmar;68000;48.079;7.358;67
        18033;Bourges;18000;47.081;2.399;64
        33281;Mérignac;33700;44.838;-0.644;74
        26362;Valence;26000;44.933;4.892;64
        29232;Quimper;29000;47.996;-4.098;63
        11262;Narbonne;11100;43.184;3.003;56
        73065;Chambéry;73000;45.566;5.921;60
        91228;Évry-Courcouronnes;91000;48.629;2.441;67
        77284;Meaux;77100;48.960;2.888;56
        77288;Melun;77000;48.540;2.660;42
        95127;Cergy;95000;49.036;2.063;67
        60057;Beauvais;60000;49.430;2.081;56
        56121;Lorient;56100;47.748;-3.370;57
        56260;Vannes;56000;47.658;-2.760;54
        10387;Troyes;10000;48.297;4.074;62
        79191;Niort;79000;46.323;-0.465;59
        82121;Montauban;82000;44.018;1.355;61
        85191;La Roche-sur-Yon;85000;46.671;-1.427;55
        49099;Cholet;49300;47.060;-0.879;54
        53130;Laval;53000;48.070;-0.770;50
        02691;Saint-Quentin;02100;49.848;3.287;53
        41018;Blois;41000;47.586;1.331;46
        28085;Chartres;28000;48.447;1.489;38
        27229;Évreux;27000;49.024;1.151;47
        81004;Albi;81000;43.929;2.148;49
        11069;Carcassonne;11000;43.213;2.351;46
        65440;Tarbes;65000;43.233;0.078;43
        64102;Bayonne;64100;43.493;-1.475;52
        24322;Périgueux;24000;45.184;0.721;30
        24037;Bergerac;24100;44.853;0.483;27
        47001;Agen;47000;44.203;0.616;32
        32013;Auch;32000;43.646;0.586;22
        09122;Foix;09000;42.965;1.607;10
        46042;Cahors;46000;44.448;1.441;20
        12202;Rodez;12000;44.351;2.575;24
        48095;Mende;48000;44.518;3.501;12
        43157;Le Puy-en-Velay;43000;45.043;3.885;19
        15014;Aurillac;15000;44.926;2.444;26
        19272;Tulle;19000;45.267;1.771;15
        19031;Brive-la-Gaillarde;19100;45.159;1.533;47
        23096;Guéret;23000;46.171;1.871;13
        16015;Angoulême;16000;45.649;0.156;42
        36044;Châteauroux;36000;46.811;1.691;43
        03190;Moulins;03000;46.566;3.333;19
        03185;Montluçon;03100;46.341;2.603;34
        58194;Nevers;58000;46.990;3.159;33
        71076;Chalon-sur-Saône;71100;46.781;4.853;45
        71270;Mâcon;71000;46.306;4.828;34
        89024;Auxerre;89000;47.798;3.567;35
        39300;Lons-le-Saunier;39000;46.674;5.551;17
        70550;Vesoul;70000;47.622;6.155;15
        90010;Belfort;90000;47.638;6.863;46
        52121;Chaumont;52000;48.111;5.139;22
        55029;Bar-le-Duc;55000;48.773;5.161;15
        88160;Épinal;88000;48.172;6.450;32
        08105;Charleville-Mézières;08000;49.762;4.720;46
        51108;Châlons-en-Champagne;51000;48.957;4.363;44
        02408;Laon;02000;49.564;3.620;24
        60159;Compiègne;60200;49.418;2.826;41
        62041;Arras;62000;50.291;2.777;42
        62160;Boulogne-sur-Mer;62200;50.726;1.614;40
        62498;Lens;62300;50.432;2.833;31
        59606;Valenciennes;59300;50.358;3.523;43
        59178;Douai;59500;50.370;3.080;39
        50129;Cherbourg-en-Cotentin;50100;49.640;-1.616;78
        50502;Saint-Lô;50000;49.116;-1.090;19
        61001;Alençon;61000;48.432;0.091;26
        22278;Saint-Brieuc;22000;48.514;-2.765;44
        22113;Lannion;22300;48.732;-3.459;20
        35288;Saint-Malo;35400;48.649;-2.026;47
        29151;Morlaix;29600;48.578;-3.828;15
        29039;Concarneau;29900;47.873;-3.921;20
        29046;Douarnenez;29100;48.092;-4.329;14
        29103;Landerneau;29800;48.451;-4.248;16
        29024;Carhaix-Plouguer;29270;48.276;-3.574;7
        29220;Pont-l’Abbé;29120;47.867;-4.223;8
        29233;Quimperlé;29300;47.873;-3.550;12
        56178;Pontivy;56300;48.066;-2.963;15
        01053;Bourg-en-Bresse;01000;46.205;5.226;42
        07186;Privas;07000;44.735;4.599;9
        26198;Montélimar;26200;44.558;4.750;40
        05061;Gap;05000;44.559;6.079;41
        04070;Digne-les-Bains;04000;44.092;6.236;17
        83050;Draguignan;83300;43.540;6.466;39
        83061;Fréjus;83600;43.433;6.737;55
        06069;Grasse;06130;43.658;6.925;49
        13004;Arles;13200;43.677;4.628;51
        30007;Alès;30100;44.125;4.081;41
        34301;Sète;34200;43.403;3.697;44
        73011;Albertville;73200;45.676;6.392;20
        74281;Thonon-les-Bains;74200;46.371;6.478;36
        38544;Vienne;38200;45.525;4.874;30
        42187;Roanne;42300;46.034;4.069;35
        69264;Villefranche-sur-Saône;69400;45.990;4.719;37
        33243;Libourne;33500;44.915;-0.244;25
        40192;Mont-de-Marsan;40000;43.890;-0.500;30
        40088;Dax;40100;43.708;-1.052;21
        33009;Arcachon;33120;44.661;-1.171;12
        17415;Saintes;17100;45.746;-0.631;26
        49328;Saumur;49400;47.260;-0.077;27
        45208;Montargis;45200;47.997;2.733;15
        28134;Dreux;28100;48.737;1.366;31
        78440;Mantes-la-Jolie;78200;48.990;1.717;44
        91174;Corbeil-Essonnes;91100;48.614;2.482;52
        2A004;Ajaccio;20000;41.919;8.739;72
        2B033;Bastia;20200;42.697;9.451;48
        2A247;Porto-Vecchio;20137;41.591;9.279;12
        2B096;Corte;20250;42.306;9.150;7
        97120;Pointe-à-Pitre;97110;16.241;-61.534;15
        97101;Les Abymes;97139;16.271;-61.503;52
        97105;Basse-Terre;97100;15.996;-61.733;10
        97209;Fort-de-France;97200;14.604;-61.067;76
        97213;Le Lamentin;97232;14.614;-60.997;40
        97302;Cayenne;97300;4.937;-52.326;64
        97304;Kourou;97310;5.160;-52.650;24
        97311;Saint-Laurent-du-Maroni;97320;5.500;-54.031;49
        97411;Saint-Denis de La Réunion;97400;-20.882;55.451;154
        97415;Saint-Paul;97460;-21.010;55.270;104
        97416;Saint-Pierre de La Réunion;97410;-21.341;55.478;85
        97422;Le Tampon;97430;-21.277;55.517;81
        97412;Saint-Joseph;97480;-21.379;55.619;38
        97409;Saint-André;97440;-20.963;55.650;57
        97611;Mamoudzou;97600;-12.780;45.228;71
        97608;Dzaoudzi;97615;-12.788;45.282;18
        97502;Saint-Pierre (Saint-Pierre-et-Miquelon);97500;46.779;-56.178;5
        97701;Saint-Barthélemy;97133;17.897;-62.850;10
        97801;Saint-Martin;97150;18.068;-63.083;32
        98818;Nouméa;98800;-22.276;166.458;94
        98735;Papeete;98714;-17.535;-149.569;27
        98613;Mata-Utu;98600;-13.283;-176.183;1
        """;

    // A postal code that is not a commune's main one leads to the largest commune that shares its first three digits, then its department.
    public static IReadOnlyList<OfferTown> All { get; } = [.. Table.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Read)];

    static readonly FrozenDictionary<string, OfferTown> ByCode = All.ToFrozenDictionary(town => town.Code, StringComparer.Ordinal);
    static readonly ILookup<string, OfferTown> ByName = All.ToLookup(town => Key(town.Name), StringComparer.Ordinal);

    public static OfferTown? OfCode(string code) => ByCode.GetValueOrDefault(code);

    /// <summary>By name (accents, case, hyphens and « St » forgiven), « Quimper (29000) », INSEE code or postal code.</summary>
    public static OfferTown? Find(string typed)
    {
        var text = typed.Trim();
        if (text.EndsWith(')') && text.LastIndexOf('(') is > 0 and var bracket && OfPostCode(text[(bracket + 1)..^1]) is { } exact
            && Key(text[..bracket]) == Key(exact.Name)) return exact;
        if (text.Length == 5 && text[2..].All(char.IsAsciiDigit)) return OfPostCode(text) ?? OfCode(text.ToUpperInvariant());
        return ByName[Key(text)].MaxBy(town => town.Weight);
    }

    /// <summary>The names that are written most like this one, nearest first.</summary>
    public static IReadOnlyList<OfferTown> Like(string typed, int most)
    {
        var key = Key(typed);
        if (key.Length == 0) return [];
        return [.. All.Select(town => (Town: town, Distance: Distance(key, Key(town.Name))))
            .Where(one => one.Distance <= 1 + (key.Length / 3))
            .OrderBy(one => one.Distance).ThenByDescending(one => one.Town.Weight).Take(most).Select(one => one.Town)];
    }

    static OfferTown? OfPostCode(string code) =>
        All.FirstOrDefault(town => town.PostCode == code)
        ?? (code.Length == 5 && code.All(char.IsAsciiDigit)
            ? All.Where(town => town.PostCode.AsSpan(0, 3).SequenceEqual(code.AsSpan(0, 3))).MaxBy(town => town.Weight)
            : null);

    static string Key(string name) =>
        string.Join(' ', PlainWords.Of(name).Split(' ').Select(word => word switch { "ST" => "SAINT", "STE" => "SAINTE", _ => word }));

    // Levenshtein; a name that begins with what was typed counts as near.
    static int Distance(string typed, string name)
    {
        if (typed.Length >= 3 && name.StartsWith(typed, StringComparison.Ordinal)) return 1;
        var row = Enumerable.Range(0, name.Length + 1).ToArray();
        for (var i = 1; i <= typed.Length; i++)
        {
            var (corner, left) = (row[0], row[0] = i);
            for (var j = 1; j <= name.Length; j++)
            {
                var cost = corner + (typed[i - 1] == name[j - 1] ? 0 : 1);
                (corner, left) = (row[j], row[j] = Math.Min(cost, Math.Min(row[j], left) + 1));
            }
        }
        return row[name.Length];
    }

    static OfferTown Read(string line)
    {
        var parts = line.Split(';');
        return new(parts[0], parts[1], parts[2],
            new(double.Parse(parts[3], CultureInfo.InvariantCulture), double.Parse(parts[4], CultureInfo.InvariantCulture)),
            int.Parse(parts[5], CultureInfo.InvariantCulture));
    }
}
