using System.Text.Json;

namespace Socle.Platform;

/// <summary>The folder of one server: database, keys, audit heads. Owned by one process at a time, readable by its user only.</summary>
public sealed class DataFolder : IDisposable
{
    const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    const int LongestSocketPath = 100;
    const string MarkerFile = "settings.json";

    readonly FileStream owner;

    DataFolder(string path, FileStream owner, bool demonstration, bool isNew) =>
        (Path, this.owner, IsDemonstration, IsNew) = (path, owner, demonstration, isNew);

    public string Path { get; }

    /// <summary>Written when the folder was made and never changed: invented people only, sign-in from a list.</summary>
    public bool IsDemonstration { get; }

    /// <summary>Made by this very start.</summary>
    public bool IsNew { get; }

    /// <summary>Where the server that owns the folder listens to the verbs of the command line.</summary>
    public string SocketPath => SocketOf(Path);

    /// <summary>Takes the folder, making it when it does not exist.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="demonstration">Wished for; null accepts what the folder is (a new one is then for real data).</param>
    public static DataFolder Open(string path, bool? demonstration)
    {
        path = System.IO.Path.GetFullPath(path);
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, Private | UnixFileMode.UserExecute);
        var owner = Lock(path);
        try
        {
            var marker = System.IO.Path.Combine(path, MarkerFile);
            var isNew = !File.Exists(marker);
            if (isNew) WriteOnce(marker, JsonSerializer.SerializeToUtf8Bytes(new Marker(1, demonstration ?? false)), Private);
            var kept = JsonSerializer.Deserialize<Marker>(File.ReadAllBytes(marker))!;
            if (demonstration == true && !kept.Demonstration) throw PlatformRefusals.FolderNotDemonstration.With(path);
            return new(path, owner, kept.Demonstration, isNew);
        }
        catch
        {
            owner.Dispose();
            throw;
        }
    }

    /// <summary>Whether the folder is a data folder: any other is left as it is.</summary>
    public static bool Exists(string path) => File.Exists(System.IO.Path.Combine(path, MarkerFile));

    public static string SocketOf(string path)
    {
        var inside = System.IO.Path.Combine(System.IO.Path.GetFullPath(path), "socket");
        if (inside.Length <= LongestSocketPath) return inside;
        // The kernel takes about a hundred bytes: a longer path gets a short name of its own.
        var name = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(inside)))[..24];
        return System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"socle-{name}");
    }

    public string PathOf(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>The path of a file that exists from now on, empty if it is new, and is nobody else's to read.</summary>
    public string NewFile(string name)
    {
        var path = PathOf(name);
        using (new FileStream(path, Options(FileMode.OpenOrCreate, Private)))
        {
        }
        return path;
    }

    /// <summary>The bytes of the file, or what <paramref name="make"/> gives, written once and forced to the disk.</summary>
    public byte[] ReadOrMake(string name, UnixFileMode mode, Func<byte[]> make)
    {
        var path = PathOf(name);
        if (!File.Exists(path)) WriteOnce(path, make(), mode);
        return File.ReadAllBytes(path);
    }

    /// <summary>Adds a line and waits for the disk. A last line torn by a power cut is closed first.</summary>
    public static void Append(string path, string line)
    {
        using var file = new FileStream(path, Options(FileMode.OpenOrCreate, Private));
        if (file.Length > 0)
        {
            file.Seek(-1, SeekOrigin.End);
            if (file.ReadByte() != '\n') file.WriteByte((byte)'\n');
        }
        file.Write(System.Text.Encoding.UTF8.GetBytes(line + "\n"));
        file.Flush(flushToDisk: true);
    }

    public void Dispose() => owner.Dispose();

    // An exclusive FileStream holds flock(2) on the file until it is closed, by the end of the process at the latest.
    static FileStream Lock(string path)
    {
        try
        {
            var options = Options(FileMode.OpenOrCreate, Private);
            options.Share = FileShare.None;
            return new(System.IO.Path.Combine(path, "lock"), options);
        }
        catch (IOException)
        {
            throw PlatformRefusals.FolderInUse.With(path);
        }
    }

    // Written aside and renamed: after a power cut the file is whole or not there.
    static void WriteOnce(string path, byte[] bytes, UnixFileMode mode)
    {
        var aside = path + ".new";
        File.Delete(aside);
        using (var file = new FileStream(aside, Options(FileMode.CreateNew, mode)))
        {
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }
        File.Move(aside, path);
    }

    static FileStreamOptions Options(FileMode mode, UnixFileMode access)
    {
        var options = new FileStreamOptions
        {
            Mode = mode,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite
        };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = access;
        return options;
    }

    sealed record Marker(int Format, bool Demonstration);
}
