namespace Socle.Bench.Identity;

/// <summary>What makes two people hard to tell apart. Who shares a kind and a group is so related.</summary>
enum Kin { None, Twins, NearTwins, TwinsOfOneFirstName, Triplets, SameNameInHousehold, SameDayHomonyms, Home }

/// <summary>A person as they are.</summary>
/// <param name="Town">Official geographical code; 99xxx abroad, 2Axxx and 2Bxxx in Corsica.</param>
/// <param name="DateKnown">How many characters of the birth date anybody knows: 10, 7 or 4. The rest of <paramref name="Born"/> is 1.</param>
/// <param name="Group">Of the kind <paramref name="Kin"/>; 0 for none.</param>
sealed record Person(
    int Id, string Sex, string BirthName, string[] Given, DateOnly Born, int DateKnown, string Town, string Number, string? MarriedName, int Household,
    string Phone, int BirthOrder, Kin Kin, int Group);

/// <summary>What a registration office did to an identity, or left out. A record has any of them.</summary>
[Flags]
enum Slips
{
    None = 0,
    FirstGivenOnly = 1 << 0, NoNumber = 1 << 1, NoPlace = 1 << 2, NoSex = 1 << 3, NoPhone = 1 << 4, NoAddress = 1 << 5, Moved = 1 << 6, NewPhone = 1 << 7,
    HouseholdPhone = 1 << 8, NoBirthOrder = 1 << 9, BlankForHyphen = 1 << 10, CorsicaBefore = 1 << 11,
    MarriedAsBirthName = 1 << 12, OtherBirthName = 1 << 13, HalfName = 1 << 14, NameTyped = 1 << 15, NameRespelt = 1 << 16, GivenTyped = 1 << 17,
    GivenRespelt = 1 << 18, Initials = 1 << 19, SecondGiven = 1 << 20, Exchanged = 1 << 21, DateDigit = 1 << 22, DayMonth = 1 << 23, DatePart = 1 << 24,
    OtherSex = 1 << 25, OtherPlace = 1 << 26, OtherNumber = 1 << 27, SiblingNumber = 1 << 28,
    Omissions = FirstGivenOnly | NoNumber | NoPlace | NoSex | NoPhone | NoAddress | Moved | NewPhone | HouseholdPhone | NoBirthOrder | BlankForHyphen | CorsicaBefore
}

/// <summary>A person as somebody wrote them down, with what went wrong.</summary>
/// <param name="Number">INS; null where it was not asked for.</param>
/// <param name="BirthDate">ISO, whole or partial.</param>
sealed record Written(
    int Person, string BirthName, string? UsedName, string Given, string BirthDate, string? Sex, string? Town, string? Number, string? Phone, string? Street,
    string? PostCode, int BirthOrder, Slips Slips);

static class Kinds
{
    public static readonly IReadOnlyDictionary<Kin, string> Of = new Dictionary<Kin, string>
    {
        [Kin.Twins] = "twins", [Kin.NearTwins] = "twins with names a letter or two apart (Lina / Lisa)",
        [Kin.TwinsOfOneFirstName] = "twins who share their first given name (Mohamed Amine / Mohamed Ali)", [Kin.Triplets] = "triplets « Jean / Jean-Marie / Marie »",
        [Kin.SameNameInHousehold] = "whole name of a parent, or of a child that died, in one household",
        [Kin.SameDayHomonyms] = "homonyms born the same day, a third of them in the same place", [Kin.Home] = "residents of one home, names and 1 January in common"
    };

    public static readonly IReadOnlyList<(Slips Slip, string Text)> OfSlips =
    [
        (Slips.NoNumber, "no number on a side"), (Slips.FirstGivenOnly, "first given name only"), (Slips.NoPlace, "no place of birth"), (Slips.NoSex, "no sex"),
        (Slips.NoPhone, "no telephone"), (Slips.NoAddress, "no address"), (Slips.Moved, "moved"), (Slips.NewPhone, "new telephone"),
        (Slips.HouseholdPhone, "telephone of somebody of the household"), (Slips.BlankForHyphen, "blank for a hyphen"), (Slips.CorsicaBefore, "Corsica as department 20"),
        (Slips.MarriedAsBirthName, "married name as birth name"), (Slips.OtherBirthName, "birth name changed (adoption, decree)"), (Slips.HalfName, "half of a double name"),
        (Slips.NameTyped, "typing of the name"), (Slips.NameRespelt, "other spelling of the name"), (Slips.GivenTyped, "typing of the given names"),
        (Slips.GivenRespelt, "other spelling of a given name"), (Slips.Initials, "initials of a double given name"), (Slips.SecondGiven, "second given name in use"),
        (Slips.Exchanged, "name and given name exchanged"), (Slips.DateDigit, "a digit of the date"), (Slips.DayMonth, "day and month exchanged"),
        (Slips.DatePart, "date not whole"), (Slips.OtherSex, "other sex"), (Slips.OtherPlace, "other place of birth"), (Slips.OtherNumber, "number changed"),
        (Slips.SiblingNumber, "number of a twin or of the household")
    ];
}
