using Socle.Access;
using Socle.Fhir;
using Socle.Platform;
using Socle.Store;

namespace Socle.Directories;

/// <summary>What is shown of those who were found, read from the directory itself as anybody may read it.</summary>
sealed class OfferCards(RecordStore store, AccessDesk desk)
{
    // Somebody who is nobody in particular: a citizen without a record sees the shared space and nothing else.
    static readonly Agent Anybody = new(AgentKind.Citizen, "public:offre", "Public", null, null, null, 0, 0);

    public async Task<IReadOnlyList<OfferCard>> Of(OfferAsk ask, IReadOnlyList<OfferHit> hits, int first, CancellationToken stop)
    {
        var scope = await desk.Enter(Anybody, Purposes.Personal, stop);
        var cards = new List<OfferCard>();
        foreach (var (number, hit) in hits.Index().Select(pair => (first + pair.Index, pair.Item))) cards.Add(await Card(scope, ask, number, hit, stop));
        return cards;
    }

    async Task<OfferCard> Card(Scope scope, OfferAsk ask, int number, OfferHit hit, CancellationToken stop)
    {
        var row = hit.Row;
        using var place = await Read(scope, "Location", row.Place, stop);
        using var service = await Read(scope, "HealthcareService", row.Service, stop);
        using var role = row.Service == row.Number ? null : await Read(scope, "PractitionerRole", row.Number, stop);
        var name = role is not null ? await NameOf(scope, role.Root, stop) : service?.Root["name"].Text;
        var phone = new[] { role, service, place }.OfType<FhirDocument>().Select(document => PublicPhone(document.Root)).FirstOrDefault(found => found is not null);
        var placeName = place?.Root["name"].Text ?? "";
        var zone = LocalTime.Zone(row.Zone);
        return new(number, name ?? placeName, ask.Kind.Shown, name is not null && placeName.Length > 0 && !name.Contains(placeName, StringComparison.Ordinal)
                && !placeName.Contains(name, StringComparison.Ordinal) ? placeName : "",
            Address(place?.Root["address"] ?? default), hit.Kilometres, row.Spot,
            OfferWords.Opening(hit.State, OpeningHours.Local(ask.OpenAt ?? ask.Now, zone)), hit.State.IsOpen, hit.State.Known,
            OfferWords.Features(row.Features), phone, phone is null ? null : OfferWords.Phone(phone));
    }

    async Task<string?> NameOf(Scope scope, FhirNode role, CancellationToken stop)
    {
        if (role["practitioner"]["display"].Text is { Length: > 0 } shown) return shown;
        if (role["practitioner"]["reference"].Text?.Split('/') is not ["Practitioner", var id]) return null;
        if (await store.Read(scope, "Practitioner", id, stop) is not { Deleted: false } stored) return null;
        using var person = FhirDocument.Parse(stored.Bytes);
        var name = person.Root["name"];
        return string.Join(' ', new[] { name["prefix"].Text, name["given"].Text, name["family"].Text }.Where(part => !string.IsNullOrEmpty(part)));
    }

    async Task<FhirDocument?> Read(Scope scope, string type, long number, CancellationToken stop) =>
        number > 0 && await store.Read(scope, type, store.IdOf(0, number), stop) is { Deleted: false } stored ? FhirDocument.Parse(stored.Bytes) : null;

    static string? PublicPhone(FhirNode resource)
    {
        foreach (var telecom in resource.All("telecom"))
            if (telecom["system"].Text == "phone" && telecom["value"].Text is { Length: > 0 } value && Confidentiality.LevelOf(telecom) <= 1) return value;
        return null;
    }

    static string Address(FhirNode address)
    {
        var line = string.Join(", ", address.All("line").Select(one => one.Text).Where(text => !string.IsNullOrEmpty(text)));
        var town = string.Join(' ', new[] { address["postalCode"].Text, address["city"].Text }.Where(text => !string.IsNullOrEmpty(text)));
        return line.Length == 0 ? town : town.Length == 0 ? line : $"{line}, {town}";
    }
}
