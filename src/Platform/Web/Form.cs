using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Socle.Platform.Web;

/// <summary>What is wrong with one field, in the words of the person.</summary>
public sealed record FieldError(string Field, string Message);

/// <summary>A file of a multipart form, still in the request: read it to its end before anything else.</summary>
/// <param name="FileName">Without folders, composed accents; empty when the person chose no file.</param>
public sealed record FileSection(string Field, string FileName, string ContentType, Stream Content);

/// <summary>A posted form. It keeps what was typed and lists what is wrong; nothing is ever lost.</summary>
public sealed class Form
{
    const int LongestText = 100_000;
    static readonly string[] DayFormats = ["d/M/yyyy", "yyyy-M-d", "d-M-yyyy", "d.M.yyyy", "d M yyyy", "ddMMyyyy"];

    readonly Dictionary<string, List<string>> typed;
    readonly List<FieldError> errors = [];

    internal Form(Dictionary<string, List<string>>? typed = null) => this.typed = typed ?? new(StringComparer.Ordinal);

    /// <summary>A form nobody has filled in yet.</summary>
    public static Form Empty => new();

    /// <summary>A form that opens with values.</summary>
    public static Form With(params ReadOnlySpan<(string Field, string Value)> values)
    {
        var form = new Form();
        foreach (var (field, value) in values) form.typed[field] = [value];
        return form;
    }

    /// <summary>The filter above a list: what stands in the address.</summary>
    public static Form OfQuery(HttpRequest request) =>
        new(request.Query.ToDictionary(q => q.Key, q => q.Value.OfType<string>().ToList(), StringComparer.Ordinal));

    /// <summary>Reads url-encoded and multipart forms; files are skipped.</summary>
    public static Task<Form> Read(HttpRequest request, CancellationToken stop) => FormReader.Read(request, null, stop);

    /// <summary>Reads a multipart form and hands each file over as a stream while it arrives. Fields that stand after a file are
    /// in the form once this returns.</summary>
    public static Task<Form> ReadWithFile(HttpRequest request, Func<FileSection, Task> onFile, CancellationToken stop) =>
        FormReader.Read(request, onFile, stop);

    public IReadOnlyList<FieldError> Errors => errors;

    public bool HasErrors => errors.Count > 0;

    /// <summary>What was typed, as it was typed.</summary>
    public string Typed(string field) => typed.TryGetValue(field, out var values) && values.Count > 0 ? values[0] : "";

    public IEnumerable<string> Names => typed.Keys;

    /// <summary>Fields that came more than once.</summary>
    public IEnumerable<string> Repeated => typed.Where(one => one.Value.Count > 1).Select(one => one.Key);

    public IReadOnlyList<string> AllTyped(string field) => typed.TryGetValue(field, out var values) ? values : [];

    public string? ErrorOf(string field) => errors.Find(e => e.Field == field)?.Message;

    public void Fail(string field, string message) => errors.Add(new(field, message));

    /// <summary>Trimmed; an empty one is an error and comes back as "".</summary>
    /// <param name="label">Stands in the message, so that the summary of several says which is which.</param>
    public string Required(string field, string? label = null)
    {
        var text = Optional(field);
        if (text is null && ErrorOf(field) is null) Fail(field, label is null ? Words.T["form.required"] : Words.T["form.required-named", label]);
        return text ?? "";
    }

    public string? Optional(string field)
    {
        var text = Typed(field).Trim();
        if (text.Length > LongestText) Fail(field, Words.T["form.too-long", LongestText]);
        if (HasControl(text)) Fail(field, Words.T["form.unreadable"]);
        return text.Length == 0 ? null : text;
    }

    /// <summary>JJ/MM/AAAA or AAAA-MM-JJ, or the three fields name-day, name-month, name-year.</summary>
    public DateOnly Day(string field)
    {
        var day = OptionalDay(field);
        if (day is null && ErrorOf(field) is null) Fail(field, Words.T["form.required-day"]);
        return day ?? default;
    }

    public DateOnly? OptionalDay(string field)
    {
        var text = Typed(field).Trim();
        if (text.Length == 0 && typed.ContainsKey(field + "-year"))
            text = $"{Typed(field + "-day").Trim()}/{Typed(field + "-month").Trim()}/{Typed(field + "-year").Trim()}";
        if (text.Length == 0 || text == "//") return null;
        if (DateOnly.TryParseExact(text, DayFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is > 1850 and < 2200)
            return day;
        Fail(field, Words.T["form.day"]);
        return null;
    }

    /// <summary>One of the values a select or radio offers.</summary>
    public string Choice(string field, params ReadOnlySpan<string> offered) => ChoiceOf(field, null, offered);

    /// <summary>The same, with the label in the message.</summary>
    public string ChoiceOf(string field, string? label, params ReadOnlySpan<string> offered)
    {
        var text = Required(field, label);
        if (text.Length == 0 || offered.Contains(text)) return text;
        Fail(field, Words.T["form.choice"]);
        return "";
    }

    public long? Number(string field)
    {
        if (Optional(field) is not { } text) return null;
        var digits = text.Replace(" ", "", StringComparison.Ordinal).Replace("\u202F", "", StringComparison.Ordinal);
        if (long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)) return number;
        Fail(field, Words.T["form.number"]);
        return null;
    }

    /// <summary>A ticked box.</summary>
    public bool Flag(string field) => Typed(field).Length > 0;

    /// <summary>Builds the value when nothing is wrong so far; a refusal becomes the error of the field. Null: show the page again.</summary>
    public T? Try<T>(string field, Func<T> make) where T : class
    {
        if (HasErrors) return null;
        try
        {
            return make();
        }
        catch (Refusal refusal)
        {
            Fail(field, refusal.French);
            return null;
        }
    }

    public async Task<bool> Try(string field, Func<Task> act)
    {
        if (HasErrors) return false;
        try
        {
            await act();
            return true;
        }
        catch (Refusal refusal) when (refusal.Reason is Reason.Unprocessable or Reason.Conflict or Reason.TooLarge or Reason.UnsupportedMedia)
        {
            Fail(field, refusal.French);
            return false;
        }
    }

    internal void Add(string field, string value)
    {
        if (typed.TryGetValue(field, out var values)) values.Add(value);
        else typed[field] = [value];
    }

    internal Dictionary<string, List<string>> Fields => typed;

    static bool HasControl(string text) => text.Any(c => char.IsControl(c) && c is not '\n' and not '\r' and not '\t');
}
