namespace Socle.Identities;

/// <summary>One of the square sizes of the standard.</summary>
/// <param name="Size">Modules a side.</param>
/// <param name="Data">Code words of content.</param>
/// <param name="Correction">Code words of error correction, of all blocks.</param>
/// <param name="Blocks">The content is dealt out to so many.</param>
sealed record DatamatrixShape(int Size, int RegionsASide, int Data, int Correction, int Blocks)
{
    /// <summary>ISO/IEC 16022 table 7; the two largest, of blocks of unequal length, are left out: 1 050 code words are enough here.</summary>
    public static IReadOnlyList<DatamatrixShape> All { get; } =
    [
        new(10, 1, 3, 5, 1), new(12, 1, 5, 7, 1), new(14, 1, 8, 10, 1), new(16, 1, 12, 12, 1), new(18, 1, 18, 14, 1), new(20, 1, 22, 18, 1),
        new(22, 1, 30, 20, 1), new(24, 1, 36, 24, 1), new(26, 1, 44, 28, 1), new(32, 2, 62, 36, 1), new(36, 2, 86, 42, 1), new(40, 2, 114, 48, 1),
        new(44, 2, 144, 56, 1), new(48, 2, 174, 68, 1), new(52, 2, 204, 84, 2), new(64, 4, 280, 112, 2), new(72, 4, 368, 144, 4),
        new(80, 4, 456, 192, 4), new(88, 4, 576, 224, 4), new(96, 4, 696, 272, 4), new(104, 4, 816, 336, 6), new(120, 6, 1050, 408, 6)
    ];

    /// <summary>Modules a side without the finders of the regions.</summary>
    public int Inner => Size - 2 * RegionsASide;
}
