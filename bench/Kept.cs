using System.Globalization;

namespace Socle.Bench;

/// <summary>A server's data folder, and beside it what the bench must know of its people to go on in a later run.</summary>
sealed class Kept
{
    readonly bool stays;

    Kept(string data, bool stays) => (Data, this.stays) = (data, stays);

    /// <summary>The server's data folder; absent before the first load.</summary>
    public string Data { get; }

    /// <summary>Resources (or people) that were loaded.</summary>
    public int Loaded { get; private set; }

    /// <summary>Bytes of the database before the load.</summary>
    public long Empty { get; set; }

    /// <summary>How fast the load was that ended at a size.</summary>
    public Dictionary<int, double> PerSecond { get; } = [];

    /// <summary>A temporary folder, deleted by <see cref="Leave"/>.</summary>
    public static Kept Nothing
    {
        get
        {
            var data = Directory.CreateTempSubdirectory("socle-bench-data-").FullName;
            Directory.Delete(data);
            return new Kept(data, false);
        }
    }

    /// <param name="folder">Where it stays; null: nowhere.</param>
    public static Kept In(string? folder, string name, string part)
    {
        if (folder is null) return Nothing;
        Directory.CreateDirectory(folder);
        var kept = new Kept(Path.Combine(folder, $"{name}-{part}".ToLowerInvariant()), true);
        if (!File.Exists(kept.State)) return kept;
        var lines = File.ReadAllLines(kept.State);
        (kept.Loaded, kept.Empty) = (int.Parse(lines[0], CultureInfo.InvariantCulture), long.Parse(lines[1], CultureInfo.InvariantCulture));
        foreach (var line in lines[2..])
            kept.PerSecond[int.Parse(line.Split(' ')[0], CultureInfo.InvariantCulture)] = double.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture);
        return kept;
    }

    string State => Data + ".state";
    string PeopleFile => Data + ".people";

    public Population People(Load load, int bundle) => Loaded == 0 ? new Population(load, bundle) : Population.Read(load, bundle, PeopleFile);

    public void Save(Population people, int loaded)
    {
        Loaded = loaded;
        if (!stays) return;
        people.Write(PeopleFile);
        File.WriteAllLines(State, [loaded.ToString(CultureInfo.InvariantCulture), Empty.ToString(CultureInfo.InvariantCulture),
            .. PerSecond.Select(at => string.Create(CultureInfo.InvariantCulture, $"{at.Key} {at.Value:0}"))]);
    }

    public void Leave()
    {
        if (!stays && Directory.Exists(Data)) Directory.Delete(Data, recursive: true);
    }
}
