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

    static string? OfConcept(FhirNode concept) => concept["text"].Text ?? concept["coding"]["display"].Text;
}
