using System.Globalization;
using System.Text;
using QRCoder;

namespace Socle.Rights;

/// <summary>A QR code as rows of squares, with its quiet zone, and as the path of an SVG.</summary>
sealed class QrDrawing
{
    QrDrawing(IReadOnlyList<IReadOnlyList<bool>> rows) => Rows = rows;

    public IReadOnlyList<IReadOnlyList<bool>> Rows { get; }

    public int Size => Rows.Count;

    public static QrDrawing Of(string text)
    {
        using var code = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.M);
        return new([.. code.ModuleMatrix.Select(row => (IReadOnlyList<bool>)[.. row.Cast<bool>()])]);
    }

    /// <summary>The runs of dark squares, a rectangle each.</summary>
    public string Path
    {
        get
        {
            var path = new StringBuilder();
            for (var y = 0; y < Size; y++)
                for (var x = 0; x < Size; x++)
                {
                    if (!Rows[y][x]) continue;
                    var from = x;
                    while (x < Size && Rows[y][x]) x++;
                    path.Append(CultureInfo.InvariantCulture, $"M{from} {y}h{x - from}v1h-{x - from}z");
                }
            return path.ToString();
        }
    }
}
