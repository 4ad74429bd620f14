using System.Text.RegularExpressions;
using Socle.Fhir;
using Socle.Platform;
using Socle.Store;

namespace Socle.Directories;

/// <summary>What one kind of extract makes of its lines.</summary>
abstract class ExtractImport(ImportRun run) : IDisposable
{
    protected ImportRun Run => run;
    protected EntryJson Json { get; } = new();

    public void Dispose() => Json.Dispose();

    protected int At(string[] name) => run.File.Shape.Column(name);

    protected int At(string name) => run.File.Shape.Column(name);

    /// <summary>French: why the line says nothing that can be kept; null where it is right.</summary>
    public abstract string? FaultOf(ExtractLine line);

    /// <summary>What makes two lines speak of the same thing.</summary>
    public abstract string IdentityOf(ExtractLine line);

    /// <summary>As the report names it.</summary>
    public abstract string LabelOf(ExtractLine line);

    /// <summary>Writes what the new and changed lines say, and keeps the lines with it.</summary>
    public abstract Task Write(IReadOnlyList<LineChange> changes, CancellationToken stop);

    /// <param name="keep">Takes the lines out of the table, in the commit of what their going changes.</param>
    public abstract Task Remove(IReadOnlyList<KnownLine> gone, Action<Unit, IReadOnlyList<KnownLine>> keep, CancellationToken stop);

    public virtual Task AfterRemovals(IAsyncEnumerable<(long Slot, long Person, string Facts)> left, CancellationToken stop) => Task.CompletedTask;

    /// <summary>Once every line is written.</summary>
    public virtual Task Done(CancellationToken stop) => Task.CompletedTask;

    /// <summary>Lines with the same text here, next to each other in the file, are not parted.</summary>
    public abstract string Together(ExtractLine line);

    protected static WriteOp Create(byte[] body) => new WriteOp.Create(FhirDocument.Parse(body));

    protected static WriteOp Update(Stored standing, byte[] body) => new WriteOp.Update(standing.Type, standing.Id, null, FhirDocument.Parse(body));

    /// <summary>Identifiers that stand in the entry, of any system and use.</summary>
    protected static IEnumerable<string> IdentifiersOf(Stored entry)
    {
        using var document = FhirDocument.Parse(entry.Bytes);
        var values = new List<string>();
        foreach (var one in document.Root.All("identifier"))
            if (one["value"].Text is { } value) values.Add(value);
        return values;
    }

    /// <summary>What stands by its number; 0 is none.</summary>
    protected Task<IReadOnlyDictionary<long, Stored>> Read(string type, IEnumerable<long> numbers, CancellationToken stop) =>
        run.Records.SharedByNumber(run.Scope, type, numbers.Where(number => number != 0), stop);
}

static partial class ExtractDay
{
    /// <summary>« PS_LibreAcces_Personne_activite_202611220312.txt », « etalab-cs1100502-stock-20261112-0339.csv ».</summary>
    public static string? Of(string file) => Stamp().Match(file) is { Success: true } found
        ? $"{found.Groups[1].Value}-{found.Groups[2].Value}-{found.Groups[3].Value}" : null;

    [GeneratedRegex("(20[0-9]{2})(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])", RegexOptions.NonBacktracking)]
    private static partial Regex Stamp();
}
