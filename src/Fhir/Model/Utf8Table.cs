using System.Runtime.InteropServices;

namespace Socle.Fhir;

/// <summary>A fixed set of UTF-8 names and the position of each: looked up without making a string.</summary>
sealed class Utf8Table
{
    readonly byte[][] names;
    readonly ushort[] slots;

    public Utf8Table(IReadOnlyList<byte[]> names)
    {
        this.names = [.. names];
        var size = 4;
        while (size < names.Count * 2) size *= 2;
        slots = new ushort[size];
        for (var i = 0; i < names.Count; i++)
        {
            var slot = Hash(names[i]) & (size - 1);
            while (slots[slot] != 0) slot = (slot + 1) & (size - 1);
            slots[slot] = (ushort)(i + 1);
        }
    }

    public int Count => names.Length;
    public ReadOnlySpan<byte> this[int position] => names[position];

    /// <summary>Position of the name, -1 when it is not in the table.</summary>
    public int Find(ReadOnlySpan<byte> name)
    {
        var mask = slots.Length - 1;
        for (var slot = Hash(name) & mask; slots[slot] != 0; slot = (slot + 1) & mask)
        {
            var position = slots[slot] - 1;
            if (name.SequenceEqual(names[position])) return position;
        }
        return -1;
    }

    // The first and last eight bytes and the length tell FHIR's names apart well enough; names come from us, not from the input.
    static int Hash(ReadOnlySpan<byte> name)
    {
        ulong head = 0, tail = 0;
        if (name.Length >= 8)
        {
            head = MemoryMarshal.Read<ulong>(name);
            tail = MemoryMarshal.Read<ulong>(name[^8..]);
        }
        else
        {
            foreach (var b in name) head = (head << 8) | b;
        }
        var mixed = (head * 0x9E3779B97F4A7C15UL) ^ (tail * 0xC2B2AE3D27D4EB4FUL) ^ (ulong)name.Length;
        return (int)((mixed * 0x9E3779B97F4A7C15UL) >> 40);
    }
}
