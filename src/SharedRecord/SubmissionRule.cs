using Socle.Store;

namespace Socle.SharedRecord;

/// <summary>A submission set or folder (List) that is sent again under its unique identifier is the one that is there.</summary>
sealed class SubmissionRule(SharedRecordStore store, Platform.Keys keys) : WriteRule
{
    public override IReadOnlySet<string> Types { get; } = new HashSet<string> { "List" };

    public override async ValueTask Apply(WriteContext write, CancellationToken stop)
    {
        if (!PatientKeys.IsPerson(write.Patient) || write.Before is not null || write.Body is not { } body) return;
        if (DocumentReading.UniqueId(body.Root) is not { } uniqueId) return;
        if (await store.ByUniqueId(write.Patient, uniqueId, stop) is { } row
            && await write.Follow($"List/{keys.ExternalId(row.Patient, row.Number)}", stop) is { } existing)
        {
            write.AnswerWith(existing);
            return;
        }
        store.Save(write.Unit, new(write.Patient, write.Number, 1, write.Scope.Agent.OwnerKey, [], null), uniqueId, null, () => StoreRefusals.WrittenMeanwhile.With());
    }
}
