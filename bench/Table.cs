using System.Globalization;

namespace Socle.Bench;

/// <summary>A Markdown table whose first column names the rows.</summary>
sealed class Table
{
    const string None = "–";
    readonly string[] columns;
    readonly List<string> names = [];
    readonly Dictionary<(string Row, string Column), string> cells = [];

    Table(string[] columns) => this.columns = columns;

    public static Table Of(string[] columns, IEnumerable<string[]> rows)
    {
        var table = new Table(columns);
        foreach (var row in rows)
        {
            table.names.Add(row[0]);
            foreach (var (column, cell) in columns.Zip(row).Skip(1)) table.cells[(row[0], column)] = cell;
        }
        return table;
    }

    /// <summary>The first table of a text; one without columns if there is none.</summary>
    public static Table Read(string text)
    {
        string[][] lines = [.. text.Split('\n').Where(line => line.StartsWith('|')).Select(line => line.Trim().Trim('|').Split('|', StringSplitOptions.TrimEntries))];
        return lines.Length < 2 ? new Table([]) : Of(lines[0], lines.Skip(2));
    }

    /// <summary>This table and, of the other's columns, those that it has not; columns headed by a number are in its order.</summary>
    public Table WithColumnsOf(Table other)
    {
        string[] all = [.. columns.Concat(other.columns.Skip(1).Except(columns)).Select((column, place) => (column, place)).OrderBy(c => (Number(c.column) ?? -1, c.place)).Select(c => c.column)];
        return Of(all, names.Select(row => (string[])[row, .. all.Skip(1).Select(column => cells.GetValueOrDefault((row, column)) ?? other.cells.GetValueOrDefault((row, column), None))]));
    }

    static int? Number(string column) => int.TryParse(column, NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var number) ? number : null;

    public override string ToString()
    {
        static string Line(IEnumerable<string> values) => $"| {string.Join(" | ", values)} |\n";
        return Line(columns) + "|" + string.Concat(columns.Select(_ => "---|")) + "\n"
            + string.Concat(names.Select(row => Line(columns.Skip(1).Select(column => cells.GetValueOrDefault((row, column), None)).Prepend(row))));
    }
}
