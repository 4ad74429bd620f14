using System.Globalization;
using System.Text.RegularExpressions;
using Socle.Fhir;
using Socle.Platform.Web;

namespace Socle.Directories;

/// <summary>What an employer says of somebody outside RPPS and ADELI.</summary>
/// <param name="Structure">FINESS number.</param>
/// <param name="StaffNumber">The employer's own number of the person.</param>
/// <param name="Ends">The first day on which the role is no more.</param>
sealed partial record NewRole(string Structure, string Family, string Given, string StaffNumber, EmployedRole Role, DateOnly Ends)
{
    const int LongestName = 100, MostYears = 5;

    static readonly TimeZoneInfo Paris = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");

    /// <summary>idNat_PS of an employee: 3, FINESS, and the number that the structure gave.</summary>
    public string NationalId => $"3{Structure}/{StaffNumber}";

    public static string StructureOf(string text) =>
        Fhir.Finess.Check(text) == IdentifierCheck.Right ? text : throw DirectoriesRefusals.WrongStructure.With(text.Length <= 30 ? text : text[..30] + "…");

    public static string NameOf(string text) =>
        text.Length <= LongestName && text.Any(char.IsLetter) && !FrenchText.HasHidden(text) && !FrenchText.HasMixedScripts(text) ? text : throw DirectoriesRefusals.WrongName.With();

    public static string StaffNumberOf(string text) =>
        !Numbers().IsMatch(text) ? throw DirectoriesRefusals.WrongStaffNumber.With()
        : Rpps.Check(text) == IdentifierCheck.Right || text[0] == '8' && Rpps.Check(text[1..]) == IdentifierCheck.Right ? throw DirectoriesRefusals.HasRpps.With(text)
        : text;

    /// <summary>Midnight in Paris, where the day begins on which the contract is over.</summary>
    public static DateTimeOffset MomentOf(DateOnly ends, DateTimeOffset now)
    {
        var midnight = ends.ToDateTime(TimeOnly.MinValue);
        var moment = new DateTimeOffset(midnight, Paris.GetUtcOffset(midnight));
        return moment > now && moment <= now.AddYears(MostYears) ? moment : throw DirectoriesRefusals.WrongEnd.With();
    }

    public static string Written(DateTimeOffset moment) =>
        TimeZoneInfo.ConvertTime(moment, Paris).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);

    public static DateOnly DayOf(DateTimeOffset moment) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(moment, Paris).DateTime);

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]{0,29}$", RegexOptions.NonBacktracking)]
    private static partial Regex Numbers();
}

/// <summary>Roles that an employer may give, by the codes of the national table.</summary>
sealed record EmployedRole(string Code, string French, string English)
{
    public static IReadOnlyList<EmployedRole> All { get; } =
    [
        new("350", "Aide à domicile", "Home help"), new("323", "Aide médico-psychologique", "Medical and psychological assistant"),
        new("313", "Aide-soignant", "Care assistant"), new("314", "Ambulancier", "Ambulance driver"), new("332", "Assistant médical", "Medical assistant"),
        new("318", "Auxiliaire de vie sociale", "Social care worker"), new("315", "Auxiliaire de puériculture", "Nursery nurse"),
        new("320", "Conseiller en économie sociale et familiale", "Social and family adviser"), new("326", "Éducateur spécialisé", "Special needs educator"),
        new("335", "Gestionnaire des alertes et urgences sanitaires", "Manager of health alerts"), new("324", "Moniteur éducateur", "Youth worker"),
        new("316", "Préparateur en pharmacie hospitalière", "Hospital pharmacy technician"), new("317", "Préparateur en pharmacie", "Pharmacy technician"),
        new("333", "Responsable de secteur", "Area manager"), new("331", "Secrétaire médicale", "Medical secretary"),
        new("319", "Technicien de l’intervention sociale et familiale", "Social and family support worker"), new("312", "Autre professionnel", "Other")
    ];

    public string Shown => Language.IsEnglish ? English : French;

    public static EmployedRole? Of(string code) => All.FirstOrDefault(one => one.Code == code);
}
