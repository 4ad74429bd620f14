using Socle.Platform;

namespace Socle.Directories;

/// <summary>One line of an extract: its text, and where its fields begin.</summary>
sealed class ExtractLine(long number, string text, int[] starts)
{
    /// <summary>1 is the first line of the file.</summary>
    public long Number => number;

    public int Fields => starts.Length - 1;

    /// <summary>Without blanks around it; empty where the extract has no such column.</summary>
    public string this[int column] => column < 0 || column >= Fields ? "" : text.AsSpan(starts[column], starts[column + 1] - starts[column] - 1).Trim().ToString();

    public static ExtractLine Of(long number, string text, char separator)
    {
        var starts = new List<int>(64) { 0 };
        for (var at = text.IndexOf(separator, StringComparison.Ordinal); at >= 0; at = text.IndexOf(separator, at + 1)) starts.Add(at + 1);
        starts.Add(text.Length + 1);
        return new(number, text, [.. starts]);
    }

    public long Hash(Keys keys) => keys.Hash("directories.line", text);

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
