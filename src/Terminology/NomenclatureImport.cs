using Socle.Fhir;
using Socle.Store;

namespace Socle.Terminology;

/// <summary>Tables of the national nomenclature (IHE SVS XML): each becomes a ValueSet, or a CodeSystem, of the shared space.</summary>
sealed class NomenclatureImport(IServiceProvider services) : ImportFormat
{
    static readonly WriteOptions Options = WriteOptions.Default with { KeepIds = true };

    // The Store asks the rules of this module: it is there once the program is built, not before.
    RecordStore? store;

    public override string Kind => "nomenclature";

    public override bool Recognizes(ReadOnlySpan<byte> bytes, string path)
    {
        var start = bytes[..Math.Min(bytes.Length, 4_096)];
        return start.IndexOf("RetrieveValueSetResponse"u8) >= 0
            || (path.EndsWith(".xsd", StringComparison.OrdinalIgnoreCase) && start.IndexOf("urn:ihe:iti:svs:2008"u8) >= 0);
    }

    public override async Task<Imported> Import(Scope scope, string path, ReadOnlyMemory<byte> bytes, CancellationToken stop)
    {
        if (path.EndsWith(".xsd", StringComparison.OrdinalIgnoreCase)) return new(0, 0, "Schéma des tables : rien à ranger.");
        var table = SvsReader.Read(bytes);
        store ??= (RecordStore)services.GetService(typeof(RecordStore))!;
        using var body = FhirDocument.Parse(SvsResource.Of(table));
        var result = (await store.Write(scope, [new WriteOp.Create(body)], Options, stop))[0];
        var added = result.Status == 201 || result.Stored.Version > 1;
        return new(added ? 1 : 0, added ? 0 : 1, $"{table.Name} : {table.Concepts.Count} codes")
        {
            Faults = table.Faults
        };
    }
}
