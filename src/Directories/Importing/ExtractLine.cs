using Socle.Platform;

namespace Socle.Directories;

/// <summary>One line of an extract: its text, and where its fields begin.</summary>
sealed class ExtractLine(long number, string text, int[] starts)
{
    long? hash;

    /// <summary>1 is the first line of the file.</summary>
    public long Number => number;

    public int Fields => starts.Length - 1;

    /// <summary>Without blanks around it; empty where the extract has no such column.</summary>
    public string this[int column] => Field(column).ToString();

    public static ExtractLine Of(long number, string text, char separator)
    {
        var starts = new int[text.AsSpan().Count(separator) + 2];
        for (var (i, at) = (1, text.IndexOf(separator, StringComparison.Ordinal)); at >= 0; at = text.IndexOf(separator, at + 1)) starts[i++] = at + 1;
        starts[^1] = text.Length + 1;
        return new(number, text, starts);
    }

    public long Hash(Keys keys) => hash ??= keys.Hash("directories.line", text);

    /// <summary>The columns one after the other, « | » between them.</summary>
    public string Joined(ReadOnlySpan<int> columns)
    {
        var most = text.Length + columns.Length;
        var joined = most <= 1024 ? stackalloc char[most] : new char[most];
        var length = 0;
        for (var i = 0; i < columns.Length; i++)
        {
            if (i > 0) joined[length++] = '|';
            var field = Field(columns[i]);
            field.CopyTo(joined[length..]);
            length += field.Length;
        }
        return new(joined[..length]);
    }

    ReadOnlySpan<char> Field(int column) =>
        column < 0 || column >= Fields ? default : text.AsSpan(starts[column], starts[column + 1] - starts[column] - 1).Trim();

    /// <summary>Two bytes per field: they tell which fields of a line were changed since.</summary>
    public byte[] Marks()
    {
        var marks = new byte[2 * Fields];
        for (var field = 0; field < Fields; field++)
        {
            var hash = 2166136261u;
            for (var at = starts[field]; at < starts[field + 1] - 1; at++) hash = (hash ^ text[at]) * 16777619u;
            (marks[2 * field], marks[2 * field + 1]) = ((byte)(hash >> 24), (byte)(hash >> 16 ^ hash));
        }
        return marks;
    }
}
