using System.IO.Compression;
using System.Text;

namespace Socle.Tools.Definitions;

/// <summary>One compressed part of the file: a string table, then the records. The reader is src/Fhir/Definitions/DefinitionReader.cs.</summary>
sealed class Segment
{
    readonly List<int> numbers = [];
    readonly Dictionary<string, int> strings = new(StringComparer.Ordinal) { [""] = 0 };

    public void Int(int value) => numbers.Add(value);

    /// <summary>A place for the number of numbers that follow it up to <see cref="EndBlock"/>: the reader may leap over them.</summary>
    public int BeginBlock()
    {
        numbers.Add(0);
        return numbers.Count - 1;
    }

    public void EndBlock(int begin) => numbers[begin] = numbers.Count - begin - 1;

    public void Text(string? value)
    {
        if (!strings.TryGetValue(value ?? "", out var index)) strings.Add(value!, index = strings.Count);
        Int(index);
    }

    public void Texts(IReadOnlyCollection<string> values)
    {
        Int(values.Count);
        foreach (var value in values) Text(value);
    }

    public byte[] Compressed()
    {
        using var whole = new MemoryStream();
        using (var head = new BinaryWriter(whole, Encoding.UTF8, leaveOpen: true))
        {
            head.Write7BitEncodedInt(strings.Count);
            foreach (var text in strings.OrderBy(s => s.Value)) head.Write(text.Key);
            foreach (var number in numbers) head.Write7BitEncodedInt(number);
        }
        using var packed = new MemoryStream();
        packed.Write(BitConverter.GetBytes((int)whole.Length));
        using (var brotli = new BrotliStream(packed, CompressionLevel.SmallestSize, leaveOpen: true)) brotli.Write(whole.ToArray());
        return packed.ToArray();
    }
}
