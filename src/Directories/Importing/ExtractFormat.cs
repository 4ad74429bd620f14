using Socle.Platform;
using Socle.Store;

namespace Socle.Directories;

/// <summary>The public extracts of RPPS, ADELI and FINESS, as a kind of file that whoever imports files takes in.</summary>
sealed class ExtractFormat(IServiceProvider services, DirectoriesStore store, Keys keys, TimeProvider clock) : ImportFormat
{
    public override string Kind => "extraction";

    public override bool ReadsFile => true;

    public override bool Recognizes(ReadOnlySpan<byte> bytes, string path)
    {
        var start = bytes[..Math.Min(bytes.Length, 16 << 10)];
        return (start.IndexOf((byte)'|') >= 0 || start.IndexOf((byte)';') >= 0) && !start.TrimStart(" \t\r\n"u8).StartsWith("{"u8)
            && ExtractShape.Of(ExtractFile.Head(start)) is not null;
    }

    public override Task<Imported> Import(Scope scope, string path, ReadOnlyMemory<byte> bytes, CancellationToken stop) => ImportFile(scope, path, new(null, false), stop);

    public override async Task<Imported> ImportFile(Scope scope, string path, ImportChoices choices, CancellationToken stop)
    {
        var file = ExtractFile.Check(path, choices.Encoding, stop);
        // The Store asks the rules of all modules: it is there once the program is built, not before.
        var records = (RecordStore)services.GetService(typeof(RecordStore))!;
        var run = new ImportRun(records, store, keys, clock, scope, file, choices.MayRemoveMany);
        using ExtractImport import = file.Shape.Kind switch
        {
            ExtractKind.Activities => new ActivityImport(run),
            ExtractKind.Degrees or ExtractKind.Skills => new QualificationImport(run),
            ExtractKind.Passages => new PassageImport(run),
            _ => new StructureImport(run)
        };
        var imported = await run.Run(import, stop);
        // Of who is suspended a new situation may have come.
        await ((SuspendedEntries)services.GetService(typeof(SuspendedEntries))!).Apply(again: true, stop);
        return imported;
    }
}
