using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Unicode;

namespace Socle.Fhir;

/// <summary>A resource: its UTF-8 bytes, which it never copies or changes, and a pooled tape that tells where each value stands and of
/// which type it is. Made in one forward pass that checks the structure. Dispose gives the tape back: its nodes are dead then.</summary>
public sealed class FhirDocument : IDisposable
{
    /// <summary>Objects and arrays inside one another.</summary>
    public const int MaxDepth = 64;

    internal const int MaxIssues = 50;
    TapeEntry[]? tape;

    FhirDocument(ReadOnlyMemory<byte> bytes, TapeEntry[] tape, int count) => (Bytes, this.tape, Count) = (bytes, tape, count);

    /// <summary>Without a byte order mark, if there was one.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    public string ResourceType => Types.All[Tape[0].Type].Name;
    public FhirNode Root => new(this, 0);
    internal int Count { get; }
    internal TapeEntry[] Tape => tape ?? throw new ObjectDisposedException(nameof(FhirDocument));
    internal static TypeTable Types => TypeTable.Instance;

    public static FhirDocument Parse(ReadOnlyMemory<byte> utf8) =>
        TryParse(utf8, out var doc, out var issues) ? doc : throw new FhirException(issues);

    public static bool TryParse(ReadOnlyMemory<byte> utf8, [NotNullWhen(true)] out FhirDocument? doc, out IReadOnlyList<Issue> issues)
    {
        doc = null;
        if (utf8.Span.StartsWith("\uFEFF"u8)) utf8 = utf8[3..];
        if (EncodingFault(utf8.Span) is { } fault)
        {
            issues = [fault];
            return false;
        }
        var tape = ArrayPool<TapeEntry>.Shared.Rent(Math.Clamp(utf8.Length / 20, 64, 1 << 16));
        var marks = ArrayPool<int>.Shared.Rent(Types.MarksNeeded);
        var parser = new ResourceParser(utf8.Span, stackalloc PathFrame[MaxDepth + 1], tape, marks);
        var right = parser.Run();
        ArrayPool<int>.Shared.Return(marks);
        issues = right ? [] : parser.Issues!;
        if (right) doc = new FhirDocument(utf8, parser.Tape, parser.Count);
        else ArrayPool<TapeEntry>.Shared.Return(parser.Tape);
        return right;
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref tape, null) is { } rented) ArrayPool<TapeEntry>.Shared.Return(rented);
    }

    internal int Next(int entry)
    {
        ref var e = ref Tape[entry];
        return e.Kind <= JsonKind.Array ? e.Link : entry + 1;
    }

    static Issue? EncodingFault(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [] => new("fatal", "structure", null, "The content is empty."),
        [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] or [0, _, ..] or [_, 0, ..] =>
            new("fatal", "structure", null, "The content looks like UTF-16 or UTF-32: FHIR JSON is UTF-8."),
        _ when !Utf8.IsValid(bytes) => new("fatal", "structure", null, "The content is not valid UTF-8."),
        _ => null
    };
}
