using Socle.Fhir;

namespace Socle.Identities;

/// <summary>The three answers of the register, which never picks one of several.</summary>
enum InsiCode { One, None, Several }

/// <summary>What tells several people apart, in the order in which it is asked for.</summary>
enum InsiNext { Nothing, OtherGivenNames, BirthPlace }

/// <param name="Identity">With <see cref="InsiCode.One"/> only.</param>
/// <param name="Next">With <see cref="InsiCode.Several"/>: what to ask with; nothing when all of it was given.</param>
sealed record InsiAnswer(InsiCode Code, InsiIdentity? Identity, InsiNext Next)
{
    public static InsiAnswer None { get; } = new(InsiCode.None, null, InsiNext.Nothing);

    /// <summary>« 00 », « 01 », « 02 ».</summary>
    public string Number => Code switch { InsiCode.One => "00", InsiCode.None => "01", _ => "02" };

    public string French => (Code, Next) switch
    {
        (InsiCode.One, _) => "Une identité a été trouvée.",
        (InsiCode.None, _) => "Aucune identité ne correspond à ces traits.",
        (_, InsiNext.OtherGivenNames) => "Plusieurs identités correspondent : redemandez avec les autres prénoms de naissance.",
        (_, InsiNext.BirthPlace) => "Plusieurs identités correspondent : redemandez avec le lieu de naissance.",
        _ => "Plusieurs identités correspondent à tous ces traits : aucune n’est choisie."
    };
}

/// <summary>The answer of a verification: the number and the traits are one person's, or not.</summary>
/// <param name="Differences">The traits that differ, empty where the number is nobody's.</param>
sealed record InsiVerdict(bool Right, IReadOnlyList<InsiTrait> Differences, InsiIdentity? Identity)
{
    public static InsiVerdict Unknown { get; } = new(false, [], null);

    public string Word => Right ? "OK" : "KO";

    public string French => Right ? "Le matricule et les traits sont ceux d’une même identité."
        : "Le matricule et les traits ne sont pas ceux d’une même identité.";
}

/// <summary>The five traits, with the name each has in FHIR and in French.</summary>
sealed record InsiTrait(string Code, string French, string Expression)
{
    public static readonly InsiTrait
        BirthName = new("birth-name", "nom de naissance", "Patient.name.family"), GivenNames = new("given-names", "prénoms de naissance", "Patient.name.given"),
        Sex = new("sex", "sexe", "Patient.gender"), BirthDate = new("birth-date", "date de naissance", "Patient.birthDate"),
        BirthPlace = new("birth-place", "lieu de naissance", "Patient.extension");
}

/// <summary>An identity as the register gives it out: the number with its five traits in their normal form, never without them.</summary>
/// <param name="GivenNames">All those of birth, in their order.</param>
/// <param name="BirthDate">ISO, as much of it as is known.</param>
/// <param name="Former">Numbers that the person had before.</param>
sealed record InsiIdentity(
    string Id, CarriedIns Ins, string BirthName, IReadOnlyList<string> GivenNames, string Sex, string BirthDate, string BirthPlace, IReadOnlyList<CarriedIns> Former)
{
    /// <summary>What stands where the register knows no given name.</summary>
    public const string NoGivenName = "SANS PRENOM";

    /// <summary>Of a Patient that is qualified; null for any other, and for one whose traits are not all known or cannot be written.</summary>
    public static InsiIdentity? Of(string id, FhirNode patient)
    {
        if (PatientReader.ActiveIns(patient) is not { } ins || ins.Value.Length != 15 || PatientReader.StatusOf(patient, hasIns: true) != "qualified") return null;
        if (PatientReader.Read(patient) is not { BirthDate: { } born, Sex: { } sex, BirthPlace: { } place } traits || !Cog.IsValid(place)) return null;
        if (!FrenchText.TryInsTrait(traits.BirthName, out var name) || !FrenchText.TryInsTrait(traits.FirstName ?? NoGivenName, out var given)) return null;
        var former = PatientReader.InsOf(patient).Where(one => one.Value != ins.Value || one.System != ins.System).ToList();
        return new(id, ins, name, traits.FirstName is null ? [] : given.Split(' '), sex, born, place, former);
    }

    public string ShownGivenNames => GivenNames.Count == 0 ? NoGivenName : string.Join(' ', GivenNames);
}
