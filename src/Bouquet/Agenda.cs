using System.Globalization;
using Socle.Access;
using Socle.Fhir;
using Socle.Identities;
using Socle.Platform;
using Socle.Platform.Web;
using Socle.Store;

namespace Socle.Bouquet;

/// <summary>
/// Whom a professional sees today, from the Appointment resources that name them, and whose records they opened lately. Both lists
/// say no more than name, birth date and sex.
/// </summary>
sealed class Agenda(AccessDesk desk, RecordStore store, IdentitySearch identities, Records records)
{
    const int Recent = 8;

    public async Task<IReadOnlyList<ListedPatient>> Today(Agent professional, PageContext page, CancellationToken stop)
    {
        var midnight = page.Today.ToDateTime(TimeOnly.MinValue);
        var scope = await desk.EnterOwnAgenda(professional, stop);
        var rpps = professional.Id[(professional.Id.IndexOf(':', StringComparison.Ordinal) + 1)..];
        var self = (await store.Search(scope, SearchQuery.Parse("Practitioner", [new("identifier", $"{Rpps.System}|{rpps}")], strict: true), stop)).Matches;
        if (self.Count == 0) return [];
        var query = SearchQuery.Parse("Appointment",
        [
            new("practitioner", self[0].Reference),
            new("date", "ge" + Utc(midnight, page.Zone)), new("date", "lt" + Utc(midnight.AddDays(1), page.Zone)), new("_sort", "date"), new("_count", "60"),
        ], strict: true);
        var appointments = (await store.Search(scope, query, stop)).Matches;
        var open = (await desk.RelationsOf(professional, stop)).Select(r => r.Patient).ToHashSet();
        var cards = await identities.Cards([.. appointments.Select(a => a.PatientKey).Distinct()], stop);
        return [.. appointments.Where(a => cards.ContainsKey(a.PatientKey))
            .Select(a => new ListedPatient(cards[a.PatientKey], records.PathOf(a.PatientKey), open.Contains(a.PatientKey), Hour(a, page.Zone)))];
    }

    public async Task<IReadOnlyList<ListedPatient>> RecentOf(Agent professional, CancellationToken stop)
    {
        var relations = (await desk.RelationsOf(professional, stop)).OrderByDescending(r => r.Since).Take(Recent).ToList();
        var cards = await identities.Cards([.. relations.Select(r => r.Patient)], stop);
        return [.. relations.Where(r => cards.ContainsKey(r.Patient)).Select(r => cards[r.Patient]).DistinctBy(card => card.PatientKey)
            .Select(card => new ListedPatient(card, records.PathOf(card.PatientKey), true))];
    }

    static string? Hour(Stored appointment, TimeZoneInfo zone)
    {
        using var doc = FhirDocument.Parse(appointment.Bytes);
        return DateTimeOffset.TryParse(doc.Root["start"].Text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var start)
            ? TimeZoneInfo.ConvertTime(start, zone).ToString("HH:mm", CultureInfo.InvariantCulture)
            : null;
    }

    static string Utc(DateTime local, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTimeToUtc(local, zone).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
