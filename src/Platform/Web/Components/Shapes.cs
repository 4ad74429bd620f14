namespace Socle.Platform.Web;

/// <summary>Which space a page belongs to: its accent stripe.</summary>
public enum SpaceKind { Home, Citizen, Professional, Research, Agency }

/// <summary>One step of the breadcrumb.</summary>
public sealed record Step(string Text, string Url);

/// <summary>One answer of a select.</summary>
public sealed record Choice(string Value, string Text);

/// <summary>A column of a table; with a sort address its header is a link.</summary>
/// <param name="Sorted">"ascending", "descending" or null.</param>
public sealed record TableColumn(string Title, bool Numeric = false, string? SortUrl = null, string? Sorted = null);

/// <summary>What the banner and headers show of a person. Dates are as known: « 1980 » or « mars 1980 » when the day is not.</summary>
public sealed record PatientIdentity(
    string Id, string BirthName, string? UsedName, string FirstName, string? Sex, DateOnly? BirthDate, string? PartialBirth, string InsStatus);

/// <summary>One entry of a timeline, newest first.</summary>
public sealed record Moment(string When, string Title, string? Text = null, string? Url = null, string Icon = "clock", bool IsNew = false);
