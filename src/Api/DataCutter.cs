using System.Buffers;
using Socle.Platform;

namespace Socle.Api;

/// <summary>
/// Reads a JSON body as it streams in, and cuts the long base64 of a document out of it: the content goes to the blobs as it arrives, a
/// short placeholder stays. It knows just enough of JSON for that (strings, keys, nesting); whether the JSON is right is for the
/// forward pass that follows. Only the two places that hold documents are cut, Binary.data and
/// DocumentReference.content.attachment.data: a photo or a signature belongs to its resource.
/// </summary>
/// <param name="resourceDepth">How deep the resources stand: 1 for one, 4 for those of a bundle's entries, 0 for nothing to cut.</param>
sealed class DataCutter(Stream body, int mostJson, int resourceDepth, Func<Stream, CancellationToken, Task<string>> stage)
{
    /// <summary>Longer values are cut; what is shorter stays in the resource.</summary>
    public const int Longest = 8 * 1024;

    const int MostDepth = 256;

    readonly ByteSource source = new(body);
    readonly ArrayBufferWriter<byte> output = new(16 * 1024);
    readonly Stack<Container> containers = new();
    readonly byte[] key = new byte[32];
    int keyLength;
    bool inString, escaped, isKey, expectKey;

    public const int One = 1, InBundle = 4, Nothing = 0;

    readonly record struct Container(bool IsObject, bool IsAttachment);

    public async Task<ReadOnlyMemory<byte>> Read(CancellationToken stop)
    {
        while (await source.Fill(stop))
            while (source.Any)
                if (Scan())
                    await TakeData(stop);
        return output.WrittenMemory;
    }

    // Copies what is there, up to the opening quote of a data value; true when one begins.
    bool Scan()
    {
        while (source.Any)
        {
            if (inString)
            {
                CopyString();
                continue;
            }
            var b = source.Next();
            Put(b);
            if (b == '"' && StartString()) return true;
            Structure(b);
        }
        return false;
    }

    void CopyString()
    {
        var rest = source.Rest;
        if (escaped)
        {
            escaped = false;
            Copy(1);
            return;
        }
        var end = rest.IndexOfAny((byte)'"', (byte)'\\');
        Copy(end < 0 ? rest.Length : end + 1);
        if (end < 0) return;
        if (rest[end] == '\\') escaped = true;
        else inString = false;
    }

    void Copy(int count)
    {
        var part = source.Rest[..count];
        if (isKey)
        {
            // A key longer than the buffer is not one we look for.
            part[..Math.Min(part.Length, Math.Max(0, key.Length - keyLength))].CopyTo(key.AsSpan(Math.Min(keyLength, key.Length)));
            keyLength += part.Length;
        }
        Room(count);
        output.Write(part);
        source.Skip(count);
    }

    bool StartString()
    {
        isKey = expectKey && containers.TryPeek(out var top) && top.IsObject;
        if (isKey)
        {
            keyLength = 0;
            expectKey = false;
        }
        else if (Key("data\""u8) && HoldsDocument()) return true;
        inString = true;
        return false;
    }

    // [resource] of a Binary, or [resource][content list][content][attachment] of a DocumentReference.
    bool HoldsDocument() =>
        resourceDepth > 0 && containers.TryPeek(out var parent) && parent.IsObject
        && (containers.Count == resourceDepth || (containers.Count == resourceDepth + 3 && parent.IsAttachment));

    void Structure(byte b)
    {
        switch (b)
        {
            case (byte)'{' or (byte)'[':
                if (containers.Count >= MostDepth) throw TooDeep();
                containers.Push(new(b == '{', Key("attachment\""u8)));
                expectKey = b == '{';
                keyLength = 0;
                break;
            case (byte)'}' or (byte)']':
                containers.TryPop(out _);
                expectKey = false;
                keyLength = 0;
                break;
            case (byte)',':
                expectKey = containers.TryPeek(out var top) && top.IsObject;
                break;
        }
    }

    // The last key that was read, with the quote that closes it.
    bool Key(ReadOnlySpan<byte> name) => keyLength == name.Length && key.AsSpan(0, keyLength).SequenceEqual(name);

    async Task TakeData(CancellationToken stop)
    {
        keyLength = 0;
        var head = new ArrayBufferWriter<byte>(Longest + 1);
        var slash = false;
        while (head.WrittenCount <= Longest)
        {
            if (!source.Any && !await source.Fill(stop))
            {
                Write(head.WrittenSpan);   // the body ends here: the forward pass says so
                return;
            }
            var b = source.Next();
            head.Write([b]);
            if (b == '"' && !slash)
            {
                Write(head.WrittenSpan);
                return;
            }
            slash = b == '\\' && !slash;
        }
        await using var content = new Base64Content(head.WrittenMemory, source);
        var placeholder = await stage(content, stop);
        if (!content.AtEnd) throw ApiRefusals.BadData.With();
        Write(System.Text.Encoding.ASCII.GetBytes(placeholder));
        Put((byte)'"');
    }

    void Write(ReadOnlySpan<byte> bytes)
    {
        Room(bytes.Length);
        output.Write(bytes);
    }

    void Put(byte b)
    {
        Room(1);
        output.GetSpan(1)[0] = b;
        output.Advance(1);
    }

    void Room(int count)
    {
        if (output.WrittenCount + count > mostJson) throw ApiRefusals.TooLarge.With(BodyLimits.Shown(mostJson));
    }

    static Refusal TooDeep() => ApiRefusals.NotFhir.With([new RefusalIssue("fatal", "structure", null, $"JSON nesting deeper than {MostDepth}.")]);
}

/// <summary>The bytes that have arrived and were not looked at yet.</summary>
sealed class ByteSource(Stream stream)
{
    readonly byte[] buffer = new byte[32 * 1024];
    int position, end;

    public bool Any => position < end;
    public ReadOnlySpan<byte> Rest => buffer.AsSpan(position, end - position);
    public byte Next() => buffer[position++];
    public void Skip(int count) => position += count;

    /// <summary>False at the end of the body.</summary>
    public async ValueTask<bool> Fill(CancellationToken stop)
    {
        if (Any) return true;
        position = 0;
        end = await stream.ReadAsync(buffer, stop);
        return end > 0;
    }
}
