using System.Globalization;
using System.Text;
using System.Text.Json;
using Socle.Cda;
using Socle.Fhir;
using Socle.Identities;
using Socle.Platform;
using Socle.Store;

namespace Socle.SharedRecord;

/// <summary>
/// Runs for each write of a DocumentReference, by whichever door it comes: its hash and size are the bytes', its identifier names one
/// content, its patient is the record's, what it replaces is superseded with it, and afterwards only its status changes.
/// </summary>
sealed class DocumentRule(SharedRecordStore store, DocumentBytes contents, Chance chance) : WriteRule
{
    public override IReadOnlySet<string> Types { get; } = new HashSet<string> { "DocumentReference", "Binary" };

    public override async ValueTask Apply(WriteContext write, CancellationToken stop)
    {
        if (!PatientKeys.IsPerson(write.Patient)) return;   // in quarantine it is nobody's document yet
        if (write.Type == "Binary")
        {
            RememberBlob(write);
            return;
        }
        if (write.Before is { Deleted: false } before)
        {
            await CheckChange(write, before, stop);
            return;
        }
        if (write.Body is not { } body) return;
        var content = await FindContent(write, body, stop);
        body = write.Body;
        var uniqueId = DocumentReading.UniqueId(body.Root) ?? $"urn:uuid:{write.Id}";
        if (await AnswersWithExisting(write, uniqueId, content, stop)) return;
        await CheckPatient(write, body, content?.Cda, stop);
        await Supersede(write, body, content?.Cda, stop);
        Remember(write, uniqueId, content);
    }

    // The Binary that a rule made of inline bytes has its blob only now.
    static void RememberBlob(WriteContext write)
    {
        if (write.Blob is not { } blob) return;
        foreach (var document in write.Together)
            if (document.Type == "DocumentReference" && document.Body?.Root["content"]["attachment"]["url"].Text == $"Binary/{write.Id}")
                SharedRecordStore.SetBlob(write.Unit, document.Patient, document.Number, blob.Id);
    }

    async ValueTask CheckChange(WriteContext write, Stored before, CancellationToken stop)
    {
        if (write.Body is { } body)
        {
            using var old = FhirDocument.Parse(before.Bytes);
            if (old.Root["status"].Text == body.Root["status"].Text && before.Bytes.Span.SequenceEqual(body.Bytes.Span)) return;
            if (!DocumentChange.IsAllowed(old.Root, body.Root)) throw SharedRecordRefusals.OnlyStatus.With();
            if (old.Root["status"].Text == body.Root["status"].Text) return;
            if (body.Root["status"].Text == "superseded" && IsReplacedTogether(write)) return;
        }
        await CheckOwner(write, stop);
    }

    static bool IsReplacedTogether(WriteContext write) => write.Together.Any(other =>
        other.Type == "DocumentReference" && other.Id != write.Id && other.Body is { } body
        && DocumentReading.Replaced(body.Root).Contains($"DocumentReference/{write.Id}"));

    async ValueTask CheckOwner(WriteContext write, CancellationToken stop)
    {
        var row = await store.ByNumber(write.Patient, write.Number, stop);
        if (row is null || row.Owner != write.Scope.Agent.OwnerKey) throw SharedRecordRefusals.NotYours.With();
    }

    // The content comes in the same transaction, or inline (ITI-105), or stands in the record already.
    async ValueTask<DocumentContent?> FindContent(WriteContext write, FhirDocument body, CancellationToken stop)
    {
        var attachment = body.Root["content"]["attachment"];
        if (attachment["data"].Text is { } data)
        {
            var inline = await contents.OfInline(write, data, stop);
            MoveToBinary(write, body, attachment, data, inline);
            return inline;
        }
        if (attachment["url"].Text is not { } url) return null;
        var content = await contents.OfUrl(write, url, stop);
        if (content is null && write.Together.Any(other => $"{other.Type}/{other.Id}" == url)) return null;   // a Bundle « document »
        if (content is null) return write.Options.KeepIds ? null : throw SharedRecordRefusals.AttachmentMissing.With(Issue(attachment, "url"));
        Compare(attachment, content);
        Complete(write, body, attachment, content);
        return content;
    }

    static void Compare(FhirNode attachment, DocumentContent content)
    {
        if (attachment["hash"].Text is { } hash && hash != Convert.ToBase64String(content.Sha1))
            throw SharedRecordRefusals.HashMismatch.With(Issue(attachment, "hash"));
        if (attachment["size"].Text is { } size && size != content.Size.ToString(CultureInfo.InvariantCulture))
            throw SharedRecordRefusals.SizeMismatch.With(Issue(attachment, "size"), size, content.Size);
    }

