using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Socle.Platform;

namespace Socle.Store;

/// <summary>The keyed hashes under which values stand in the database: nothing of a value can be read there, only found again.</summary>
sealed class Hashes(Keys keys)
{
    const string Value = "store.value", Token = "store.token", Code = "store.code";
    const string Target = "store.target", Alias = "store.alias", Identifier = "store.identifier";

    /// <summary>A value of a search parameter: a code in any system, a reference, a URI.</summary>
    public long OfValue(int parameter, string text) => Keyed(Value, parameter, text);

    public long OfToken(int parameter, string system, string code) => Keyed(Token, parameter, $"{system}|{code}");

    /// <summary>« Type/id » of what a reference leads to.</summary>
    public long OfTarget(string reference) => keys.Hash(Target, reference);

    public long OfAlias(string type, string id) => keys.Hash(Alias, $"{type}/{id}");

    public long OfIdentifier(int type, string? system, string value) => Keyed(Identifier, type, system is null ? value : $"{system}|{value}");

    /// <summary>Codes without their system: the body decides about that. Never 0, which says « no code ».</summary>
    public long OfCode(int type, string code)
    {
        var hash = Keyed(Code, type, code);
        return hash == 0 ? 1 : hash;
    }

    long Keyed(string domain, int number, string text)
    {
        var most = 4 + Encoding.UTF8.GetMaxByteCount(text.Length);
        byte[]? rented = null;
        var buffer = most <= 512 ? stackalloc byte[512] : rented = ArrayPool<byte>.Shared.Rent(most);
        BinaryPrimitives.WriteInt32LittleEndian(buffer, number);
        var length = 4 + Encoding.UTF8.GetBytes(text, buffer[4..]);
        var hash = keys.Hash(domain, buffer[..length]);
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        return hash;
    }

    public static byte[] Pack(HashSet<long> hashes)
    {
        var sorted = hashes.ToArray();
        Array.Sort(sorted);
        var packed = new byte[sorted.Length * 8];
        for (var i = 0; i < sorted.Length; i++) BinaryPrimitives.WriteInt64LittleEndian(packed.AsSpan(i * 8), sorted[i]);
        return packed;
    }

    public static bool Contains(ReadOnlySpan<byte> packed, long hash)
    {
        var (low, high) = (0, packed.Length / 8 - 1);
        while (low <= high)
        {
            var middle = (low + high) >> 1;
            var found = BinaryPrimitives.ReadInt64LittleEndian(packed[(middle * 8)..]);
            if (found == hash) return true;
            if (found < hash) low = middle + 1;
            else high = middle - 1;
        }
        return false;
    }

    /// <summary>What the sealed bytes of a version are bound to: a body moved to another row does not open.</summary>
    public static byte[] Binding(long patient, long number, long version)
    {
        var binding = new byte[24];
        BinaryPrimitives.WriteInt64BigEndian(binding, patient);
        BinaryPrimitives.WriteInt64BigEndian(binding.AsSpan(8), number);
        BinaryPrimitives.WriteInt64BigEndian(binding.AsSpan(16), version);
        return binding;
    }

    internal static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
