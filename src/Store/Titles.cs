using Socle.Fhir;

namespace Socle.Store;

/// <summary>What the trace says a resource was, in the words of its author.</summary>
static class Titles
{
    const int Most = 200;

    public static string? Of(FhirDocument document)
    {
        var root = document.Root;
        var title = root["description"].Text ?? root["title"].Text ?? OfConcept(root["type"]) ?? OfConcept(root["code"]) ?? OfConcept(root["vaccineCode"]);
        return title is { Length: > Most } ? title[..Most] : title;
    }

    /// <summary>A document that is read is traced by its title, for the person; other resources by their type.</summary>
    public static string? OfDocument(Stored stored)
    {
        if (stored.Type != "DocumentReference" || stored.Deleted) return null;
        using var document = FhirDocument.Parse(stored.Bytes);
        return Of(document);
    }

    static string? OfConcept(FhirNode concept) => concept["text"].Text ?? concept["coding"]["display"].Text;
}
