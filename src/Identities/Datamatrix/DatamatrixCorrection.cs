namespace Socle.Identities;

/// <summary>Reed-Solomon over GF(256) with the polynomial 301, the roots of the generator being 2¹ … 2ⁿ.</summary>
static class DatamatrixCorrection
{
    const int Polynomial = 301;

    static readonly byte[] powers = new byte[255];
    static readonly int[] logarithms = new int[256];

    static DatamatrixCorrection()
    {
        for (var (i, power) = (0, 1); i < 255; i++)
        {
            (powers[i], logarithms[power]) = ((byte)power, i);
            power <<= 1;
            if (power > 255) power ^= Polynomial;
        }
    }

    /// <summary>The content and what corrects it; several blocks are dealt out in turn, both ways.</summary>
    public static byte[] Append(DatamatrixShape shape, byte[] data)
    {
        var all = new byte[shape.Data + shape.Correction];
        data.CopyTo(all, 0);
        var each = shape.Correction / shape.Blocks;
        var generator = Generator(each);
        for (var block = 0; block < shape.Blocks; block++)
        {
            var rest = new byte[each];
            for (var i = block; i < data.Length; i += shape.Blocks)
            {
                var factor = data[i] ^ rest[0];
                rest.AsSpan(1).CopyTo(rest);
                rest[^1] = 0;
                for (var j = 0; j < each; j++) rest[j] ^= Times(generator[j], (byte)factor);
            }
            for (var j = 0; j < each; j++) all[data.Length + block + j * shape.Blocks] = rest[j];
        }
        return all;
    }

    // Without its highest coefficient, which is 1; the next highest first.
    static byte[] Generator(int degree)
    {
        var coefficients = new byte[degree + 1];
        coefficients[0] = 1;
        for (var root = 1; root <= degree; root++)
        {
            for (var j = root; j > 0; j--) coefficients[j] = (byte)(coefficients[j] ^ Times(coefficients[j - 1], powers[root]));
        }
        return coefficients[1..];
    }

    static byte Times(byte one, byte other) => one == 0 || other == 0 ? (byte)0 : powers[(logarithms[one] + logarithms[other]) % 255];
}
