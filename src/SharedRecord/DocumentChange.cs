using Socle.Fhir;

namespace Socle.SharedRecord;

/// <summary>What may still change in a document that was deposited: PDSm §flows 03/04, anything else answers 405.</summary>
static class DocumentChange
{
    const string Archived = "https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-ext-is-archived";

    public static bool IsAllowed(FhirNode before, FhirNode after) => Fixed(before).SequenceEqual(Fixed(after), StringComparer.Ordinal);

    static List<string> Fixed(FhirNode document)
    {
        var parts = new List<string>();
        foreach (var child in document.Children)
        {
            if (child.Name is "id" or "meta" or "status" or "securityLabel") continue;
            if (child.Name == "extension" && child["url"].Text == Archived) continue;
            parts.Add($"{child.Name} {System.Text.Encoding.UTF8.GetString(child.Raw)}");
        }
        return parts;
    }
}
