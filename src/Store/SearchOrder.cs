using System.Globalization;
using System.Text.Json;
using Socle.Fhir;

namespace Socle.Store;

/// <summary>One value that rows are sorted by. Without a value: last, whichever the direction.</summary>
readonly record struct SortValue(bool Exists, long Long, decimal Decimal, string? Text)
{
    public static readonly SortValue Missing;

    public static SortValue Of(long value) => value == Indexed.NoDate ? Missing : new(true, value, 0, null);

    // The type of an identifier is none of its values; a reference that leads nowhere has none.
    public static SortValue Of(IndexValue value) => value.Kind switch
    {
        _ when value.Aspect == IndexAspect.OfType => Missing,
        SearchKind.Date => Of(value.Low),
        SearchKind.Number or SearchKind.Quantity => new(true, 0, value.LowNumber, null),
        SearchKind.String => new(true, 0, 0, value.Normal ?? value.Text),
        SearchKind.Token => new(true, 0, 0, value.Code ?? value.Text),
        _ => value.Text is null ? Missing : new(true, 0, 0, value.Text)
    };

    public int CompareTo(SortValue other)
    {
        var byLong = Long.CompareTo(other.Long);
        if (byLong != 0) return byLong;
        var byDecimal = Decimal.CompareTo(other.Decimal);
        return byDecimal != 0 ? byDecimal : string.CompareOrdinal(Text, other.Text);
    }

    public string Write() => !Exists ? "" : string.Create(CultureInfo.InvariantCulture, $"{Long}|{Decimal}|{Text}");

    public static SortValue Read(string text)
    {
        if (text.Length == 0) return Missing;
        var parts = text.Split('|', 3);
        return new(true, long.Parse(parts[0], CultureInfo.InvariantCulture), decimal.Parse(parts[1], CultureInfo.InvariantCulture),
            parts[2].Length == 0 ? null : parts[2]);
    }
}

/// <summary>Where a page ended: what comes after it does not depend on what is inserted before it.</summary>
sealed record Position(SortValue[] Values, long Patient, long Number)
{
    public byte[] Write(long query) => JsonSerializer.SerializeToUtf8Bytes(
        new[] { Hashes.Text(query), Hashes.Text(Patient), Hashes.Text(Number) }.Concat(Values.Select(value => value.Write())));

    public static Position? Read(byte[] bytes, long query, int values)
    {
        var texts = JsonSerializer.Deserialize<string[]>(bytes) ?? [];
        if (texts.Length != values + 3 || texts[0] != Hashes.Text(query)) return null;
        return new([.. texts[3..].Select(SortValue.Read)],
            long.Parse(texts[1], CultureInfo.InvariantCulture), long.Parse(texts[2], CultureInfo.InvariantCulture));
    }
}

/// <summary>The order of a search's matches: newest change first unless asked otherwise; place breaks ties.</summary>
sealed class SearchOrder : IComparer<(SortValue[] Values, HeadRow Row)>
{
    readonly SearchParam? date;
    readonly List<(SearchParam? Parameter, string Code, bool Descending)> keys;

    public SearchOrder(string type, IReadOnlyList<Fhir.SortKey> sort)
    {
        date = MainParameters.Of(type).Date;
        keys = [.. sort.Select(key => ((SearchParam?)key.Param, key.Param.Code, key.Descending))];
        if (keys.Count == 0) keys.Add((null, "_lastUpdated", true));
    }

    public int Count => keys.Count;

    /// <summary>Whether columns are enough to sort, without opening bodies.</summary>
    public bool ByColumns => keys.TrueForAll(key => key.Code == "_lastUpdated" || key.Parameter is not null && key.Parameter == date);

    public bool NewestChangeFirst => keys is [{ Code: "_lastUpdated", Descending: true }];

    public bool OldestChangeFirst => keys is [{ Code: "_lastUpdated", Descending: false }];

    public bool NewestDateFirst => keys is [{ Descending: true, Parameter: { } parameter }] && parameter == date;

    public SortValue[] OfColumns(HeadRow row) =>
        [.. keys.Select(key => SortValue.Of(key.Code == "_lastUpdated" ? row.Updated : row.MainDate))];

    public SortValue[] OfBody(HeadRow row, string id, IReadOnlyList<IndexValue> values) => [.. keys.Select(key => key.Code switch
    {
        "_lastUpdated" => SortValue.Of(row.Updated),
        "_id" => new SortValue(true, 0, 0, id),
        _ => Best(values.Where(value => value.Param == key.Parameter).Select(SortValue.Of), key.Descending)
    })];

    public int Compare((SortValue[] Values, HeadRow Row) x, (SortValue[] Values, HeadRow Row) y) =>
        Compare(x.Values, x.Row.Patient, x.Row.Number, y.Values, y.Row.Patient, y.Row.Number);

    public int Compare(Hit x, Hit y) => Compare((x.Values, x.Row), (y.Values, y.Row));

    public bool IsAfter(SortValue[] values, HeadRow row, Position position) =>
        Compare(values, row.Patient, row.Number, position.Values, position.Patient, position.Number) > 0;

    int Compare(SortValue[] x, long xPatient, long xNumber, SortValue[] y, long yPatient, long yNumber)
    {
        for (var i = 0; i < keys.Count; i++)
        {
            if (x[i].Exists != y[i].Exists) return x[i].Exists ? -1 : 1;
            var order = x[i].CompareTo(y[i]);
            if (order != 0) return keys[i].Descending ? -order : order;
        }
        var byPatient = yPatient.CompareTo(xPatient);
        var byPlace = byPatient != 0 ? byPatient : yNumber.CompareTo(xNumber);
        // As the index has it: read forward or backward, it gives the order.
        return OldestChangeFirst ? -byPlace : byPlace;
    }

    static SortValue Best(IEnumerable<SortValue> values, bool greatest)
    {
        var best = SortValue.Missing;
        foreach (var value in values)
        {
            if (value.Exists && (!best.Exists || (greatest ? value.CompareTo(best) > 0 : value.CompareTo(best) < 0))) best = value;
        }
        return best;
    }
}
