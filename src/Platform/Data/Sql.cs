using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text;

namespace Socle.Platform;

/// <summary>
/// One statement, written as an interpolated string: every hole is a parameter and a hole of type <see cref="Sql"/> is spliced in.
/// No value can become text, so injection does not compile: there is no way in for a plain string.
/// </summary>
[InterpolatedStringHandler]
public sealed class Sql
{
    readonly List<SqlPart> parts;

    public Sql(int literalLength, int formattedCount)
    {
        _ = literalLength;
        parts = new(2 * formattedCount + 1);
    }

    Sql(List<SqlPart> parts) => this.parts = parts;

    public static Sql Empty => new([]);

    public bool IsEmpty => parts.Count == 0;

    /// <summary>A setting that row security reads, for the transaction of this statement only (PostgreSQL).</summary>
    internal (string Name, string Value)? Session { get; private set; }

    /// <summary>What <see cref="Short"/> says.</summary>
    internal bool IsShort { get; private set; }

    /// <summary>
    /// Says that this reads a few rows by their key, and never the audit log: it may travel with others (PostgreSQL), or look at a state of the database that
    /// lacks only audit entries (SQLite).
    /// </summary>
    public Sql Short()
    {
        IsShort = true;
        return this;
    }

    public void AppendLiteral(string literal)
    {
        MustBeLiteral(literal);
        parts.Add(SqlPart.Text(literal));
    }

    public void AppendFormatted(Sql splice) => parts.AddRange(splice.parts);

    public void AppendFormatted(string? value) => parts.Add(new(SqlKind.Text, 0, value));

    public void AppendFormatted(long value) => parts.Add(new(SqlKind.Long, value, null));

    public void AppendFormatted(long? value) =>
        parts.Add(value is { } number ? new(SqlKind.Long, number, null) : new(SqlKind.NullLong, 0, null));

    public void AppendFormatted(bool value) => parts.Add(new(SqlKind.Bool, value ? 1 : 0, null));

    public void AppendFormatted(byte[]? value) => parts.Add(new(SqlKind.Bytes, 0, value));

    public void AppendFormatted(ReadOnlyMemory<byte> value) => parts.Add(new(SqlKind.Bytes, 0, value.ToArray()));

    /// <summary>For lists: <c>number in {numbers}</c> or <c>not in {numbers}</c>, without brackets.</summary>
    public void AppendFormatted(long[] values) => parts.Add(new(SqlKind.Longs, 0, values));

    /// <summary>For lists: <c>code in {codes}</c> or <c>not in {codes}</c>, without brackets.</summary>
    public void AppendFormatted(string[] values) => parts.Add(new(SqlKind.Texts, 0, values));

    /// <summary>Adds to the end of this statement; returns itself.</summary>
    public Sql Add(Sql more)
    {
        parts.AddRange(more.parts);
        return this;
    }

    public static Sql Join(Sql separator, IEnumerable<Sql> pieces)
    {
        var joined = Empty;
        foreach (var piece in pieces)
        {
            if (!joined.IsEmpty) joined.Add(separator);
            joined.Add(piece);
        }
        return joined;
    }

    /// <summary>Runs with a session setting in force (PostgreSQL row security, the second barrier); SQLite has none and ignores it.</summary>
    public Sql Under(string setting, string value)
    {
        Session = (setting, value);
        return this;
    }

    /// <summary>Text known to this assembly only: names checked by <see cref="Table"/> and the dialects' own words.</summary>
    internal static Sql Trusted(string text) => new([SqlPart.Text(text)]);

    internal static Sql Array(Array values, SqlKind kind) => new([new(kind, 0, values)]);

    internal int Size()
    {
        var size = 64;
        foreach (var part in parts) size += part.Size();
        return size;
    }

    /// <summary>Whether both have one text: the same literals and the same kinds of holes, whatever stands in them.</summary>
    internal bool HasTextOf(Sql other)
    {
        if (parts.Count != other.parts.Count) return false;
        for (var i = 0; i < parts.Count; i++)
        {
            var (mine, theirs) = (parts[i], other.parts[i]);
            if (mine.Kind != theirs.Kind || mine.Kind == SqlKind.Literal && !string.Equals((string)mine.Value!, (string)theirs.Value!, StringComparison.Ordinal))
                return false;
        }
        return true;
    }

    internal int TextHash()
    {
        var hash = parts.Count;
        foreach (var part in parts) hash = hash * 31 + (part.Value is string text && part.Kind == SqlKind.Literal ? text.Length : 1000 + (int)part.Kind);
        return hash;
    }

    /// <summary>The same text without its values, to be kept.</summary>
    internal Sql WithoutValues() => new(parts.ConvertAll(part => part.Kind == SqlKind.Literal ? part : new SqlPart(part.Kind, 0, null)));

    /// <summary>The holes in their order.</summary>
    internal void Values(List<SqlPart> into)
    {
        foreach (var part in parts)
            if (part.Kind != SqlKind.Literal) into.Add(part);
    }

    internal string Render(Dialect dialect, List<SqlPart> values)
    {
        var text = new StringBuilder(256);
        foreach (var part in parts)
        {
            if (part.Kind == SqlKind.Literal)
            {
                text.Append((string)part.Value!);
                continue;
            }
            values.Add(part);
            if (part.Kind is SqlKind.Longs or SqlKind.Texts) dialect.WriteList(text, values.Count);
            else text.Append('$').Append(values.Count);
        }
        return text.ToString();
    }

    public override string ToString() => Render(new SqliteDialect(), []);

    // A literal of an interpolated string is always interned by the runtime; a string made while running is not.
    [Conditional("DEBUG")]
    static void MustBeLiteral(string literal)
    {
        if (!ReferenceEquals(string.IsInterned(literal), literal))
            throw new InvalidOperationException("SQL text is only ever the literal part of an interpolated string.");
    }
}

/// <summary>Statements that have one text are one key.</summary>
sealed class SameText : IEqualityComparer<Sql>
{
    public static readonly SameText Comparer = new();

    public bool Equals(Sql? x, Sql? y) => ReferenceEquals(x, y) || x is not null && y is not null && x.HasTextOf(y);

    public int GetHashCode(Sql obj) => obj.TextHash();
}

enum SqlKind : byte { Literal, Text, Long, NullLong, Bool, Bytes, Longs, Texts, LongArray, TextArray, BytesArray, BoolArray }

readonly record struct SqlPart(SqlKind Kind, long Number, object? Value)
{
    public static SqlPart Text(string literal) => new(SqlKind.Literal, 0, literal);

    public int Size() => Value switch
    {
        string text => 2 * text.Length,
        byte[] bytes => bytes.Length,
        long[] numbers => 8 * numbers.Length,
        byte[]?[] many => many.Sum(b => b?.Length ?? 0),
        _ => 8
    };
}
