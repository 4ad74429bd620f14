using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Socle.Platform;

/// <summary>How far one log went, and the root of its tree there.</summary>
sealed record LogRoot(long Log, long Size, byte[] Root);

/// <summary>
/// A signed statement of how far all logs went: one line of text, each carrying the hash of the line before.
/// "number at previous super-root log:size:root,… signature", bytes in hexadecimal.
/// </summary>
sealed record AuditHead(long Number, long At, byte[] Previous, IReadOnlyList<LogRoot> Logs)
{
    /// <summary>The tree over all logs: leaf = SHA-256(0x00 ‖ log ‖ size ‖ root).</summary>
    public byte[] SuperRoot()
    {
        var tree = new MerkleTree();
        var leaf = new byte[16 + MerkleTree.HashLength];
        foreach (var log in Logs)
        {
            BinaryPrimitives.WriteInt64BigEndian(leaf, log.Log);
            BinaryPrimitives.WriteInt64BigEndian(leaf.AsSpan(8), log.Size);
            log.Root.CopyTo(leaf, 16);
            tree.Add(MerkleTree.Leaf(leaf));
        }
        return tree.Root();
    }

    public string Sign(ECDsa key)
    {
        var text = Text();
        return $"{text} {Convert.ToHexStringLower(key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256))}";
    }

    public static byte[] HashOf(string line) => SHA256.HashData(Encoding.ASCII.GetBytes(line));

    public static bool TryRead(string line, ECDsa key, [NotNullWhen(true)] out AuditHead? head)
    {
        head = null;
        var words = line.Split(' ');
        if (words.Length != 6) return false;
        try
        {
            var logs = words[4].Split(',').Select(log => log.Split(':'))
                .Select(p => new LogRoot(Digits(p[0]), Digits(p[1]), Convert.FromHexString(p[2]))).ToList();
            var read = new AuditHead(Digits(words[0]), Digits(words[1]), Convert.FromHexString(words[2]), logs);
            if (read.Text() != line[..line.LastIndexOf(' ')]
                || !key.VerifyData(Encoding.ASCII.GetBytes(read.Text()), Convert.FromHexString(words[5]), HashAlgorithmName.SHA256)) return false;
            head = read;
            return true;
        }
        catch (Exception error) when (error is FormatException or IndexOutOfRangeException or OverflowException)
        {
            return false;
        }
    }

    string Text()
    {
        var logs = string.Join(',', Logs.Select(l =>
            string.Create(CultureInfo.InvariantCulture, $"{l.Log}:{l.Size}:{Convert.ToHexStringLower(l.Root)}")));
        return string.Create(CultureInfo.InvariantCulture,
            $"{Number} {At} {Convert.ToHexStringLower(Previous)} {Convert.ToHexStringLower(SuperRoot())} {logs}");
    }

    static long Digits(string text) => long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
