using System.Globalization;

namespace Socle.Platform;

/// <summary>The list of erased people outside the database, by patient key only: a restored copy of the database is erased again from it.</summary>
static class ShredLedger
{
    const string Name = "shred-ledger";

    public static void Add(DataFolder folder, long patient, long at) =>
        DataFolder.Append(folder.PathOf(Name), string.Create(CultureInfo.InvariantCulture, $"{patient} {at}"));

    public static Dictionary<long, long> Read(DataFolder folder)
    {
        var erased = new Dictionary<long, long>();
        var path = folder.PathOf(Name);
        if (!File.Exists(path)) return erased;
        foreach (var line in File.ReadLines(path))
        {
            // The last line may be torn by a power cut: the row in the database then writes it again.
            var words = line.Split(' ');
            if (words.Length == 2 && long.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out var patient)
                && long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var at)) erased[patient] = at;
        }
        return erased;
    }
}
