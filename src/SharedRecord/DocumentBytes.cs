using System.Security.Cryptography;
using Socle.Cda;
using Socle.Fhir;
using Socle.Identities;
using Socle.Platform;
using Socle.Store;

namespace Socle.SharedRecord;

/// <summary>The bytes of a document as the rules compare them; <paramref name="Cda"/> is its header when it is one.</summary>
sealed record DocumentContent(long Size, byte[] Sha1, long? BlobId, DocumentMetadata? Cda);

/// <summary>Finds and judges the bytes that a DocumentReference speaks of.</summary>
sealed class DocumentBytes(Blobs blobs, Keys keys, ClamAv antivirus)
{
    public string ExternalId(long patient, long number) => keys.ExternalId(patient, number);

    public async ValueTask<DocumentContent> OfInline(WriteContext write, string data, CancellationToken stop)
    {
        if (write.Options.Blobs.TryGetValue(data, out var staged)) return await OfStaged(staged, stop);
        byte[] bytes;
        try
        {
            bytes = Convert.FromBase64String(data);
        }
        catch (FormatException)
        {
            throw StoreRefusals.BadBinary.With();
        }
        return await Of(bytes, null, stop);
    }

    /// <summary>Null when the address leads to no Binary of this record.</summary>
    public async ValueTask<DocumentContent?> OfUrl(WriteContext write, string url, CancellationToken stop)
    {
        var together = write.Together.FirstOrDefault(other => other.Type == "Binary" && $"Binary/{other.Id}" == url);
        if (together?.Blob is { } staged) return await OfStaged(staged, stop);
        if (!url.StartsWith("Binary/", StringComparison.Ordinal)) return null;
        if (await write.Follow(url, stop) is not { BlobId: { } blob } binary || binary.PatientKey != write.Patient) return null;
        await using var content = await blobs.Open(binary.PatientKey, blob, stop);
        return await Of(await ReadAll(content, stop), blob, stop);
    }

    async ValueTask<DocumentContent> OfStaged(StagedBlob staged, CancellationToken stop)
    {
        if (staged.Size == 0) throw SharedRecordRefusals.FileEmpty.With();
        if (!MayBeCda(staged.Head) && !antivirus.IsOn) return new(staged.Size, staged.Sha1, staged.Id, null);
        await using var content = blobs.OpenStaged(staged);
        return await Of(await ReadAll(content, stop), staged.Id, stop);
    }

    async ValueTask<DocumentContent> Of(byte[] bytes, long? blob, CancellationToken stop)
    {
        if (bytes.Length == 0) throw SharedRecordRefusals.FileEmpty.With();
        await antivirus.Check(bytes, stop);
        return new(bytes.Length, Sha1(bytes), blob, MayBeCda(bytes.AsSpan(0, Math.Min(bytes.Length, 4096))) ? CdaReader.Metadata(bytes) : null);
    }

    static bool MayBeCda(ReadOnlySpan<byte> head) =>
        head.IndexOf("ClinicalDocument"u8) >= 0 || head.IndexOf("C\0l\0i\0n\0i\0c\0a\0l\0D\0o\0c"u8) >= 0;

    static async ValueTask<byte[]> ReadAll(Stream stream, CancellationToken stop)
    {
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes, stop);
        return bytes.ToArray();
    }

#pragma warning disable CA5350 // XDS and FHIR define the hash of a document as SHA-1: it names bytes, it protects nothing
    internal static byte[] Sha1(ReadOnlySpan<byte> bytes) => SHA1.HashData(bytes);
#pragma warning restore CA5350
}

/// <summary>Reads a CDA and says what is wrong with it in one refusal, fault by fault.</summary>
static class CdaReader
{
    public static CdaDocument Parse(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return CdaDocument.Parse(bytes);
        }
        catch (FhirException error)
        {
            throw SharedRecordRefusals.CdaInvalid.With(
                [.. error.Issues.Select(issue => new RefusalIssue(issue.Severity, issue.Code, issue.Expression, issue.Diagnostics))],
                string.Join(" ", error.Issues.Select(issue => issue.Diagnostics)));
        }
    }

    public static DocumentMetadata Metadata(ReadOnlyMemory<byte> bytes) => CdaMetadata.Of(Parse(bytes), bytes);

    /// <summary>The identity that the header states.</summary>
    public static Stated Identity(DocumentMetadata cda)
    {
        var ins = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var id in cda.PatientIds)
            if (Ins.Systems.Current.Contains(id.System) && id.Extension is { } value) ins[id.System] = value;
        return new(ins, Traits(cda));
    }

    public static Traits Traits(DocumentMetadata cda)
    {
        var patient = cda.SourcePatient;
        var first = patient.Given.Count > 0 ? string.Join(' ', patient.Given) : patient.FirstGiven;
        return new(patient.BirthName, first, patient.BirthDate is { } born ? Identities.Traits.IsoDate(born.ToFhir()[..Math.Min(10, born.ToFhir().Length)]) : null,
            patient.Sex is "F" or "M" ? patient.Sex : null, patient.BirthPlaceCode);
    }
}
