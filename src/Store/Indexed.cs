using Socle.Fhir;

namespace Socle.Store;

/// <summary>What the database knows of a resource beside its sealed bytes.</summary>
sealed class Indexed
{
    /// <summary>« No date » sorts as the oldest in both databases, which order nulls differently.</summary>
    public const long NoDate = long.MinValue;

    static readonly HashSet<string> NameParameters = ["name", "family", "given"];
    static readonly HashSet<string> NamedTypes =
        ["Patient", "Practitioner", "RelatedPerson", "Person", "Organization", "Location", "HealthcareService"];

    public long MainCode { get; private set; }
    public long MainDate { get; private set; } = NoDate;
    public byte[] Hashes { get; private set; } = [];
    public Labels Labels { get; private set; }
    public HashSet<long> Identifiers { get; } = [];
    public HashSet<string> Names { get; } = [];
    public HashSet<long> Targets { get; } = [];
    public HashSet<long> Codings { get; } = [];

    /// <param name="known">Where references lead that are no external ids (aliases).</param>
    public static Indexed Of(
        string type, List<IndexValue> values, FhirDocument? body, Hashes hashes, Ids ids, IReadOnlyDictionary<string, Place> known, long home)
    {
        var indexed = new Indexed();
        var packed = new HashSet<long>();
        var number = Definitions.TypeNumber(type);
        var main = MainParameters.Of(type);
        var names = new HashSet<string>();
        foreach (var value in values)
        {
            switch (value.Kind)
            {
                case SearchKind.Token: indexed.Token(value, type, number, main, packed, hashes); break;
                case SearchKind.Uri when value.Text is { } uri: packed.Add(hashes.OfValue(value.Param.Number, uri)); break;
                case SearchKind.Reference: indexed.Reference(value, packed, hashes, ids, known, home); break;
                case SearchKind.String when value is { Param.IsKeyed: true, Normal.Length: > 0 }: indexed.Names.Add(WordOf(value.Param, value.Normal)); break;
                case SearchKind.String when value.Normal is { Length: > 0 } text && NamesAreKept(type, value.Param.Code): names.Add(Begin(text)); break;
                case SearchKind.Date when value.Param == main.Date && indexed.MainDate == NoDate: indexed.MainDate = value.Low; break;
            }
        }
        indexed.Names.UnionWith(names);
        if (indexed.MainDate != NoDate && BirthWords.AreKept(main.Date)) indexed.Names.UnionWith(names.Select(name => BirthWords.Of(indexed.MainDate, name)));
        if (type == "Location")
        {
            foreach (var cell in Cells.Of(body)) indexed.Identifiers.Add(hashes.OfIdentifier(number, Cells.System, cell));
        }
        indexed.Hashes = Store.Hashes.Pack(packed);
        return indexed;
    }

    /// <summary>A keyed value stands among the words, apart from them and from the values of other parameters.</summary>
    public static string WordOf(SearchParam param, string normal) => $"~{param.Number}:{Begin(normal)}";

    /// <summary>As much of a word as is kept.</summary>
    public static string Begin(string word) => word.Length > 64 ? word[..64] : word;

    /// <summary>And a keyed code among the identifiers.</summary>
    public static string SystemOf(SearchParam param) => $"~{param.Number}";

    public static bool NamesAreKept(string type, string parameter) => NamedTypes.Contains(type) && NameParameters.Contains(parameter);

    void Token(IndexValue value, string type, int number, MainParameters main, HashSet<long> packed, Hashes hashes)
    {
        if (value.Code is not { } code || value.Aspect is IndexAspect.OfType or IndexAspect.TextOnly) return;
        packed.Add(hashes.OfValue(value.Param.Number, code));
        if (value.System is { } system) packed.Add(hashes.OfToken(value.Param.Number, system, code));
        if (value.Param.Code == "_security") Labels |= LabelOf(code);
        // Under its value alone: the packed hashes tell its system, and one row more for each would cost a tenth of the disk.
        if (value.Param.Code == "identifier") Identifiers.Add(hashes.OfIdentifier(number, null, code));
        if (value.Param.IsKeyed) Identifiers.Add(hashes.OfIdentifier(number, SystemOf(value.Param), code));
        if (value.Param != main.Code) return;
        var hash = hashes.OfCode(number, code);
        if (MainCode == 0) MainCode = hash;
        else if (hash != MainCode) Codings.Add(hash);
    }

    void Reference(IndexValue value, HashSet<long> packed, Hashes hashes, Ids ids, IReadOnlyDictionary<string, Place> known, long home)
    {
        if (value.Code is { } code) packed.Add(hashes.OfValue(value.Param.Number, code));
        if (value.Text is not { } text) return;
        text = Ids.WithoutVersion(text);
        packed.Add(hashes.OfValue(value.Param.Number, text));
        var place = ids.TryRead(text, out var external) ? external : known.GetValueOrDefault(text);
        if (place is null)
        {
            Targets.Add(hashes.OfTarget(text));
            return;
        }
        var canonical = ids.Reference(place);
        packed.Add(hashes.OfValue(value.Param.Number, canonical));
        if (place.Patient == home && place.Number == 1 && PatientKeys.IsPerson(home)) return;   // the patient range finds it
        Targets.Add(hashes.OfTarget(canonical));
        if (canonical != text) Targets.Add(hashes.OfTarget(text));
    }

    // HL7 v3 Confidentiality and the codes of the French shared record (ANS, JDV_J13).
    static Labels LabelOf(string code) => code switch
    {
        "R" => Labels.Restricted,
        "V" => Labels.VeryRestricted,
        "MASQUE_PS" => Labels.HiddenFromProfessionals,
        "INVISIBLE_PATIENT" => Labels.HiddenFromPatient,
        "INVISIBLE_REPRESENTANTS_LEGAUX" => Labels.HiddenFromRepresentatives,
        _ => Labels.None
    };
}

/// <summary>Where a resource stands.</summary>
sealed record Place(string Type, long Patient, long Number);
