using System.Runtime.CompilerServices;
using Socle.Fhir;
using Socle.Store;

namespace Socle.Directories;

/// <summary>The entry of an RPPS number, as the directory has it.</summary>
static class EntryReading
{
    public static async Task<Stored?> Find(Scope scope, RecordStore records, string rpps, CancellationToken stop) =>
        (await records.SharedByIdentifier(scope, "Practitioner", [rpps], stop)).OrderBy(one => EntryMerge.IsReplaced(one.Bytes)).ThenBy(one => one.Number).FirstOrDefault();

    /// <summary>Every situation of practice of a person, ended ones too.</summary>
    public static async IAsyncEnumerable<Stored> Roles(Scope scope, RecordStore records, Stored person, [EnumeratorCancellation] CancellationToken stop)
    {
        string? next = null;
        do
        {
            List<KeyValuePair<string, string>> asked = [new("practitioner", person.Reference), new("_count", "100")];
            if (next is not null) asked.Add(new("_page", next));
            var page = await records.Search(scope, SearchQuery.Parse("PractitionerRole", asked, strict: true), stop);
            foreach (var role in page.Matches) yield return role;
            next = page.NextToken;
        }
        while (next is not null);
    }

    public static async Task<EntryView?> View(Scope scope, RecordStore records, string rpps, CancellationToken stop)
    {
        if (await Find(scope, records, rpps, stop) is not { } stored) return null;
        using var document = FhirDocument.Parse(stored.Bytes);
        var entry = document.Root;
        var (professions, telecom) = (new List<string>(), new List<string>());
        foreach (var qualification in entry.All("qualification"))
            foreach (var coding in qualification["code"].All("coding"))
                if ((coding["display"].Text ?? (coding["system"].Text == EntrySystems.Profession ? coding["code"].Text : null)) is { } text) professions.Add(text);
        foreach (var one in entry.All("telecom"))
            if (one["value"].Text is { } value) telecom.Add(value);
        var (address, name) = (entry["address"], entry["name"]);
        return new($"{name["given"].Text} {name["family"].Text}".Trim(), entry["active"].Text != "false", [.. professions.Distinct()], telecom,
            address.Exists ? $"{address["line"].Text}, {address["postalCode"].Text} {address["city"].Text}" : null, entry["meta"]["source"].Text ?? "", stored.LastUpdated.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));
    }

    public static CorrectionView View(CorrectionRow row) => new(row.Id, row.Rpps, row.Name, row.State, row.Asked, row.Body.Phone, row.Body.Mailbox,
        row.Body.Street is null ? null : $"{row.Body.Street}, {row.Body.PostCode} {row.Body.Town}", row.DecidedBy, row.Reason);
}
