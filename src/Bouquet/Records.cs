using Socle.Access;
using Socle.Identities;
using Socle.Platform;
using Socle.Platform.Web;
using Socle.Store;

namespace Socle.Bouquet;

/// <summary>One record as a professional came to it: who, and whether a care relation opens it.</summary>
sealed record OpenedRecord(ListedPatient Patient, PatientIdentity Identity, long Key, Relation? Relation, Verdict Why, Scope Scope);

/// <summary>Turns the opaque id of an address into a person, and asks Access what is open.</summary>
sealed class Records(AccessDesk desk, IdentitySearch identities, Keys keys)
{
    const long PatientNumber = 1;

    public string PathOf(long patient) => keys.ExternalId(patient, PatientNumber);

    public async Task<OpenedRecord> Open(Agent professional, string path, string correlation, CancellationToken stop)
    {
        if (!keys.TryReadId(path, out var key, out var number) || number != PatientNumber || await identities.Card(key, stop) is not { } card)
            throw BouquetRefusals.NoSuchPatient.With();
        var relation = (await desk.RelationsOf(professional, stop)).FirstOrDefault(r => r.Patient == key);
        var why = await desk.Explain(professional, key, stop);
        if (why.Suspended) throw AccessRefusals.SharingSuspended.With();
        var scope = await desk.Enter(professional, Purposes.Care, stop);
        return new(new(card, path, why.Allowed), Identity(card, path), key, relation, why, scope.WithCorrelation(correlation));
    }

    /// <summary>The record, or the question why it should open: a page below asks for an open one.</summary>
    public async Task<OpenedRecord> OpenOnly(Agent professional, string path, string correlation, CancellationToken stop)
    {
        var opened = await Open(professional, path, correlation, stop);
        return opened.Why.Allowed ? opened : throw BouquetRefusals.NoSuchDocument.With();
    }

    static PatientIdentity Identity(PatientCard card, string path) => new(
        path, card.BirthName, card.UsedName, card.FirstName,
        card.Sex switch { "F" => "female", "M" => "male", _ => null }, card.BirthDay,
        card.BirthDay is null ? card.ShownBirthDate : null, card.InsStatus);
}
