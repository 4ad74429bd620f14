namespace Socle.Platform;

public enum ColumnKind : byte { Long, Text, Bytes, Bool }

/// <summary>A column of a <see cref="Table"/>.</summary>
public sealed record Column(string Name, ColumnKind Kind)
{
    public static Column Long(string name) => new(name, ColumnKind.Long);

    public static Column Text(string name) => new(name, ColumnKind.Text);

    public static Column Bytes(string name) => new(name, ColumnKind.Bytes);

    public static Column Bool(string name) => new(name, ColumnKind.Bool);
}

/// <summary>The shape of rows inserted many at a time with <see cref="Unit.AddRows"/>. Its names are plain lower-case words, checked.</summary>
public sealed class Table
{
    readonly string holes;

    public Table(string name, params Column[] columns)
    {
        foreach (var word in columns.Select(c => c.Name).Append(name))
            if (word.Length == 0 || word.Any(c => !char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '_'))
                throw new ArgumentException($"'{word}' is not a table or column name.");
        Name = name;
        Columns = columns;
        Head = $"insert into {name} ({string.Join(", ", columns.Select(c => c.Name))}) ";
        holes = string.Join(", ", columns.Select((_, i) => $"${i + 1}"));
    }

    /// <summary>A row whose key stands already is passed over.</summary>
    public bool KeepsFirst { get; init; }

    public string Name { get; }

    public IReadOnlyList<Column> Columns { get; }

    internal string Head { get; }

    /// <summary>One row, each column a hole.</summary>
    internal string Insert => $"{Head}values ({holes}{Tail}";

    internal string Tail => KeepsFirst ? ") on conflict do nothing" : ")";
}
