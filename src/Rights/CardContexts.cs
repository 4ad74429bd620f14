using Microsoft.AspNetCore.Http;
using Socle.Access;
using Socle.Fhir;
using Socle.Identities;
using Socle.Platform;
using Socle.Store;

namespace Socle.Rights;

/// <summary>What a read card opens: who is there, their number where the identity is qualified, their rights, until when the record is open.</summary>
sealed class CardContexts(RecordStore records, AccessDesk access, IdentitySearch identities, Household household, TimeProvider clock)
{
    /// <summary>For the desk that read it, while it is shown.</summary>
    public async Task<CardContext> Of(HttpContext http, Reading reading, CancellationToken stop)
    {
        if (reading is not { ReadAt: { } at, Patient: { } patient } || clock.GetUtcNow() - at > Readings.Shown) throw RightsRefusals.ReadingOver.With();
        var agent = http.Agent();
        var verdict = await access.Explain(agent, patient, stop);
        if (verdict.Suspended) throw AccessRefusals.SharingSuspended.With();
        var card = verdict.Allowed ? await identities.Card(patient, stop) : null;
        if (card is null) throw RightsRefusals.ReadingOver.With();
        var until = (await access.RelationsOf(agent, stop)).Where(one => one.Patient == card.PatientKey).Select(one => (DateTimeOffset?)one.Until).Max();
        return new(card, await Number(agent, card, http.Correlation(), stop), await household.RightsOf(card, stop), at, until ?? at);
    }

    // By the record itself: reading it leaves the trace, and only a qualified identity gives its number.
    async Task<InsDatamatrix?> Number(Agent agent, PatientCard card, string correlation, CancellationToken stop)
    {
        var scope = (await access.Enter(agent, Purposes.Care, stop)).WithCorrelation(correlation);
        if (await records.FindById(scope, "Patient", card.Id, stop) is not { } stored) return null;
        using var document = FhirDocument.Parse(stored.Bytes);
        return InsDatamatrix.Of(document.Root);
    }
}
