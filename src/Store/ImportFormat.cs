namespace Socle.Store;

/// <summary>
/// A kind of file that a module takes in when somebody imports files: nomenclatures, packages of profiles. It is asked before the file is
/// looked at as FHIR, CDA or a document; what it refuses, it refuses by a Refusal or a FhirException.
/// </summary>
public abstract class ImportFormat
{
    /// <summary>As the summary of the import calls it: « nomenclature », « paquet FHIR ».</summary>
    public abstract string Kind { get; }

    /// <summary>By the first bytes or the name; must be cheap.</summary>
    public abstract bool Recognizes(ReadOnlySpan<byte> bytes, string path);

    public abstract Task<Imported> Import(Scope scope, string path, ReadOnlyMemory<byte> bytes, CancellationToken stop);

    /// <summary>True where the format reads the file itself, whatever its size; <see cref="Recognizes"/> is then given its beginning.</summary>
    public virtual bool ReadsFile => false;

    public virtual Task<Imported> ImportFile(Scope scope, string path, ImportChoices choices, CancellationToken stop) => throw new NotSupportedException();
}

/// <summary>What the one who imports has said of the files.</summary>
/// <param name="Encoding">Null: UTF-8.</param>
/// <param name="MayRemoveMany">An extract that lost many of its lines is meant to.</param>
public sealed record ImportChoices(string? Encoding, bool MayRemoveMany);

/// <param name="Added">Resources that are new or changed.</param>
/// <param name="Same">Resources that stood there already.</param>
/// <param name="Detail">French: what it was.</param>
public sealed record Imported(int Added, int Same, string Detail)
{
    /// <summary>French: parts of the file that were refused while the others were stored.</summary>
    public IReadOnlyList<string> Faults { get; init; } = [];
}
