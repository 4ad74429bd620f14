using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Socle.Cda;
using Socle.Fhir;
using Socle.Platform;
using Socle.Store;

namespace Socle.SharedRecord;

/// <summary>
/// A file becomes a document of a record: its bytes say what it is, dangerous ones are refused, places are taken out of photographs,
/// and the reference with its content is written in one transaction through the same rules as the API.
/// </summary>
sealed class Deposit(RecordStore store, Blobs blobs, SharedRecordStore documents, ClamAv antivirus, SharedRecordSettings settings, Keys keys, TimeProvider time)
{
    // Large files are held whole while they are judged: a few at a time.
    static readonly SemaphoreSlim Large = new(4, 4);
    const long LargeFrom = 1 << 20;

    public async Task<WriteResult> File(Scope scope, string patientId, Stream file, DepositForm form, CancellationToken stop)
    {
        var bytes = await ReadWhole(file, stop);
        var held = bytes.Length > LargeFrom;
        if (held) await Large.WaitAsync(stop);
        try
        {
            return await Bytes(scope, patientId, bytes, form, stop);
        }
        finally
        {
            if (held) Large.Release();
        }
    }

    public async Task<WriteResult> Bytes(Scope scope, string patientId, byte[] bytes, DepositForm form, CancellationToken stop)
    {
        var kind = FileSorter.KindOf(bytes);
        await antivirus.Check(bytes, stop);
        if (kind == FileKind.Pdf) PdfInspector.Check(bytes);
        if (kind is FileKind.Jpeg or FileKind.Png) bytes = PhotoCleaner.Clean(kind, bytes);
        if (kind == FileKind.Cda) return await Cda(scope, patientId, bytes, stop);
        var facts = Facts(scope.Agent, patientId, kind, bytes, form);
        return await Write(scope, bytes, FileSorter.MediaType(kind), url => DocumentComposer.OfFile(facts, $"Patient/{patientId}", url, time.GetUtcNow()), stop);
    }

    async Task<WriteResult> Cda(Scope scope, string patientId, byte[] bytes, CancellationToken stop)
    {
        var document = CdaReader.Parse(bytes);
        if (document.AttachedBody is { DetectedType: "application/pdf" } body) PdfInspector.Check(body.Content);
        var data = CdaMetadata.Of(document, bytes);
        return await WriteCda(scope, patientId, bytes, data, stop);
    }

    /// <summary>A CDA whose header was read already.</summary>
    public async Task<WriteResult> WriteCda(Scope scope, string patientId, byte[] bytes, DocumentMetadata data, CancellationToken stop)
    {
        var replaced = await Replaced(patientId, data, stop);
        return await Write(scope, bytes, "text/xml",
            url => DocumentComposer.OfCda(data, $"Patient/{patientId}", url, time.GetUtcNow(), replaced), stop);
    }

    // The header names what it replaces by identifier. Unknown here: it was filed elsewhere. Known in another record: a mistake.
    async Task<string?> Replaced(string patientId, DocumentMetadata data, CancellationToken stop)
    {
        if (data.Replaces.Count == 0 || await PatientKey(patientId, stop) is not { } patient) return null;
        if (await documents.ByUniqueId(patient, data.UniqueId, stop) is not null) return null;   // sent again: the rule answers with it
        foreach (var uniqueId in data.Replaces)
        {
            if (await documents.ByUniqueId(patient, uniqueId, stop) is { } row) return $"DocumentReference/{keys.ExternalId(row.Patient, row.Number)}";
            if (await documents.IsElsewhere(patient, uniqueId, stop)) throw SharedRecordRefusals.ReplacedUnknown.With();
        }
        return null;
    }

    ValueTask<long?> PatientKey(string patientId, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        return ValueTask.FromResult<long?>(keys.TryReadId(patientId, out var patient, out _) ? patient : null);
    }

    async Task<WriteResult> Write(Scope scope, byte[] bytes, string mediaType, Func<string, byte[]> reference, CancellationToken stop)
    {
        using var content = new MemoryStream(bytes, writable: false);
        var staged = await blobs.Stage(content, settings.LargestBytes, stop);
        var placeholder = Convert.ToBase64String(Encoding.ASCII.GetBytes($"blob {staged.Id:x16}"));
        var binaryUrl = $"urn:uuid:{UuidOf(staged.Sha256)}";
        var binary = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["resourceType"] = "Binary", ["contentType"] = mediaType, ["data"] = placeholder });
        using var document = FhirDocument.Parse(reference(binaryUrl));
        using var container = FhirDocument.Parse(binary);
        var options = new WriteOptions(new Dictionary<string, StagedBlob> { [placeholder] = staged }, KeepIds: false, Quarantine: false);
        var results = await store.Write(scope, [new WriteOp.Create(document), new WriteOp.Create(container, null, binaryUrl)], options, stop);
        return results[0];
    }

    static FileFacts Facts(Agent agent, string patientId, FileKind kind, byte[] bytes, DepositForm form)
    {
        var mine = agent.Kind == AgentKind.Citizen;
        var type = DocumentTypes.Find(form.TypeCode) ?? DocumentTypes.Find(mine ? "EXPPAT_2" : "34120-6")!;
        var title = First(form.Title, Path.GetFileNameWithoutExtension(form.FileName)) ?? throw SharedRecordRefusals.TitleMissing.With();
        return new(kind, UniqueIdOf(agent, patientId, bytes, form), title, type, mine ? DocumentTypes.Class("90") : type.Class, form.Date, bytes.Length,
            Convert.ToBase64String(DocumentBytes.Sha1(bytes)))
        {
            AuthorName = agent.Name,
            AuthorRole = agent.Role,
            AuthorId = agent.Id.StartsWith("rpps:", StringComparison.Ordinal) ? (Rpps.System, agent.Id["rpps:".Length..]) : null,
            StructureName = agent.StructureName,
            PatientAuthor = mine && agent.Id == $"patient:{patientId}" ? $"Patient/{patientId}" : null
        };
    }

    // One form sent twice, or one file imported twice, has one identifier and so is one document.
    static string UniqueIdOf(Agent agent, string patientId, byte[] bytes, DepositForm form)
    {
        var what = Encoding.UTF8.GetBytes($"{agent.Id}|{patientId}|{form.Submission}|{Convert.ToHexString(SHA256.HashData(bytes))}");
        return $"urn:uuid:{UuidOf(SHA256.HashData(what))}";
    }

    /// <summary>A version 8 UUID (RFC 9562: bits of one's own) of a hash.</summary>
    internal static Guid UuidOf(ReadOnlySpan<byte> hash)
    {
        Span<byte> bytes = stackalloc byte[16];
        hash[..16].CopyTo(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new(bytes, bigEndian: true);
    }

    async Task<byte[]> ReadWhole(Stream file, CancellationToken stop)
    {
        using var whole = new MemoryStream();
        var buffer = new byte[64 << 10];
        int read;
        while ((read = await file.ReadAsync(buffer, stop)) > 0)
        {
            if (whole.Length + read > settings.LargestBytes) throw SharedRecordRefusals.FileTooLarge.With(settings.LargestDocument);
            whole.Write(buffer, 0, read);
        }
        return whole.ToArray();
    }

    static string? First(params string?[] texts) => texts.Select(text => text?.Trim()).FirstOrDefault(text => !string.IsNullOrEmpty(text));
}
