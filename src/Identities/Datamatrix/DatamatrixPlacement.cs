namespace Socle.Identities;

/// <summary>
/// Where the bits of the code words stand (ISO/IEC 16022 annex F): each word is a shape of eight modules, laid diagonally up and down
/// through the square; four arrangements of the corners take what is cut.
/// </summary>
sealed class DatamatrixPlacement
{
    // Row and column of the eight bits, highest first, from the module of the lowest.
    static readonly (int Row, int Column)[] shape = [(-2, -2), (-2, -1), (-1, -2), (-1, -1), (-1, 0), (0, -2), (0, -1), (0, 0)];

    // The same for the corners, negative from the end.
    static readonly (int Row, int Column)[][] corners =
    [
        [(-1, 0), (-1, 1), (-1, 2), (0, -2), (0, -1), (1, -1), (2, -1), (3, -1)],
        [(-3, 0), (-2, 0), (-1, 0), (0, -4), (0, -3), (0, -2), (0, -1), (1, -1)],
        [(-3, 0), (-2, 0), (-1, 0), (0, -2), (0, -1), (1, -1), (2, -1), (3, -1)],
        [(-1, 0), (-1, -1), (0, -3), (0, -2), (0, -1), (1, -3), (1, -2), (1, -1)]
    ];

    readonly int side;
    readonly byte[] words;
    readonly bool[,] bits, taken;
    int next;

    DatamatrixPlacement(int side, byte[] words) => (this.side, this.words, bits, taken) = (side, words, new bool[side, side], new bool[side, side]);

    public static bool[,] Place(int side, byte[] words)
    {
        var placement = new DatamatrixPlacement(side, words);
        placement.Run();
        return placement.bits;
    }

    void Run()
    {
        var (row, column) = (4, 0);
        do
        {
            if (row == side && column == 0) Corner(0);
            if (row == side - 2 && column == 0 && side % 4 != 0) Corner(1);
            if (row == side - 2 && column == 0 && side % 8 == 4) Corner(2);
            if (row == side + 4 && column == 2 && side % 8 == 0) Corner(3);
            for (; row >= 0 && column < side; (row, column) = (row - 2, column + 2))
            {
                if (row < side && column >= 0 && !taken[row, column]) Word(row, column);
            }
            (row, column) = (row + 1, column + 3);
            for (; row < side && column >= 0; (row, column) = (row + 2, column - 2))
            {
                if (row >= 0 && column < side && !taken[row, column]) Word(row, column);
            }
            (row, column) = (row + 3, column + 1);
        }
        while (row < side || column < side);
        // Four modules are left in some sizes: a fixed pattern.
        if (!taken[side - 1, side - 1]) bits[side - 1, side - 1] = bits[side - 2, side - 2] = true;
    }

    void Word(int row, int column)
    {
        var word = words[next++];
        for (var bit = 0; bit < 8; bit++)
        {
            var (r, c) = (row + shape[bit].Row, column + shape[bit].Column);
            // What leaves the square above or on the left comes in again on the other side, shifted.
            if (r < 0) (r, c) = (r + side, c + 4 - (side + 4) % 8);
            if (c < 0) (r, c) = (r + 4 - (side + 4) % 8, c + side);
            Set(r, c, word, bit);
        }
    }

    void Corner(int which)
    {
        var word = words[next++];
        for (var bit = 0; bit < 8; bit++)
        {
            var (row, column) = corners[which][bit];
            Set(row < 0 ? row + side : row, column < 0 ? column + side : column, word, bit);
        }
    }

    void Set(int row, int column, byte word, int bit)
    {
        bits[row, column] = (word >> (7 - bit) & 1) == 1;
        taken[row, column] = true;
    }
}
