using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;

namespace Socle.Profiles;

/// <summary>One resource of a package: its place in it and its JSON.</summary>
readonly record struct PackageEntry(string Path, ReadOnlyMemory<byte> Json);

/// <summary>
/// A FHIR package (npm: a gzip of a tar whose files stand in « package/ »). It is read in a stream, nothing is written to disk, and the
/// number of files and of bytes is bounded: a small file may swell without end.
/// </summary>
static class PackageReader
{
    public const int MostEntries = 20_000;
    public const long MostBytes = 512L << 20, LargestEntry = 16L << 20;

    public static bool IsGzip(ReadOnlySpan<byte> bytes) => bytes.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]);

    /// <summary>The files package/*.json that are resources, one after the other; « package.json » is told by itself. Throws a Refusal.</summary>
    public static IEnumerable<PackageEntry> Read(ReadOnlyMemory<byte> tgz, bool examples)
    {
        using var file = new MemoryStream(tgz.ToArray(), writable: false);
        using var gzip = new GZipStream(file, CompressionMode.Decompress);
        using var counted = new BoundedStream(gzip, MostBytes);
        using var tar = new TarReader(counted);
        for (var count = 1; Next(tar) is { } entry; count++)
        {
            if (count > MostEntries) throw ProfilesRefusals.PackageTooLarge.With($"plus de {MostEntries} fichiers");
            if (entry.DataStream is null || !Wanted(entry.Name, examples)) continue;
            if (entry.Length > LargestEntry) throw ProfilesRefusals.PackageTooLarge.With($"{entry.Name} dépasse {LargestEntry >> 20} Mio");
            yield return new(entry.Name, Bytes(entry));
        }
    }

    // What a damaged file makes the readers throw is one refusal.
    static TarEntry? Next(TarReader tar)
    {
        try
        {
            return tar.GetNextEntry();
        }
        catch (Exception error) when (IsDamage(error))
        {
            throw ProfilesRefusals.BadPackage.With("l’archive est abîmée ou incomplète");
        }
    }

    static byte[] Bytes(TarEntry entry)
    {
        try
        {
            var bytes = new byte[entry.Length];
            entry.DataStream!.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception error) when (IsDamage(error))
        {
            throw ProfilesRefusals.BadPackage.With("l’archive est abîmée ou incomplète");
        }
    }

    static bool IsDamage(Exception error) => error is IOException or InvalidDataException or FormatException or ArgumentException or OverflowException
        or NotSupportedException or InvalidOperationException;

    // « package/x.json », and « package/example/x.json » or « package/examples/x.json » when they are asked for.
    static bool Wanted(string name, bool examples)
    {
        if (!name.EndsWith(".json", StringComparison.OrdinalIgnoreCase)) return false;
        var parts = name.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length < 2 || parts[0] != "package" || parts[^1].StartsWith('.')) return false;
        return parts.Length == 2 || (examples && parts.Length == 3 && parts[1] is "example" or "examples");
    }

    /// <summary>« hl7.fhir.fr.core#2.2.0 » from package.json; null for a file that is something else.</summary>
    public static string? NameOf(ReadOnlyMemory<byte> packageJson)
    {
        try
        {
            using var document = JsonDocument.Parse(packageJson);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String
                ? $"{name.GetString()}#{(document.RootElement.TryGetProperty("version", out var version) ? version.ToString() : "?")}"
                : null;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Stops the swelling of a gzip at so many bytes.</summary>
    sealed class BoundedStream(Stream inner, long most) : Stream
    {
        long read;

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var count = inner.Read(buffer);
            read += count;
            return read <= most ? count : throw ProfilesRefusals.PackageTooLarge.With($"plus de {most >> 20} Mio une fois décompressé");
        }

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => read; set => throw new NotSupportedException(); }
        public override void Flush() { }
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