    void MoveToBinary(WriteContext write, FhirDocument body, FhirNode attachment, string data, DocumentContent content)
    {
        Compare(attachment, content);
        var id = Convert.ToHexStringLower(chance.Bytes(16));
        var type = attachment["contentType"].Text ?? "application/octet-stream";
        var binary = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["resourceType"] = "Binary", ["id"] = id, ["contentType"] = type, ["data"] = data });
        var splice = new Splice(body);
        splice.Remove(attachment["data"]);
        splice.SetProperty(attachment, "url", Quoted($"Binary/{id}"));
        SetHashAndSize(splice, attachment, content);
        write.Replace(splice.Apply());
        write.Add(new WriteOp.Update("Binary", id, null, FhirDocument.Parse(binary)));
    }

    static void Complete(WriteContext write, FhirDocument body, FhirNode attachment, DocumentContent content)
    {
        if (attachment["hash"].Exists && attachment["size"].Exists) return;
        var splice = new Splice(body);
        SetHashAndSize(splice, attachment, content);
        write.Replace(splice.Apply());
    }

    static void SetHashAndSize(Splice splice, FhirNode attachment, DocumentContent content)
    {
        if (!attachment["hash"].Exists) splice.SetProperty(attachment, "hash", Quoted(Convert.ToBase64String(content.Sha1)));
        if (!attachment["size"].Exists) splice.SetProperty(attachment, "size", Encoding.UTF8.GetBytes(content.Size.ToString(CultureInfo.InvariantCulture)));
    }

    // The same identifier again: the same bytes are the same document, other bytes are a mistake that must not pass.
    async ValueTask<bool> AnswersWithExisting(WriteContext write, string uniqueId, DocumentContent? content, CancellationToken stop)
    {
        RefuseTwiceInOneTransaction(write, uniqueId);
        if (await store.ByUniqueId(write.Patient, uniqueId, stop) is not { } row) return false;
        if (content is not null && !row.Content.AsSpan().SequenceEqual(content.Sha1)) throw SharedRecordRefusals.UniqueIdTaken.With(uniqueId);
        // Who may not see the document that is there learns that the identifier is taken, and nothing of the document.
        var seen = await write.Find(SearchQuery.Parse("DocumentReference", [new("_id", contents.ExternalId(row.Patient, row.Number))], strict: true), stop);
        if (seen is not [var existing]) throw SharedRecordRefusals.UniqueIdTaken.With(uniqueId);
        write.AnswerWith(existing);
        await AnswerBinary(write, existing, stop);
        return true;
    }

    static void RefuseTwiceInOneTransaction(WriteContext write, string uniqueId)
    {
        var twins = write.Together.Count(other => other.Type == "DocumentReference" && other.Patient == write.Patient && other.Interaction == Interaction.Create
            && other.Body is { } body && DocumentReading.UniqueId(body.Root) == uniqueId);
        if (twins > 1) throw SharedRecordRefusals.UniqueIdTaken.With(uniqueId);
    }

    static async ValueTask AnswerBinary(WriteContext write, Stored existing, CancellationToken stop)
    {
        if (write.Body?.Root["content"]["attachment"]["url"].Text is not { } url) return;
        using var document = FhirDocument.Parse(existing.Bytes);
        if (document.Root["content"]["attachment"]["url"].Text is not { } there || await write.Follow(there, stop) is not { } binary) return;
        write.Together.FirstOrDefault(other => other.Type == "Binary" && $"Binary/{other.Id}" == url && other.Before is null)?.AnswerWith(binary);
    }

    // ANS, volet Partage: a document is filed where INS, name and birth date agree, and nowhere else.
    static async ValueTask CheckPatient(WriteContext write, FhirDocument body, DocumentMetadata? cda, CancellationToken stop)
    {
        if (body.Root["subject"]["reference"].Text is not { } subject || await write.Follow(subject, stop) is not { } record) return;
        using var patient = FhirDocument.Parse(record.Bytes);
        var known = Stated.Of(patient.Root);
        var claims = new List<Stated>();
        if (DocumentReading.SourcePatient(body.Root) is { Exists: true } source) claims.Add(Stated.Of(source));
        if (cda is not null) claims.Add(CdaReader.Identity(cda));
        var differs = claims.SelectMany(claim => claim.Contradictions(known)).Distinct().ToList();
        if (differs.Count > 0) throw SharedRecordRefusals.OtherPatient.With(string.Join(", ", differs));
    }

    async ValueTask Supersede(WriteContext write, FhirDocument body, DocumentMetadata? cda, CancellationToken stop)
    {
        foreach (var reference in DocumentReading.Replaced(body.Root))
        {
            var together = write.Together.FirstOrDefault(other => $"DocumentReference/{other.Id}" == reference && other.Before is not null);
            var old = together?.Before ?? await write.Follow(reference, stop);
            if (old is not { Deleted: false, Type: "DocumentReference" } || old.PatientKey != write.Patient) throw SharedRecordRefusals.ReplacedUnknown.With();
            using var document = FhirDocument.Parse(old.Bytes);
            if (document.Root["status"].Text != "current") throw SharedRecordRefusals.ReplacedNotCurrent.With();
            if (together is not null) continue;   // the transaction says it itself (MHD's PATCH entry)
            var splice = new Splice(document);
            splice.Replace(document.Root["status"], "\"superseded\""u8);
            write.Add(new WriteOp.Update("DocumentReference", old.Id, null, FhirDocument.Parse(splice.Apply())));
        }
        if (cda is not { SetId: { } set, Version: { } version } || await store.LastVersion(write.Patient, set, stop) is not { } last) return;
        // Version 1 may be filed here and 2 elsewhere; but 2 never after 3, and 3 not while 2 is missing here.
        if (version != last + 1) throw SharedRecordRefusals.VersionOrder.With(version, last);
    }

    void Remember(WriteContext write, string uniqueId, DocumentContent? content)
    {
        var row = new DocumentRow(write.Patient, write.Number, content?.Cda?.Version ?? 1, write.Scope.Agent.OwnerKey, content?.Sha1 ?? [], content?.BlobId);
        store.Save(write.Unit, row, uniqueId, content?.Cda?.SetId, () => StoreRefusals.WrittenMeanwhile.With());
    }

    static byte[] Quoted(string text) => JsonSerializer.SerializeToUtf8Bytes(text);

    static IReadOnlyList<RefusalIssue> Issue(FhirNode attachment, string property) => [new("error", "business-rule", $"{attachment.Path}.{property}", "not what the bytes say")];
}
